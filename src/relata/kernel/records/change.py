"""What one asks of the writer: a change of one record, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Create:
    """A new record with these fields, in the form that clients send."""

    values: Any


@dataclass(frozen=True, slots=True)
class Update:
    """Other values for some fields. With `version`, only if the record still has it. `linked` are the many-to-many
    fields whose links were changed before: that is a change of the record as well.
    """

    id: str
    values: Any
    version: int | None = None
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Into the trash."""

    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Out of the trash."""

    id: str


Change = Create | Update | Delete | Restore


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a change: the record as JSON (as the actor sees it) and its version."""

    id: str
    record: bytes
    version: int
    changed: bool = True
