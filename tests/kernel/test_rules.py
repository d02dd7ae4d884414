"""Rules that are kept as data: refused in every door, told at the field, and the same for everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workers import data_folder, do_job, send
from tests.world import World

MACHINE: dict[str, Any] = {
    "name": "machine",
    "label": "Machine",
    "fields": [
        {"name": "name", "kind": "text", "required": True},
        {"name": "price", "kind": "number"},
        {"name": "cost", "kind": "number"},
        {"name": "margin", "kind": "formula", "formula": "price - cost"},
        {"name": "state", "kind": "choice", "options": ["Planned", "Running", "Scrapped"], "default": "planned"},
        {"name": "reason", "kind": "text"},
        {"name": "account", "kind": "relation", "to": "account", "inverse": "machines"},
        {"name": "runs_since", "kind": "date"},
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


@pytest.fixture
def machines(world: World) -> World:
    world.nora.post("/objects", MACHINE)
    return world


def rule(world: World, refuse_if: str, field: str | None = None, message: str = "No.", **more: Any) -> dict[str, Any]:
    sent = {"label": "A rule", "refuse_if": refuse_if, "message": message, "field": field, **more}
    made: dict[str, Any] = world.nora.post("/objects/machine/rules", sent)
    return made


def having(world: World, name: str, **changes: Any) -> None:
    world.nora.patch(f"/objects/machine/fields/{name}", changes)


def test_a_record_that_breaks_a_rule_is_refused_with_the_message_at_the_field(machines: World) -> None:
    rule(machines, "price < cost", "price", "The price is below the cost; raise it.")
    answer = machines.mei("POST", "/records/machine", {"name": "A", "price": 1, "cost": 2})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/price", "code": "rule", "message": "The price is below the cost; raise it."}
    ]
    made = machines.mei.create("machine", name="A", price=2, cost=1)
    assert machines.mei.faults("PATCH", f"/records/machine/{made['id']}", {"cost": 3}) == {"/price": "rule"}
    assert machines.mei.patch(f"/records/machine/{made['id']}", {"cost": 2})["cost"] == 2


def test_all_faults_are_told_at_once_and_a_rule_over_a_bad_value_waits(machines: World) -> None:
    rule(machines, "price < cost", "price", name="below")
    rule(machines, "state == 'scrapped'", "state", name="scrapped")
    sent = {"price": "much", "cost": 1, "state": "scrapped"}
    assert machines.mei.faults("POST", "/records/machine", sent) == {
        "/price": "wrong_type",
        "/state": "rule",
        "/name": "required",
    }


def test_a_rule_reads_formulas_what_was_before_and_other_records(machines: World) -> None:
    rule(machines, "margin < 0", "price", name="margin")
    rule(machines, "before.state == 'scrapped' and state != before.state", "state", name="final")
    rule(machines, "is_new and state == 'running'", "state", name="fresh")
    rule(machines, "account.employees > 100 && account.owner.name == 'Mei'", "account", name="large")
    assert machines.mei.faults("POST", "/records/machine", {"name": "A", "price": 1, "cost": 2}) == {"/price": "rule"}
    assert machines.mei.faults("POST", "/records/machine", {"name": "A", "state": "running"}) == {"/state": "rule"}
    small = machines.mei.create("account", name="Small", employees=5)
    large = machines.mei.create("account", name="Large", employees=500)
    made = machines.mei.create("machine", name="A", account=small["id"])
    where = f"/records/machine/{made['id']}"
    assert machines.mei.faults("PATCH", where, {"account": large["id"]}) == {"/account": "rule"}
    machines.mei.patch(where, {"state": "running"})
    machines.mei.patch(where, {"state": "scrapped"})
    assert machines.mei.faults("PATCH", where, {"state": "planned"}) == {"/state": "rule"}


def test_a_record_that_broke_a_later_rule_can_be_changed_elsewhere(machines: World) -> None:
    made = machines.mei.create("machine", name="A", price=1, cost=2)
    assert rule(machines, "price < cost", "price")["breaking"] == 1
    where = f"/records/machine/{made['id']}"
    machines.mei.patch(where, {"name": "B"})
    assert machines.mei.faults("PATCH", where, {"cost": 3}) == {"/price": "rule"}


def test_trying_a_rule_counts_what_breaks_it_and_keeps_nothing(machines: World) -> None:
    for price in (1, 2, 3):
        machines.mei.create("machine", name="A", price=price, cost=2)
    sent = {"label": "Too cheap", "refuse_if": "margin <= 0 && !is_new && before.price == price", "message": "No."}
    tried = machines.nora.post("/objects/machine/rules?check=true", sent)
    assert [one["title"] for one in tried.pop("offenders")] == ["A", "A"]
    assert tried == {"valid": True, "name": "too_cheap", "breaking": 2}
    assert machines.nora.get("/objects/machine/rules") == {"rules": []}


def test_a_rule_is_listed_changed_and_deleted(machines: World) -> None:
    rule(machines, "price < cost", "price", name="cheap")
    where = "/objects/machine/rules/cheap"
    assert machines.nora.patch(where, {"label": "Dear", "refuse_if": "price > 9", "field": None})["field"] is None
    (kept,) = machines.nora.get("/objects/machine/rules")["rules"]
    assert (kept["label"], kept["refuse_if"], kept["message"]) == ("Dear", "price > 9", "No.")
    assert machines.mei.faults("POST", "/records/machine", {"name": "A", "price": 10}) == {"": "rule"}
    machines.nora.delete(where)
    machines.mei.create("machine", name="A", price=10)
    assert machines.nora("DELETE", where).status_code == 404


def test_the_catalog_tells_everybody_the_rules_whose_fields_they_see(machines: World) -> None:
    rule(machines, "price < cost", "price", name="cheap")
    having(machines, "reason", required_if="state == 'scrapped'")
    (machine,) = (one for one in machines.mei.get("/catalog")["objects"] if one["name"] == "machine")
    assert [one["refuse_if"] for one in machine["rules"]] == ["price < cost"]
    assert {one["name"]: one["required_if"] for one in machine["fields"]}["reason"] == "state == 'scrapped'"


def test_rules_of_a_standard_object_are_added_to_it(world: World) -> None:
    sent = {"label": "Known", "refuse_if": "is_empty(website) && employees > 10", "message": "No.", "field": "website"}
    world.nora.post("/objects/account/rules", sent)
    world.nora.patch("/objects/account", {"label": "Firm"})
    assert world.mei.faults("POST", "/records/account", {"name": "A", "employees": 11}) == {"/website": "rule"}


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({}, {"/label": "required", "/refuse_if": "required", "/message": "required"}),
        ({"label": "A", "refuse_if": "price <", "message": "B"}, {"/refuse_if": "syntax"}),
        ({"label": "A", "refuse_if": "price + 1", "message": "B"}, {"/refuse_if": "wrong_type"}),
        ({"label": "A", "refuse_if": "nothing == 1", "message": "B"}, {"/refuse_if": "unknown_field"}),
        ({"label": "A", "refuse_if": "before.nothing == 1", "message": "B"}, {"/refuse_if": "unknown_field"}),
        ({"label": "A", "refuse_if": "version > 1", "message": "B"}, {"/refuse_if": "not_applicable"}),
        ({"label": "A", "refuse_if": "total > 1", "message": "B"}, {"/refuse_if": "not_applicable"}),
        ({"label": "A", "refuse_if": "price > 1", "message": "B", "field": "x"}, {"/field": "unknown_field"}),
        ({"label": "A", "refuse_if": "true", "message": "B", "when": 1}, {"/when": "unknown_parameter"}),
    ],
)
def test_a_faulty_rule_is_refused_where_it_is_wrong(
    machines: World, sent: dict[str, Any], faults: dict[str, str]
) -> None:
    machines.nora.post(
        "/objects/machine/fields", {"name": "part_of", "kind": "relation", "to": "machine", "inverse": "parts"}
    )
    machines.nora.post(
        "/objects/machine/fields", {"name": "total", "kind": "rollup", "of": "parts", "fn": "sum", "field": "price"}
    )
    assert machines.nora.faults("POST", "/objects/machine/rules", sent) == faults
    assert machines.mei("POST", "/objects/machine/rules", sent).status_code == 403


def test_a_field_is_required_only_where_its_condition_holds_and_it_is_shown(machines: World) -> None:
    having(machines, "reason", required_if="state == 'scrapped'", visible_if="price > 10")
    machines.mei.create("machine", name="A", state="scrapped", price=5)
    sent = {"name": "A", "state": "scrapped", "price": 50}
    assert machines.mei.faults("POST", "/records/machine", sent) == {"/reason": "required"}
    made = machines.mei.create("machine", **sent, reason="Rust")
    where = f"/records/machine/{made['id']}"
    assert machines.mei.faults("PATCH", where, {"reason": None}) == {"/reason": "required"}
    machines.mei.patch(where, {"reason": None, "state": "running"})
    assert machines.mei.faults("PATCH", where, {"state": "scrapped"}) == {"/reason": "required"}


def test_a_field_keeps_its_value_while_the_record_was_closed_before_the_change(machines: World) -> None:
    having(machines, "price", readonly_if="state == 'scrapped'")
    made = machines.mei.create("machine", name="A", state="scrapped", price=1)
    where = f"/records/machine/{made['id']}"
    assert machines.mei.faults("PATCH", where, {"price": 2, "state": "running"}) == {"/price": "read_only"}
    assert machines.mei.patch(where, {"price": 1, "name": "B"})["name"] == "B"
    machines.mei.patch(where, {"state": "running"})
    assert machines.mei.patch(where, {"price": 3, "state": "scrapped"})["price"] == 3


def test_defaults_are_worked_out_in_the_order_in_which_they_need_each_other(machines: World) -> None:
    having(machines, "cost", default_formula="price / 2")
    having(machines, "price", default_formula="account.employees * 10")
    having(machines, "runs_since", default_formula="today()")
    having(machines, "reason", default_formula="account.name + ' ' + text(cost)")
    account = machines.mei.create("account", name="Acme", employees=3)
    made = machines.mei.create("machine", name="A", account=account["id"])
    assert (made["price"], made["cost"], made["reason"]) == (30, 15, "Acme 15")
    assert made["runs_since"] is not None
    kept = machines.mei.create("machine", name="A", account=account["id"], price=8, runs_since=None)
    assert (kept["price"], kept["cost"], kept["runs_since"]) == (8, 4, None)


def test_conditions_of_fields_are_checked_and_defaults_in_a_circle_refused(machines: World) -> None:
    at = "/objects/machine/fields/price"
    having(machines, "cost", default_formula="price * 2")
    circle = machines.nora.faults("PATCH", at, {"default_formula": "cost / 2"})
    assert circle == {"/default_formula": "cycle", "/objects/machine/fields/cost/default_formula": "cycle"}
    assert machines.nora.faults("PATCH", at, {"default_formula": "name"}) == {"/default_formula": "wrong_type"}
    assert machines.nora.faults("PATCH", at, {"default_formula": "1", "default": 1}) == {
        "/default_formula": "not_applicable"
    }
    assert machines.nora.faults("PATCH", at, {"required_if": "price"}) == {"/required_if": "wrong_type"}
    assert machines.nora.faults("PATCH", at, {"required": True, "visible_if": "cost > 1"}) == {
        "/visible_if": "not_applicable"
    }
    assert machines.nora.faults("PATCH", "/objects/machine/fields/margin", {"readonly_if": "true"}) == {
        "/readonly_if": "not_applicable"
    }


def test_a_field_that_a_rule_reads_cannot_be_deleted(machines: World) -> None:
    rule(machines, "price < 1", "cost", label="Cheap")
    having(machines, "reason", required_if="account.employees > 5 and reason != 'x'")
    for name, told in (("price", "«Cheap»"), ("cost", "«Cheap»"), ("account", "Machine: Reason")):
        answer = machines.nora("DELETE", f"/objects/machine/fields/{name}")
        assert answer.status_code == 409
        assert told in answer.json()["detail"]
    machines.nora.delete("/objects/machine/fields/reason")
    machines.nora.delete("/objects/machine/fields/account")


def test_undoing_what_a_rule_forbids_by_now_is_refused(machines: World) -> None:
    made = machines.mei.create("machine", name="A", price=1)
    machines.mei.patch(f"/records/machine/{made['id']}", {"price": 5})
    rule(machines, "price < 3", "price")
    answer = machines.mei("POST", f"/records/machine/{made['id']}/undo", {"version": 2})
    assert "No." in answer.text
    assert machines.mei.get(f"/records/machine/{made['id']}")["price"] == 5


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["A", ""])},
        optional={
            "price": st.sampled_from([None, 1, 2, 3, "much"]),
            "cost": st.sampled_from([1, 2, 3]),
            "state": st.sampled_from(["planned", "running", "scrapped", "lost"]),
            "reason": st.sampled_from(["Rust", None]),
        },
    ),
    min_size=3,
    max_size=12,
)


@given(records=RECORDS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_door_comes_to_the_same_verdict(folder: Path, world: World, records: list[dict[str, Any]]) -> None:
    if world.nora("GET", "/objects/machine/rules").status_code == 404:
        world.nora.post("/objects", MACHINE)
        rule(world, "margin < 0", "price", name="margin")
        rule(world, "is_new && account.name == 'Acme' && state == 'running'", None, name="acme")
        having(world, "reason", required_if="state == 'scrapped'", visible_if="cost > 1")
        having(world, "cost", default_formula="price - 1")
    account = world.mei.create("account", name="Acme")["id"]
    sent = [{**record, "account": account} for record in records]
    single = [told(world.mei("POST", "/records/machine", one).json()) for one in sent]
    changes = {"changes": [{"create": one} for one in sent]}
    batch = [told(one) for one in world.mei.post("/records/machine/batch", changes)["results"]]
    id_ = send(world.mei, "machine", b"\n".join(json.dumps(one).encode() for one in sent), mode="create")
    do_job(world, folder, id_)
    refused = world.mei("GET", f"/jobs/{id_}/failed").text.splitlines()
    bulk = {one["line"]: told(one) for one in map(json.loads, refused)}
    assert batch == single
    assert [bulk.get(line, []) for line in range(1, len(sent) + 1)] == single


def told(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((fault["pointer"], fault["code"]) for fault in answer.get("errors", []))
