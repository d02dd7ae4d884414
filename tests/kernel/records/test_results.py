from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Fault
from relata.kernel.records.chunks import chunked
from relata.kernel.records.results import SETS, entry_of, outcomes, write_chunk
from relata.kernel.records.source import CSV, NDJSON, Row, open_source
from relata.kernel.records.taken import Taken
from relata.kernel.records.written_out import as_csv, as_sent

FAULT = (Fault("/name", "required", "Name is required."),)
SIZE = 3


@given(st.lists(st.sampled_from(["created", "unchanged", "refused"]), max_size=20), st.sets(st.integers(0, 7)))
def test_every_row_is_in_exactly_one_of_the_three_sets(actions: list[str], ready: set[int]) -> None:
    rows = [Row(line, {"name": str(line)}) for line in range(1, len(actions) + 1)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, chunk in chunked(rows, SIZE):
            taken = [Taken(row.line, actions[row.line - 1], None, FAULT) for row in chunk]
            write_chunk(folder, number, [entry_of(one) for one in taken])
        found = {which: list(outcomes(folder, chunked(rows, SIZE), ready, which)) for which in SETS}
    assert sorted(entry["line"] for entries in found.values() for entry in entries) == [row.line for row in rows]
    assert all((entry["line"] - 1) // SIZE not in ready for entry in found["unprocessed"])
    assert all(actions[entry["line"] - 1] == "refused" for entry in found["failed"])
    assert all(entry["record"] == {"name": str(entry["line"])} for entries in found.values() for entry in entries)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL).filter(any), min_size=1, max_size=5))
def test_a_table_that_comes_back_reads_as_it_was_sent(cells: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = io.StringIO()
        csv.writer(written).writerows([("name", "title"), *cells])
        (folder / "input").write_bytes(written.getvalue().encode())
        source = open_source(folder / "input", CSV)
        sent = list(source.rows())
        write_chunk(folder, 0, [entry_of(Taken(row.line, "refused", None, FAULT)) for row in sent])
        back = b"".join(as_csv(outcomes(folder, [(0, sent)], {0}, "failed"), "failed", source.header))
        (folder / "again").write_bytes(back)
        again = [row.values for row in open_source(folder / "again", CSV).rows()]
    own = [{name: value for name, value in values.items() if not name.startswith("~")} for values in again]
    assert own == [row.values for row in sent]


def test_objects_that_come_back_read_as_they_were_sent(tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(b'{"name": "Vale", "size": 1.10}\nnothing\n')
    sent = list(open_source(tmp_path / "input", NDJSON).rows())
    write_chunk(tmp_path, 0, [entry_of(Taken(row.line, "refused", None, FAULT)) for row in sent])
    first, second = b"".join(as_sent(outcomes(tmp_path, [(0, sent)], {0}, "failed"))).splitlines()
    assert b'"size":1.10' in first
    assert msgspec.json.decode(second)["~text"] == "nothing"
