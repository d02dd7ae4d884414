"""The journal replays: undoing its before-images from the present gives every earlier state."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "company": st.none() | TEXT,
    "rating": st.sampled_from([None, "cold", "hot"]),
    "emails": st.sampled_from([None, [], "a@b.example", [{"value": "c@d.example", "label": "Work"}]]),
    "tags": st.none() | st.lists(st.sampled_from("abc"), unique=True),
    "name": st.fixed_dictionaries({"last": st.sampled_from(["Ray", "Ärzte", "O'Neil"])}, optional={"first": TEXT}),
}
FIELDS = tuple(VALUES)
CHANGE = st.fixed_dictionaries({}, optional=VALUES).filter(bool)
STEPS = st.lists(CHANGE | CHANGE | st.none(), max_size=12)
"""What is changed, one after the other; None moves the record to the trash, or out of it."""


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_undoing_the_journal_from_the_present_gives_each_earlier_state(
    module_world: World, steps: list[dict[str, Any] | None]
) -> None:
    record = module_world.nora.create("lead", name={"last": "Start"})
    states, deleted = {1: record}, False
    for change in steps:
        record, deleted = step(module_world, f"/records/lead/{record['id']}", change, record, deleted=deleted)
        states[record["version"]] = record
    check(module_world, record["id"], states)


def step(
    world: World, path: str, change: dict[str, Any] | None, record: dict[str, Any], *, deleted: bool
) -> tuple[dict[str, Any], bool]:
    if deleted:
        return world.nora.post(f"{path}/restore"), False
    if change is None:
        world.nora.delete(path)
        return {**record, "version": record["version"] + 1}, True
    return world.nora.patch(path, change), False


def check(world: World, id_: str, states: dict[int, dict[str, Any]]) -> None:
    rows = world.rows(
        "select version, op::text, before from {schema}._journal where record = %s order by version desc", [id_]
    )
    assert [row[0] for row in rows] == list(range(len(rows), 0, -1))
    last = max(states)
    now = {name: states[last][name] for name in FIELDS}
    for version, op, before in rows:
        if version in states:
            assert now == {name: states[version][name] for name in FIELDS}, version
        if op == "d":
            assert {name: before.get(name) for name in FIELDS} == now
        elif op == "u":
            now |= {name: value for name, value in before.items() if name in FIELDS}
    events = world.rows("select version, op::text from {schema}._outbox where record = %s order by version desc", [id_])
    assert events == [(version, op) for version, op, _ in rows]
