"""How a text file parts its cells, found out by reading its beginning in every likely way: right is the way in which most rows
have the same number of cells, and the most of them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from charset_normalizer import from_bytes

from relata.kernel.records.source import BLOCK, LONGEST_CELL, decodes

HEAD = 1 << 18
"""Characters of the beginning that are looked at."""
ROWS = 300
USUAL = 0.05
"""Share of rows from which on something is how the file is written, and no slip."""
SEVERAL = 3
DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", "\x1f")
RARE = DELIMITERS[4:]
"""They stand in texts more often than between cells."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAID = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
SINGLE = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", re.MULTILINE)
ESCAPED = re.compile(r'[^\\"](\\\\)*\\"(?![,;\t|\r\n]|$)', re.MULTILINE)
DOUBLED = re.compile(r'[^,;\t|\r\n"]""[^"]|[^"]""[^,;\t|\r\n"]')
PREAMBLE = 50
"""Lines above the header among which that is looked for."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """`skipped` rows stand above the header (as the csv module counts rows, blank ones too); `width` is that of most rows. In a
    `spaced` one, blanks before cells belong to none.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    skipped: int = 0
    strict: bool = True
    padded: bool = False
    spaced: bool = False
    width: int = 0


def encoding_of(path: Path) -> tuple[str, str | None]:
    """How the characters are written; with a sentence where that had to be guessed."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, None
    if wide := without_mark(head):
        return wide, None
    for errors in ("strict", "surrogatepass"):
        if decodes(path, errors):
            return "utf-8", None
    best = from_bytes(head, cp_exclusion=["utf_7", "utf_16", "utf_32"]).best() if not western(head) else None
    name = best.encoding if best is not None else "cp1252"
    shown = {"cp1252": "Windows-1252"}.get(name, name.upper().replace("_", "-"))
    return name, f"The file is not UTF-8; it was read as {shown}."


def without_mark(head: bytes) -> str | None:
    """UTF-16 without a mark has zeros in every other place of plain text."""
    some = head[:4_000]
    if len(some) < 4 or b"\0" not in some:
        return None
    even, odd = some[::2].count(0), some[1::2].count(0)
    half = len(some) // 2
    if odd > half * 0.4 > even * 10:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 > odd * 10 else None


def western(head: bytes) -> bool:
    """Whether every byte beyond ASCII stands alone in a Latin word, as accents of western languages do."""
    found = re.findall(rb"[\x80-\xff]+", head)
    return bool(found) and sum(len(run) == 1 for run in found) > 0.9 * len(found) and likely(head)


def likely(head: bytes) -> bool:
    usual = set("äöüÄÖÜßéèêëàâáíìîïóòôúùûñçÇÉÀÈåÅøØæÆãõ€„“”‚‘’–—…«»°´§£©® ")
    text = head.decode("cp1252", "replace")
    strange = [char for char in text if ord(char) > 127]
    return sum(char in usual for char in strange) > 0.8 * len(strange)


def dialect_of(path: Path, encoding: str, errors: str) -> Dialect:
    """The dialect of a text file by its beginning."""
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        text = file.read(HEAD)
        whole = not file.read(1)
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    said = SAID.match(text)
    if said:
        first = read(text, Dialect(said[1]))
        return seen(text, Dialect(said[1], skipped=1 + header_place(first[1:])))
    quotes = ["'", '"'] if SINGLE.search(text) and text.count("'") > text.count('"') else ['"']
    escapes = ["\\", None] if len(ESCAPED.findall(text)) > len(DOUBLED.findall(text)) else [None]
    ways = [
        Dialect(d, q, e, spaced=spaced(text, d, q)) for d in DELIMITERS if d in text for q in quotes for e in escapes
    ]
    if not ways:
        return seen(text, Dialect(skipped=header_place(read(text, Dialect()))))
    scored = [(score(read(text, way)) * (0.5 if way.delimiter in RARE else 1), -p, way) for p, way in enumerate(ways)]
    best = max(scored, key=lambda one: one[:2])[2]
    return seen(text, replace(best, skipped=header_place(read(text, best))))


def spaced(text: str, delimiter: str, quote: str) -> bool:
    """Whether blanks stand between delimiters and quotation marks, so that they belong to no cell."""
    return len(re.findall(rf"{re.escape(delimiter)} +{quote}", text)) > len(
        re.findall(rf"{re.escape(delimiter)}{quote}", text)
    )


def seen(text: str, way: Dialect) -> Dialect:
    """With how careful its rows are written: where many rows are broken or ragged, that is how the program writes them."""
    broken: list[str] = []
    rows = read(text, way, broken)
    if len(broken) >= SEVERAL and len(broken) > USUAL * len(rows):
        way, rows = replace(way, strict=False), read(text, replace(way, strict=False))
    data = [row for row in rows[way.skipped + 1 :] if any(row)]
    header = rows[way.skipped] if len(rows) > way.skipped else []
    ragged = sum(len(row) != len(header) for row in data)
    widths = Counter(len(row) for row in data)
    width = max(widths, key=lambda one: (widths[one], one)) if widths else len(header)
    return replace(way, padded=ragged > USUAL * max(len(data), 1), width=width)


def read(text: str, way: Dialect, broken: list[str] | None = None) -> list[list[str]]:
    """The first rows, blank ones as empty lists; the errors of those that are `broken`, where somebody asks."""
    csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    lines = reader(io.StringIO(text, newline=""), way if broken is not None else replace(way, strict=False))
    while len(rows) < ROWS:
        try:
            rows.append(next(lines))
        except StopIteration:
            break
        except csv.Error as error:
            if broken is not None:
                broken.append(str(error))
    return rows


def reader(lines: object, way: Dialect):  # type: ignore[no-untyped-def]  # noqa: ANN201 — the csv module names no type
    return csv.reader(
        lines,  # type: ignore[arg-type]
        delimiter=way.delimiter,
        quotechar=way.quote,
        escapechar=way.escape,
        skipinitialspace=way.spaced,
        strict=way.strict,
    )


def score(rows: Sequence[Sequence[str]]) -> float:
    """How much like a table they are: the share of rows that are as wide as most, and their width. Cells that look like more of
    the same text cut apart (a quote inside, a beginning blank) speak against it.
    """
    filled = [row for row in rows if any(row)]
    widths = Counter(len(row) for row in filled)
    if not widths:
        return 0.0
    width = max(widths, key=lambda one: (widths[one] * min(one, 12), one))
    if width < 2:
        return 0.0
    share = widths[width] / len(filled)
    cells = [cell for row in filled[:50] for cell in row]
    torn = sum('"' in cell for cell in cells) / max(len(cells), 1)
    return float(share * (1 - torn) * min(width, 30) ** 0.4)


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the header: titles and notes that are narrower than the table."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in filled)
    if not widths:
        return 0
    width = max(widths, key=lambda one: (widths[one], one))
    for place, row in enumerate(rows[:PREAMBLE]):
        named = sum(bool(cell.strip()) for cell in row)
        if named and (width == 1 or (len(row) >= 2 and named >= max(2, width / 2))):
            return place
    return next(place for place, row in enumerate(rows) if any(row))
