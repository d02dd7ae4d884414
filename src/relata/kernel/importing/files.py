"""The two files that an import leaves: what was taken, and what was refused in a form that can be
mended and imported again.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec

from relata.kernel.records.results import read_chunk


def write_files(folder: Path, columns: list[str]) -> dict[str, str]:
    """Name → path of `succeeded.csv` and `failed.csv`, made of the results of the chunks."""
    paths = {name: folder / f"{name}.csv" for name in ("succeeded", "failed")}
    parts = sorted(folder.glob("*.ndjson"))
    with (
        paths["succeeded"].open("w", newline="", encoding="utf-8") as taken,
        paths["failed"].open("w", newline="", encoding="utf-8") as refused,
    ):
        good, bad = csv.writer(taken), csv.writer(refused)
        good.writerow(["line", "action", "id"])
        bad.writerow(["line", "errors", *columns])
        for entry in (entry for part in parts for entry in read_chunk(folder, int(part.stem))):
            if entry["action"] == "refused":
                told = " ".join(f"{error['pointer'].lstrip('/')}: {error['message']}" for error in entry["errors"])
                bad.writerow([entry["line"], told, *(text_of(entry["record"].get(column)) for column in columns)])
            else:
                good.writerow([entry["line"], entry["action"], entry["id"]])
    for part in parts:
        part.unlink()
    return {name: str(path) for name, path in paths.items()}


def text_of(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
