"""Where a value comes from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from relata.kernel.history.origin import noted, origin_of
from relata.kernel.records.rule import Record, Rule, Verdict
from relata.kernel.records.validate import judge
from tests.workers import data_folder, do_job, send
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


def origins(causes: list[dict[str, Any]]) -> list[tuple[str | None, int | None]]:
    return [(cause["origin"], cause["line"]) for cause in causes]


def test_what_nobody_sent_tells_which_default_it_is_from(firms: World) -> None:
    nora = firms.nora
    nora.post("/objects/firm/fields", {"name": "rank", "kind": "number", "default": 3})
    nora.post("/objects/firm/fields", {"name": "double", "kind": "number", "default_formula": "size * 2"})
    plain = nora.create("firm", name="Acme", size=4)["id"]
    told = {field: why(nora, "firm", plain, field)["causes"] for field in ("rank", "double", "owner", "size")}
    assert {field: origins(causes) for field, causes in told.items()} == {
        "rank": [("default", None)],
        "double": [("default_formula", None)],
        "owner": [("creator", None)],
        "size": [("sent", None)],
    }
    nora.patch(f"/records/firm/{plain}", {"rank": 5})
    assert origins(why(nora, "firm", plain, "rank")["causes"]) == [("sent", None), ("default", None)]
    sent = nora.create("firm", name="Acme", rank=3)["id"]
    assert origins(why(nora, "firm", sent, "rank")["causes"]) == [("sent", None)]
    assert origins(why(nora, "firm", sent, "size")["causes"]) == [(None, None)]


def test_what_a_rule_set_names_the_rule() -> None:
    def upper(_before: Record | None, after: Record, _now: dt.datetime) -> Verdict:
        return Verdict(changes={"name": after["name"].upper(), "size": after["size"]})

    told: dict[str, Any] = {"name": "default"}
    rule = Rule(name="loud", object="firm", run=upper)
    judge((rule,), None, {"name": "acme", "size": 1}, dt.datetime.now(dt.UTC), [], told)
    assert told == {"name": "rule loud"}
    assert origin_of(noted(told, {"name"}), "name") == {"origin": "rule", "rule": "loud", "line": None}
    assert origin_of(noted(told, {"size"}), "size") == {"origin": "sent", "rule": None, "line": None}


def test_a_row_of_a_bulk_is_told_by_its_line_with_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    world: World = request.getfixturevalue("world")
    id_ = send(world.nora, "account", b'{"name": "Acme"}\n{"name": "Brandt", "type": "partner"}', mode="create")
    do_job(world, data_folder(tmp_path), id_)
    (made,) = world.nora.query("account", filter={"field": "name", "op": "is", "value": "Brandt"})
    (cause,) = why(world.nora, "account", made["id"], "type")["causes"]
    assert (cause["line"], cause["origin"], cause["job"]["id"], cause["source"]) == (2, "sent", id_, None)
