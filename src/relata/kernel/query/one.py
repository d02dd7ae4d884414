"""One record by its id, through the same frames as lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from relata.errors import NotFound
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.query.compile import Statement, column_names, finish, record_json
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.past import PastOfOne
from relata.kernel.query.reading import Path
from relata.kernel.query.run import bound

ID = sa.bindparam("id", type_=TYPES["uuid"])


async def read_one(
    ctx: Ctx, name: str, id_: str, fields: tuple[Path, ...], *, trash: bool = False, as_of: dt.datetime | None = None
) -> tuple[bytes, int]:
    """The record as JSON and its version; raises NotFound where it is not there or not visible."""
    then = as_of is not None
    key = ("one", name, fields, trash, then, ctx.access.key)
    statement = ctx.workspace.statements.get(key, lambda: compile_one(ctx, name, fields, trash=trash, then=then))
    row = await ctx.row(statement.text, bound(ctx, statement, (), as_of) | {"id": id_})
    if row is None:
        raise missing(ctx, name, id_)
    return row[0], row[1]


def missing(ctx: Ctx, name: str, id_: str) -> NotFound:
    return NotFound(f"There is no {ctx.catalog.objects[name].label.lower()} with the id {id_}.")


def compile_one(ctx: Ctx, name: str, fields: tuple[Path, ...], *, trash: bool, then: bool) -> Statement:
    build = Build(ctx.access, ctx.workspace.schema, then=then)
    frame = Frame(build, name, past=PastOfOne)
    names = column_names(fields)
    shown = [frame.shown(tuple(path.split("."))).label(column) for path, column in names.items()]
    alive = sa.and_(frame.begun(), frame.seen()) if trash else frame.live()
    found = (
        sa.select(*shown, frame.table.c.version.label("~version"))
        .select_from(frame.source())
        .where(frame.table.c.id == ID, alive)
    )
    inner = found.cte("found")
    record = sa.select(*(inner.c[column] for column in names.values())).correlate(inner).lateral("record")
    one: sa.Select[Any] = sa.select(record_json(names), inner.c["~version"]).select_from(inner.join(record, sa.true()))
    return finish(one, build)
