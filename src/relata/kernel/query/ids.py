"""The ids of all records that meet a filter, however many: one statement, so one snapshot, read in parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa

from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.tree import Node
from relata.kernel.metadata.columns import TYPES
from relata.kernel.query.compile import Statement, condition, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound

PART = 10_000


async def stream_ids(
    ctx: Ctx, name: str, shape: Node, constants: tuple[Any, ...], at: dt.datetime
) -> AsyncIterator[list[str]]:
    """Lists of ids, in their order, of the live records that the actor sees; «now» is `at`."""
    statement = compile_ids(name, shape, ctx.access, ctx.workspace.schema)
    async with ctx.connection.transaction(), ctx.connection.cursor("ids") as cursor:
        await ctx.connection.execute("set local statement_timeout = '5min'")
        await cursor.execute(statement.text.encode(), bound(ctx, statement, constants, at))
        while rows := await cursor.fetchmany(PART):
            yield [row[0] for row in rows]


def compile_ids(name: str, shape: Node, access: Access, schema: str) -> Statement:
    build = Build(access, schema)
    frame = Frame(build, name)
    conditions = condition(frame, shape)
    id_ = frame.table.c.id
    chosen = sa.select(sa.cast(id_, sa.Text())).select_from(frame.source()).where(*conditions).order_by(id_)
    return finish(chosen, build)


async def seen_ids(ctx: Ctx, name: str, ids: list[str]) -> set[str]:
    """Those of the ids whose records the actor sees, in the trash or not."""
    if name not in ctx.catalog.objects or not ctx.access.may(name):
        return set()
    statement = ctx.workspace.statements.get(("seen", name, ctx.access.key), lambda: compile_seen(ctx, name))
    return {row[0] for row in await ctx.rows(statement.text, bound(ctx, statement, ()) | {"ids": ids})}


def compile_seen(ctx: Ctx, name: str) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    seen, id_ = frame.seen(), frame.table.c.id
    wanted = id_ == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    return finish(sa.select(sa.cast(id_, sa.Text())).select_from(frame.source()).where(wanted, seen), frame.build)
