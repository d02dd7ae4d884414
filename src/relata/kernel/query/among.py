"""Which of some records the actor sees, in the trash or not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound


async def seen_among(ctx: Ctx, name: str, ids: list[str]) -> set[str]:
    """The ids of those that the actor sees."""
    statement: Statement = ctx.workspace.statements.get(
        ("among", name, ctx.access.key), lambda: compile_among(ctx, name)
    )
    return {row[0] for row in await ctx.rows(statement.text, bound(ctx, statement, ()) | {"ids": ids})}


def compile_among(ctx: Ctx, name: str) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    wanted = frame.table.c.id == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    chosen: sa.Select[Any] = sa.select(sa.cast(frame.table.c.id, sa.Text()))
    return finish(chosen.select_from(frame.source()).where(wanted, frame.seen()), frame.build)
