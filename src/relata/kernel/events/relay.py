"""The relay of a workspace: numbers events soon after they are committed. Processes that write wake
their own relay in memory; what others wrote is found by a look at all workspaces (`relaying`). Under load it gathers: many
transactions take one statement, and the writers keep the processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, Protocol

import psycopg
import structlog

from relata.errors import NoRoom, Unavailable
from relata.kernel.events.numbering import number_events
from relata.kernel.metadata.quoting import quote_name

TURN = 1.0
"""Seconds between two looks at rows behind a running transaction, at most, and before the first new try."""
GATHERED = 0.05
"""Seconds between two looks while events keep coming."""
FIRST_PAUSE = 0.02
LONGEST_RETRY = 10.0
PAUSE = 2.0
SEARCH_INDEXES = ("_search_grams", "_search_words")
TROUBLE = (psycopg.Error, Unavailable, NoRoom, OSError)
LOG = structlog.get_logger("relata.relay")


class Source(Protocol):
    """What a relay needs of an installation."""

    def connection(self, schema: str = "") -> contextlib.AbstractAsyncContextManager[psycopg.AsyncConnection[Any]]:
        """A connection in autocommit, one that has met the schema where it can be."""


class Relay:
    """Numbers the events of one workspace until its task is cancelled."""

    def __init__(self, source: Source, schema: str) -> None:
        self.source = source
        self.schema = schema
        self._woken = asyncio.Event()
        self._written: float | None = None

    def wake(self) -> None:
        """Something was committed here."""
        self._woken.set()

    def rests(self) -> bool:
        """Whether the writing has just paused; told once for each pause."""
        if self._written is None or time.monotonic() - self._written < PAUSE:
            return False
        self._written = None
        return True

    async def run(self) -> None:
        """Number, wait, and begin again; while the database is away, ever more slowly."""
        pause = FIRST_PAUSE
        retry = TURN
        while True:
            self._woken.clear()
            try:
                waiting = await self.catch_up()
                retry = TURN
            except TROUBLE as error:
                LOG.warning("relay_waits", workspace=self.schema, error=str(error), seconds=retry)
                await asyncio.sleep(retry)
                retry = min(retry * 2, LONGEST_RETRY)
                continue
            # Rows behind a running transaction are looked at again soon, then less and less often.
            pause = min(pause * 2, TURN) if waiting else FIRST_PAUSE
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause if waiting else None)
            await asyncio.sleep(GATHERED)

    async def catch_up(self) -> bool:
        """Number all that can be; whether some events still wait for a running transaction."""
        async with self.source.connection(self.schema) as connection:
            found = False
            while True:
                numbered, waiting = await number_events(connection, self.schema)
                found = found or numbered > 0
                if not numbered or not waiting:
                    break
            if found:
                self._written = time.monotonic()
            return waiting


async def tidy(source: Source, schema: str) -> None:
    """Sort what was written lately into the search indexes: searching walks through all that waits there, and
    sorting in many entries at once costs a fraction of one by one, so a pause is waited for.
    """
    try:
        async with source.connection(schema) as connection:
            for index in SEARCH_INDEXES:
                await connection.execute(
                    "select gin_clean_pending_list(%s::regclass)", [f"{quote_name(schema)}.{index}"]
                )
    except TROUBLE as error:
        LOG.warning("tidying_waits", workspace=schema, error=str(error))
