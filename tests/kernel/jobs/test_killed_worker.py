from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from relata.kernel.records import bulk_job, undo_job, undoing
from relata.kernel.records.chunks import SIZE
from tests.workers import data_folder, do_job, entries, send, until, worker
from tests.world import World

ROWS = SIZE * 3 + 10
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("point", ["bulk.before_commit", "bulk.after_chunk"])
def test_a_bulk_whose_worker_is_killed_goes_on_and_does_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, point: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    world: World = request.getfixturevalue("world")
    folder = data_folder(tmp_path)
    rows = [{"name": f"Account {number}", "external_id": str(number)} for number in range(ROWS)]
    rows[7]["name"] = ""
    id_ = send(world.mei, "account", b"\n".join(msgspec.json.encode(row) for row in rows))
    with worker(world, folder, RELATA_FAILPOINT=point) as killed:
        assert killed.wait(30) == -signal.SIGKILL
    before = world.mei.get(f"/jobs/{id_}")
    assert before["status"] == "running"
    kept = {number for (number,) in world.rows("select number from {schema}._job_chunk where job = %s", [id_])}
    # Every chunk meets the point before its commit, so the first to come there leaves none; after it, those of the
    # three in hand whose commit was on its way may be there too.
    assert kept == set() if point == "bulk.before_commit" else kept and kept <= {0, 1, 2}
    lost = [line for line in range(1, ROWS + 1) if (line - 1) // SIZE not in kept]
    assert before["done"] == ROWS - len(lost) == SIZE * len(kept)
    assert [row["line"] for row in entries(world.mei, id_, "unprocessed")] == lost
    refused = int(0 in kept)
    for table in ("account", "_journal", "_outbox"):
        where = "" if table == "account" else " where object = 'account'"
        assert world.rows("select count(*) from {schema}." + table + where) == [(before["done"] - refused,)]
    with worker(world, folder):
        until(lambda: world.mei.get(f"/jobs/{id_}")["status"] == "succeeded", 40)
    after = world.mei.get(f"/jobs/{id_}")
    assert (after["total"], after["done"], after["failed"]) == (ROWS, ROWS, 1)
    assert len(entries(world.mei, id_, "succeeded")) == ROWS - 1
    assert [row["line"] for row in entries(world.mei, id_, "failed")] == [8]
    counted = "select count(*), count(distinct external_id) from {schema}.account"
    assert world.rows(counted) == [(ROWS - 1, ROWS - 1)]
    for table in ("_journal", "_outbox"):
        assert world.rows("select count(*) from {schema}." + table + " where object = 'account'") == [(ROWS - 1,)]


FEW = 50
OPS = {"update": "u", "delete": "d", "filter": "u", "undo": "d"}


@pytest.mark.parametrize(
    ("what", "point"),
    [
        ("update", "bulk.before_statement"),
        ("delete", "bulk.after_statement"),
        ("filter", "bulk.after_chunk"),
        ("undo", "undo.before_commit"),
    ],
)
def test_no_row_of_a_killed_job_is_changed_twice_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, what: str, point: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for module, name in ((bulk_job, "SIZE"), (undo_job, "MOST"), (undoing, "MOST")):
        monkeypatch.setattr(module, name, FEW)
    world: World = request.getfixturevalue("world")
    folder = data_folder(tmp_path)
    made = send(world.mei, "account", lines([{"name": f"Account {n}"} for n in range(FEW * 4 + 7)]))
    do_job(world, folder, made)
    ids = [row["id"] for row in entries(world.mei, made, "succeeded")]
    id_ = begin(world, what, made, ids)
    with worker(world, folder, RELATA_FAILPOINT=point) as killed:
        assert killed.wait(30) == -signal.SIGKILL
    sets = {which: entries(world.mei, id_, which) for which in ("succeeded", "failed", "unprocessed")}
    assert sorted(row["line"] for rows in sets.values() for row in rows) == list(range(1, len(ids) + 1))
    changed = "select count(*), count(distinct record) from {schema}._journal where cause = %s and op = %s"
    assert world.rows(changed, [id_, OPS[what]]) == [(len(sets["succeeded"]),) * 2]
    do_job(world, folder, id_)
    assert world.mei.get(f"/jobs/{id_}")["status"] == "succeeded"
    assert world.rows(changed, [id_, OPS[what]]) == [(len(ids),) * 2]
    assert sorted(row["id"] for row in entries(world.mei, id_, "succeeded")) == sorted(ids)
    assert world.rows("select count(*) from {schema}.account where version = 2") == [(len(ids),)]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(msgspec.json.encode(row) for row in rows)


def begin(world: World, what: str, made: str, ids: list[str]) -> str:
    """The id of a job that changes all of the records."""
    if what == "undo":
        return str(world.mei.post("/undo", {"cause": made})["id"])
    if what == "filter":
        document = {"mode": "update", "filter": {"all": []}, "values": {"employees": 7}}
        return str(world.mei.post("/records/account/bulk", document)["id"])
    rows = [{"id": id_, **({"employees": 7} if what == "update" else {})} for id_ in ids]
    return send(world.mei, "account", lines(rows), mode=what)
