"""The store of files against the rows that name its bytes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import islice

from relata.kernel.drift.finding import MOST, Connection, Drift, counted
from relata.kernel.files.cleaning import DAY, drop_orphans, unnamed
from relata.kernel.files.local import STARTS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.ports import BlobStore
from relata.kernel.workspace import Workspace

PAGE = 5_000
"""Hashes that are looked at together."""
LONGEST = 10.0
"""Seconds that one look at the disk takes at most; what lies beyond is looked at another time."""


async def missing(connection: Connection, workspace: Workspace, store: BlobStore) -> list[Drift]:
    """Files whose bytes are not in the store."""
    table = f"{q(workspace.schema)}._file"
    text = (
        f"select h from (select hash from {table} where hash > %s union select preview from {table} where preview > %s) x(h) "
        f"order by h limit {PAGE}"
    )
    last, count, until = "", 0, time.monotonic() + LONGEST
    while rows := await (await connection.execute(text.encode(), [last, last])).fetchall():
        count += await asyncio.to_thread(lambda found: sum(not store.has(workspace.id, row[0]) for row in found), rows)
        last = rows[-1][0]
        if count >= MOST or time.monotonic() > until:
            break
    what = counted(
        count,
        "files or previews have lost their bytes: put back the folder «files» of the data directory from a backup.",
    )
    return [Drift(workspace.schema, what)] if count else []


async def orphans(connection: Connection, workspace: Workspace, store: BlobStore) -> list[Drift]:
    """Bytes of yesterday or before that no file has."""
    kept, until, count = store.kept(workspace.id, STARTS), time.monotonic() + LONGEST, 0
    while hashes := await asyncio.to_thread(old_ones, kept):
        count += len(await unnamed(connection, workspace.schema, hashes))
        if count >= MOST or time.monotonic() > until:
            break

    async def drop(connection: Connection) -> None:
        await drop_orphans(connection, store, workspace.id, workspace.schema, STARTS)

    what = counted(count, "pieces of the store of files belong to no file: delete them.")
    return [Drift(workspace.schema, what, drop, note=True)] if count else []


def old_ones(kept: Iterator[tuple[str, float]]) -> list[str]:
    before = time.time() - DAY
    return list(islice((hash_ for hash_, at in kept if at < before), PAGE))
