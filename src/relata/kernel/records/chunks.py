"""Chunks of a long file, three at a time: each is one transaction, so nothing is ever half taken, and
Python checks one while PostgreSQL writes the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import psycopg

from relata.errors import Reshaped
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken
from relata.kernel.records.turns import Token

SIZE = 5_000
PARALLEL = 3
TRIES = 4
PENDING = "16MB"
"""Entries that the search indexes may collect before they are sorted in: a bulk sorts fewer, larger heaps."""
Opening = Callable[[], AbstractAsyncContextManager[Ctx]]
Settle = Callable[[Ctx, int, list[Row], list[Taken]], Awaitable[None]]
T = TypeVar("T")
RACES = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, Reshaped)


def chunked(rows: Iterable[Row], size: int = SIZE) -> Iterator[tuple[int, list[Row]]]:
    """(number, rows) of each chunk; the same file always falls into the same chunks."""
    number, chunk = 0, []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield number, chunk
            number, chunk = number + 1, []
    if chunk:
        yield number, chunk


async def take_all(
    chunks: Iterable[tuple[int, list[T]]],
    keys: Callable[[list[T]], set[Token]],
    take: Callable[[int, list[T]], Coroutine[Any, Any, None]],
    ask: Callable[[], Awaitable[None]],
) -> None:
    """Take every chunk; `ask` before each: what it raises ends the work, but a chunk in hand is finished.

    Chunks whose `keys` meet mean the same records, or may get in each other's way over a unique value: these are taken
    one after the other, in order.
    """
    running: dict[asyncio.Task[None], set[Token]] = {}
    try:
        for number, rows in chunks:
            await ask()
            mine = keys(rows)
            while len(running) >= PARALLEL or any(mine & others for others in running.values()):
                await settled(running)
            running[asyncio.create_task(take(number, rows))] = mine
            await asyncio.sleep(0)
        while running:
            await settled(running)
    finally:
        await asyncio.gather(*running, return_exceptions=True)


async def settled(running: dict[asyncio.Task[None], set[Token]]) -> None:
    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        del running[task]
        task.result()


async def take_chunk(bulk: Bulk, number: int, rows: list[Row], opening: Opening, settle: Settle) -> None:
    """One chunk of a bulk in one transaction. `settle` is called in it with what became of the rows."""

    async def work(ctx: Ctx) -> None:
        await settle(ctx, number, rows, await bulk.take(ctx, rows))

    await whole_or_not(opening, work)


async def whole_or_not(opening: Opening, work: Callable[[Ctx], Awaitable[None]]) -> None:
    """The work in one transaction; again where two transactions, or it and a change of the schema, got in each other's way."""
    for attempt in range(1, TRIES + 1):
        try:
            async with opening() as ctx, ctx.connection.transaction():
                await ctx.connection.execute("set local statement_timeout = '5min'")
                await ctx.connection.execute(f"set local gin_pending_list_limit = '{PENDING}'".encode())
                await work(ctx)
        except RACES:
            if attempt == TRIES:
                raise
        else:
            failpoint("bulk.after_chunk")
            return
