"""Taking the export of a workspace into an installation that has others, under the same or another name.

Everything is loaded and brought to this version in one transaction and enters the register suspended; files are put into their place
before it is resumed. Killed before the commit, nothing is there; killed later, a suspended workspace is, to be
deleted. People are known by their e-mail address: those that are not here yet get no password.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import psycopg

from relata.errors import Conflict, RelataError, SetupError
from relata.kernel.app import App
from relata.kernel.backup.loading import INDEXES, LINKS, Rows, check_columns, load, make_workspaces, put_aside
from relata.kernel.backup.manifest import SCHEMA_PREFIX, SHARED, Manifest, Space, Table
from relata.kernel.backup.restoring import Told, verify
from relata.kernel.backup.structure import Connection
from relata.kernel.backup.taking import OPTIONS
from relata.kernel.backup.unpacking import Archive
from relata.kernel.context import uuid7
from relata.kernel.failpoint import failpoint
from relata.kernel.files.local import FILES
from relata.kernel.installation import Installation
from relata.kernel.jobs.files import needing_room
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.migrations import WORKSPACE, available, migrate
from relata.kernel.tenancy.suspending import resume

LONGEST = 36_000
"""Seconds that building one index may take."""
ENDED = "The workspace was exported before this ended."
PAUSED = "It was paused when the workspace was imported: the one that it was exported from may go on with it."
ENTER = """
insert into relata.workspace (id, name, label, schema_name, currency, locale, time_zone, created_at, suspended_at, version)
select %s, %s, label, %s, currency, locale, time_zone, created_at, now(), %s from pg_temp.workspace"""
PEOPLE = """
insert into relata.person (id, email, email_key, password_hash, created_at, disabled_at)
select case when exists (select from relata.person k where k.id = t.id) then gen_random_uuid() else t.id end, t.email, t.email_key,
  t.password_hash, t.created_at, t.disabled_at from pg_temp.person t on conflict (email_key) do nothing"""
KNOWN = """
update {schema}._membership m set person = p.id from pg_temp.person t join relata.person p using (email_key)
where t.id = m.person and p.id <> t.id"""
BELONGS = (
    "insert into relata.belonging select distinct person, %s::uuid from {schema}._membership on conflict do nothing"
)


def import_workspace(archive: Archive, conninfo: str, folder: Path, apps: Iterable[App], name: str, told: Told) -> None:
    """Take in the one workspace of an export as `name`; raises SetupError and Conflict. The name must have been checked."""
    manifest = archive.manifest
    if not manifest.export or len(manifest.workspaces) != 1:
        raise SetupError(
            "This is no export of one workspace: restore a backup with “relata restore” into an empty place."
        )
    verify(archive, lambda _name, _size: None)
    schema = SCHEMA_PREFIX + name
    try:
        with psycopg.connect(conninfo, options=OPTIONS) as connection, connection.transaction():
            id_ = uuid7()
            found = renamed(manifest, name, schema)
            load_workspace(connection, archive, found.workspaces[0], found.tables, id_, told)
            ended = f"update {q(schema)}._job set status = 'cancelled', finished_at = now(), message = %s where status in ('queued', 'running')"
            connection.execute(ended.encode(), [ENDED])
            paused = f"update {q(schema)}._schedule set active = false, next_at = null, message = %s where active"
            connection.execute(paused.encode(), [PAUSED])
            failpoint("import.loaded")
    except psycopg.errors.UniqueViolation as error:
        if error.diag.table_name != "workspace":
            raise
        raise Conflict(f"There is already a workspace «{name}».") from None
    except psycopg.Error as error:
        raise SetupError(f"The database did not take the export ({' '.join(str(error).split())}), and nothing was imported.") from error  # fmt: skip
    failpoint("import.committed")
    with needing_room():
        put_files(archive, folder, id_, told)
    try:
        asyncio.run(start(conninfo, apps, folder, name))
    except (RelataError, psycopg.Error) as error:
        why = error.message if isinstance(error, RelataError) else " ".join(str(error).split())
        mend = f"“relata workspace delete {name} --now --yes {name}” removes what is there"
        raise SetupError(f"The export's records cannot be taken over ({why}): {mend}.") from error


def load_workspace(
    connection: Connection, source: Rows, space: Space, tables: list[Table], id_: str, told: Told
) -> None:
    """A workspace with its people, suspended; its tables are among those that are told. It has the id from now on."""
    name, schema = space.name, space.schema
    if connection.execute("select 1 from relata.workspace where name = %s", [name]).fetchone():
        raise Conflict(f"There is already a workspace «{name}».")
    if connection.execute("select to_regnamespace(%s)", [schema]).fetchone() != (None,):
        raise Conflict(f"The database has a schema {schema} that belongs to no workspace: rename or drop it.")
    own = [table for table in tables if table.schema == schema]
    make_workspaces(connection, [space], own)
    connection.execute("set local search_path = ''")
    check_columns(connection, own)
    again, links = put_aside(connection, INDEXES, [schema]), put_aside(connection, LINKS, [schema])
    for table in own:
        load(connection, source, table, told)
    load_shared(connection, source, tables)
    if connection.execute(ENTER, [id_, name, schema, len(available(WORKSPACE))]).rowcount != 1:
        raise SetupError("The export does not say which workspace it is.")
    connection.execute(PEOPLE)
    connection.execute(KNOWN.format(schema=q(schema)).encode())
    connection.execute(BELONGS.format(schema=q(schema)).encode(), [id_])
    for text in again + links:
        connection.execute(text.encode())
    migrate(connection, WORKSPACE, schema, served=False)


def renamed(manifest: Manifest, name: str, schema: str) -> Manifest:
    """The same export as if the workspace had always been called so."""
    old = manifest.workspaces[0]
    tables = [msgspec.structs.replace(t, schema=schema) if t.schema == old.schema else t for t in manifest.tables]
    return msgspec.structs.replace(
        manifest, workspaces=[msgspec.structs.replace(old, name=name, schema=schema)], tables=tables
    )


def load_shared(connection: Connection, source: Rows, tables: list[Table]) -> None:
    """The workspace's own row and its people, beside those of the installation."""
    for name in ("workspace", "person"):
        connection.execute(f"create temp table {name} (like relata.{name} including defaults) on commit drop".encode())
        connection.execute(f"alter table pg_temp.{name} alter id drop default".encode())
        for table in tables:
            if (table.schema, table.name) == (SHARED, name):
                load(connection, source, msgspec.structs.replace(table, schema="pg_temp"), lambda _name, _size: None)


def put_files(archive: Archive, folder: Path, id_: str, told: Told) -> None:
    """Each file under its name only when it is whole; what is there already, as beside the original, stays. `id_` is that of the
    workspace here.
    """
    for file in archive.manifest.files:
        parts = file.path.split("/")
        if parts[0] == FILES:
            parts[1] = id_
        path = folder.joinpath(*parts)
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f"{path.name}.part")
        with beside.open("wb") as target:
            for data in archive.read(file.part):
                target.write(data)
                told(path.name, len(data))
            target.flush()
            os.fsync(target.fileno())
        beside.rename(path)


async def start(conninfo: str, apps: Iterable[App], folder: Path, name: str) -> None:
    """Bring the tables of objects to what this version declares, then let everybody in."""
    async with Installation.open(conninfo, apps, most=2, longest=LONGEST, folder=folder) as here:
        await here.make(here.register[name])
        async with here.connection() as connection:
            await connection.execute("analyze")
        await resume(here, name)
