"""What became of the rows of a job: one file per chunk, written before the chunk is committed and read only when it is.
A chunk that was lost with its worker is taken again and its file written anew. What was sent stands in the job's own
file and is put beside it, so that each row is in exactly one of the three sets.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Fault, Gone
from relata.kernel.jobs.files import BULK, KEPT, needing_room
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken

ENCODE = msgspec.json.Encoder(decimal_format="number").encode
SETS = ("succeeded", "failed", "unprocessed")
Entry = dict[str, Any]


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


def entry_of(one: Taken) -> Entry:
    """`{"line", "action", "id"}`, of refused rows also `errors`."""
    entry: Entry = {"line": one.line, "action": one.action, "id": one.id}
    return entry | {"errors": told(one.faults)} if one.action == "refused" else entry


def told(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in faults]


def write_chunk(folder: Path, number: int, entries: Iterable[Entry]) -> None:
    """One line per row, in order."""
    with needing_room(), (folder / chunk_name(number)).open("wb") as file:
        file.write(b"".join(ENCODE(entry) + b"\n" for entry in entries))
        file.flush()
        os.fsync(file.fileno())


def read_chunk(folder: Path, number: int) -> Iterator[Entry]:
    with (folder / chunk_name(number)).open("rb") as file:
        for line in file:
            yield msgspec.json.decode(line)


def outcomes(folder: Path, chunks: Iterable[tuple[int, list[Row]]], ready: set[int], which: str) -> Iterator[Entry]:
    """The rows of one of the SETS, each with the `record` that was sent, in the order of the file."""
    for number, rows in chunks:
        if number not in ready and which == "unprocessed":
            for row in rows:
                yield {"line": row.line, "id": row.values.get("id")} | sent(row)
        elif number in ready and which != "unprocessed":
            for row, entry in zip(rows, read_chunk(folder, number), strict=True):
                if (entry["action"] == "refused") == (which == "failed"):
                    yield entry | sent(row)


def sent(row: Row) -> Entry:
    """`record`, and as `text` what could not be read."""
    record = {"record": speakable(row.values)}
    return record | {"text": speakable(row.text)} if row.text else record


def speakable(value: Any) -> Any:
    """The value with lone surrogates replaced: a refused row may hold them, JSON cannot."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {speakable(key): speakable(part) for key, part in value.items()}
    return [speakable(part) for part in value] if isinstance(value, list) else value
