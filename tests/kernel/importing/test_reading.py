from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.importing.reading import Table, read_tables, source_from

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
SUITES = DATA / "csv_suites"
needs_suites = pytest.mark.skipif(not SUITES.is_dir(), reason="the CSV suites are not beside this checkout")


def tables(folder: Path, name: str, content: bytes | str) -> list[Table]:
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_tables(path, name, folder)


def cells(table: Table) -> list[list[str]]:
    """The rows without faults, by the header."""
    header = table.source.header
    return [[row.values.get(name, "") for name in header] for row in table.source.rows() if not row.faults]


def refused(table: Table) -> dict[int, str]:
    return {row.line: row.faults[0].code for row in table.source.rows() if row.faults}


SPECTRUM = {
    "newlines_crlf.csv": "the file itself has bare line feeds where its JSON says otherwise",
}
TESTED = {
    "all-empty.csv": "a file without a character",
    "bad-header-no-header.csv": "a file without a character",
    "bad-header-more-fields.csv": [2],
    "bad-missing-quote.csv": [2],
    "bad-quotes-with-unescaped-quote.csv": [2],
    "empty-one-column.csv": "a row without a value is no row",
    "header-no-rows.csv": "the JSON leaves the header out",
}
"""File → the lines that are refused, or why it is read in another way than the suite says."""


@needs_suites
@pytest.mark.parametrize("name", sorted(path.name for path in SUITES.glob("csv-spectrum/csvs/*")))
def test_every_case_of_csv_spectrum_is_read(tmp_path: Path, name: str) -> None:
    path = SUITES / "csv-spectrum"
    (table,) = tables(tmp_path, name, (path / "csvs" / name).read_bytes())
    found = [dict(zip(table.source.header, row, strict=True)) for row in cells(table)]
    wanted = json.loads((path / "json" / name.replace(".csv", ".json")).read_text("utf-8"))
    if name in SPECTRUM:
        wanted = json.loads(json.dumps(wanted).replace("\\r\\n", "\\n"))
    assert found == wanted
    assert refused(table) == {}


@needs_suites
@pytest.mark.parametrize("name", sorted(path.name for path in SUITES.glob("csv-test-data/csv/*")))
def test_every_case_of_csv_test_data_is_read_or_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    path = SUITES / "csv-test-data"
    known = TESTED.get(name)
    content = (path / "csv" / name).read_bytes()
    if not content.strip():
        with pytest.raises(Invalid, match="is empty"):
            tables(tmp_path, name, content)
        return
    (table,) = tables(tmp_path, name, content)
    if isinstance(known, list):
        assert sorted(refused(table)) == known
        return
    wanted = path / "json" / name.replace(".csv", ".json")
    if known is None and wanted.is_file():
        told = json.loads(wanted.read_text("utf-8"))
        rows = [[*told[0]], *([*row.values()] for row in told)] if isinstance(told[0], dict) else told
        assert [list(table.source.header), *cells(table)] == rows
    assert refused(table) == {}


@needs_suites
@pytest.mark.parametrize("name", sorted(path.name for path in SUITES.glob("pollock/csv/*")))
def test_every_polluted_file_of_pollock_loses_no_row_but_the_polluted_one(tmp_path: Path, name: str) -> None:
    content = (SUITES / "pollock" / "csv" / name).read_bytes()
    with (SUITES / "pollock" / "clean" / name).open(newline="", encoding="utf-8") as file:
        clean = list(csv.reader(file))
    if name == "file_no_payload.csv":
        with pytest.raises(Invalid, match="is empty"):
            tables(tmp_path, name, content)
        return
    (table,) = tables(tmp_path, name, content)
    assert list(table.source.header) == [cell for cell in clean[0] if cell]
    found, bad = cells(table), refused(table)
    polluted = name.startswith("row_") and "_row0_" not in name
    assert len(bad) <= polluted
    assert [row for row in clean[1:] if row not in found] == [clean[line - 1] for line in bad]


@needs_suites
def test_a_broken_row_swallows_no_other(tmp_path: Path) -> None:
    rows = [f'{number},"good {number}"' for number in range(2, 3_000)]
    (table,) = tables(tmp_path, "a.csv", "\n".join(["id,name", '1,"never closed', *rows]))
    assert refused(table) == {2: "bad_row"}
    assert len(cells(table)) == 2_998


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\r\u200d\ufeff", exclude_categories=["Cc", "Cs", "Zs"])
ROWS = st.lists(st.lists(st.text(CHARACTERS, min_size=1, max_size=12), min_size=3, max_size=3), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_that_is_written_in_a_usual_dialect_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    folder = tmp_path_factory.mktemp("t")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["one", "two", "three"], *rows])
    (table,) = tables(folder, "a.csv", text.getvalue().encode(encoding))
    assert table.source.header == ("one", "two", "three")
    assert cells(table) == rows


CASES: dict[str, tuple[bytes | str, list[list[str]]]] = {
    "a separator that is said": ("sep=;\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
    "semicolons, and commas in numbers": ("name;amount\nVale;1,5\nKent;2,5\n", [["name", "amount"], ["Vale", "1,5"], ["Kent", "2,5"]]),
    "notes above the header": ("Notes:\nabout this file\n\na,b,c\n1,2,3\n4,5,6\n", [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]),
    "single quotes": ("a,b\n'x, y',2\n'z',3\n", [["a", "b"], ["x, y", "2"], ["z", "3"]]),
    "escaped quotes": ('a,b\n"say \\"hi\\" now",2\n"and \\"so\\" on",3\n', [["a", "b"], ['say "hi" now', "2"], ['and "so" on', "3"]]),
    "UTF-16 without a mark": ("a,b\nVale,2\nKent,3\n".encode("utf-16-le"), [["a", "b"], ["Vale", "2"], ["Kent", "3"]]),
    "Windows-1252": ("name,city\nMüller,Köln\nSoße,Nürnberg\n".encode("cp1252"), [["name", "city"], ["Müller", "Köln"], ["Soße", "Nürnberg"]]),
    "names that are there twice or not at all": ("a,a,,b\n1,2,3,4\n", [["a", "a (2)", "Column 3", "b"], ["1", "2", "3", "4"]]),
    "rows without their last empty cells": ("a,b,c\n1,2\n3,4,5\n6,7\n", [["a", "b", "c"], ["1", "2", ""], ["3", "4", "5"], ["6", "7", ""]]),
    "one column": ("name\nVale\n\nKent\n", [["name"], ["Vale"], ["Kent"]]),
    "characters that join nothing": ("\u200dname\u200d,b\nVale,1\n", [["name", "b"], ["Vale", "1"]]),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_what_programs_write_is_read(tmp_path: Path, what: str) -> None:
    content, wanted = CASES[what]
    (table,) = tables(tmp_path, "a.csv", content)
    assert [list(table.source.header), *cells(table)] == wanted


def test_cyrillic_in_an_old_encoding_is_read_and_told(tmp_path: Path) -> None:
    lines = ["имя;город;заметка"] + [f"Иванов {n};Москва;постоянный клиент, звонить утром" for n in range(40)]
    (table,) = tables(tmp_path, "a.csv", "\n".join(lines).encode("cp1251"))
    assert table.source.header == ("имя", "город", "заметка")
    assert "it was read as" in table.notes[0]


def workbook(path: Path, *sheets: tuple[str, list[list[Any]]], hidden: str = "") -> bytes:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "nan_inf_to_errors": True})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        if name == hidden:
            sheet.hide()
    book.close()
    return path.read_bytes()


def test_the_sheets_of_a_workbook_are_tables_with_values_as_they_are(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Accounts of 2026"],
        [],
        ["name", "size", "since", "price", "open", "number"],
        ["Vale", 12345, dt.date(2026, 3, 4), 0.1 + 0.2, True, "007"],
        ["Kent", 10**14, dt.date(1999, 12, 31), 2.5, False, "x"],
    ]
    content = workbook(
        tmp_path / "b.xlsx",
        ("People", [["last name"], ["Ek"]]),
        ("Accounts", rows),
        ("Old", [["a"], ["b"]]),
        hidden="Old",
    )
    people, accounts = tables(tmp_path, "b.xlsx", content)
    assert (people.sheet, people.format, cells(people)) == ("People", "xlsx", [["Ek"]])
    assert accounts.source.header == ("name", "size", "since", "price", "open", "number")
    assert cells(accounts) == [
        ["Vale", "12345", "2026-03-04", "0.3", "true", "007"],
        ["Kent", "100000000000000", "1999-12-31", "2.5", "false", "x"],
    ]
    assert people.notes == ("Hidden sheets were left out: Old.",)
    again = source_from(accounts.source.told(tmp_path), tmp_path)
    assert [row.values for row in again.rows()] == [row.values for row in accounts.source.rows()]
    assert again.count() == 2


def test_an_archive_holds_the_files_of_one_export(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("out/Account.csv", "Id,Name\n1,Vale\n")
        archive.writestr("out/Contact.csv", "Id,LastName\n2,Ek\n")
        archive.writestr("picture.png", b"\x89PNG....")
        archive.writestr("__MACOSX/._Account.csv", b"\0")
    found = tables(tmp_path, "export.zip", packed.getvalue())
    assert [table.file for table in found] == ["Account.csv", "Contact.csv"]
    assert found[0].notes == ("Files without a table were left out: picture.png.",)
    (table,) = tables(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert cells(table) == [["1", "2"]]


def test_a_list_in_json_is_a_table(tmp_path: Path) -> None:
    (table,) = tables(tmp_path, "a.json", '[{"name": "Vale", "tags": ["a"]},\n {"name": "Kent"}]')
    assert [row.values for row in table.source.rows()] == [{"name": "Vale", "tags": ["a"]}, {"name": "Kent"}]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    return packed.getvalue()


def nested() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.zip", bomb())
    return packed.getvalue()


HOSTILE = {
    "nothing": b" \n\n",
    "a bomb": bomb(),
    "an archive in an archive": nested(),
    "half an archive": bomb()[:2_000],
    "a picture": b"\x89PNG\r\n\x1a\n",
    "half a gzip": gzip.compress(b"a,b\n1,2\n" * 1_000)[:40],
    "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, what: str) -> None:
    with pytest.raises(Invalid) as error:
        tables(tmp_path, "a file.csv", HOSTILE[what])
    assert error.value.message.startswith("«")
    assert error.value.message.endswith((".", "?"))
