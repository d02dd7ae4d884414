"""Where a value comes from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World


@pytest.fixture
def firms(world: World) -> World:
    """Firms, and deals whose share is worked out from the firm's size and the sum of its deals."""
    nora = world.nora
    firm = [{"name": "name", "kind": "text"}, {"name": "size", "kind": "number"}]
    nora.post("/objects", {"name": "firm", "label": "Firm", "fields": firm})
    deal = [
        {"name": "name", "kind": "text"},
        {"name": "amount", "kind": "number"},
        {"name": "firm", "kind": "relation", "to": "firm", "inverse": "deals"},
    ]
    nora.post("/objects", {"name": "deal", "label": "Deal", "fields": deal})
    nora.post(
        "/objects/firm/fields", {"name": "total", "kind": "rollup", "of": "deals", "fn": "sum", "field": "amount"}
    )
    nora.post(
        "/objects/deal/fields", {"name": "share", "kind": "formula", "formula": "amount / firm.total + firm.size"}
    )
    return world


def why(caller: Any, name: str, id_: str, field: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/records/{name}/{id_}/why?field={field}")
    return found


def test_a_value_tells_who_set_it_and_what_it_was_before(firms: World) -> None:
    made = firms.nora.create("firm", name="Acme", size=1)
    firms.mei.patch(f"/records/firm/{made['id']}", {"size": 5})
    firms.mei.patch(f"/records/firm/{made['id']}", {"name": "Acme AG"})
    told = why(firms.felix, "firm", made["id"], "size")
    assert (told["object"], told["value"]) == ("firm", 5)
    first, second = told["causes"]
    assert (first["kind"], first["op"], first["by.name"], first["before"], first["version"]) == (
        "change",
        "update",
        "Mei",
        1,
        2,
    )
    assert (second["op"], second["by.name"], second["version"]) == ("create", "Nora", 1)
    name = why(firms.felix, "firm", made["id"], "name")
    assert [cause["before"] for cause in name["causes"]] == ["Acme", None]


def test_an_undoing_and_a_bulk_job_are_told(firms: World) -> None:
    nora = firms.nora
    made = nora.create("firm", name="Acme", size=1)
    changed = nora.patch(f"/records/firm/{made['id']}", {"size": 2})
    nora.post(f"/records/firm/{made['id']}/undo", {"version": changed["version"]})
    undone, changing, _ = why(nora, "firm", made["id"], "size")["causes"]
    assert undone["undoes"]["version"] == changed["version"]
    assert (undone["before"], changing["before"]) == (2, 1)


def test_a_formula_tells_its_inputs_with_causes_of_their_own_also_of_other_records(firms: World) -> None:
    nora, mei = firms.nora, firms.mei
    firm = nora.create("firm", name="Acme", size=3)["id"]
    deal = mei.create("deal", name="Probes", amount=10, firm=firm)["id"]
    other = mei.create("deal", name="Pumps", amount=30, firm=firm)["id"]
    told = why(nora, "deal", deal, "share")
    assert told["value"] == 3.25
    (cause,) = told["causes"]
    assert (cause["kind"], cause["formula"]) == ("formula", "amount / firm.total + firm.size")
    inputs = {one["path"]: one for one in cause["inputs"]}
    assert {path: one["value"] for path, one in inputs.items()} == {"amount": 10, "firm.size": 3, "firm.total": 40}
    assert inputs["amount"]["causes"][0]["by.name"] == "Mei"
    assert (inputs["firm.size"]["object"], inputs["firm.size"]["id"]) == ("firm", firm)
    assert inputs["firm.size"]["causes"][0]["by.name"] == "Nora"
    (rollup,) = inputs["firm.total"]["causes"]
    assert (rollup["kind"], rollup["of"], rollup["fn"], rollup["object"], rollup["total"]) == (
        "rollup",
        "deals",
        "sum",
        "deal",
        2,
    )
    assert set(rollup["records"]) == {deal, other}
    nobody = nora.create("deal", name="x", amount=1)["id"]
    assert {
        one["id"] for one in why(nora, "deal", nobody, "share")["causes"][0]["inputs"] if one["path"] != "amount"
    } == {None}


def test_nothing_is_told_of_what_one_may_not_see(firms: World) -> None:
    nora, mei, felix = firms.nora, firms.mei, firms.felix
    nora.post("/objects/note/fields", {"name": "firm", "kind": "relation", "to": "firm", "inverse": "papers"})
    nora.post("/objects/firm/fields", {"name": "papers_count", "kind": "rollup", "of": "papers", "fn": "count"})
    nora.post("/objects/note/fields", {"name": "firm_name", "kind": "formula", "formula": "firm.name"})
    firm = nora.create("firm", name="Acme")["id"]
    secret = mei.create("note", title="Secret", firm=firm, private=True)["id"]
    assert felix("GET", f"/records/note/{secret}/why?field=title").status_code == 404
    (cause,) = why(felix, "firm", firm, "papers_count")["causes"]
    assert (cause["total"], cause["records"]) == (0, [])
    assert why(mei, "firm", firm, "papers_count")["causes"][0]["records"] == [secret]
    assert nora.faults("GET", f"/records/firm/{firm}/why?field=nothing") == {"/field": "unknown_field"}
    assert nora.faults("GET", f"/records/firm/{firm}/why") == {"/field": "unknown_field"}
