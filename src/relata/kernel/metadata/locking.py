"""Locks of tables in use: asked for briefly, so that nobody waits long behind whoever asks, and again after a pause."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import psycopg

TABLE_WAIT = "40ms"
"""While a change waits for its table, whoever wants to write waits behind it."""
PATIENCE = 30.0
"""Seconds after which a change gives up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
T = TypeVar("T")

HOLDER = """
select a.pid, coalesce(nullif(a.application_name, ''), a.backend_type), extract(epoch from now() - a.xact_start)::int
from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_class c on c.oid = l.relation
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = %s and c.relname not like '\\_%%' and l.granted and a.pid <> pg_backend_pid()
and l.database = (select oid from pg_database where datname = current_database())
and a.xact_start < now() - interval '1 second' order by a.xact_start limit 1"""


async def patiently(once: Callable[[], Awaitable[T]], patience: float | None = None) -> T:
    """What `once` gives, which is done again as long as others hold what it locks; raises LockNotAvailable in the end,
    after `patience` seconds.
    """
    until = time.monotonic() + (PATIENCE if patience is None else patience)
    pause = FIRST_PAUSE
    while True:
        try:
            return await once()
        except psycopg.errors.DeadlockDetected:
            if time.monotonic() > until:
                raise
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 — so that two do not keep step
            pause = min(pause * 1.5, LONGEST_PAUSE)


async def holder(connection: psycopg.AsyncConnection[Any], schema: str) -> str:
    """Who has used a table of a workspace for longest, as the middle of a sentence; empty where nobody does for long."""
    row = await (await connection.execute(HOLDER, [schema])).fetchone()
    if row is None:
        return ""
    return f" (process {row[0]} of the database, «{row[1]}», has used its tables for {row[2]:,} s)"
