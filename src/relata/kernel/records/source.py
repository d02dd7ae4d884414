"""Reading what came as a file: CSV and NDJSON, row by row, in bounded memory. A row that cannot be read
becomes a row with faults, so that the others can go on and every line is accounted for.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.metadata.kinds.checks import kind_of

NDJSON, CSV = "ndjson", "csv"
DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 4_000_000
LONGEST_ROW = 2_000
"""Lines that one row can take."""
UNCLOSED = "A quotation mark in this row is not closed where its cell ends: close it there, or double it if it belongs to the text."
LONGEST_TEXT = 10_000
"""Bytes of a line that cannot be read that are kept for whoever mends it."""
BLOCK = 1 << 20
BLANK = b" \t\r\n\v\f" + codecs.BOM_UTF8
DECODER = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(slots=True)
class Row:
    """One row of a file: where it begins, what it holds, or why it cannot be read, and then its `text`."""

    line: int
    values: Any
    faults: tuple[Fault, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is to be read; `note` says what was assumed about it, `shared` is added to each object of NDJSON.

    Of CSV the first `skipped` rows are no data: the header, and what stands above. A `lenient` one passes over empty rows, a
    `spaced` one over blanks before cells, in a `strict` one a quotation mark inside of a cell must be doubled, and a `padded` one has rows that
    are shorter or longer than the header by empty cells.
    """

    path: Path
    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    header: tuple[str, ...] = ()
    note: str | None = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    quote: str = '"'
    escape: str | None = None
    skipped: int = 1
    lenient: bool = False
    strict: bool = False
    padded: bool = False
    spaced: bool = False

    def rows(self) -> Iterator[Row]:
        """Objects of NDJSON as they are; of CSV, texts by column, empty cells left out."""
        return csv_rows(self) if self.format == CSV else json_rows(self)

    def told(self, folder: Path) -> dict[str, Any]:
        """As JSON, its path relative to a folder; what is shared is told elsewhere."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "shared"}
        return own | {"path": str(self.path.relative_to(folder)), "header": list(self.header)}

    def count(self) -> int:
        """How many rows there are."""
        if self.format == CSV:
            return sum(1 for _ in csv_rows(self))
        with self.path.open("rb") as file:
            return sum(1 for text in file if text.strip(BLANK))


def open_source(path: Path, format_: str) -> Source:
    """The file with its encoding, delimiter and header found out; raises Invalid."""
    if format_ == NDJSON:
        return Source(path, NDJSON)
    encoding, note = encoding_of(path)
    with path.open(encoding=encoding, errors=errors_of(encoding), newline="") as file:
        first = file.readline(LONGEST_CELL)
    delimiter = max(DELIMITERS, key=first.count)
    source = Source(path, CSV, encoding, delimiter, (), note)
    with path.open(encoding=encoding, errors=errors_of(encoding), newline="") as file:
        header: list[str] = next(reader_of(source, file), [])
    names = tuple(name.strip() for name in header)
    if not any(names):
        raise Invalid([Fault("", "no_header", "The first line must name the columns.")])
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice or "" in names:
        told = f"The column «{twice[0]}» is there twice." if twice else "A column has no name in the first line."
        raise Invalid([Fault("", "bad_header", told)])
    return Source(path, CSV, encoding, delimiter, names, note)


def encoding_of(path: Path) -> tuple[str, str | None]:
    """UTF-8 with or without a mark, else Windows-1252, which then is told."""
    with path.open("rb") as file:
        mark = file.read(3) == codecs.BOM_UTF8
    name = "utf-8-sig" if mark else "utf-8"
    for errors in ("strict", "surrogatepass"):
        if decodes(path, errors):
            return name, None
    return "cp1252", "The file is not UTF-8; it was read as Windows-1252."


def decodes(path: Path, errors: str) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")(errors)
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def errors_of(encoding: str) -> str:
    """Lone surrogates pass here, so that only their own row is refused."""
    return "replace" if encoding == "cp1252" else "surrogatepass"


def reader_of(source: Source, file: Any) -> Any:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(
        file,
        delimiter=source.delimiter,
        quotechar=source.quote,
        escapechar=source.escape,
        skipinitialspace=source.spaced,
        strict=source.strict,
    )


def csv_rows(source: Source) -> Iterator[Row]:
    with source.path.open(encoding=source.encoding, errors=errors_of(source.encoding), newline="") as file:
        lines = Lines(file)
        reader = reader_of(source, lines)
        for _ in range(source.skipped):
            next(reader, None)
        while True:
            line = lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, Runaway) as error:
                told = UNCLOSED if source.lenient else f"The row cannot be read: {error}."
                yield Row(line, {}, (Fault("", "bad_row", told),), lines.give_back())
                reader = reader_of(source, lines)
                continue
            if cells and (not source.lenient or any(cells)):
                yield csv_row(source, line, cells)


def csv_row(source: Source, line: int, cells: list[str]) -> Row:
    width = len(source.header)
    values = {name: cell for name, cell in zip(source.header, cells, strict=False) if cell}
    if len(cells) == width:
        return Row(line, values)
    if source.padded and (1 < len(cells) < width or (len(cells) > width and not any(cells[width:]))):
        return Row(line, values)
    told = f"The row has {len(cells)} cells, the header names {width} columns; is a quotation mark missing?"
    return Row(line, values, (Fault("", "ragged_row", told),), source.delimiter.join(cells))


class Runaway(Exception):
    """A cell goes on and on: its quotation mark is closed nowhere near."""


class Lines:
    """The lines of a file for the csv module. A row that takes too many gives all but its first line back."""

    def __init__(self, file: Any) -> None:
        self.file, self.number, self.size = file, 0, 0
        self.taken: list[str] = []
        self.back: list[str] = []

    def begin(self) -> int:
        """A new row begins; the number of its first line."""
        self.taken, self.size = [], 0
        return self.number + 1

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self.back.pop() if self.back else next(self.file)
        self.number += 1
        self.taken.append(line)
        self.size += len(line)
        if len(self.taken) > LONGEST_ROW or (self.size > LONGEST_CELL and len(self.taken) > 1):
            raise Runaway
        return line

    def give_back(self) -> str:
        """All but the first line of the row, which is told."""
        first, *rest = self.taken
        self.back += reversed(rest)
        self.number -= len(rest)
        return first.strip("\r\n")[:LONGEST_TEXT]


def json_rows(source: Source) -> Iterator[Row]:
    with source.path.open("rb") as file:
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            row = json_row(number, text)
            yield replace(row, values=row.values | source.shared) if source.shared else row


def json_row(number: int, text: bytes) -> Row:
    if len(text) > LONGEST_CELL:
        return unread(number, text, Fault("", "too_long", f"A line has at most {LONGEST_CELL:,} bytes."))
    try:
        values = DECODER.decode(text)
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError) as error:
        return unread(number, text, Fault("", "malformed", f"The line is not JSON: {str(error)[:200]}."))
    if not isinstance(values, dict):
        return unread(number, text, Fault("", "wrong_type", f"Send an object of fields; {kind_of(values)} came."))
    return Row(number, values)


def unread(number: int, text: bytes, fault: Fault) -> Row:
    return Row(number, {}, (fault,), text.strip()[:LONGEST_TEXT].decode(errors="replace"))
