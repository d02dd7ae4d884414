"""The one statement that numbers events: committed rows in (xid, id) order below the oldest transaction
that still runs. In that order no later commit can fall between two numbers, so nobody who reads by
number ever skips an event (measured in the design notes on the kernel: no gap, no skip, no duplicate).
"""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text

BATCH = 500


async def number_events(connection: psycopg.AsyncConnection[Any], schema: str) -> tuple[int, bool]:
    """Number at most 500 events of a workspace: how many, and whether others wait.

    Only one process numbers at a time; the lock ends with the transaction.
    """
    async with connection.transaction():
        await connection.execute(
            f"select pg_advisory_xact_lock(hashtextextended({quote_text('relay ' + schema)}, 0))".encode()
        )
        cursor = await connection.execute(text_of(schema).encode(), prepare=True)
        row = await cursor.fetchone()
    return (row[0], row[1]) if row else (0, False)


def text_of(schema: str) -> str:
    outbox, sequence = f"{q(schema)}._outbox", f"{q(schema)}._sequence"
    return (
        f"with w as materialized (select xid, id from {outbox} where seq is null and xid < pg_snapshot_xmin(pg_current_snapshot()) "
        f"order by xid, id limit {BATCH}), "
        "k as (select xid, id, row_number() over (order by xid, id) as place from w), "
        f"h as (update {sequence} set n = n + (select count(*) from k) where exists (select 1 from k) "
        f"returning n - (select count(*) from k) as base), "
        f"u as (update {outbox} o set seq = h.base + k.place from k, h where o.xid = k.xid and o.id = k.id returning 1) "
        f"select (select count(*) from u)::integer, "
        f"exists (select 1 from {outbox} o where o.seq is null and not exists (select 1 from k where k.xid = o.xid and k.id = o.id))"
    )
