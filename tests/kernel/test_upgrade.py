"""Data of the first version: a start brings them up with everything in them, and so does restoring their backup."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest

from relata.assembly import APPS
from relata.errors import SetupError
from relata.kernel.access.actor import Actor
from relata.kernel.backup.rehearsal import rehearse
from relata.kernel.backup.restoring import restore
from relata.kernel.backup.taking import take_backup
from relata.kernel.backup.unpacking import opened
from relata.kernel.context import uuid7
from relata.kernel.installation import Installation, migrate_all
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.sync import sync
from relata.kernel.migrations import INSTALLATION, SERVING, WORKSPACE, available, migrate
from relata.kernel.records.change import Create, Update
from relata.kernel.records.write import write

RECORD, OTHER = uuid7(), uuid7()
ROWS = """
insert into ws_old.account (id, name, created_at, updated_at, version) values ('{record}', 'Vale', now(), now(), 2);
insert into ws_old._search (record, object, title, key, at) values ('{record}', 'account', 'Vale', 'vale', now());
insert into ws_old._journal (object, record, version, op, through, before)
values ('account', '{record}', 1, 'c', 'browser', null), ('account', '{record}', 2, 'u', 'browser', '{{"name": "Val"}}');
insert into ws_old._outbox (object, record, version, op) values ('account', '{record}', 1, 'c'), ('account', '{record}', 2, 'u');
insert into ws_old._definition (object, field, custom, value)
values ('account', 'odd', true, '{{"name": "odd", "kind": "text", "label": "Odd", "custom": true}}');
insert into ws_old._job (id, kind, status, arguments, role) values ('{other}', 'bulk', 'succeeded', '{{}}', 'member')
"""


def make_first_version(conninfo: str) -> None:
    """An installation as the first version left it, with something in every table that has changed since."""
    standard = Catalog.build(tuple(object_ for app in APPS for object_ in app.objects))
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm with schema public")
        migrate(connection, INSTALLATION, "relata", 1)
        migrate(connection, WORKSPACE, "ws_old", 1)
        connection.execute(
            "insert into relata.workspace (id, name, label, schema_name, currency, locale, time_zone) "
            "values (gen_random_uuid(), 'old', 'Old', 'ws_old', 'EUR', 'en', 'UTC')"
        )

    async def tables() -> None:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            await sync(connection, "ws_old", standard)

    asyncio.run(tables())
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(ROWS.format(record=RECORD, other=OTHER).encode())


def work_with(conninfo: str) -> list[Any]:
    """Start this version on it and change what was there; what is kept then."""

    async def run() -> None:
        async with Installation.open(conninfo, APPS, most=2) as here:
            workspace = await here.workspace("old")
            actor = Actor(principal=SYSTEM, role=workspace.role("administrator"), through="test")
            async with here.context(workspace, actor) as ctx:
                await write(ctx, "account", Update(RECORD, {"odd": "now"}))
                await write(ctx, "account", Create({"name": "New"}))

    asyncio.run(run())
    with psycopg.connect(conninfo) as connection:
        return [
            connection.execute(text.encode()).fetchall()
            for text in (
                "select name, odd, version from ws_old.account order by name",
                f"select version, op, before ->> 'name' from ws_old._journal where record = '{RECORD}' order by version",
                "select record is not null, version, op from ws_old._outbox order by id",
                "select kind, status, principal is null from ws_old._job order by 1",
                "select distinct args ->> 'workspace' from relata.procrastinate_jobs",
                "select max(version) from ws_old._migration",
            )
        ]


EXPECTED = [
    [("New", None, 1), ("Vale", "now", 3)],
    [(1, "c", None), (2, "u", "Val"), (3, "u", None)],
    [(True, 1, "c"), (True, 2, "u"), (True, 3, "u"), (True, 1, "c")],
    [("bulk", "succeeded", True), ("documents", "queued", False)],
    [("old",)],
    [(len(available(WORKSPACE)),)],
]


def test_a_start_on_the_tables_of_the_first_version_keeps_everything(database: str) -> None:
    make_first_version(database)
    assert work_with(database) == EXPECTED


def test_a_backup_of_the_first_version_is_restored_into_this_one(database: str, tmp_path: Path) -> None:
    make_first_version(database)
    take_backup(database, tmp_path / "none", tmp_path / "b.tar", "0")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema relata cascade")
        connection.execute("drop schema ws_old cascade")
    with opened(tmp_path / "b.tar") as archive:
        assert archive.manifest.workspaces[0].version == 1
        restore(archive, database, tmp_path, APPS, lambda _name, _count: None)
    assert work_with(database) == EXPECTED


def test_an_upgrade_that_finds_the_tables_in_use_says_so_and_changes_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relata.kernel.migrations.LOCK_WAIT", "50ms")
    make_first_version(database)
    with psycopg.connect(database) as reader:
        reader.execute("select 1 from ws_old._job")
        with pytest.raises(SetupError, match="stop the other servers and workers"):
            migrate_all(database)
        assert reader.execute("select max(version) from ws_old._migration").fetchone() == (1,)
    assert work_with(database) == EXPECTED


def test_an_upgrade_is_refused_while_another_version_serves_also_where_it_is_idle(database: str) -> None:
    make_first_version(database)
    with (
        psycopg.connect(database, application_name=SERVING) as other,
        pytest.raises(SetupError, match=f"another version of Relata .process {other.info.backend_pid}.*: stop the"),
    ):
        migrate_all(database)
    assert work_with(database) == EXPECTED
    with psycopg.connect(database, application_name=SERVING):
        migrate_all(database)  # there is nothing to do: it is this version


def test_a_rehearsal_tells_what_each_step_locks_and_changes_nothing(database: str) -> None:
    make_first_version(database)
    steps = {step.version: step for step in rehearse(database)}
    assert list(steps) == list(range(2, len(available(WORKSPACE)) + 1))
    assert steps[2].locks["_job"] == "AccessExclusiveLock"
    assert steps[4].locks["_journal"] == "ShareLock"
    assert steps[4].bytes > 0
    with psycopg.connect(database) as connection:
        assert connection.execute("select max(version) from ws_old._migration").fetchone() == (1,)
        name = connection.info.dbname
        left = connection.execute("select count(*) from pg_database where datname = %s", [f"{name}_rehearsal"])
        assert left.fetchone() == (0,)
    assert work_with(database) == EXPECTED
    assert rehearse(database) == []


def test_tables_of_a_newer_version_are_refused_before_anything_is_tried(database: str) -> None:
    make_first_version(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("insert into ws_old._migration values (99)")
        with pytest.raises(SetupError, match="by a newer Relata"):
            rehearse(database)
