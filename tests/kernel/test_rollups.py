"""Roll-ups: figures over the records of a list, worked out whenever they are read."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.world import World

FIRM = [{"name": "name", "kind": "text"}, {"name": "above", "kind": "relation", "to": "firm", "inverse": "below"}]
DEAL = [
    {"name": "name", "kind": "text"},
    {"name": "size", "kind": "number"},
    {"name": "due", "kind": "date"},
    {"name": "open", "kind": "boolean"},
    {"name": "worth", "kind": "money"},
    {"name": "firm", "kind": "relation", "to": "firm", "inverse": "deals"},
]
STEP = [
    {"name": "name", "kind": "text"},
    {"name": "hours", "kind": "number"},
    {"name": "about", "kind": "about", "to": ["deal", "firm"], "inverse": "steps"},
]


@pytest.fixture
def firms(world: World) -> World:
    """Firms with deals, and steps that can be about several deals."""
    for name, fields in (("firm", FIRM), ("deal", DEAL), ("step", STEP)):
        world.nora.post("/objects", {"name": name, "label": name.capitalize(), "fields": fields})
    return world


def rollup(world: World, object_: str, name: str, /, **definition: Any) -> None:
    world.nora.post(f"/objects/{object_}/fields", {"name": name, "kind": "rollup", **definition})


def test_every_function_gives_what_plain_counting_gives(firms: World) -> None:
    nora = firms.nora
    open_ones = {"field": "open", "op": "is", "value": True}
    wanted: dict[str, tuple[dict[str, Any], Callable[[list[Any]], Any]]] = {
        "deals_count": ({"fn": "count"}, len),
        "open_count": ({"fn": "count", "filter": open_ones}, lambda deals: sum(deal["open"] is True for deal in deals)),
        "big_count": ({"fn": "count", "filter": "size > 5 && !open"}, lambda deals: sum((d["size"] or 0) > 5 and not d["open"] for d in deals)),
        "size_sum": ({"fn": "sum", "field": "size"}, lambda deals: sum(sizes(deals))),
        "size_average": ({"fn": "average", "field": "size"}, average),
        "size_min": ({"fn": "min", "field": "size"}, lambda deals: min(sizes(deals), default=None)),
        "due_max": ({"fn": "max", "field": "due"}, lambda deals: max(dues(deals), default=None)),
        "first_due": ({"fn": "first", "field": "name", "sort": "due"}, lambda deals: by_due(deals, latest=False)),
        "last_due": ({"fn": "last", "field": "name", "sort": "due"}, lambda deals: by_due(deals, latest=True)),
        "newest": ({"fn": "last", "field": "name"}, lambda deals: deals[-1]["name"] if deals else None),
    }  # fmt: skip
    for field, (definition, _) in wanted.items():
        rollup(firms, "firm", field, of="deals", **definition)
    ids = [nora.create("firm", name=f"Firm {number}")["id"] for number in range(6)]
    chance = random.Random(11)
    deals: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    for number in range(40):
        firm = chance.choice(ids[:5])
        values = {
            "name": f"Deal {number:02}",
            "size": chance.choice([None, 0, 3, 7, 7.5, 12]),
            "due": chance.choice([None, *(f"2026-{month:02}-{number % 28 + 1:02}" for month in range(1, 13))]),
            "open": chance.choice([None, True, False]),
        }
        deals[firm].append(nora.create("deal", firm=firm, **values))
    gone = deals[ids[0]].pop(0)
    nora.delete(f"/records/deal/{gone['id']}")
    for record in nora.query("firm"):
        mine = deals[record["id"]]
        assert {field: record[field] for field in wanted} == {
            field: compute(mine) for field, (_, compute) in wanted.items()
        }


def sizes(deals: list[Any]) -> list[Any]:
    return [deal["size"] for deal in deals if deal["size"] is not None]


def dues(deals: list[Any]) -> list[Any]:
    return [deal["due"] for deal in deals if deal["due"] is not None]


def average(deals: list[Any]) -> float | None:
    values = [Decimal(str(size)) for size in sizes(deals)]
    if not values:
        return None
    return float((sum(values, Decimal(0)) / len(values)).quantize(Decimal("1e-10"), ROUND_HALF_UP))


def by_due(deals: list[Any], *, latest: bool) -> str | None:
    """Those without a date come last either way; ids decide between equals."""
    dated = sorted((deal for deal in deals if deal["due"]), key=lambda deal: (deal["due"], deal["id"]), reverse=latest)
    bare = sorted((deal for deal in deals if not deal["due"]), key=lambda deal: deal["id"], reverse=latest)
    found = [*dated, *bare]
    return found[0]["name"] if found else None


def test_through_two_lists_a_record_counts_once_however_many_ways_lead_to_it(firms: World) -> None:
    nora = firms.nora
    rollup(firms, "firm", "hours", of="deals.steps", fn="sum", field="hours")
    rollup(firms, "firm", "top_deals", of="below.deals", fn="count")
    top = nora.create("firm", name="Top")["id"]
    firm = nora.create("firm", name="Acme", above=top)["id"]
    one, two = (nora.create("deal", name=name, firm=firm)["id"] for name in ("One", "Two"))
    about = [{"object": "deal", "id": one}, {"object": "deal", "id": two}]
    nora.create("step", name="for both", hours=5, about=about)
    nora.create("step", name="for one", hours=2, about=about[:1])
    nora.create("step", name="for the firm alone", hours=100, about=[{"object": "firm", "id": firm}])
    assert nora.get(f"/records/firm/{firm}")["hours"] == 7
    assert nora.get(f"/records/firm/{top}")["top_deals"] == 2


def test_lists_filter_sort_total_and_group_by_it_and_follow_the_other_records(firms: World) -> None:
    nora = firms.nora
    rollup(firms, "firm", "total", of="deals", fn="sum", field="size")
    nora.post("/objects/firm/fields", {"name": "share", "kind": "formula", "formula": "total * 100 / 10"})
    nora.post("/objects/deal/fields", {"name": "of_all", "kind": "formula", "formula": "size / firm.total"})
    firms_made = {name: nora.create("firm", name=name)["id"] for name in ("A", "B", "C")}
    first = nora.create("deal", name="x", size=4, firm=firms_made["B"])
    nora.create("deal", name="y", size=1, firm=firms_made["A"])
    assert first["of_all"] == 1
    assert [f["name"] for f in nora.query("firm", sort="-total,name")] == ["B", "A", "C"]
    asked = {"filter": {"field": "total", "op": "gte", "value": 4}, "count": True}
    assert nora.post("/records/firm/query", asked)["total"] == 1
    nora.create("deal", name="z", size=3, firm=firms_made["A"])
    found = nora.post("/records/firm/query", asked)
    assert (found["total"], {f["share"] for f in found["records"]}) == (2, {40})
    groups = {
        "group": [{"field": "total"}],
        "measures": [{"fn": "count", "as": "n"}, {"fn": "sum", "field": "total", "as": "s"}],
    }
    rows = nora.post("/records/firm/aggregate", groups)["rows"]
    assert sorted((row["total"], row["n"], row["s"]) for row in rows) == [(0, 1, 0), (4, 2, 8)]


def test_an_answer_to_a_write_shows_what_the_same_write_did(firms: World) -> None:
    nora = firms.nora
    nora.post("/objects/firm/fields", {"name": "weight", "kind": "number"})
    rollup(firms, "firm", "below_weight", of="below", fn="sum", field="weight")
    top = nora.create("firm", name="Top")["id"]
    low = nora.create("firm", name="Low", above=top, weight=3)["id"]
    changes = [{"update": top, "values": {"weight": 1}}, {"update": low, "values": {"weight": 9}}]
    results = nora.post("/records/firm/batch", {"atomic": True, "changes": changes})["results"]
    assert results[0]["record"]["below_weight"] == 9


def test_money_is_money_and_is_not_added_across_currencies(firms: World) -> None:
    nora = firms.nora
    rollup(firms, "firm", "worth", of="deals", fn="sum", field="worth")
    rollup(firms, "firm", "latest", of="deals", fn="last", field="worth")
    firm = nora.create("firm", name="Acme")["id"]
    assert nora.get(f"/records/firm/{firm}")["worth"] is None
    for amount in ("10.50", "4.50"):
        nora.create("deal", name="x", firm=firm, worth={"amount": amount, "currency": "EUR"})
    assert nora.get(f"/records/firm/{firm}")["worth"] == {"amount": "15.00", "currency": "EUR"}
    nora.create("deal", name="y", firm=firm, worth={"amount": "1", "currency": "USD"})
    mixed = nora.get(f"/records/firm/{firm}")
    assert (mixed["worth"], mixed["latest"]) == (None, {"amount": "1.00", "currency": "USD"})


def test_everybody_gets_the_figure_of_what_they_see(firms: World) -> None:
    nora, mei, felix = firms.nora, firms.mei, firms.felix
    nora.post("/objects/note/fields", {"name": "firm", "kind": "relation", "to": "firm", "inverse": "papers"})
    rollup(firms, "firm", "notes", of="papers", fn="count")
    rollup(firms, "firm", "last_note", of="papers", fn="last", field="title")
    firm = nora.create("firm", name="Acme")["id"]
    mei.create("note", title="Open", firm=firm)
    mei.create("note", title="Secret", firm=firm, private=True)
    seen = {who: caller.get(f"/records/firm/{firm}") for who, caller in (("mei", mei), ("felix", felix))}
    assert {who: (record["notes"], record["last_note"]) for who, record in seen.items()} == {
        "mei": (2, "Secret"),
        "felix": (1, "Open"),
    }
    asked = {"filter": {"field": "last_note", "op": "is", "value": "Secret"}, "count": True}
    assert felix.post("/records/firm/query", asked)["total"] == 0
    assert mei.post("/records/firm/query", asked)["total"] == 1


def test_what_cannot_be_rolled_up_is_told_all_at_once(firms: World) -> None:
    nora = firms.nora
    path = "/objects/firm/fields"
    base = {"name": "r", "label": "R", "kind": "rollup"}
    assert nora.faults("POST", path, base) == {"/of": "required", "/fn": "required"}
    assert nora.faults("POST", path, {**base, "of": "nothing", "fn": "mode"}) == {
        "/of": "unknown_field",
        "/fn": "unknown_option",
    }
    wrong = {
        "of": "deals",
        "fn": "sum",
        "field": "name",
        "sort": "colour",
        "filter": {"field": "shape", "op": "is", "value": 1},
    }
    assert nora.faults("POST", path, {**base, **wrong}) == {
        "/field": "wrong_type",
        "/sort": "unknown_field",
        "/filter/field": "unknown_field",
    }
    moving = {
        "of": "deals",
        "fn": "count",
        "filter": {"field": "due", "op": "within", "value": {"last": 7, "unit": "day"}},
    }
    assert nora.faults("POST", path, {**base, **moving}) == {"/filter": "wrong_type"}
    nora.post(path, {**base, "of": "deals", "fn": "count", "filter": "due < today()"})
    nora.post("/objects/deal/fields", {"name": "c", "kind": "formula", "formula": "firm.r + 1"})
    assert "cycle" in nora.faults("PATCH", f"{path}/r", {"fn": "sum", "field": "c"}).values()
    refused = nora("DELETE", "/objects/deal/fields/due")
    assert refused.status_code == 409
    assert "Firm: R" in refused.json()["detail"]
    nora.delete("/objects/deal/fields/c")
    changed = nora.patch(f"{path}/r", {"fn": "max", "field": "due", "filter": None})
    assert (changed["fn"], changed["filter"], changed["type"]) == ("max", None, "date")


def test_figures_of_the_past_are_those_of_then(firms: World) -> None:
    nora = firms.nora
    rollup(firms, "firm", "total", of="deals", fn="sum", field="size")
    rollup(firms, "firm", "newest", of="deals", fn="last", field="name")
    nora.post("/objects/deal/fields", {"name": "of_all", "kind": "formula", "formula": "firm.total - size"})
    one, two = (nora.create("firm", name=name)["id"] for name in ("One", "Two"))
    first = nora.create("deal", name="first", size=4, firm=one)["id"]
    second = nora.create("deal", name="second", size=6, firm=one)["id"]
    then = nora.get(f"/records/deal/{second}")["updated_at"]
    nora.patch(f"/records/deal/{first}", {"size": 40})
    nora.patch(f"/records/deal/{second}", {"firm": two})
    nora.create("deal", name="third", size=1, firm=one)
    nora.delete(f"/records/deal/{first}")
    now = {record["name"]: (record["total"], record["newest"]) for record in nora.query("firm")}
    assert now == {"One": (1, "third"), "Two": (6, "second")}
    past = {record["name"]: (record["total"], record["newest"]) for record in nora.query("firm", as_of=then)}
    assert past == {"One": (10, "second"), "Two": (0, None)}
    assert nora.get(f"/records/deal/{second}?as_of={then}")["of_all"] == 4
    found = {"filter": {"field": "total", "op": "is", "value": 10}, "count": True, "as_of": then}
    assert nora.post("/records/firm/query", found)["total"] == 1
    assert [f["name"] for f in nora.query("firm", sort="-total", as_of=then)] == ["One", "Two"]
