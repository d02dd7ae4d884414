"""What a change touches is told before it is made: what shows, reads or names the field, and which records."""

from __future__ import annotations

from typing import Any

import pytest

from relata.kernel.schema.users import SORTS
from tests.world import World

FIELDS = "/objects/pump/fields"
STATES = [{"key": key, "label": key.title()} for key in ("new", "used", "worn")]


@pytest.fixture(scope="module")
def pumps(module_world: World) -> World:
    nora = module_world.nora
    own = [
        {"name": "name", "kind": "text", "required": True},
        {"name": "state", "kind": "choice", "options": STATES},
        {"name": "marks", "kind": "choices", "options": STATES},
        {"name": "size", "kind": "number"},
        {"name": "double", "kind": "formula", "formula": "size * 2"},
        {"name": "four", "kind": "formula", "formula": "double * 2"},
        {"name": "bad", "kind": "formula", "formula": "state == 'worn'"},
    ]
    nora.post("/objects", {"name": "pump", "label": "Pump", "plural": "Pumps", "fields": own})
    nora.create("pump", name="A", state="used", marks=["new", "used"], size=1)
    nora.create("pump", name="B", state="worn", marks=["used"], size=2)
    return module_world


def tried(world: World, field: str, change: Any) -> tuple[bool, int, list[str], Any]:
    impact = world.nora("PATCH", f"{FIELDS}/{field}?check=true", change).json()["impact"]
    users = [f"{sort} {one['name']}" for sort in SORTS for one in impact[sort]]
    return impact["touches"], impact["records"], users, impact["filter"]


def test_what_changes_nothing_that_is_there_touches_nothing(pumps: World) -> None:
    more = [*STATES, {"key": "lost", "label": "Lost"}]
    coloured = [{**one, "colour": "teal"} for one in STATES]
    for field, change in (
        ("size", {"help": "In litres"}), ("size", {"required": True}), ("size", {"default": 3}), ("size", {"label": "size"}),
        ("state", {"options": more}), ("state", {"options": coloured[::-1]}), ("state", {"unknown": 1}), ("state", {}),
    ):  # fmt: skip
        assert tried(pumps, field, change)[:3] == (False, 0, []), change


def test_another_label_of_an_option_touches_the_records_that_hold_it(pumps: World) -> None:
    renamed = [{**one, "label": "Second-hand"} if one["key"] == "used" else one for one in STATES]
    found = {"field": "state", "op": "in", "value": ["used"]}
    assert tried(pumps, "state", {"options": renamed}) == (True, 1, [], found)
    touches, records, users, found = tried(pumps, "marks", {"options": renamed})
    assert (touches, records, users) == (True, 2, [])
    assert [one["name"] for one in pumps.nora.query("pump", filter=found, fields=["name"], sort="name")] == ["A", "B"]


def test_an_option_that_goes_touches_the_formulas_that_name_it(pumps: World) -> None:
    touches, records, users, _ = tried(pumps, "state", {"options": STATES[:2]})
    assert (touches, records, users) == (True, 1, ["formulas bad"])


def test_another_formula_touches_all_records_and_whatever_reads_it(pumps: World) -> None:
    assert tried(pumps, "double", {"formula": "size * 3"}) == (True, 2, ["formulas four"], None)


def test_another_label_of_a_field_touches_what_shows_it(pumps: World) -> None:
    answer = pumps.nora("PATCH", "/objects/opportunity/fields/stage?check=true", {"label": "Step"}).json()
    impact = answer["impact"]
    assert (impact["touches"], impact["records"]) == (True, 0)
    assert impact["views"]
    assert impact["layouts"]
    assert [sort for sort in SORTS if impact[sort]] == ["views", "layouts"]


def test_a_rule_names_the_records_that_break_it_before_it_is_saved(pumps: World) -> None:
    sent = {"label": "Small", "refuse_if": "size > 1", "message": "Too big."}
    answer = pumps.nora.post("/objects/pump/rules?check=true", sent)
    assert (answer["breaking"], [one["title"] for one in answer["offenders"]]) == (1, ["B"])
