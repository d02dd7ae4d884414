"""Runs queries: compiled statements by shape, pages as bytes straight from PostgreSQL, and totals
that are kept with the snapshot in which they were counted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import psycopg

from relata.errors import Malformed, NotFound
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.sql import sql_value
from relata.kernel.query.compile import Pattern, Statement, compile_count, compile_page, order_keys
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.language import DECODER as KEYS
from relata.kernel.query.language import Query, write_cursor
from relata.kernel.query.totals import kept_or_counted


async def run_query(ctx: Ctx, query: Query) -> bytes:
    """`{"records": […], "next": cursor or null, "total": n or null}` as JSON."""
    pattern = None if query.after is None else tuple(value is None for value in query.after)
    past = query.as_of is not None
    page = page_statement(ctx, query, pattern, counted=query.count and past)
    values = page_values(ctx, query, page)
    total: int | None
    try:
        if query.count and not past:
            counted = page_statement(ctx, query, pattern, counted=True)
            row, total = await kept_or_counted(ctx, page, counted, count_statement(ctx, query), values)
        else:
            # What is asked of the past is not kept: only events after an answer are watched, and those do not change it.
            row = await ctx.row(page.text, values)
            total = int(row[3]) if row and query.count else None
    except (psycopg.DataError, psycopg.errors.CannotCoerce):
        if query.after is None:
            raise
        raise damaged() from None
    if row is None:
        raise NotFound("The page has no answer.")
    records, keys, more = row[:3]
    cursor = b"null"
    if more and keys:
        cursor = msgspec.json.encode(write_cursor(query.sort, KEYS.decode(keys)[0]))
    return b'{"records":%b,"next":%b,"total":%b}' % (records, cursor, msgspec.json.encode(total))


def page_statement(ctx: Ctx, query: Query, pattern: Pattern, *, counted: bool = False) -> Statement:
    if query.after is not None and len(query.after) != key_count(ctx, query):
        raise damaged()
    then = (query.trash, query.as_of is None, query.currency.shape)
    key = ("page", query.object, query.shape, query.fields, query.sort, query.q is None, then, pattern, counted)
    found: Statement = ctx.workspace.statements.get(
        (*key, ctx.access.key), lambda: compile_page(query, ctx.access, ctx.workspace.schema, pattern, counted=counted)
    )
    return found


def damaged() -> Malformed:
    return Malformed("The cursor in «after» is damaged; send «next» of the last page unchanged.")


def key_count(ctx: Ctx, query: Query) -> int:
    """How many keys a cursor of this sort has."""
    key = ("keys", query.object, query.sort, ctx.access.key)
    frame = Frame(Build(ctx.access, ctx.workspace.schema), query.object)
    return int(ctx.workspace.statements.get(key, lambda: len(order_keys(frame, query, None))))


def count_statement(ctx: Ctx, query: Query) -> Statement:
    key = ("count", query.object, query.shape, query.q is None, query.trash, query.as_of is None, query.currency.shape)
    found: Statement = ctx.workspace.statements.get(
        (*key, ctx.access.key), lambda: compile_count(query, ctx.access, ctx.workspace.schema)
    )
    return found


def page_values(ctx: Ctx, query: Query, statement: Statement) -> dict[str, Any]:
    values = bound(ctx, statement, query.constants, query.as_of)
    values |= {"most": query.limit + 1, "take": query.limit, **query.currency.values}
    if query.q is not None:
        values["q"] = query.q
    for index, value in enumerate(query.after or ()):
        values[f"c{index}"] = value
    return values


def bound(
    ctx: Ctx, statement: Statement, constants: tuple[object, ...], as_of: dt.datetime | None = None
) -> dict[str, Any]:
    """The values of a statement: its own, the filter's, the actor's, and the time where it asks. For a statement about
    the past, the clock stands at that moment.
    """
    clock = ctx.clock if as_of is None else Clock(as_of, ctx.clock.zone)
    values: dict[str, Any] = {**statement.constants, **ctx.access.constants}
    for index, value in enumerate(constants):
        values[f"p{index}"] = sql_value(value)
    if "now" in statement.timed:
        values["now"] = clock.now
    if "today" in statement.timed:
        values["today"] = clock.today
    if as_of is not None:
        values["as_of"] = as_of
    return values
