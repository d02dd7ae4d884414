"""How connections to the database are set up, looked after and chosen in a pool."""

from __future__ import annotations

import contextlib
import select
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from relata.kernel.raw import RawJson

WANTED: ContextVar[str] = ContextVar("the schema that a connection is wanted for", default="")


@contextlib.contextmanager
def wanted_for(schema: str) -> Iterator[None]:
    """Whoever asks for a connection in the block will work in this schema."""
    token = WANTED.set(schema)
    try:
        yield
    finally:
        WANTED.reset(token)


class Pool(AsyncConnectionPool[psycopg.AsyncConnection[Any]]):
    """Of the connections that are free, a schema gets always the same one first, and where that is taken always the same
    second one: each remembers tables and statements that it has met, and hundreds of schemas are too many for all of them.
    """

    async def _get_ready_connection(self, timeout: float | None) -> psycopg.AsyncConnection[Any] | None:  # noqa: ASYNC109 — of the pool
        schema = WANTED.get()
        if schema and len(self._pool) > 1:
            chosen = min(self._pool, key=lambda connection: hash((schema, connection.info.backend_pid)))
            self._pool.remove(chosen)
            self._pool.appendleft(chosen)
        return await super()._get_ready_connection(timeout)


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
