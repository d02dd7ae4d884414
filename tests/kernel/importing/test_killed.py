from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing import Importing
from tests.sound import unsettled
from tests.workers import data_folder, until, worker
from tests.world import World

pytestmark = pytest.mark.slow
ROWS = 11_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


@pytest.mark.parametrize(
    "point", ["import.before_note", "import.before_commit", "bulk.after_chunk", "import.before_link_commit"]
)
def test_an_import_that_is_killed_goes_on_without_a_duplicate(folder: Path, world: World, point: str) -> None:
    work = Importing(world, folder)
    rows = [f"A{n},Firm {n},{f'Firm {(n + 7_000) % ROWS}' if n % 5 == 0 else ''}," for n in range(ROWS)]
    work.add("accounts.csv", "\n".join(["external_id,name,parent,employees", *rows, "A0,Firm 0,,7", "X,,,", ""]))
    work.document = world.nora.post(f"{work.path}/start", None)
    with worker(world, folder, RELATA_FAILPOINT=point) as process:
        assert process.wait(60) != 0
    assert work.read()["status"] == "running"
    with worker(world, folder):
        until(lambda: work.read()["status"] != "running", 90)
    done = work.document["run"]
    assert work.document["status"] == "succeeded"
    assert (done["rows"], done["created"], done["updated"], done["refused"], done["unlinked"]) == (
        ROWS + 2,
        ROWS,
        1,
        1,
        0,
    )
    counted = "select count(*), count(distinct external_id), count(parent) from {schema}.account"
    assert world.rows(counted) == [(ROWS, ROWS, ROWS // 5)]
    wrong = (
        "select 1 from {schema}.account a join {schema}.account p on p.id = a.parent "
        "where (substr(a.external_id, 2)::int + 7000) %% 11000 <> substr(p.external_id, 2)::int limit 1"
    )
    assert world.rows(wrong, []) == []
    assert len(work.rows("succeeded")) == ROWS + 1
    assert unsettled(world.conninfo, world.schema) == []
