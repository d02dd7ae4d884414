"""What is kept only for a time: numbered events, answers under an Idempotency-Key, failed sign-ins, deleted fields and objects.

Totals rely on events of the last six hours, so those are never touched.
"""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.trash import clean_trash

EVENTS = "3 days"
ANSWERS = "24 hours"
FAILURES = "1 day"
BATCH = 5_000


async def clean_workspace(connection: psycopg.AsyncConnection[Any], schema: str) -> int:
    """Delete what has had its time; how many rows, fields and objects went."""
    gone = await in_batches(connection, events_text(schema)) + await in_batches(connection, answers_text(schema))
    return gone + await clean_trash(connection, schema)


async def clean_installation(connection: psycopg.AsyncConnection[Any]) -> int:
    old = f"select ctid from relata.sign_in_failure where at < now() - interval '{FAILURES}' limit {BATCH}"
    text = f"delete from relata.sign_in_failure where ctid in ({old})"
    return await in_batches(connection, text)


async def in_batches(connection: psycopg.AsyncConnection[Any], text: str) -> int:
    gone = 0
    while True:
        cursor = await connection.execute(text.encode())
        gone += cursor.rowcount
        if cursor.rowcount < BATCH:
            return gone


def events_text(schema: str) -> str:
    """The oldest transactions that together hold the next events of a batch; their numbers go with them."""
    numbered, outbox = f"{q(schema)}._numbered", f"{q(schema)}._outbox"
    old = (
        f"select xid from {numbered} where at < now() - interval '{EVENTS}' "
        f"and first < (select min(first) from {numbered}) + {BATCH}"
    )
    return (
        f"with gone as (delete from {numbered} where xid in ({old}) returning xid) "
        f"delete from {outbox} o using gone where o.xid = gone.xid"
    )


def answers_text(schema: str) -> str:
    table = f"{q(schema)}._idempotency"
    return f"delete from {table} where ctid in (select ctid from {table} where created_at < now() - interval '{ANSWERS}' limit {BATCH})"
