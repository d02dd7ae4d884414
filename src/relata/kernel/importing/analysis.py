"""One reading of a table before anything is decided: how many rows there are, and what is in its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.importing.values import FEW, LABEL
from relata.kernel.records.results import speakable
from relata.kernel.records.source import NDJSON, Row, Source

LOOKED_AT = 2_000
"""Rows of which the values are looked at."""
MOST_COLUMNS = 1_000
SHOWN, LONGEST = 5, 120
"""Samples of a column that are shown, and their characters."""


@dataclass(slots=True)
class Seen:
    """`samples` are the filled values of the first rows by column, `different` all texts of those columns that have few."""

    header: tuple[str, ...]
    rows: int = 0
    looked_at: int = 0
    samples: dict[str, list[Any]] = field(default_factory=dict)
    different: dict[str, set[str]] = field(default_factory=dict)

    def share(self, column: str) -> float:
        """How many of the rows that were looked at have a value, from 0 to 1."""
        return round(len(self.samples[column]) / self.looked_at, 3) if self.looked_at else 0.0

    def options(self, column: str) -> tuple[str, ...]:
        """All different texts of a column, in order; nothing where there are too many for a choice."""
        return tuple(sorted(self.different.get(column, ())))

    def shown(self, column: str) -> list[str]:
        """A few values, different ones."""
        texts = dict.fromkeys(str(speakable(value)).strip()[:LONGEST] for value in self.samples[column])
        return list(texts)[:SHOWN]


def look_at(source: Source) -> Seen:
    """Reads the table once through; raises Invalid where it cannot be one."""
    header = source.header if source.format != NDJSON else header_of(source.rows())
    if len(header) > MOST_COLUMNS:
        told = f"The table has {len(header):,} columns; at most {MOST_COLUMNS:,} are taken."
        raise Invalid([Fault("", "too_many", told)], told)
    seen = Seen(tuple(header), samples={column: [] for column in header})
    seen.different = {column: set() for column in header}
    for row in source.rows():
        for column, found in list(seen.different.items()):
            value = row.values.get(column)
            if isinstance(value, str) and value.strip():
                found.add(value.strip()[: LABEL + 1])
                if len(found) > FEW:
                    del seen.different[column]
        seen.rows += 1
        if seen.rows <= LOOKED_AT:
            seen.looked_at += 1
            for column, value in row.values.items():
                if column in seen.samples and value not in (None, ""):
                    seen.samples[column].append(value)
    return seen


def header_of(rows: Iterable[Row]) -> Sequence[str]:
    """The columns of NDJSON: every name in its first rows."""
    names: dict[str, None] = {}
    for number, row in enumerate(rows):
        names |= dict.fromkeys(row.values)
        if number == LOOKED_AT:
            break
    return list(names)
