"""What the newer kinds can do beyond the laws of all kinds: figures, parts, sameness, plain text."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Fault
from relata.kernel.metadata.field import define
from relata.kernel.metadata.kinds import KINDS as EVERY
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.kinds.rich_text import BLOCKS, MARKS
from relata.kernel.metadata.object import Object
from relata.kernel.records.cells import Cells
from tests.world import World

KINDS = ("rating", "duration", "json", "location", "rich_text")


@pytest.fixture(scope="module")
def world(module_world: World) -> World:
    fields = [{"name": "mark", "kind": "text"}, *({"name": f"my_{kind}", "kind": kind} for kind in KINDS)]
    fields.append({"name": "hours", "kind": "formula", "formula": "my_duration / 3600 + my_rating"})
    fields.append({"name": "said", "kind": "formula", "formula": 'my_rich_text + "!"'})
    fields.append({"name": "filled", "kind": "formula", "formula": "!is_empty(my_json)"})
    module_world.nora.post("/objects", {"name": "visit", "label": "Visit", "fields": fields})
    return module_world


def marks(world: World, **question: Any) -> list[str]:
    return [record["mark"] for record in world.nora.query("visit", fields=["mark"], **question)]


def test_ratings_and_durations_are_figures(world: World) -> None:
    for rating, duration in ((2, 1_800), (5, 5_400)):
        made = world.nora.create("visit", mark="figures", my_rating=rating, my_duration=duration)
        assert made["hours"] == duration / 3600 + rating
    mine = {"field": "mark", "op": "is", "value": "figures"}
    measures = [{"fn": fn, "field": f"my_{kind}"} for kind in ("rating", "duration") for fn in ("sum", "average")]
    rows = world.nora.post("/records/visit/aggregate", {"filter": mine, "measures": measures})["rows"]
    assert rows == [
        {"sum_my_rating": 7, "average_my_rating": 3.5, "sum_my_duration": 7_200, "average_my_duration": 3_600}
    ]
    grouped = {"filter": mine, "group": [{"field": "my_rating"}], "measures": [{"fn": "count"}]}
    rows = world.nora.post("/records/visit/aggregate", grouped)["rows"]
    assert rows == [{"my_rating": 2, "count": 1}, {"my_rating": 5, "count": 1}]


def test_calls_last_for_a_duration(world: World) -> None:
    fields = next(o for o in world.nora.get("/catalog")["objects"] if o["name"] == "call")["fields"]
    assert next(f["kind"] for f in fields if f["name"] == "duration") == "duration"
    assert world.nora.faults("POST", "/records/call", {"subject": "x", "duration": -1}) == {"/duration": "out_of_range"}


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('{"a": 12.50, "b": [1]}', '{"b": [1.0], "a": 12.5}', True),
        ("123456789012345678901234567890", "123456789012345678901234567890", True),
        ("123456789012345678901234567890", "123456789012345678901234567891", False),
        ('{"a": [true, 0]}', '{"a": [1, false]}', False),
        ("true", "1", False),
        ("[1, 2]", "[2, 1]", False),
    ],
)
def test_equal_json_is_no_change(world: World, before: str, after: str, same: object) -> None:
    made = world.nora.post("/records/visit", content=f'{{"my_json": {before}}}'.encode())
    content = f'{{"my_json": {after}}}'.encode()
    changed = world.nora("PATCH", f"/records/visit/{made['id']}", content=content)
    assert changed.json()["version"] == (1 if same else 2)
    assert made["filled"] is True
    text = changed.content.decode()
    assert json.dumps(json.loads(after, parse_float=float)) in text or same


def test_json_is_told_empty_from_filled_and_nothing_else(world: World) -> None:
    condition = {"field": "my_json", "op": "contains", "value": "a"}
    assert world.nora.faults("POST", "/records/visit/query", {"filter": condition}) == {
        "/filter/op": "unknown_operator"
    }
    assert world.nora.faults("POST", "/records/visit/aggregate", {"group": [{"field": "my_json"}]}) == {
        "/group/0/field": "not_groupable"
    }


def test_the_parts_of_a_location_are_numbers_and_the_whole_is_found_in_any_form(world: World) -> None:
    for mark, lat, lon in (("Berlin", 52.52, 13.405), ("Sydney", -33.86, 151.21), ("Quito", -0.18, -78.47)):
        world.nora.create("visit", mark=mark, my_location={"lat": lat, "lon": lon})
    placed = {"field": "my_location", "op": "is_not_empty"}
    assert marks(world, filter=placed, sort=["my_location.lat"]) == ["Sydney", "Quito", "Berlin"]
    assert marks(world, filter=placed, sort=["-my_location.lon"]) == ["Sydney", "Berlin", "Quito"]
    box = [
        {"field": "my_location.lat", "op": "between", "value": [-1, 60]},
        {"field": "my_location.lon", "op": "gt", "value": 0},
    ]
    assert marks(world, filter={"all": box}) == ["Berlin"]
    for value in ("geo:52.52,13.405", "52.520 13.4050", {"lat": 52.52, "lon": 13.405}):
        assert marks(world, filter={"field": "my_location", "op": "is", "value": value}) == ["Berlin"]
    nowhere = {"filter": {"field": "my_location", "op": "is", "value": "Berlin"}}
    assert world.nora.faults("POST", "/records/visit/query", nowhere) == {"/filter/value": "wrong_type"}
    by_part = world.nora.query("visit", filter=placed, fields=["my_location.lat"], sort=["my_location.lat"], limit=1)
    assert by_part[0]["my_location.lat"] == -33.86


def test_formatted_text_is_searched_filtered_and_calculated_by_its_plain_text(world: World) -> None:
    html = "<h2>Quarterly Zwetschge</h2><p>With <strong>bo</strong>ld &amp; brave</p><script>hidden()</script>"
    made = world.nora.create("visit", mark="rich", my_rich_text=html)
    assert made["my_rich_text"] == "<h2>Quarterly Zwetschge</h2><p>With <strong>bo</strong>ld &amp; brave</p>"
    assert made["said"] == "Quarterly Zwetschge\nWith bold & brave!"
    for part, hits in (("BOLD & brave", ["rich"]), ("strong", []), ("&amp;", []), ("hidden", [])):
        assert marks(world, filter={"field": "my_rich_text", "op": "contains", "value": part}) == hits
    for words, count in (("zwetschge", 1), ("strong", 0)):
        found = world.nora.get("/search", params={"q": words, "objects": "visit"})["hits"]
        assert len(found) == count, words
    same = world.nora.patch(f"/records/visit/{made['id']}", {"my_rich_text": html})
    assert same["version"] == 1
    history = world.nora.patch(f"/records/visit/{made['id']}", {"my_rich_text": "<p> </p>"})
    assert (history["my_rich_text"], history["said"]) == (None, "!")


TAGS = "p pre ul li b h1 table td svg style code title textarea select math form u onclick=x"
PIECES = [piece for name in TAGS.split() for piece in (f"<{name}>", f"</{name}>")]
PIECES += ["<a href='https://x.example'>", "<a href=' java&#10;script:x'>", "</a>", "<img src=x onerror=y>"]
PIECES += ["text", "\n", "&amp;", "&", "<", ">", "<br>", "<!--", "-->", "<u onclick=x>"]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(SOUP)
def test_whatever_is_sent_as_formatted_text_is_clean_and_stays_as_it_is(soup: str) -> None:
    kind, field = EVERY["rich_text"], define("rich_text", "it")
    clean = kind.parse(field, soup, Parsing())
    if clean is not None:
        assert kind.parse(field, clean, Parsing()) == clean
        assert set(re.findall(r"</?([^\s>]+)", clean)) <= BLOCKS | MARKS
        assert set(re.findall(r"<[^>]*?\s([a-z]+)=", clean)) <= {"href", "rel"}
        assert "script:" not in "".join(re.findall(r"<[^>]*>", clean))  # as mere text it is harmless


def test_cells_of_a_file_are_read_by_the_kinds() -> None:
    fields = tuple(define(kind, f"my_{kind}") for kind in KINDS if kind != "rich_text")
    visit = Object(name="visit", label="Visit", plural="Visits", own=fields, title="id")
    columns = ["my_rating", "my_duration", "my_json", "my_location.lat", "my_location.lon"]
    faults: list[Fault] = []
    cells = dict(zip(columns, ("★★★", "1 h 30 min", '{"a": 12.50}', "52.52", "13.405"), strict=True))
    assert Cells(visit, columns).read(cells, faults) == {
        "my_rating": 3,
        "my_duration": 5_400,
        "my_json": {"a": Decimal("12.5")},
        "my_location": {"lat": Decimal("52.52"), "lon": Decimal("13.405")},
    }
    Cells(visit, columns).read(dict.fromkeys(columns, "{x"), faults)
    assert [fault.pointer for fault in faults] == ["/" + column.replace(".", "/") for column in columns]


def test_a_reference_points_to_one_record_of_one_of_several_objects(module_world: World) -> None:
    nora = module_world.nora
    subject = {"name": "subject", "kind": "reference", "to": ["account", "contact"], "inverse": "claims"}
    nora.post("/objects", {"name": "claim", "label": "Claim", "fields": [{"name": "name", "kind": "text"}, subject]})
    firm = {"object": "account", "id": nora.create("account", name="Holm")["id"]}
    person = {"object": "contact", "id": nora.create("contact", name={"last": "Berg"})["id"]}
    of_firm, of_person = (nora.create("claim", name="c", subject=one)["id"] for one in (firm, person))
    nora.create("claim", name="nobody's")
    assert nora.get(f"/records/claim/{of_firm}")["subject"] == firm

    def ids(name: str, **filter_: Any) -> list[str]:
        return [record["id"] for record in nora.query(name, fields=["id"], filter=filter_, sort="id")]

    assert ids("claim", field="subject", op="is", value=firm) == ids(
        "claim", field="subject", op="is", value=firm["id"]
    )
    assert ids("claim", field="subject", op="in", value=[firm["id"], person["id"]]) == [of_firm, of_person]
    where = {"field": "name", "op": "is", "value": "c"}
    assert ids("account", field="claims", op="some", where=where) == [firm["id"]]
    assert ids("contact", field="claims", op="some", where=where) == [person["id"]]
    nora.post("/objects/account/fields", {"name": "claimed", "kind": "rollup", "of": "claims", "fn": "count"})
    assert nora.get(f"/records/account/{firm['id']}")["claimed"] == 1
    changed = nora.patch(f"/records/claim/{of_firm}", {"subject": person})
    assert nora.get(f"/records/account/{firm['id']}")["claimed"] == 0
    (change, _) = nora.get(f"/records/claim/{of_firm}/history")["changes"]
    assert change["fields"]["subject"] == {"before": firm, "after": person}
    nora.post(f"/records/claim/{of_firm}/undo", {"version": changed["version"]})
    assert nora.get(f"/records/claim/{of_firm}")["subject"] == firm
    wrong = {"object": "contact", "id": firm["id"]}
    assert nora.faults("POST", "/records/claim", {"subject": wrong}) == {"/subject": "not_found"}
    then = nora.get(f"/records/claim/{of_firm}?as_of={change['at']}")
    assert then["subject"] == person
