"""The result sets of a job in the forms in which they are asked for. Members and columns that begin with «~» are notes:
a bulk passes over them, so that a set can be mended and sent again as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from relata.kernel.records.results import ENCODE, Entry

NOTES = {
    "succeeded": ("line", "id", "action"),
    "failed": ("line", "id", "errors", "text"),
    "unprocessed": ("line", "id", "text"),
}


def as_ndjson(entries: Iterable[Entry]) -> Iterator[bytes]:
    for entry in entries:
        yield ENCODE(entry) + b"\n"


def as_sent(entries: Iterable[Entry]) -> Iterator[bytes]:
    """One object per line: what was sent, after notes of what became of it."""
    for entry in entries:
        notes = {f"~{name}": value for name, value in entry.items() if name != "record"}
        yield ENCODE(notes | entry["record"]) + b"\n"


def as_csv(entries: Iterable[Entry], which: str, header: tuple[str, ...]) -> Iterator[bytes]:
    """The same as a table; without a `header` of what was sent, that is one column of JSON."""
    notes = NOTES[which]
    own = tuple(name for name in header if not name.startswith("~"))
    yield line_of((*(f"~{name}" for name in notes), *own) if header else (*notes, "record"))
    for entry in entries:
        cells = [cell(name, entry.get(name)) for name in notes]
        record = entry["record"]
        yield line_of([*cells, *(record.get(name, "") for name in own)] if header else [*cells, cell("", record)])


def cell(name: str, value: Any) -> str:
    """Lists and objects as JSON, errors as sentences."""
    if name == "errors":
        return " ".join(
            f"{error['pointer']}: {error['message']}" if error["pointer"] else error["message"] for error in value or ()
        )
    if isinstance(value, dict | list):
        return ENCODE(value).decode()
    return "" if value is None else str(value)


def line_of(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode("utf-8", "replace")
