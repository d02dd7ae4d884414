"""Texts as long as a field takes: an index holds less, which nobody must notice."""

from __future__ import annotations

import random

from tests.world import World


def test_a_name_of_any_characters_may_be_as_long_as_the_field_takes(module_world: World) -> None:
    chance = random.Random(7)
    nora = module_world.nora
    for low, high in ((0x4E00, 0x9FFF), (0x1F300, 0x1F5FF), (0x21, 0x7E), (0xFDFA, 0xFDFA)):
        name = "".join(chr(chance.randint(low, high)) for _ in range(4_000))
        made = nora.create("account", name=name)
        assert nora.get(f"/records/account/{made['id']}")["name"] == name
        assert [r["id"] for r in nora.query("account", filter={"field": "name", "op": "is", "value": name})] == [
            made["id"]
        ]
        assert nora.patch(f"/records/account/{made['id']}", {"name": name[::-1]})["name"] == name[::-1]
    first = nora.post("/records/account/query", {"sort": ["name"], "limit": 1})
    rest = nora.post("/records/account/query", {"sort": ["name"], "limit": 100, "after": first["next"]})
    assert len(rest["records"]) == 3


def test_a_key_too_long_for_its_index_is_a_fault_and_no_breakdown(module_world: World) -> None:
    chance = random.Random(8)
    key = "".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(4_000))
    assert module_world.nora.faults("POST", "/records/account", {"name": "x", "external_id": key}) == {"": "too_long"}
