"""What an operation needs to know of its surroundings, passed and never looked up."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import psycopg

from relata.errors import Reshaped
from relata.kernel.access.access import Access
from relata.kernel.driver import fetch_row, fetch_rows
from relata.kernel.expression.clock import Clock
from relata.kernel.metadata.catalog import Catalog

if TYPE_CHECKING:
    from relata.kernel.workspace import Workspace


OVERTAKEN = (Reshaped, psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable)


@dataclass(slots=True)
class Ctx:
    """One operation: who acts where, on which connection, what caused it, and whether anybody is `shown` the records
    that it reads and writes: a job is not, and is spared what formulas and roll-ups cost.

    The connection is in autocommit; the edge opens a transaction around several writes.
    """

    workspace: Workspace
    access: Access
    connection: psycopg.AsyncConnection[Any]
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    given_cause: str | None = None
    shown: bool = True

    @property
    def cause(self) -> str:
        """What ties the changes of this operation together, made when first asked for."""
        if self.given_cause is None:
            self.given_cause = uuid7()
        return self.given_cause

    @property
    def catalog(self) -> Catalog:
        return self.access.catalog

    @property
    def clock(self) -> Clock:
        return Clock(self.now, ZoneInfo(self.access.actor.time_zone))

    async def row(self, text: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The only row of a prepared statement, or None."""
        return await fetch_row(self.connection, text, values)

    async def rows(self, text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a prepared statement."""
        return await fetch_rows(self.connection, text, values)

    @asynccontextmanager
    async def guarded(self, *, always: bool = False) -> AsyncIterator[None]:
        """A savepoint, if a transaction is open: a statement that fails must not lose the others. Or `always` a transaction."""
        if always or self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
            async with self.connection.transaction():
                yield
        else:
            yield


class Reloading(Protocol):
    """What keeps the catalogs of workspaces up to date."""

    async def reload(self, workspace: Workspace) -> None:
        """Take over its stored catalog if that is newer."""


@asynccontextmanager
async def not_reshaped(host: Reloading, workspace: Workspace) -> AsyncIterator[None]:
    """Raises Reshaped, with the present catalog at hand, where work failed because a change of the schema overtook it.
    Stands outside of the connection, which it must not hold while it waits for another.
    """
    version = workspace.catalog.version
    try:
        yield
    except (psycopg.ProgrammingError, Reshaped) as error:
        await host.reload(workspace)
        if workspace.catalog.version != version or isinstance(error, OVERTAKEN):
            raise Reshaped from error
        raise


_last = [0]
_lock = threading.Lock()


def uuid7() -> str:
    """A UUID of version 7 (RFC 9562, method 1 of section 6.2) as text: milliseconds, then a counter that
    keeps the ids of one process in the order in which they were made.
    """
    with _lock:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last[0] + 1)
        _last[0] = ticks
    millis, sub = divmod(ticks, 4096)
    rest = int.from_bytes(os.urandom(8), "big") >> 2 | 0b10 << 62
    text = f"{millis & (1 << 48) - 1:012x}7{sub:03x}{rest:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
