"""What records are called, for the places that only hold their ids."""

from __future__ import annotations

import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound


async def titles(ctx: Ctx, name: str, ids: list[str]) -> bytes:
    """`[{"object", "id", "title"}]` as JSON, of those that the actor sees."""
    statement: Statement = ctx.workspace.statements.get(
        ("titles", name, ctx.access.key), lambda: compile_titles(ctx, name)
    )
    row = await ctx.row(statement.text, bound(ctx, statement, ()) | {"ids": ids, "object": name})
    return bytes(row[0]) if row else b"[]"


def compile_titles(ctx: Ctx, name: str) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    title = frame.compared((frame.object.title,))
    wanted = frame.table.c.id == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    entry = sa.func.json_build_object(
        sa.literal_column("'object'"), sa.bindparam("object", type_=sa.Text()),
        sa.literal_column("'id'"), frame.table.c.id, sa.literal_column("'title'"), title,
    )  # fmt: skip
    listed = sa.func.coalesce(sa.func.json_agg(entry), sa.literal_column("'[]'::json"))
    return finish(sa.select(listed).select_from(frame.source()).where(wanted, frame.live()), frame.build)
