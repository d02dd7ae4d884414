"""The short way from a statement to its rows: always prepared, its parameters found once. psycopg's cursors
do the same in more steps (they convert long statements anew each time), which is most of the time that
reading one record takes. Types, errors and cancelling stay psycopg's.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus

from relata.kernel.timing import TIMING

if TYPE_CHECKING:
    from psycopg.abc import Transformer as AnyTransformer
    from psycopg.pq.abc import PGresult

MOST = 200
"""Statements that a connection keeps prepared."""
PLACE = re.compile(r"%(?:%|\((\w+)\)s)")
BAD = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE, ExecStatus.PIPELINE_ABORTED)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with numbered places ($1, $2 …) and the names of their values."""

    text: bytes
    names: tuple[str, ...]
    formats: tuple[PyFormat, ...]


@dataclass(slots=True)
class Prepared:
    """What one connection has prepared: (statement, types of its values) → name."""

    names: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = field(default_factory=OrderedDict)
    made: int = 0


KEPT: WeakKeyDictionary[psycopg.AsyncConnection[Any], Prepared] = WeakKeyDictionary()


async def fetch_row(connection: psycopg.AsyncConnection[Any], text: str, values: Mapping[str, Any]) -> Row | None:
    """The first row of a statement with `%(name)s` places, or None."""
    rows = await fetch_rows(connection, text, values)
    return rows[0] if rows else None


async def fetch_rows(connection: psycopg.AsyncConnection[Any], text: str, values: Mapping[str, Any]) -> list[Row]:
    """All rows; raises psycopg's errors. The connection must be in autocommit or in a transaction."""
    placed = numbered(text)
    transformer = Transformer(connection)
    dumped = transformer.dump_sequence([values[name] for name in placed.names], placed.formats)
    prepared = KEPT.get(connection)
    if prepared is None:
        prepared = KEPT[connection] = Prepared()
    timing = TIMING.get()
    began, count = perf_counter(), 0
    try:
        async with connection.lock:
            result = await connection.wait(steps(connection, prepared, placed, dumped, transformer))
        count = result.ntuples
    finally:
        if timing is not None:
            timing.note(text, began, count)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, count, tuple)


@lru_cache(maxsize=4_000)
def numbered(text: str) -> Placed:
    """`%(name)s` → `$n`, the same for each mention of a name; `%%` → `%`."""
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    made = PLACE.sub(place, text)
    return Placed(made.encode(), tuple(names), (PyFormat.AUTO,) * len(names))


def steps(
    connection: psycopg.AsyncConnection[Any],
    prepared: Prepared,
    placed: Placed,
    dumped: Any,
    transformer: AnyTransformer,
) -> Generator[Any, Any, PGresult]:
    """Prepare the statement if this connection has not yet, and run it."""
    pgconn = connection.pgconn
    types = transformer.types or ()
    key = (placed.text, types)
    name = prepared.names.get(key)
    if name is None:
        prepared.made += 1
        name = b"_relata_%d" % prepared.made
        pgconn.send_prepare(name, placed.text, types)
        checked(connection, (yield from execute(pgconn)))
        prepared.names[key] = name
        if len(prepared.names) > MOST:
            _, oldest = prepared.names.popitem(last=False)
            pgconn.send_query(b"deallocate " + oldest)
            checked(connection, (yield from execute(pgconn)))
    else:
        prepared.names.move_to_end(key)
    pgconn.send_query_prepared(name, dumped, transformer.formats)
    return checked(connection, (yield from execute(pgconn)))


def checked(connection: psycopg.AsyncConnection[Any], results: list[PGresult]) -> PGresult:
    result = results[-1]
    if result.status in BAD:
        raise error_from_result(result, encoding=connection.info.encoding)
    return result
