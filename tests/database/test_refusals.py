"""Whatever keeps the database from starting is one sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest

from relata.database import RunningDatabase, embedded, open_database
from relata.database.requirements import Survey, check_server
from relata.errors import SetupError
from tests.database.launching import is_root, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_data_directory_of_a_newer_relata_is_refused(short_folder: Path) -> None:
    (short_folder / "format").write_text("2\n", encoding="ascii")
    with pytest.raises(SetupError, match=r"newer Relata \(format 2, this one knows 1\): update"):
        open_database(settings_for(short_folder))


def test_a_format_that_is_no_number_is_refused(short_folder: Path) -> None:
    (short_folder / "format").write_text("what", encoding="ascii")
    with pytest.raises(SetupError, match="says “what” where a number belongs"):
        open_database(settings_for(short_folder))


def test_data_of_another_postgres_is_refused(short_folder: Path) -> None:
    (short_folder / "postgres").mkdir()
    (short_folder / "postgres" / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(SetupError, match=r"is of PostgreSQL 17, but the programs are of \d+: set"):
        open_database(settings_for(short_folder))


def test_a_data_directory_that_cannot_be_is_refused(short_folder: Path) -> None:
    (short_folder / "file").touch()
    with pytest.raises(SetupError, match=r"cannot be used \(not a directory\): make it writable"):
        open_database(settings_for(short_folder / "file" / "data"))


def test_programs_that_are_not_there_are_told(short_folder: Path) -> None:
    settings = settings_for(short_folder, RELATA_POSTGRES_BIN=str(short_folder))
    with pytest.raises(SetupError, match=r"no program postgres in .* mend RELATA_POSTGRES_BIN"):
        open_database(settings)


@pytest.mark.slow
def test_a_server_that_does_not_start_tells_its_reason(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.SERVER_SETTINGS, "work_mem", "lots")
    with pytest.raises(SetupError, match=r"did not start \(.*invalid value.*work_mem.*\): mend"):
        open_database(settings_for(short_folder))
    monkeypatch.undo()
    open_database(settings_for(short_folder)).close()


@pytest.fixture
def small_disk(short_folder: Path) -> Iterator[Path]:
    """A disk of 20 MB, which only root can make."""
    mounted = is_root() and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", short_folder],
            check=False,
            capture_output=True,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("a small disk can only be made by root")
    yield short_folder
    subprocess.run(["umount", "-l", short_folder], check=True)


def test_a_full_disk_is_told_before_the_start(small_disk: Path) -> None:
    with pytest.raises(SetupError, match=r"The disk of .* is full \(\d+ MB left, 200 MB needed\)"):
        open_database(settings_for(small_disk))


@pytest.mark.slow
def test_a_disk_that_fills_up_meanwhile_is_told_too(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LEAST_ROOM", 0)
    with pytest.raises(SetupError, match=r"The disk of .* is full: free some space"):
        open_database(settings_for(small_disk))
    assert not (small_disk / "postgres").exists()


def test_a_server_of_ones_own_is_used_as_it_is(server: RunningDatabase, short_folder: Path) -> None:
    host = psycopg.conninfo.conninfo_to_dict(server.conninfo)["host"]
    url = f"postgresql://relata@/relata?host={host}"
    with open_database(settings_for(short_folder, RELATA_DATABASE_URL=url)) as database:
        assert (database.conninfo, database.started_here) == (url, False)
    check_server(server.conninfo)


def test_a_server_that_is_down_is_told_without_its_password(short_folder: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/crm"
    with pytest.raises(SetupError) as caught:
        open_database(settings_for(short_folder, RELATA_DATABASE_URL=url))
    assert "“crm” at 127.0.0.1, port 1 cannot be used" in caught.value.message
    assert "start the server or mend RELATA_DATABASE_URL" in caught.value.message
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("survey", "sentence"),
    [
        (Survey(150004, "15.4", "UTF8", (), ()), "PostgreSQL 15.4, but Relata needs 16"),
        (Survey(160000, "16.0", "LATIN1", (), ()), "stores its text as LATIN1"),
        (Survey(160000, "16.0", "UTF8", ("fsync", "full_page_writes"), ()), "fsync and full_page"),
        (Survey(160000, "16.0", "UTF8", (), ("pg_trgm",)), "lacks the extension pg_trgm"),
    ],
)
def test_a_server_that_relata_cannot_rely_on_is_refused(survey: Survey, sentence: str) -> None:
    fault = survey.fault()
    assert fault is not None
    assert sentence in fault


@pytest.mark.slow
def test_a_server_with_fsync_off_is_refused(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.SERVER_SETTINGS, "fsync", "off")
    with pytest.raises(SetupError, match="runs with fsync off and would lose data in a crash"):
        open_database(settings_for(short_folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_may_not_be_written_is_refused(short_folder: Path) -> None:
    short_folder.chmod(0o500)
    with pytest.raises(SetupError, match=r"cannot be used \(permission denied\)"):
        open_database(settings_for(short_folder / "data"))
