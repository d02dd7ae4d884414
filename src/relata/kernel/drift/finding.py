"""What a look at a workspace found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

Connection = psycopg.AsyncConnection[Any]
Repair = Callable[[Connection], Awaitable[None]]
MOST = 1_000
"""Rows that are counted of one sort of trouble."""


@dataclass(frozen=True, slots=True)
class Drift:
    """`message` says what is wrong and what to do; `repair`, where there is one, loses nothing and may be run twice.
    A `note` is worth knowing and harms nothing.
    """

    place: str
    message: str
    repair: Repair | None = field(default=None, compare=False)
    note: bool = False


def running(*texts: str) -> Repair:
    """Runs the statements one by one, each in a transaction of its own."""

    async def repair(connection: Connection) -> None:
        for text in texts:
            await connection.execute(text.encode())

    return repair


def counted(count: int, what: str) -> str:
    return f"{count:,}{' or more' if count >= MOST else ''} {what}"


async def single(connection: Connection, text: str, values: list[Any] | None = None) -> Any:
    row = await (await connection.execute(text.encode(), values)).fetchone()
    return row[0] if row else None
