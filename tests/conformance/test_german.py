"""What Relata itself named has a German name in the interface; whoever adds a field adds one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relata.kernel.metadata.kinds import KINDS
from tests.world import World

NAMES = Path(__file__).parents[2] / "web" / "src" / "standard" / "de.json"


def test_every_standard_name_has_a_german_one(module_world: World) -> None:
    german = json.loads(NAMES.read_text("utf-8"))
    said = {part.label for kind in KINDS.values() for part in kind.parts}
    said |= {name for object_ in module_world.nora.get("/catalog")["objects"] for name in names_of(object_)}
    assert sorted(said - german.keys()) == []
    assert sorted(german.keys() - said) == []


def names_of(object_: dict[str, Any]) -> Iterator[str]:
    yield from (object_["label"], object_["plural"])
    for field in object_["fields"]:
        yield field["label"]
        if field["help"]:
            yield field["help"]
        yield from (option["label"] for option in field["options"] or [])
        yield from (part["label"] for part in field["parts"])
    for each in (*object_["inverses"], *object_["views"], *object_["layout"]["sections"]):
        yield each["label"]
