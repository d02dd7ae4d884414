"""What a file is, told by its content; its name is a hint only. Archives are opened, one level deep."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from relata.kernel.importing.reading.sheets import read_sheets
from relata.kernel.importing.reading.table import MOST_EXPANDED, MOST_RATIO, Places, Table, unreadable
from relata.kernel.importing.reading.text import read_text
from relata.kernel.records.source import BLANK, NDJSON, Source

ZIP, GZIP, OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"{\\rtf": "a text document"}
MOST_MEMBERS = 200
LARGEST_LIST = 100_000_000
"""Bytes of a JSON file that is one list: longer ones are to come as one object per line."""


def read_tables(path: Path, name: str, folder: Path) -> list[Table]:
    """The tables of a file that was sent under a name; converted ones are put into the folder. Raises Invalid."""
    return tables_in(path, name, Places(folder, path.name), nested=False)


def tables_in(path: Path, name: str, places: Places, *, nested: bool) -> list[Table]:
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head.strip(BLANK):
        raise unreadable(f"«{name}» is empty.")
    for magic, what in OTHERS.items():
        if head.startswith(magic):
            raise unreadable(f"«{name}» is {what}; send a table: CSV, Excel, OpenDocument or JSON.")
    if head.startswith(ZIP):
        return tables_in_zip(path, name, places, nested=nested)
    if head.startswith(GZIP):
        return tables_in_gzip(path, name, places, nested=nested)
    if head.startswith(OLE):
        return read_sheets(path, name, places, "xls")
    start = head.lstrip(BLANK)[:1]
    if start == b"{":
        return [Table(name, None, "ndjson", Source(path, NDJSON))]
    if start == b"[" and (listed := json_list(path, name, places)):
        return [listed]
    return [read_text(path, name)]


def tables_in_zip(path: Path, name: str, places: Places, *, nested: bool) -> list[Table]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names or "xl/workbook.bin" in names:
                return read_sheets(path, name, places, "xlsb" if "xl/workbook.bin" in names else "xlsx")
            if "mimetype" in names and b"spreadsheet" in archive.read("mimetype")[:200]:
                return read_sheets(path, name, places, "ods")
            if nested:
                raise unreadable(f"«{name}» is an archive inside of an archive: unpack it first.")
            return members(archive, name, places)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable(f"«{name}» cannot be unpacked: is it whole, and without a password?") from error


def members(archive: zipfile.ZipFile, name: str, places: Places) -> list[Table]:
    """The tables of all files of an archive; what is no table is passed over."""
    wanted = [
        one for one in archive.infolist() if not one.is_dir() and not Path(one.filename).name.startswith((".", "__"))
    ]
    if len(wanted) > MOST_MEMBERS:
        raise unreadable(f"«{name}» holds {len(wanted):,} files; at most {MOST_MEMBERS} are taken at once.")
    if sum(one.file_size for one in wanted) > MOST_EXPANDED:
        raise unreadable(f"«{name}» unpacks to more than {MOST_EXPANDED:,} bytes: send its files one by one.")
    found: list[Table] = []
    passed: list[str] = []
    for one in wanted:
        if one.file_size > 10_000_000 and one.file_size > one.compress_size * MOST_RATIO:
            raise unreadable(f"«{name}» is packed tighter than tables are: unpack it, and send its files.")
        path = places.next()
        with archive.open(one) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)
        try:
            found += tables_in(path, Path(one.filename).name, places, nested=True)
        except type(unreadable("")):
            passed.append(Path(one.filename).name)
            path.unlink()
    if not found:
        raise unreadable(f"«{name}» holds no file with a table.")
    note = (f"Files without a table were left out: {', '.join(passed[:20])}.",) if passed else ()
    return [replace(found[0], notes=(*note, *found[0].notes)), *found[1:]]


def tables_in_gzip(path: Path, name: str, places: Places, *, nested: bool) -> list[Table]:
    if nested:
        raise unreadable(f"«{name}» is an archive inside of an archive: unpack it first.")
    place, size = places.next(), 0
    try:
        with gzip.open(path) as packed, place.open("wb") as file:
            while block := packed.read(1 << 20):
                size += len(block)
                if size > MOST_EXPANDED:
                    raise unreadable(f"«{name}» unpacks to more than {MOST_EXPANDED:,} bytes: send it in parts.")
                file.write(block)
    except (OSError, EOFError) as error:
        raise unreadable(f"«{name}» cannot be unpacked: is it whole?") from error
    return tables_in(place, name.removesuffix(".gz"), places, nested=True)


def json_list(path: Path, name: str, places: Places) -> Table | None:
    """A list of objects as one object per line; None where it is no JSON."""
    if path.stat().st_size > LARGEST_LIST:
        raise unreadable(
            f"«{name}» is one long list: send one JSON object per line, or at most {LARGEST_LIST:,} bytes."
        )
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    place = places.next()
    with place.open("wb") as file:
        for row in rows:
            file.write(bytes(row).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")
    return Table(name, None, "json", Source(place, NDJSON))


def source_from(document: Mapping[str, Any], folder: Path) -> Source:
    """A source as it was told, its file in a folder."""
    return Source(**{**document, "path": folder / document["path"], "header": tuple(document["header"])})
