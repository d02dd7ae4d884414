"""The journal replays: undoing its before-images from the present gives every earlier state."""

from __future__ import annotations

import random
from typing import Any

from tests.world import World

FIELDS = ("company", "rating", "emails", "tags", "name")
VALUES: dict[str, tuple[Any, ...]] = {
    "company": (None, "Norrvik", "Ärzte", ""),
    "rating": (None, "cold", "hot"),
    "emails": (None, [], "a@b.example", [{"value": "c@d.example", "label": "Work"}]),
    "tags": (None, ["a"], ["b", "a"]),
    "name": ({"last": "Ray"}, {"first": "Ada", "last": "Lovelace"}),
}


def test_undoing_the_journal_from_the_present_gives_each_earlier_state(module_world: World) -> None:
    chance = random.Random(20261122)
    world = module_world
    for _ in range(8):
        record = world.nora.create("lead", name={"last": "Start"})
        path, states = f"/records/lead/{record['id']}", {1: record}
        deleted = False
        for _ in range(14):
            record, deleted = step(world, path, chance, record, deleted=deleted)
            states[record["version"]] = record
        check(world, record["id"], states)


def step(
    world: World, path: str, chance: random.Random, record: dict[str, Any], *, deleted: bool
) -> tuple[dict[str, Any], bool]:
    if deleted:
        return world.nora.post(f"{path}/restore"), False
    if chance.random() < 0.2:
        world.nora.delete(path)
        return {**record, "version": record["version"] + 1}, True
    chosen = chance.sample(FIELDS, chance.randint(1, 3))
    return world.nora.patch(path, {name: chance.choice(VALUES[name]) for name in chosen}), False


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
