"""Who linked whom: of a change of a many-to-many list, the links that came, went or changed with it, from the journal
of the junction, where they have the same cause.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.keys import told
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.load import load
from relata.kernel.query.run import bound

MOST = 2_000
"""Changed links of a page of history."""
COLUMNS = {"record": "uuid", "version": "integer", "op": "text", "cause": "uuid", "before": "jsonb"}
Sides = dict[str, list[dict[str, Any]]]


async def linked_changes(ctx: Ctx, name: str, id_: str, field: Field, causes: list[str]) -> dict[str, Sides]:
    """Cause → `{"before", "after"}`: of each link that differs, what it was and what it became, as far as the actor
    sees both ends. Links that came or went are told by their ends, changed ones with the attributes that differ.
    """
    through = field.through
    if through is None or not causes or not ctx.access.visible(name, field.name):
        return {}
    key = ("linked", name, field.name, ctx.access.key)
    statement: Statement = ctx.workspace.statements.get(key, lambda: compile_changes(ctx, field))
    rows = await ctx.rows(statement.text, bound(ctx, statement, ()) | {"id": id_, "causes": causes})
    now = await load(ctx, through.object, list({row[1] for row in rows if row[2] == "u"}))
    object_ = ctx.catalog.objects[through.object]
    found: dict[str, Sides] = {}
    for cause, record, op, far, before, later in rows:
        sides = found.setdefault(cause, {"before": [], "after": []})
        end = {"object": field.to[0], "id": far}
        if op == "u":
            held, after = told(object_, before), told(object_, later)
            names = [one for one in held if ctx.access.visible(through.object, one)]
            current = now[record].values if record in now else {}
            sides["before"].append(end | {one: held[one] for one in names})
            sides["after"].append(end | {one: after.get(one, current.get(one)) for one in names})
        else:
            sides["before" if op == "d" else "after"].append(end)
    return found


def compile_changes(ctx: Ctx, field: Field) -> Statement:
    through = field.through
    if through is None:
        msg = f"{field.name} has no links"
        raise LookupError(msg)
    schema = ctx.workspace.schema
    frame = Frame(Build(ctx.access, schema), through.object)
    link = frame.table
    columns = (sa.column(name, TYPES[type_]) for name, type_ in COLUMNS.items())
    j = sa.table("_journal", *columns, schema=schema).alias("j")
    later: sa.ColumnElement[Any] = sa.literal_column(
        "(select coalesce(jsonb_object_agg(k.key, n.before -> k.key), '{}') from jsonb_object_keys(j.before) k(key) "
        f"cross join lateral (select l.before from {q(schema)}._journal l where l.record = j.record "
        "and l.version > j.version and l.before ? k.key order by l.version limit 1) n where j.op = 'u')"
    )
    chosen: sa.Select[Any] = sa.select(
        sa.cast(j.c.cause, sa.Text()), sa.cast(j.c.record, sa.Text()), sa.cast(j.c.op, sa.Text()),
        sa.cast(link.c[through.far], sa.Text()), j.c.before, later,
    )  # fmt: skip
    caused = j.c.cause == sa.any_(sa.bindparam("causes", type_=TYPES["uuid[]"]))
    mine = link.c[through.near] == sa.bindparam("id", type_=TYPES["uuid"])
    most: sa.ColumnElement[Any] = sa.literal_column(str(MOST))
    rows = chosen.select_from(frame.source().join(j, j.c.record == link.c.id)).where(mine, caused, frame.seen())
    return finish(rows.order_by(j.c.record, j.c.version).limit(most), frame.build)
