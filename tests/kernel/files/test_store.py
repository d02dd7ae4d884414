"""Where files lie and when they go: the cleaning, the doctor, backups, a process that is killed, a store that fails."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import AsyncConnection

from relata.assembly import APPS
from relata.errors import NotFound
from relata.kernel.backup.importing import import_workspace
from relata.kernel.backup.restoring import restore
from relata.kernel.backup.taking import take_backup
from relata.kernel.backup.unpacking import opened
from relata.kernel.drift.finding import Drift
from relata.kernel.drift.looking import drifts
from relata.kernel.files.cleaning import clean_uploads
from relata.kernel.files.local import FILES, STARTS, LocalStore
from relata.kernel.installation import Installation
from relata.kernel.metadata.kinds.file import LONGEST, clean_name
from relata.kernel.tenancy.deleting import delete
from tests.conformance.examples import dot
from tests.serving import rows, serving, settled_place
from tests.world import Caller, World, data_dir, inhabited

BEFORE = time.time() - 2 * 86_400


def silent(_name: str, _count: int) -> None: ...


def upload(caller: Caller, content: bytes) -> str:
    made: str = caller.post("/files", files={"file": ("a.txt", content)})["id"]
    return made


def workspace_of(world: World) -> str:
    return str(world.rows("select id::text from relata.workspace")[0][0])


def pieces(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def aged(folder: Path) -> None:
    for path in pieces(folder):
        os.utime(path, (BEFORE, BEFORE))


def clean(world: World) -> int:
    async def run() -> int:
        async with await AsyncConnection.connect(world.conninfo, autocommit=True) as connection:
            store = LocalStore(data_dir(world.conninfo) / FILES)
            return await clean_uploads(connection, store, workspace_of(world), world.schema, STARTS)

    return asyncio.run(run())


def look(world: World, *, repair: bool = False) -> list[str]:
    async def run() -> list[Drift]:
        async with await AsyncConnection.connect(world.conninfo, autocommit=True) as connection:
            found = [drift async for drift in drifts(connection, APPS, data_dir(world.conninfo))]
            for drift in found if repair else ():
                if drift.repair:
                    await drift.repair(connection)
            return found

    return [drift.message for drift in asyncio.run(run())]


def make_old(world: World, id_: str) -> None:
    world.rows("update {schema}._file set at = now() - interval '2 days' where id = %s returning 1", [id_])


def test_uploads_that_nobody_attached_go_after_a_day_and_their_bytes_a_day_later(world: World) -> None:
    nora, folder = world.nora, data_dir(world.conninfo) / FILES
    nora.post("/objects/account/fields", {"name": "papers", "kind": "file"})
    kept, fresh, left, shared = (upload(nora, f"{n}".encode()) for n in ("kept", "fresh", "left", "kept"))
    nora.create("account", name="Vale", papers=kept)
    for id_ in (kept, left, shared):
        make_old(world, id_)
    aged(folder)
    assert len(pieces(folder)) == 3
    assert clean(world) == 2
    assert len(pieces(folder)) == 3
    assert nora.faults("POST", "/records/account", {"name": "x", "papers": left}) == {"/papers/0": "not_found"}
    aged(folder)
    half = folder / workspace_of(world) / "incoming" / "half"
    half.write_bytes(b"half")
    os.utime(half, (BEFORE, BEFORE))
    (half.parent / "running").write_bytes(b"half")
    assert clean(world) == 2
    assert {path.read_bytes() for path in pieces(folder)} == {b"kept", b"fresh", b"half"}
    nora.create("account", name="Other", papers=fresh)
    assert clean(world) == 0


def test_the_doctor_finds_lost_bytes_and_deletes_what_belongs_to_nothing(world: World) -> None:
    nora, folder = world.nora, data_dir(world.conninfo) / FILES
    nora.post("/objects/account/fields", {"name": "papers", "kind": "file"})
    file = upload(nora, b"here")
    account = nora.create("account", name="Vale", papers=file)["id"]
    assert look(world) == []
    (piece,) = pieces(folder)
    stray = piece.with_name("0" * 62)
    stray.write_bytes(b"stray")
    assert look(world) == []
    aged(folder)
    assert look(world, repair=True) == ["1 pieces of the store of files belong to no file: delete them."]
    assert pieces(folder) == [piece]
    piece.unlink()
    assert [message[:49] for message in look(world)] == ["1 files or previews have lost their bytes: put ba"]
    gone = nora("GET", f"/records/account/{account}/files/papers/{file}")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")


def test_backups_and_exports_hold_the_files(world: World, database: str, tmp_path: Path) -> None:
    nora, home, there = world.nora, data_dir(world.conninfo), tmp_path / "there"
    nora.post("/objects/account/fields", {"name": "logo", "kind": "image"})
    file = nora.post("/files", files={"file": ("a.png", dot())})["id"]
    account = nora.create("account", name="Vale", logo=file)["id"]
    here = f"/records/account/{account}/files/logo/{file}"
    (home / FILES / workspace_of(world) / "incoming" / "half").write_bytes(b"half")
    whole = take_backup(world.conninfo, home, tmp_path / "whole.tar", "1")
    own = take_backup(world.conninfo, home, tmp_path / "own.tar", "1", only="halden")
    for made in (whole, own):
        assert len([each for each in made.files if each.path.startswith(FILES)]) == 2
    there.mkdir()
    with opened(tmp_path / "whole.tar") as archive:
        restore(archive, database, there, APPS, silent)
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "own.tar") as archive:
        import_workspace(archive, database, there, APPS, "north", silent)
        patch.setattr("tests.world.data_dir", lambda _conninfo: there)
        with inhabited(
            database, {**world.users, "key": world.key.headers["authorization"].removeprefix("Bearer ")}
        ) as again:
            assert again.key("GET", here).content == nora("GET", here).content
    assert len(list((there / FILES).iterdir())) == 2
    asyncio.run(drop(database, there))
    assert [folder.name for folder in (there / FILES).iterdir()] == [workspace_of(world)]


async def drop(conninfo: str, folder: Path) -> None:
    async with Installation.open(conninfo, APPS, most=3, folder=folder) as here:
        await delete(here, "north")
        with pytest.raises(NotFound):
            await here.workspace("north")


@pytest.mark.slow
def test_a_server_that_is_killed_between_bytes_and_row_leaves_what_the_cleaning_takes() -> None:
    with settled_place() as place, place.database() as (conninfo, schema):
        folder = Path(place.environment["RELATA_DATA_DIR"]) / FILES
        with serving(place, "file.kept") as server:
            server.dies_of("POST", "/files", {"any": "bytes"})
        assert len(pieces(folder)) == 1
        assert rows(conninfo, "select 1 from {schema}._file", [], schema) == []
        with serving(place) as server:
            server.call("POST", "/files", {"any": "bytes"})
        assert len(pieces(folder)) == 1
        assert len(rows(conninfo, "select 1 from {schema}._file", [], schema)) == 1


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_neither_row_nor_bytes(
    module_world: World, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def full(*_: Any) -> None:
        raise OSError(error, "no room")

    monkeypatch.setattr(LocalStore, "keep", full)
    answer = module_world.nora("POST", "/files", files={"file": ("a.txt", b"much")})
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert pieces(data_dir(module_world.conninfo) / FILES) == []
    assert module_world.rows("select 1 from {schema}._file") == []


@given(st.text(max_size=400))
def test_a_clean_name_stays_as_it_is_and_hides_nothing(name: str) -> None:
    clean_one = clean_name(name)
    assert clean_name(clean_one) == clean_one
    assert 1 <= len(clean_one) <= LONGEST
    assert clean_one.isprintable()
    assert not set(clean_one) & set('/\\<>:"|?*\u202e\u200b')
    assert clean_one.strip(". ") == clean_one
