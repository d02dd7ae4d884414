"""A change in the making."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from relata.errors import Fault
from relata.kernel.records.rule import Record
from relata.kernel.records.validate import Values


@dataclass(slots=True)
class Draft:
    """`before` is None for a new record, `sent` names the fields that somebody wrote, `after` is what the record will
    hold, `changed` what differs from before. `origins` tells of the fields that nobody wrote where their values are from; `id` is
    that of a record which is there already.
    """

    before: Record | None
    sent: frozenset[str]
    after: Values
    faults: list[Fault] = field(default_factory=list)
    changed: Values = field(default_factory=dict)
    origins: dict[str, Any] = field(default_factory=dict)
    id: str | None = None

    @property
    def faulty(self) -> set[str]:
        """The fields that something is wrong with already."""
        return {fault.pointer.split("/")[1] for fault in self.faults if "/" in fault.pointer}

    def touches(self, names: frozenset[str]) -> bool:
        """Whether the change is about one of these fields; of none at all, every change is."""
        return self.before is None or not names or not names.isdisjoint(self.changed)
