"""The end of a workspace, in steps that may each be killed and repeated: no way back, files, tables, then in one
transaction its place in queue and register and the people who belong to nothing else. Until that last step its name is taken.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import structlog

from relata.errors import Conflict, NotFound, RelataError
from relata.kernel.failpoint import failpoint
from relata.kernel.files.local import FILES
from relata.kernel.installation import Installation
from relata.kernel.jobs.files import BULK, OWNERS, folders_in, looked_up, remove
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.register import Entry, read_register, tell

Connection = psycopg.AsyncConnection[Any]
TOGETHER = 20
"""Tables that are dropped in one transaction: each takes some of the locks that the database has room for."""
LOCK_WAIT = "10s"
LOOKED = 3600.0
"""Seconds between two looks for workspaces whose time has come."""
TABLES = (
    "select relname from pg_class where relnamespace = to_regnamespace(%s) and relkind = 'r' "
    "and relname not in ('_job', '_migration') order by 1 limit %s"
)
LOG = structlog.get_logger("relata.tenancy")


async def delete(here: Installation, name: str) -> None:
    """Delete a workspace with everything in it, or finish what another process began; raises Conflict where it is in use."""
    async with here.connection() as connection, alone(connection, name):
        entry = await begin(connection, name)
        await here.look(name)
        failpoint("workspace.dropping")
        if here.folder:
            await drop_files(connection, entry, here.folder)
        failpoint("workspace.files")
        await drop_tables(connection, entry)
        failpoint("workspace.tables_gone")
        await forget(connection, entry)
    await here.look(name)


@contextlib.asynccontextmanager
async def alone(connection: Connection, name: str) -> AsyncIterator[None]:
    """No other process deletes this workspace while the block runs; raises Conflict where one does."""
    row = await (await connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 2))", [name])).fetchone()
    if row is None or not row[0]:
        raise Conflict(f"«{name}» is being deleted by another process just now.")
    try:
        yield
    finally:
        with contextlib.suppress(psycopg.OperationalError):
            await connection.execute("select pg_advisory_unlock(hashtextextended(%s, 2))", [name])


async def begin(connection: Connection, name: str) -> Entry:
    async with connection.transaction():
        text = (
            "update relata.workspace set dropping = true, suspended_at = coalesce(suspended_at, now()), "
            "delete_after = coalesce(delete_after, now()) where name = %s"
        )
        if not (await connection.execute(text, [name])).rowcount:
            raise NotFound(f"There is no workspace «{name}»; “relata workspace list” shows them.")
        await tell(connection, name)
        return (await read_register(connection, name))[name]


async def drop_files(connection: Connection, entry: Entry, folder: Path) -> None:
    """The folders of its jobs, imports and uploads."""
    there = (
        "select to_regclass(%(schema)s || '._job') is not null and to_regclass(%(schema)s || '._import') is not null"
    )
    row = await (await connection.execute(there, {"schema": q(entry.schema)})).fetchone()
    jobs = set[str]()
    if row and row[0]:
        rows = await connection.execute(OWNERS.format(schema=q(entry.schema)).encode())
        jobs = {id_ for (id_,) in await rows.fetchall()}
    found = [path for path in await asyncio.to_thread(folders_in, folder / BULK) if path.name in jobs]
    # One that was imported as a copy of another has jobs in common with that.
    needed, ended = await looked_up(connection, [path.name for path in found], entry.schema)
    gone = [path for path in found if path.name not in needed | ended]
    await asyncio.to_thread(remove, [*gone, folder / FILES / entry.id])


async def drop_tables(connection: Connection, entry: Entry) -> None:
    """The tables in small parcels, that of the jobs last: it tells which files there are. Raises Conflict where they are in use."""
    schema = entry.schema
    await connection.execute(f"set lock_timeout = '{LOCK_WAIT}'".encode())
    try:
        while rows := await (await connection.execute(TABLES.encode(), [schema, TOGETHER])).fetchall():
            names = ", ".join(f"{q(schema)}.{q(name)}" for (name,) in rows)
            await connection.execute(f"drop table {names} cascade".encode())
            failpoint("workspace.parcel")
        await connection.execute(f"drop schema if exists {q(schema)} cascade".encode())
    except psycopg.errors.LockNotAvailable:
        again = "repeat this in a moment to finish it"
        raise Conflict(f"«{entry.name}» is in use just now, perhaps by a backup: {again}.") from None
    finally:
        await connection.execute("reset lock_timeout")


async def forget(connection: Connection, entry: Entry) -> None:
    async with connection.transaction():
        queued = "delete from relata.procrastinate_jobs where args ->> 'workspace' = %s and status = 'todo'"
        await connection.execute(queued, [entry.name])
        people = "select person from relata.belonging where workspace = %s"
        mine = [row[0] for row in await (await connection.execute(people, [entry.id])).fetchall()]
        await connection.execute("delete from relata.workspace where id = %s", [entry.id])
        alone = "delete from relata.person p where id = any(%s) and not exists (select from relata.belonging where person = p.id)"
        await connection.execute(alone, [mine])
        await tell(connection, entry.name)


@contextlib.asynccontextmanager
async def deleting(here: Installation) -> AsyncIterator[None]:
    """Workspaces whose time has come are deleted while the block runs, and what was begun is finished."""
    keeper = asyncio.create_task(keep(here))
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def keep(here: Installation) -> None:
    while True:
        try:
            for name in await due(here):
                await delete(here, name)
                LOG.info("workspace_deleted", workspace=name)
        except (psycopg.Error, RelataError, OSError) as error:
            LOG.warning("deleting_waits", error=str(error))
        await asyncio.sleep(LOOKED)


async def due(here: Installation) -> list[str]:
    async with here.connection() as connection:
        text = "select name from relata.workspace where dropping or delete_after < now() order by name"
        return [row[0] for row in await (await connection.execute(text)).fetchall()]
