"""A running installation: the connections, the workspaces and their catalogs, kept up to date when
another process changes one.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from relata.errors import Conflict, Fault, Invalid, NoRoom, NotFound, Unavailable
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Role
from relata.kernel.app import App, rules_by_object
from relata.kernel.context import Ctx, uuid7
from relata.kernel.events.feed import Feed
from relata.kernel.events.numbering import begin_anew
from relata.kernel.events.relay import EVENTS
from relata.kernel.identity.recognised import TRIGGER_SQL, WATCHED, Recognised
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.schema import prepare_queue
from relata.kernel.metadata.field import NAME
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name, quote_text
from relata.kernel.metadata.store import combine, stored_definitions
from relata.kernel.metadata.sync import sync
from relata.kernel.migrations import INSTALLATION, WORKSPACE, migrate
from relata.kernel.raw import RawJson
from relata.kernel.records.bulk_job import BULK
from relata.kernel.records.documents import DOCUMENTS
from relata.kernel.records.undo_job import UNDO
from relata.kernel.timing import TIMING
from relata.kernel.workspace import Workspace

CHANNEL = "relata_catalog"
PEOPLE = "people "
LONGEST = 15
"""Seconds that a statement may take."""
RECONNECTING = 4.0
"""Seconds after which a connection that cannot be made is given up; the next request tries anew."""
FREE, AWAY = 10.0, 2.0
"""Seconds that a request waits for a connection: while the database answers, and while it does not."""
# How often a listener is told to stop; how long, in seconds, connections may take to close.
PATIENCE, CLOSING = 25, 10.0


class Installation:
    """Open one with `Installation.open`; `apps` decide which objects, rules, roles and jobs there are.
    Files lie in `folder`.
    """

    def __init__(self, conninfo: str, apps: Iterable[App], most: int, longest: int, folder: Path | None = None) -> None:
        self.conninfo = conninfo
        self.folder = folder
        self.stopping = False
        apps = tuple(apps)
        self.objects: tuple[Object, ...] = tuple(object_ for app in apps for object_ in app.objects)
        self.roles: Mapping[str, Role] = {role.name: role for app in apps for role in app.roles}
        self.rules = rules_by_object(apps)
        self.jobs: Mapping[str, Job] = {
            job.kind: job for job in (BULK, UNDO, DOCUMENTS, *(job for app in apps for job in app.jobs))
        }
        self.workspaces: dict[str, Workspace] = {}
        options = f"-c statement_timeout={longest}s -c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0"
        self.pool = AsyncConnectionPool(
            conninfo,
            min_size=2,
            max_size=most,
            open=False,
            reconnect_timeout=RECONNECTING,
            check=check_open,
            kwargs={"autocommit": True, "options": options},
            configure=configure,
        )
        self.recognised = Recognised()
        self.feeds: dict[str, Feed] = {}
        self._listener: asyncio.Task[None] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, conninfo: str, apps: Iterable[App], most: int = 12, longest: int = LONGEST, folder: Path | None = None
    ) -> AsyncIterator[Installation]:
        """`most` connections at once; no statement runs longer than `longest` seconds."""
        await asyncio.to_thread(migrate_all, conninfo)
        installation = cls(conninfo, apps, most, longest, folder)
        await installation.pool.open(wait=True)
        try:
            await installation.load()
            installation._listener = asyncio.create_task(installation.listen())
            yield installation
        finally:
            await installation.close()

    async def close(self) -> None:
        """Stop listening and let go of the connections, each within a bounded time.

        A cancellation that arrives while a connection is being made can be taken for its failure, so it is repeated.
        """
        for _ in range(PATIENCE):
            if self._listener is None or self._listener.done():
                break
            self._listener.cancel()
            await asyncio.wait([self._listener], timeout=0.2)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.pool.close(timeout=2), CLOSING)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection in autocommit; raises Unavailable when none is free in time, NoRoom when the disk is full."""
        away = self._listener is not None and not self.recognised.hearing
        timing, began = TIMING.get(), perf_counter()
        try:
            connection = await self.pool.getconn(timeout=AWAY if away else FREE)
            if timing is not None:
                timing.queued += perf_counter() - began
            try:
                yield connection
            finally:
                await self.pool.putconn(connection)
        except (PoolTimeout, psycopg.OperationalError) as error:
            if isinstance(error, psycopg.errors.QueryCanceled):
                raise
            if isinstance(error, psycopg.errors.DiskFull):
                raise NoRoom from error
            raise Unavailable("The database does not answer; try again in a moment.") from error

    @contextlib.asynccontextmanager
    async def context(self, workspace: Workspace, actor: Actor) -> AsyncIterator[Ctx]:
        async with self.connection() as connection:
            yield Ctx(workspace, workspace.access(actor), connection)

    async def load(self) -> None:
        """Read every workspace; bring its tables up to what the apps declare."""
        async with self.connection() as connection:
            cursor = await connection.execute(
                "select id::text, name, label, schema_name, currency, locale, time_zone from relata.workspace where suspended_at is null"
            )
            for row in await cursor.fetchall():
                await self.load_workspace(connection, row)

    async def load_workspace(self, connection: psycopg.AsyncConnection[Any], row: tuple[Any, ...]) -> Workspace:
        id_, name, label, schema, currency, locale, time_zone = row
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
            version, definitions = await stored_definitions(connection, schema)
            catalog = combine(self.objects, definitions, version)
            await sync(connection, schema, catalog)
            await begin_anew(connection, schema)
            await watch_people(connection, schema, name)
        workspace = Workspace(id_, name, label, schema, currency, locale, time_zone, catalog, self.roles, self.rules)
        workspace.people_changed = lambda: self.recognised.forget(name)
        self.workspaces[name] = workspace
        return workspace

    async def reload(self, workspace: Workspace) -> None:
        """Take over the stored catalog if it is newer than ours."""
        async with self.connection() as connection:
            version, definitions = await stored_definitions(connection, workspace.schema)
        if version != workspace.catalog.version:
            workspace.swap(combine(self.objects, definitions, version))
            self.wake(workspace.schema)

    async def listen(self) -> None:
        """Hear of other processes' catalog changes; after a broken connection, read all anew."""
        while True:
            with contextlib.suppress(psycopg.Error, OSError, Unavailable, NoRoom):
                async with await psycopg.AsyncConnection.connect(self.conninfo, autocommit=True) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    await connection.execute(f"listen {EVENTS}")
                    self.recognised.forget()
                    self.recognised.hearing = True
                    for workspace in list(self.workspaces.values()):
                        await self.reload(workspace)
                        self.wake(workspace.schema)
                    async with contextlib.aclosing(connection.notifies()) as notes:
                        async for note in notes:
                            if note.channel == EVENTS:
                                self.wake(note.payload)
                            else:
                                await self.heard(note.payload)
            self.recognised.hearing = False
            await asyncio.sleep(1)

    def feed(self, name: str) -> Feed:
        """What happens in a workspace, for those who follow it."""
        return self.feeds.setdefault(name, Feed())

    def wake(self, schema: str) -> None:
        for name, feed in self.feeds.items():
            if self.workspaces[name].schema == schema:
                feed.wake()

    async def heard(self, name: str) -> None:
        """A workspace's catalog or people have changed, here or elsewhere."""
        if name.startswith(PEOPLE):
            self.recognised.forget(name.removeprefix(PEOPLE))
        elif name in self.workspaces:
            await self.reload(self.workspaces[name])
        else:
            await self.load()

    async def create_workspace(self, name: str, label: str, currency: str, locale: str, time_zone: str) -> Workspace:
        """A new empty workspace; raises Conflict where the name is taken."""
        if not NAME.fullmatch(name) or len(name) > 30:
            raise Invalid(
                [
                    Fault(
                        "/name", "bad_name", "A workspace's name has small letters, digits and underscores, at most 30."
                    )
                ]
            )
        if name in self.workspaces:
            raise Conflict(f"There is already a workspace «{name}».")
        schema = f"ws_{name}"
        await asyncio.to_thread(migrate_workspace, self.conninfo, schema)
        row = (uuid7(), name, label, schema, currency, locale, time_zone)
        async with self.connection() as connection:
            await connection.execute(
                "insert into relata.workspace (id, name, label, schema_name, currency, locale, time_zone) values (%s, %s, %s, %s, %s, %s, %s)",
                row,
            )
            workspace = await self.load_workspace(connection, row)
            await connection.execute("select pg_notify(%s, %s)", [CHANNEL, name])
        return workspace

    def find(self, name: str | None) -> Workspace:
        """A workspace by name, or the only one there is."""
        if name is None and len(self.workspaces) == 1:
            return next(iter(self.workspaces.values()))
        found = self.workspaces.get(name or "")
        if found is None:
            names = ", ".join(sorted(self.workspaces)) or "none yet"
            raise NotFound(f"There is no workspace «{name or ''}»; there are: {names}.")
        return found


async def watch_people(connection: psycopg.AsyncConnection[Any], schema: str, name: str) -> None:
    """Make the database tell when somebody's rights may have changed, once per workspace."""
    cursor = await connection.execute(
        "select count(*) from pg_trigger where tgname = '_people_changed' and tgrelid = any(%s::regclass[])",
        [[f"{quote_name(schema)}.{quote_name(table)}" for table in WATCHED]],
    )
    row = await cursor.fetchone()
    if row and row[0] == len(WATCHED):
        return
    for table in WATCHED:
        text = TRIGGER_SQL.format(schema=quote_name(schema), name=quote_text(PEOPLE + name), table=quote_name(table))
        await connection.execute(text.encode())


async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
    """JSON stays the bytes that PostgreSQL made. What is asked often is prepared by the driver; psycopg itself
    prepares nothing, because after a rollback it would drop those statements too.
    """
    connection.prepare_threshold = None
    connection.adapters.register_loader("json", RawJson)


async def check_open(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raises OperationalError for a connection that the server has closed: of an idle one there is
    something to read only then, or when it was told something meanwhile.
    """
    poll = select.poll()  # select() knows no descriptors above 1023
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(connection)


def migrate_all(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm with schema public")
        migrate(connection, INSTALLATION, "relata")
        prepare_queue(connection)
        rows = connection.execute("select schema_name from relata.workspace").fetchall()
        for (schema,) in rows:
            migrate(connection, WORKSPACE, schema)


def migrate_workspace(conninfo: str, schema: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        migrate(connection, WORKSPACE, schema)
