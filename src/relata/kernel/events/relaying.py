"""The relays of a process: one for each workspace that is written to or followed here, and a look at all the others. Their counts of events are
read from PostgreSQL's statistics in one statement for all, which opens no table, so hundreds of quiet workspaces cost nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

import structlog

from relata.kernel.events.cleaning import clean_installation, clean_workspace
from relata.kernel.events.feed import Feed
from relata.kernel.events.numbering import begin_anew
from relata.kernel.events.relay import TROUBLE, TURN, Relay, Source, tidy
from relata.kernel.files.cleaning import clean_uploads, due_now
from relata.kernel.jobs.files import clean_files
from relata.kernel.ports import BlobStore

if TYPE_CHECKING:
    from relata.kernel.register import Entry
    from relata.kernel.workspace import Workspace

CLEANED_EVERY = 3600.0
LOOKED_EVERY = 2.0
"""Seconds between two looks, in one statement for all workspaces, for events that no process with a relay has written."""
RESTED = 60.0
"""Seconds after the last change here in which a workspace keeps its relay; one that is followed has it."""
COUNTS = """
select n.nspname, pg_stat_get_tuples_inserted(c.oid) from unnest(%s::text[]) s join pg_namespace n on n.nspname = s
join pg_class c on c.relnamespace = n.oid and c.relname = '_outbox'"""
LOG = structlog.get_logger("relata.relay")


class House(Source, Protocol):
    """What the relays need of an installation."""

    register: dict[str, Entry]
    workspaces: OrderedDict[str, Workspace]
    feeds: WeakValueDictionary[str, Feed]
    folder: Path | None
    blobs: BlobStore | None

    def rest(self) -> None:
        """Let go of what nobody uses."""


@contextlib.asynccontextmanager
async def relaying(house: House) -> AsyncIterator[None]:
    """Events of all workspaces are numbered while the block runs, also of those that are made meanwhile."""
    relays = Relays(house)
    keeper = asyncio.create_task(relays.keep())
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        for workspace in house.workspaces.values():
            workspace.woken = lambda: None


class Relays:
    """Schema → relay and its task; when each was last wanted; the counts of all others."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.running: dict[str, tuple[Relay, asyncio.Task[None]]] = {}
        self.counts: dict[str, int] = {}
        self.wanted: dict[str, float] = {}
        self._cleaned = -CLEANED_EVERY
        self._looked = -LOOKED_EVERY

    async def keep(self) -> None:
        try:
            while True:
                self.adjust()
                if time.monotonic() - self._looked >= LOOKED_EVERY:
                    self._looked = time.monotonic()
                    await self.look()
                if time.monotonic() - self._cleaned >= CLEANED_EVERY:
                    self._cleaned = time.monotonic()
                    await self.clean()
                for relay, _ in list(self.running.values()):
                    if relay.rests():
                        await tidy(self.house, relay.schema)
                self.house.rest()
                await asyncio.sleep(TURN)
        finally:
            self.end(list(self.running))

    def adjust(self) -> None:
        """A relay for each workspace that is written to here or followed, and for no other."""
        for workspace in self.house.workspaces.values():
            if not isinstance(workspace.woken, partial):
                workspace.woken = partial(self.woken, workspace.schema)
                self.counts[workspace.schema] = -1  # what was written before it was met here
        active = {entry.schema for entry in self.house.register.values() if not entry.suspended_at}
        for schema in active.intersection(self.house.feeds.keys()):
            self.wanted[schema] = time.monotonic()
            self.start(schema)
        before = time.monotonic() - RESTED
        self.end([schema for schema in self.running if schema not in active or self.wanted[schema] < before])

    def woken(self, schema: str) -> None:
        """Something was committed here."""
        self.wanted[schema] = time.monotonic()
        self.start(schema).wake()

    def start(self, schema: str) -> Relay:
        if schema not in self.running:
            relay = Relay(self.house, schema)
            self.running[schema] = relay, asyncio.create_task(relay.run())
        return self.running[schema][0]

    def end(self, schemas: Iterable[str]) -> None:
        for schema in schemas:
            self.running.pop(schema)[1].cancel()
            self.wanted.pop(schema, None)
            self.counts[schema] = -1  # something may still have waited for a running transaction

    async def look(self) -> None:
        """Number what was written by others, or by a process that died, also in workspaces that have no relay here."""
        schemas = [entry.schema for entry in self.house.register.values() if not entry.suspended_at]
        try:
            async with self.house.connection() as connection:
                counts = dict(await (await connection.execute(COUNTS, [schemas])).fetchall())
            for schema, count in counts.items():
                if count == self.counts.get(schema):
                    continue
                if schema in self.running:
                    self.counts[schema] = count
                    self.running[schema][0].wake()
                else:
                    await self.number(schema, count)
        except TROUBLE as error:
            LOG.warning("relay_waits", error=str(error))

    async def number(self, schema: str, count: int) -> None:
        if schema not in self.counts:  # seen for the first time
            async with self.house.connection() as connection:
                await begin_anew(connection, schema)
        if not await Relay(self.house, schema).catch_up():
            self.counts[schema] = count

    async def clean(self) -> None:
        entries = [entry for entry in self.house.register.values() if not entry.suspended_at]
        try:
            async with self.house.connection() as connection:
                gone = await clean_installation(connection)
                for entry in entries:
                    gone += await clean_workspace(connection, entry.schema)
                    if self.house.blobs:
                        gone += await clean_uploads(connection, self.house.blobs, entry.id, entry.schema, due_now())
                folders = await clean_files(connection, self.house.folder) if self.house.folder else 0
        except TROUBLE as error:
            LOG.warning("cleaning_waits", error=str(error))
        else:
            LOG.info("cleaned", rows=gone, folders=folders)
