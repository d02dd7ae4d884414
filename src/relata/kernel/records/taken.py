"""What becomes of a row of a bulk, and the checked row on its way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relata.errors import Fault


@dataclass(slots=True)
class Taken:
    """What became of a row: `created`, `updated`, `unchanged`, `deleted` or `refused`."""

    line: int
    action: str
    id: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Planned:
    """A row that passed every check: the statement that it needs and its row for that."""

    place: int
    statement: tuple[str, ...]
    row: dict[str, Any]
