"""Spreadsheets (xlsx, xls, xlsb, ods): every visible sheet with a header is a table, written out as CSV once. Cells keep their
values: dates as ISO, numbers as they are, formulas as what they last gave.
"""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from relata.kernel.importing.reading.dialect import header_place
from relata.kernel.importing.reading.table import MOST_EXPANDED, MOST_RATIO, Places, Table, unreadable
from relata.kernel.importing.reading.text import column_names
from relata.kernel.records.source import CSV, Source

LOOKED_AT = 300
WHOLE = 1e15
"""Beyond it a double does not tell one whole number from the next."""
DAY = dt.timedelta(days=1)


def read_sheets(path: Path, name: str, places: Places, format_: str) -> list[Table]:
    """The tables of a workbook; raises Invalid where it cannot be opened."""
    check_size(path, name)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        told = [one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
        shown = [one.name for one in told if one.visible == python_calamine.SheetVisibleEnum.Visible]
        hidden = [one.name for one in told if one.name not in shown]
        note = (f"Hidden sheets were left out: {', '.join(hidden)}.",) if hidden else ()
        found = [table for one in shown if (table := sheet(book, one, (name, format_), places, note))]
    except python_calamine.PasswordError:
        raise unreadable(f"«{name}» is protected by a password: save it without one, then send it again.") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise unreadable(f"«{name}» cannot be opened as a spreadsheet: save it anew as .xlsx or as CSV.") from error
    if not found:
        raise unreadable(f"«{name}» has no sheet with a table: one of its first rows must name the columns.")
    return found


def check_size(path: Path, name: str) -> None:
    """Raises Invalid for what would fill the memory when it is unpacked."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        sizes = [(one.file_size, one.compress_size) for one in archive.infolist()]
    whole = sum(size for size, _ in sizes)
    if whole > MOST_EXPANDED // 2 or any(size > 10_000_000 and size > packed * MOST_RATIO for size, packed in sizes):
        raise unreadable(f"«{name}» unpacks to {whole:,} bytes, which is too much for a spreadsheet: send it as CSV.")


def sheet(
    book: python_calamine.CalamineWorkbook, title: str, named: tuple[str, str], places: Places, notes: Sequence[str]
) -> Table | None:
    rows = book.get_sheet_by_name(title).iter_rows()
    first = [row for row, _ in zip(rows, range(LOOKED_AT), strict=False)]
    texts = [[text_of(cell) for cell in row] for row in first]
    if not any(any(row) for row in texts):
        return None
    above = header_place(narrowed(texts))
    header = column_names(texts[above])
    path = places.next()
    lost = write(path, header, chain(first[above + 1 :], rows))
    more = [f"The columns are named in row {above + 1}; what stands above was left out."] if above else []
    more += [f"{lost:,} cells hold errors such as #N/A; they were taken as empty."] if lost else []
    source = Source(path, CSV, "utf-8", ",", header, None, skipped=1, lenient=True)
    return Table(named[0], title, named[1], source, (*notes, *more))


def narrowed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows without the empty cells at their ends, as a text file would have them."""
    return [list(row[: max((n for n, cell in enumerate(row, 1) if cell), default=0)]) for row in rows]


def chain(first: Iterable[list[Any]], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield from first
    yield from rest


def write(path: Path, header: tuple[str, ...], rows: Iterable[list[Any]]) -> int:
    """The rows as CSV; how many cells held errors."""
    lost = 0
    with path.open("w", newline="", encoding="utf-8", errors="surrogatepass") as file:
        out = csv.writer(file)
        out.writerow(header)
        for row in rows:
            cells = [text_of(cell) for cell in row[: len(header)]]
            for place, cell in enumerate(cells):
                if cell[:1] == "#" and cell in ERRORS:
                    cells[place] = ""
                    lost += 1
            out.writerow(cells if any(cells) else [""] * len(header))
    return lost


ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!"}


def text_of(cell: Any) -> str:
    """A cell as text, of which its value can be had back."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE else repr(cell)
        case dt.datetime():
            plain = cell.time() == dt.time() and cell.tzinfo is None
            return cell.date().isoformat() if plain else cell.isoformat(sep=" ", timespec="seconds")
        case dt.timedelta():
            return str(int(cell.total_seconds()))
        case dt.date() | dt.time():
            return cell.isoformat()
        case None:
            return ""
        case _:
            return str(cell)
