"""CSV and its relatives, in whatever dialect: read where they lie."""

from __future__ import annotations

from pathlib import Path

from relata.kernel.importing.reading.dialect import dialect_of, encoding_of, reader
from relata.kernel.importing.reading.table import Table, unreadable
from relata.kernel.records.source import CSV, Source, errors_of

BLANKS = str.maketrans({"\u200d": "", "\ufeff": "", "\0": ""})


def read_text(path: Path, name: str) -> Table:
    """A text file as a table; raises Invalid where it holds none."""
    encoding, guessed = encoding_of(path)
    try:
        way = dialect_of(path, encoding, errors_of(encoding))
        with path.open(encoding=encoding, errors=errors_of(encoding), newline="") as file:
            rows = reader(file, way)
            for _ in range(way.skipped):
                next(rows, None)
            header: list[str] = next(rows, [])
    except (UnicodeError, LookupError) as error:
        raise unreadable(f"«{name}» is neither a table nor text that can be read; save it as CSV in UTF-8.") from error
    if not any(cell.strip() for cell in header):
        raise unreadable(f"«{name}» holds no table: its first line must name the columns.")
    notes = [guessed] if guessed else []
    if way.skipped:
        notes.append(f"The columns are named in row {way.skipped + 1}; what stands above was left out.")
    source = Source(
        path,
        CSV,
        encoding,
        way.delimiter,
        column_names(fitting(header, way.width)),
        guessed,
        quote=way.quote,
        escape=way.escape,
        skipped=way.skipped + 1,
        lenient=True,
        strict=way.strict,
        padded=way.padded,
        spaced=way.spaced,
    )
    return Table(name, None, "csv", source, tuple(notes))


def fitting(header: list[str], width: int) -> list[str]:
    """The header of rows that are narrower: what is too much of it are cells without a name."""
    named = [cell for cell in header if cell.strip()]
    return named if len(header) > width >= 2 and len(named) == width else header


def column_names(cells: list[str]) -> tuple[str, ...]:
    """A name for each column: nameless ones are numbered, and so are those of the same name. Empty ones at the end are none."""
    clean = [cell.translate(BLANKS).strip() for cell in cells]
    while clean and not clean[-1]:
        clean.pop()
    names: list[str] = []
    for number, cell in enumerate(clean, 1):
        wanted = " ".join(cell.split())[:200] or f"Column {number}"
        name, count = wanted, 2
        while name in names:
            name, count = f"{wanted} ({count})", count + 1
        names.append(name)
    return tuple(names)
