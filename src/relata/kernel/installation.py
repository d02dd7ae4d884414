"""A running installation: the connections, the workspaces and their catalogs, kept up to date when
another process changes one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any
from weakref import WeakValueDictionary

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from relata.errors import NoRoom, NotFound, Unavailable
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Role
from relata.kernel.app import App, rules_by_object
from relata.kernel.connecting import Pool, check_open, configure, wanted_for
from relata.kernel.context import Ctx
from relata.kernel.events.feed import Feed
from relata.kernel.events.numbering import EVENTS, begin_anew
from relata.kernel.files.local import FILES, LocalStore
from relata.kernel.files.upload import DECODED, LARGEST
from relata.kernel.identity.recognised import PEOPLE, Recognised, watch_people
from relata.kernel.jobs.building import resume
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.schema import prepare_queue
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.keys import keep_apart
from relata.kernel.metadata.locking import TABLE_WAIT, patiently
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.store import stored_catalog, stored_version
from relata.kernel.metadata.sync import sync
from relata.kernel.migrations import INSTALLATION, SERVING, WORKSPACE, available, migrate
from relata.kernel.ports import BlobStore
from relata.kernel.records.bulk_repeated import BULK
from relata.kernel.records.documents import DOCUMENTS
from relata.kernel.records.undo_job import UNDO
from relata.kernel.register import CHANNEL, REGISTER, Entry, read_register
from relata.kernel.timing import TIMING
from relata.kernel.workspace import Workspace

MOST_HELD, IDLE = 300, 600.0
"""Workspaces that a process holds with their catalogs and caches, and seconds after which one that nobody uses goes."""
LONGEST = 15
"""Seconds that a statement may take."""
RECONNECTING = 4.0
"""Seconds after which a connection that cannot be made is given up; the next request tries anew."""
FREE, AWAY = 10.0, 2.0
"""Seconds that a request waits for a connection: while the database answers, and while it does not."""
# How often a listener is told to stop; how long, in seconds, connections may take to close.
PATIENCE, CLOSING = 25, 10.0
LOG = structlog.get_logger("relata.installation")


class Installation:
    """Open one with `Installation.open`; `apps` decide which objects, rules, roles and jobs there are.
    Files lie in `folder`.
    """

    def __init__(self, conninfo: str, apps: Iterable[App], most: int, longest: int, folder: Path | None = None) -> None:
        self.conninfo = conninfo
        self.folder = folder
        self.blobs: BlobStore | None = LocalStore(folder / FILES) if folder else None
        self.largest_file = LARGEST
        self.decoding = asyncio.Semaphore(DECODED)
        self.stopping = False
        apps = tuple(apps)
        self.objects: tuple[Object, ...] = tuple(object_ for app in apps for object_ in app.objects)
        self.roles: Mapping[str, Role] = {role.name: role for app in apps for role in app.roles}
        self.rules = rules_by_object(apps)
        self.jobs: Mapping[str, Job] = {
            job.kind: job for job in (BULK, UNDO, DOCUMENTS, *(job for app in apps for job in app.jobs))
        }
        self.register: dict[str, Entry] = {}
        self.workspaces: OrderedDict[str, Workspace] = OrderedDict()
        self.most_held, self.idle = MOST_HELD, IDLE
        self._alive: WeakValueDictionary[str, Workspace] = WeakValueDictionary()
        self._making: dict[str, asyncio.Lock] = {}
        self._prepared: dict[str, int] = {}
        self._plain: Catalog = Catalog.build(self.objects)
        options = f"-c statement_timeout={longest}s -c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0"
        self.pool = Pool(
            conninfo,
            min_size=2,
            max_size=most,
            open=False,
            reconnect_timeout=RECONNECTING,
            check=check_open,
            kwargs={"autocommit": True, "options": options, "application_name": SERVING},
            configure=configure,
        )
        self.recognised = Recognised()
        self.feeds: WeakValueDictionary[str, Feed] = WeakValueDictionary()
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
            await installation.look()
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
    async def connection(self, schema: str = "") -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection in autocommit, one that has met the schema where it can be; raises Unavailable when none is free in
        time, NoRoom when the disk is full.
        """
        away = self._listener is not None and not self.recognised.hearing
        timing, began = TIMING.get(), perf_counter()
        try:
            with wanted_for(schema):
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
        async with self.connection(workspace.schema) as connection:
            yield Ctx(workspace, workspace.access(actor), connection)

    async def workspace(self, name: str) -> Workspace:
        """A workspace that is to be used now; raises NotFound, and Suspended where nobody may work in it."""
        if not self.recognised.hearing:
            await self.look(name)
        entry = self.register.get(name)
        if entry is None:
            raise NotFound(f"There is no workspace «{name}».")
        entry.check()
        found = self._alive.get(name)
        if found is None:
            async with self._making.setdefault(name, asyncio.Lock()):
                found = self._alive.get(name) or await self.make(entry)
        self.hold(found)
        return found

    async def make(self, entry: Entry) -> Workspace:
        async def once() -> Catalog:
            async with self.connection(entry.schema) as connection, connection.transaction():
                return await self.prepare(connection, entry)

        return self.keep(entry, await patiently(once))

    async def prepare(self, connection: psycopg.AsyncConnection[Any], entry: Entry) -> Catalog:
        """The catalog of a workspace, whose tables are brought up to what the apps declare; of one that was let go of they are."""
        schema = entry.schema
        if self._prepared.get(entry.id) == await stored_version(connection, schema):
            return await self.catalog(connection, schema)
        await connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
        catalog = await self.catalog(connection, schema)
        if await keep_apart(connection, schema, catalog):
            catalog = await self.catalog(connection, schema)
        await connection.execute(f"set local lock_timeout = '{TABLE_WAIT}'".encode())
        plan = await sync(connection, schema, catalog)
        await connection.execute("set local lock_timeout = 0")
        await resume(connection, entry, catalog, plan.later)
        await begin_anew(connection, schema)
        await watch_people(connection, schema, entry.name)
        self._prepared[entry.id] = catalog.version
        return catalog

    async def catalog(
        self, connection: psycopg.AsyncConnection[Any], schema: str, before: Catalog | None = None
    ) -> Catalog:
        """The checked catalog; workspaces that have changed nothing share theirs."""
        found = await stored_catalog(connection, schema, self.objects, before or self._plain)
        if not found.marks:
            self._plain = found
        return found

    def keep(self, entry: Entry, catalog: Catalog) -> Workspace:
        e = entry
        made = Workspace(e.id, e.name, e.label, e.schema, e.currency, e.locale, e.time_zone, catalog, self.roles, self.rules)  # fmt: skip
        made.people_changed = lambda: self.recognised.forget(e.name)
        self._alive[e.name] = made
        return made

    def hold(self, workspace: Workspace) -> None:
        """Keep it, as the one that was used last; the one that was not used for longest goes when there are too many.
        What a request or job still holds is found again until it lets go.
        """
        workspace.used = time.monotonic()
        self.workspaces[workspace.name] = workspace
        self.workspaces.move_to_end(workspace.name)
        if len(self.workspaces) > self.most_held:
            self.workspaces.popitem(last=False)

    def rest(self) -> None:
        """Let go of the workspaces that nobody has used for a while."""
        before = time.monotonic() - self.idle
        for name in [name for name, workspace in self.workspaces.items() if workspace.used < before]:
            del self.workspaces[name]

    async def look(self, name: str | None = None) -> None:
        """Read the register anew, or what it says of one workspace; whoever works in one that is suspended is told."""
        async with self.connection() as connection:
            found = await read_register(connection, name)
        if name is None:
            self.register = found
        else:
            self.register.pop(name, None)
            self.register |= found
        for workspace in [self._alive.get(name)] if name else list(self._alive.values()):
            if workspace is None:
                continue
            entry = self.register.get(workspace.name)
            workspace.suspended = entry is None or entry.suspended_at is not None
            if workspace.suspended:
                self.workspaces.pop(workspace.name, None)
                self._alive.pop(workspace.name, None)
                self.recognised.forget(workspace.name)
                self.wake(workspace.schema)

    async def reload(self, workspace: Workspace) -> None:
        """Take over the stored catalog if it is newer than ours."""
        before = workspace.catalog
        try:
            async with self.connection() as connection:
                catalog = await self.catalog(connection, workspace.schema, before)
        except psycopg.errors.UndefinedTable:  # it has been deleted
            await self.look(workspace.name)
            return
        if catalog is not before:
            workspace.swap(catalog)

    async def listen(self) -> None:
        """Hear of other processes' catalog changes and events; after a broken connection, read all anew. It goes on whatever
        happens: who no longer hears would serve for ever what was true before.
        """
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.conninfo, autocommit=True) as connection:
                    await self.hear(connection)
            except (psycopg.Error, OSError, Unavailable, NoRoom) as error:
                LOG.info("listening_anew", error=str(error))
            except Exception:
                LOG.exception("listening_failed")
            self.recognised.hearing = False
            await asyncio.sleep(1)

    async def hear(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Until the connection breaks."""
        await connection.execute(f"listen {CHANNEL}")
        await connection.execute(f"listen {EVENTS}")
        self.recognised.forget()
        await self.look()
        self.recognised.hearing = True
        for workspace in list(self._alive.values()):
            await self.reload(workspace)
        for feed in list(self.feeds.values()):
            feed.wake()
        async with contextlib.aclosing(connection.notifies()) as notes:
            async for note in notes:
                if note.channel == EVENTS:
                    self.wake(note.payload)
                else:
                    await self.heard(note.payload)

    def feed(self, schema: str) -> Feed:
        """What happens in a workspace, for those who follow it; it is there as long as one of them holds it."""
        found = self.feeds.get(schema)
        if found is None:
            found = self.feeds[schema] = Feed()
        return found

    def wake(self, schema: str) -> None:
        feed = self.feeds.get(schema)
        if feed is not None:
            feed.wake()

    async def heard(self, told: str) -> None:
        """A workspace's catalog, people or state has changed, here or elsewhere."""
        if told.startswith(PEOPLE):
            name = told.removeprefix(PEOPLE)
            self.recognised.forget(name)
            if entry := self.register.get(name):
                self.wake(entry.schema)  # who follows may no longer
        elif told.startswith(REGISTER):
            await self.look(told.removeprefix(REGISTER))
        elif workspace := self._alive.get(told):
            await self.reload(workspace)
            self.wake(workspace.schema)  # also where the change was made here

    async def find(self, name: str | None) -> Workspace:
        """A workspace by name, or the only one there is."""
        if name is None and len(self.register) == 1:
            name = next(iter(self.register))
        if name not in self.register:
            names = ", ".join(self.register) or "none yet"
            raise NotFound(f"There is no workspace «{name or ''}»; there are: {names}.")
        return await self.workspace(name)


def migrate_all(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm with schema public")
        migrate(connection, INSTALLATION, "relata")
        prepare_queue(connection)
        version = len(available(WORKSPACE))
        text = (
            "select schema_name from relata.workspace where version is distinct from %s and not dropping order by name"
        )
        behind = [str(row[0]) for row in connection.execute(text, [version]).fetchall()]
        for number, schema in enumerate(behind, 1):
            with connection.transaction():
                migrate(connection, WORKSPACE, schema)
                connection.execute("update relata.workspace set version = %s where schema_name = %s", [version, schema])
            if len(behind) > 1:
                LOG.info("brought_up_to_date", schema=schema, done=number, of=len(behind))
