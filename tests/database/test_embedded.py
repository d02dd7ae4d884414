from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import psycopg
import pytest

from relata.database import open_database
from tests.database.launching import (
    end,
    eventually,
    first_line,
    hold,
    is_root,
    postmaster,
    servers_in,
    settings_for,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_database_is_made_started_and_stopped(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    with open_database(settings_for(data_dir)) as database:
        assert database.started_here
        with psycopg.connect(database.conninfo) as connection:
            row = connection.execute(
                "select current_database(), current_setting('jit'), current_setting('timezone'),"
                " current_setting('fsync'), current_setting('random_page_cost'), 'Ä' < 'B'"
            ).fetchone()
            assert row == ("relata", "off", "UTC", "on", "1.1", False)
    assert servers_in(data_dir) == []
    assert not (data_dir / "server.json").exists()


@pytest.mark.skipif(not is_root(), reason="only root can copy what belongs to another user")
def test_a_copy_that_root_made_is_started_like_the_original(short_folder: Path) -> None:
    with open_database(settings_for(short_folder / "data")) as database, psycopg.connect(database.conninfo) as link:
        link.execute("create table kept as select 1 as one")
    shutil.copytree(short_folder / "data", short_folder / "copy", symlinks=True)  # shutil copies no owners
    with open_database(settings_for(short_folder / "copy")) as database, psycopg.connect(database.conninfo) as link:
        assert link.execute("select one from kept").fetchone() == (1,)


@pytest.mark.slow
def test_a_second_process_joins_and_the_last_one_stops_the_server(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    first = open_database(settings_for(data_dir))
    second = hold(data_dir)
    assert first_line(second).startswith("False ")
    first.close()
    with psycopg.connect(first.conninfo) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    end(second)
    assert eventually(lambda: servers_in(data_dir) == [])


@pytest.mark.slow
def test_two_starts_at_the_same_moment_share_one_server(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    both = [hold(data_dir), hold(data_dir)]
    said = sorted(first_line(process).partition(" ")[0] for process in both)
    assert said == ["False", "True"]
    for process in both:
        end(process)
    assert eventually(lambda: servers_in(data_dir) == [])


def test_killing_the_program_leaves_no_postgres_and_loses_nothing(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    holder = hold(data_dir)
    conninfo = first_line(holder).removeprefix("True ")
    with psycopg.connect(conninfo) as connection:
        connection.execute("create table kept as select 42 as answer")
        connection.commit()
        holder.kill()
        end(holder)
        assert eventually(lambda: servers_in(data_dir) == [])
    with (
        open_database(settings_for(data_dir)) as database,
        psycopg.connect(database.conninfo) as connection,
    ):
        assert database.started_here
        assert connection.execute("select answer from kept").fetchone() == (42,)


@pytest.mark.slow
def test_killing_the_guardian_stops_postgres_and_the_next_start_recovers(
    short_folder: Path,
) -> None:
    data_dir = short_folder / "data"
    holder = hold(data_dir)
    conninfo = first_line(holder).removeprefix("True ")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create table kept as select 7 as answer")
    guardian = postmaster(data_dir).parent()
    assert guardian is not None
    guardian.kill()
    with (
        open_database(settings_for(data_dir)) as database,
        psycopg.connect(database.conninfo) as connection,
    ):
        assert connection.execute("select answer from kept").fetchone() == (7,)
    end(holder)


@pytest.mark.slow
def test_killing_postgres_alone_is_recovered_by_the_next_start(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    holder = hold(data_dir)
    first_line(holder)
    postmaster(data_dir).kill()
    with (
        open_database(settings_for(data_dir)) as database,
        psycopg.connect(database.conninfo) as connection,
    ):
        assert connection.execute("select 1").fetchone() == (1,)
    end(holder)


@pytest.mark.slow
def test_sigterm_to_the_guardian_stops_in_order(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    database = open_database(settings_for(data_dir))
    guardian = postmaster(data_dir).parent()
    assert guardian is not None
    guardian.send_signal(signal.SIGTERM)
    assert eventually(lambda: servers_in(data_dir) == [])
    database.close()
    assert "database system is shut down" in (data_dir / "postgres.log").read_text(encoding="utf-8")


def test_a_pid_file_that_names_an_unrelated_process_does_not_hinder(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    open_database(settings_for(data_dir)).close()
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data_dir}/postgres\n0\n5432\n\n\n", encoding="ascii")
    os.chown(pid_file, (data_dir / "postgres").stat().st_uid, -1)
    (data_dir / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n", encoding="ascii")
    with open_database(settings_for(data_dir)) as database:
        assert database.started_here


@pytest.mark.slow
def test_an_interrupted_creation_is_done_anew(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n", encoding="ascii")
    with open_database(settings_for(data_dir)) as database:
        assert database.started_here
    assert not (data_dir / "postgres.new").exists()


def test_the_server_listens_on_no_port_and_its_socket_is_private(short_folder: Path) -> None:
    data_dir = short_folder / "data"
    with open_database(settings_for(data_dir)) as database:
        assert postmaster(data_dir).net_connections(kind="inet") == []
        host = psycopg.conninfo.conninfo_to_dict(database.conninfo)["host"]
        assert host == str(data_dir / "run")
        assert (data_dir / "run").stat().st_mode & 0o077 == 0
