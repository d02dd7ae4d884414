"""How connections to the database are set up and looked after in a pool."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from relata.kernel.raw import RawJson


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
