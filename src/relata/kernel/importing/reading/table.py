"""A table of a file, as its readers give it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from relata.errors import Fault, Invalid
from relata.kernel.records.source import Source

MOST_EXPANDED = 4_000_000_000
"""Bytes that an archive may hold when it is unpacked."""
MOST_RATIO = 200
"""How many times larger than packed: what is packed tighter is no table."""


@dataclass(frozen=True, slots=True)
class Table:
    """`file` is the name under which it came, `notes` are sentences on what was assumed or left out."""

    file: str
    sheet: str | None
    format: str
    source: Source
    notes: tuple[str, ...] = ()


class Places:
    """Where converted tables are put: files of a folder, numbered behind a stem."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.stem, self.made = folder, stem, 0

    def next(self) -> Path:
        """A file that is not there yet."""
        self.made += 1
        return self.folder / f"{self.stem}-{self.made}"


def unreadable(message: str) -> Invalid:
    """The refusal of a file, with how to mend it."""
    return Invalid([Fault("", "unreadable", message)], message)
