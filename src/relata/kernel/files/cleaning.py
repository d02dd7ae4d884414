"""What goes from the store of files: uploads that nobody attached, then bytes that no row names. Both rest for a day, so that a
backup which is being taken, or an upload which is running, finds what it needs.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import psycopg

from relata.kernel.files.local import STARTS
from relata.kernel.files.upload import hold
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.ports import BlobStore

Connection = psycopg.AsyncConnection[Any]
DAY = 86_400.0
MOST = 500
"""Files that are looked at together."""
ROUND = 24
"""A cleaning looks at one of so many parts of the store: each hour at another."""


def due_now() -> tuple[str, ...]:
    """The beginnings of the hashes whose turn it is in this hour."""
    return STARTS[dt.datetime.now(dt.UTC).hour :: ROUND]


async def clean_uploads(
    connection: Connection, store: BlobStore, workspace: str, schema: str, starts: Sequence[str]
) -> int:
    """Delete what has had its time; how many files and places of receipt went."""
    gone = await forget_unattached(connection, store, workspace, schema)
    gone += await drop_orphans(connection, store, workspace, schema, starts)
    left = await asyncio.to_thread(lambda: list(islice(store.abandoned(workspace, time.time() - DAY), MOST)))
    for path in left:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return gone + len(left)


async def forget_unattached(connection: Connection, store: BlobStore, workspace: str, schema: str) -> int:
    """The rows of uploads of yesterday; their bytes have another day."""
    table = f"{q(schema)}._file"
    old = f"select id from {table} where record is null and at < now() - interval '1 day' limit {MOST} for update skip locked"
    text = f"delete from {table} where id in ({old}) returning hash, preview"
    gone = 0
    while True:
        async with connection.transaction():
            rows = await (await connection.execute(text.encode())).fetchall()
            for hash_ in {hash_ for row in rows for hash_ in row if hash_}:
                await asyncio.to_thread(store.renew, workspace, hash_)
        gone += len(rows)
        if len(rows) < MOST:
            return gone


async def drop_orphans(
    connection: Connection, store: BlobStore, workspace: str, schema: str, starts: Iterable[str]
) -> int:
    """Bytes that no row names, if they have lain for a day."""
    before, gone = time.time() - DAY, 0
    kept = store.kept(workspace, starts)
    while some := await asyncio.to_thread(lambda: list(islice(kept, MOST))):
        for hash_ in await unnamed(connection, schema, [hash_ for hash_, at in some if at < before]):
            async with connection.transaction():
                await hold(connection, workspace, hash_)
                if await unnamed(connection, schema, [hash_]):
                    await asyncio.to_thread(store.drop, workspace, hash_)
                    gone += 1
    return gone


async def unnamed(connection: Connection, schema: str, hashes: list[str]) -> list[str]:
    """Those of the hashes that no row names."""
    table = f"{q(schema)}._file"
    text = (
        f"select h from unnest(%s::text[]) h where not exists (select from {table} where hash = h) "
        f"and not exists (select from {table} where preview = h)"
    )
    return [row[0] for row in await (await connection.execute(text.encode(), [hashes])).fetchall()] if hashes else []
