from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from relata.kernel.jobs import files
from relata.kernel.jobs.files import BULK, DAY, clean_files
from tests.workers import data_folder, do_job, send
from tests.world import World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def clean(world: World, folder: Path) -> int:
    async def run() -> int:
        async with await psycopg.AsyncConnection.connect(world.conninfo, autocommit=True) as connection:
            return await clean_files(connection, folder)

    return asyncio.run(run())


def queued(world: World) -> str:
    return send(world.mei, "account", b'{"name": "Vale"}\n{"name": ""}')


def ended(world: World, id_: str, status: str, days: int) -> None:
    text = "update {schema}._job set status = %s, finished_at = now() - make_interval(days => %s) where id = %s returning 1"
    world.rows(text, [status, days, id_])


def aged(path: Path, days: float) -> Path:
    """The folder, made if it is not there, as if it had been written so long ago."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "input").touch()
    for each in (*path.iterdir(), path):
        os.utime(each, (time.time() - days * DAY,) * 2)
    return path


def test_files_go_when_their_job_ended_long_ago_and_their_addresses_say_so(folder: Path, world: World) -> None:
    old, young = queued(world), queued(world)
    for id_ in (old, young):
        do_job(world, folder, id_)
    ended(world, old, "succeeded", 31)
    ended(world, young, "succeeded", 29)
    assert clean(world, folder) == 1
    assert [path.name for path in (folder / BULK).iterdir()] == [young]
    for which in ("succeeded", "failed", "unprocessed"):
        assert world.mei("GET", f"/jobs/{young}/{which}").status_code == 200
        answer = world.mei("GET", f"/jobs/{old}/{which}")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        assert "kept for 30 days" in answer.json()["detail"]
    assert world.mei.get(f"/jobs/{old}")["done"] == 2


def test_files_that_are_partly_gone_are_no_results(folder: Path, world: World) -> None:
    id_ = queued(world)
    do_job(world, folder, id_)
    (folder / BULK / id_ / "00000000.ndjson").unlink()
    assert world.mei("GET", f"/jobs/{id_}/succeeded").status_code == 410
    assert world.mei("GET", f"/jobs/{id_}/unprocessed").status_code == 200


@pytest.mark.parametrize("status", ["queued", "running"])
def test_files_of_a_job_that_is_not_over_stay_however_old(folder: Path, world: World, status: str) -> None:
    id_ = queued(world)
    ended(world, id_, status, 400)
    aged(folder / BULK / id_, 400)
    assert clean(world, folder) == 0
    do_job(world, folder, id_)
    assert world.mei.get(f"/jobs/{id_}")["status"] == "succeeded"


def test_files_of_a_suspended_workspace_are_not_taken_for_orphans(folder: Path, world: World) -> None:
    id_ = queued(world)
    aged(folder / BULK / id_, 400)
    world.rows("update relata.workspace set suspended_at = now() returning 1")
    assert clean(world, folder) == 0


def test_files_without_a_job_stay_for_a_day(folder: Path, world: World) -> None:
    aged(folder / BULK / str(uuid4()), 1.1)
    uploading = aged(folder / BULK / str(uuid4()), 1.1)
    (uploading / "input").write_bytes(b"more")
    foreign = aged(folder / BULK / "lost+found", 400)
    assert clean(world, folder) == 1
    assert {*(folder / BULK).iterdir()} == {uploading, foreign}


def test_files_of_imports_go_a_month_after_somebody_touched_them(folder: Path, world: World) -> None:
    old, young = (world.nora.post("/imports", {})["id"] for _ in range(2))
    world.rows("update {schema}._import set touched_at = now() - interval '30.1 days' where id = %s returning 1", [old])
    for id_ in (old, young):
        aged(folder / BULK / id_, 400)
    assert clean(world, folder) == 1
    assert [path.name for path in (folder / BULK).iterdir()] == [young]


def test_one_cleaning_deletes_a_bounded_number_of_folders(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 2)
    for _ in range(5):
        aged(folder / BULK / str(uuid4()), 2)
    assert [clean(world, folder) for _ in range(4)] == [2, 2, 1, 0]


def test_a_place_without_files_is_clean(folder: Path, world: World) -> None:
    assert clean(world, folder / "nowhere") == 0
