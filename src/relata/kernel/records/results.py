"""What became of the rows of a bulk job: one file per chunk, written before the chunk is committed and
read only when it is. A chunk that was lost with its worker is taken again and its file written anew.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Gone
from relata.kernel.jobs.files import BULK, KEPT, needing_room
from relata.kernel.records.bulk import Taken
from relata.kernel.records.source import Row

ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def folder_of(folder: Path, job: str) -> Path:
    """Where the files of a job lie."""
    return folder / BULK / job


def chunk_name(number: int) -> str:
    return f"{number:08d}.ndjson"


def check_kept(folder: Path, names: Iterable[str]) -> None:
    """Raises Gone unless all of these files of a job are still there."""
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    if not there.issuperset(names) or not there:
        raise Gone(f"The files of this job are not here any more: they are kept for {KEPT} days after its end.")


def write_chunk(folder: Path, number: int, rows: list[Row], taken: list[Taken]) -> None:
    """One line per row: `{"line", "action", "id"}`, of refused ones also `errors` and the `record`."""
    lines = []
    for row, one in zip(rows, taken, strict=True):
        entry: dict[str, Any] = {"line": one.line, "action": one.action, "id": one.id}
        if one.action == "refused":
            entry["errors"] = [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in one.faults]
            entry["record"] = speakable(row.values)
        lines.append(ENCODE(entry))
    with needing_room(), (folder / chunk_name(number)).open("wb") as file:
        file.write(b"\n".join(lines) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def speakable(value: Any) -> Any:
    """The value with lone surrogates replaced: a refused row may hold them, JSON cannot."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {speakable(key): speakable(part) for key, part in value.items()}
    return [speakable(part) for part in value] if isinstance(value, list) else value


def read_chunks(folder: Path, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The entries of committed chunks, in the order of the file."""
    for number in sorted(numbers):
        with (folder / chunk_name(number)).open("rb") as file:
            for line in file:
                yield msgspec.json.decode(line)


def as_ndjson(entries: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for entry in entries:
        yield ENCODE(entry) + b"\n"


def as_csv(entries: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> Iterator[bytes]:
    """The same as a table; lists and objects as JSON, errors as sentences."""
    yield line_of(columns)
    for entry in entries:
        yield line_of([cell(name, entry.get(name)) for name in columns])


def cell(name: str, value: Any) -> str:
    if name == "errors":
        return " ".join(
            f"{error['pointer']}: {error['message']}" if error["pointer"] else error["message"] for error in value
        )
    if isinstance(value, dict | list):
        return ENCODE(value).decode()
    return "" if value is None else str(value)


def line_of(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode("utf-8", "replace")
