"""The tables of the queue follow the version of Procrastinate that is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from relata.errors import SetupError
from relata.kernel.jobs.schema import UNNOTED, noted, prepare_queue, steps_of, take

FUNCTIONS = """
select p.oid::regprocedure::text, md5(replace(prosrc, E'\\t', '')), proconfig from pg_proc p
where pronamespace = 'relata'::regnamespace order by 1"""
COLUMNS = """
select table_name, column_name, data_type, udt_name, is_nullable from information_schema.columns
where table_schema = 'relata' and table_name like 'procrastinate%' order by 1, 2"""
INDEXES = "select indexdef from pg_indexes where schemaname = 'relata' order by 1"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database, autocommit=True) as made:
        made.execute("create schema relata")
        yield made


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The steps of the installed Procrastinate in a folder to which a test may add."""
    folder = tmp_path / "steps"
    shutil.copytree(SchemaManager.get_migrations_path(), folder)
    monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(folder))
    return folder


def shape(connection: psycopg.Connection[Any]) -> list[list[tuple[Any, ...]]]:
    return [connection.execute(text.encode()).fetchall() for text in (FUNCTIONS, COLUMNS, INDEXES)]


def made_at(connection: psycopg.Connection[Any], version: str) -> None:
    """A queue as the steps up to a version leave it."""
    for name, text in steps_of(Path(SchemaManager.get_migrations_path())).items():
        if name < version:
            take(connection, text, [name])


@pytest.mark.parametrize("version", ["02.09", "03.00", "03.02", "03.04.00_50"])
def test_a_queue_of_an_older_version_becomes_the_same_as_a_new_one(
    connection: psycopg.Connection[Any], version: str
) -> None:
    prepare_queue(connection)
    new = shape(connection)
    connection.execute("drop schema relata cascade")
    connection.execute("create schema relata")
    made_at(connection, version)
    assert shape(connection) != new
    prepare_queue(connection)
    assert shape(connection) == new


def test_later_steps_are_taken_in_order_and_once(connection: psycopg.Connection[Any], shipped: Path) -> None:
    prepare_queue(connection)
    (shipped / "98.00.00_50_post_second.sql").write_text("insert into told values ('second');")
    (shipped / "98.00.00_01_pre_first.sql").write_text("create table told (what text, n serial);")
    for _ in range(3):
        prepare_queue(connection)
    assert connection.execute("select what, n from relata.told").fetchall() == [("second", 1)]
    assert noted(connection) == "98.00.00_50_post_second.sql"


def test_a_function_that_a_step_replaces_still_finds_its_tables(
    connection: psycopg.Connection[Any], shipped: Path
) -> None:
    prepare_queue(connection)
    text = "create function procrastinate_later() returns bigint language sql as 'select count(*) from procrastinate_jobs';"
    (shipped / "98.00.00_01_pre_later.sql").write_text(text)
    prepare_queue(connection)
    assert connection.execute("select relata.procrastinate_later()").fetchone() == (0,)


def test_processes_that_start_at_once_take_each_step_once(
    database: str, connection: psycopg.Connection[Any], shipped: Path
) -> None:
    prepare_queue(connection)
    for number in range(5):
        text = f"create table told_{number} (n integer); select pg_sleep(0.05);"
        (shipped / f"98.00.0{number}_01_pre_more.sql").write_text(text)

    def start(_: int) -> None:
        with psycopg.connect(database, autocommit=True) as mine:
            prepare_queue(mine)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    assert noted(connection) == "98.00.04_01_pre_more.sql"


def test_a_step_that_fails_leaves_those_before_it_and_is_tried_again(
    connection: psycopg.Connection[Any], shipped: Path
) -> None:
    prepare_queue(connection)
    (shipped / "98.00.00_01_pre_good.sql").write_text("create table good (n integer);")
    bad = shipped / "98.00.00_02_pre_bad.sql"
    bad.write_text("create table bad (n integer); select 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        prepare_queue(connection)
    assert noted(connection) == "98.00.00_01_pre_good.sql"
    assert connection.execute("select to_regclass('relata.bad')").fetchone() == (None,)
    bad.write_text("create table bad (n integer);")
    prepare_queue(connection)
    assert noted(connection) == bad.name


def test_a_queue_from_before_steps_were_noted_is_taken_for_what_it_was(
    connection: psycopg.Connection[Any], shipped: Path
) -> None:
    prepare_queue(connection)
    connection.execute("drop table relata.queue_step")
    (shipped / "98.00.00_01_pre_more.sql").write_text("create table told (n integer);")
    prepare_queue(connection)
    rows = connection.execute("select name from relata.queue_step").fetchall()
    assert rows == [("98.00.00_01_pre_more.sql",)]
    assert UNNOTED in steps_of(shipped)


def test_a_queue_of_a_newer_version_is_refused(connection: psycopg.Connection[Any]) -> None:
    prepare_queue(connection)
    connection.execute("insert into relata.queue_step (name) values ('98.00.00_01_pre_more.sql')")
    with pytest.raises(SetupError, match="made by a newer Relata"):
        prepare_queue(connection)
