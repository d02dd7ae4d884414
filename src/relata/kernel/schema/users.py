"""Who uses what is to be changed: the sorts of users there are, and how they are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from relata.kernel.metadata.expansion import Step

SORTS = (
    "formulas",
    "rollups",
    "rules",
    "conditions",
    "views",
    "layouts",
    "titles",
    "rates",
    "relations",
    "imports",
    "actions",
    "schedules",
)
"""What can use a field; automations that are kept as data will be among them."""
Records = Literal["holding", "all", "none"]
"""Those that hold something in the field (or one of the options), all of the object, or none."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be changed: an object, a field of it, or options of that; which sorts of users that can touch, and
    which records.
    """

    object: str
    field: str | None = None
    options: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset(SORTS)
    records: Records = "holding"

    def among(self, steps: Iterable[Step]) -> bool:
        return any(name == self.object and self.field in (None, field) for name, field in steps)

    def itself(self, name: str, field: str) -> bool:
        return name == self.object and self.field in (None, field)

    def named_in(self, *documents: Any) -> bool:
        """Whether a definition writes one of the options; without options each one counts."""
        if not self.options:
            return True
        texts = [one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in documents if one]
        return any(f"{mark}{key}{mark}" in text for key in self.options for text in texts for mark in "\"'")


@dataclass(frozen=True, slots=True)
class User:
    """Who uses it: of which sort, where it stands and what it is called; `told` says that within a sentence."""

    sort: str
    object: str
    name: str
    label: str
    told: str
