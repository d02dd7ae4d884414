"""Where a value comes from, as a chain of causes: who changed it last and before, through which door and for which job
or undoing; for what is worked out, its inputs with causes of their own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.history.journal import door_of
from relata.kernel.history.origin import SENT, origin_of
from relata.kernel.metadata.expansion import paths_of
from relata.kernel.metadata.figure import Figure
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.ops import OPS
from relata.kernel.metadata.quoting import quote_name
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.one import ID, read_one
from relata.kernel.query.rollup import contributing
from relata.kernel.query.run import bound

MOST_CHANGES, MOST_RECORDS = 20, 20
"""Changes of a chain, and records that a roll-up names."""
DEEPEST, MOST_INPUTS = 4, 60
"""Formulas that are followed into their inputs, and inputs in all."""
DECODE = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


@dataclass(slots=True)
class Budget:
    """How many inputs may still be explained."""

    left: int = MOST_INPUTS


async def why(ctx: Ctx, name: str, id_: str, field: str) -> dict[str, Any]:
    """`{"object", "id", "field", "value", "causes": […]}`. A cause has a `kind`: `change` (newest first: op, at, by,
    by.name, through, through.name, version, before, cause, origin, rule, line, source, job, undoes), `formula` (formula, inputs) or `rollup` (of, fn,
    field, filter, sort, total, records).

    Raises NotFound where the record is not visible, Invalid where the field is not.
    """
    object_ = ctx.access.object(name)
    field = ctx.access.present(object_, field)
    if object_.field(field) is None or not ctx.access.visible(name, field):
        message = f"{object_.label} has no field «{field[:80]}»; name one of its own."
        raise Invalid([Fault("/field", "unknown_field", message)])
    return await explained(ctx, name, id_, field, Budget(), 0)


async def explained(ctx: Ctx, name: str, id_: str, field: str, budget: Budget, depth: int) -> dict[str, Any]:
    record = DECODE((await read_one(ctx, name, id_, (("id",), (field,)), trash=True))[0])
    told: dict[str, Any] = {"object": name, "id": id_, "field": field, "value": record[field]}
    found = ctx.catalog.objects[name].by_name[field]
    if not KINDS[found.kind].derived:
        return told | {"causes": await changes_of(ctx, id_, name, field, record[field])}
    derived = ctx.catalog.derived(name, field)
    if isinstance(derived, Figure):
        contributing = await contributors(ctx, name, id_, field, derived)
        definition = asdict(found.rollup) if found.rollup else {}
        return told | {"causes": [{"kind": "rollup", **definition, **contributing}]}
    inputs = []
    if depth < DEEPEST:
        for path in sorted(paths_of(derived)):
            if budget.left > 0:
                budget.left -= 1
                inputs.append(await of_input(ctx, name, id_, path, budget, depth + 1))
    return told | {"causes": [{"kind": "formula", "formula": found.formula, "inputs": inputs}]}


async def of_input(ctx: Ctx, name: str, id_: str, path: tuple[str, ...], budget: Budget, depth: int) -> dict[str, Any]:
    """One value that a formula reads, with its causes. It may be that of another record, or of none."""
    *way, (object_, field) = ctx.catalog.steps(name, path)
    if way:
        link = path[: len(way)]
        record = DECODE((await read_one(ctx, name, id_, (link,), trash=True))[0])
        other = record[".".join(link)]
        if other is None:
            return {"path": ".".join(path), "object": object_, "id": None, "field": field, "value": None, "causes": []}
        id_ = other
    return {"path": ".".join(path)} | await explained(ctx, object_, id_, field, budget, depth)


async def changes_of(ctx: Ctx, id_: str, name: str, field: str, value: Any) -> list[dict[str, Any]]:
    """The changes of one field, newest first, the creation last; what a deleted field of the same name held is no past
    of this one.
    """
    schema = quote_name(ctx.workspace.schema)
    text = f"""
        select coalesce(json_agg(row_to_json(c) order by c.version desc), '[]') from (
          select replace((j.at at time zone 'UTC')::text, ' ', 'T') || 'Z' as at, j.actor as "by", u.name as "by.name",
            j.through, j.op, j.version, j.cause, j.origin,
            case when j.op = 'u' then coalesce(j.before -> ('~' || %(key)s::text), j.before -> %(key)s) end as before,
            (select json_build_object('kind', f.kind, 'name', coalesce(f.parts ->> j.object, f.name))
              from {schema}._cause f where f.cause = j.cause) as source,
            (select json_build_object('id', b.id, 'kind', b.kind, 'at', b.created_at) from {schema}._job b where b.id = j.cause) as job,
            (select json_build_object('cause', n.undone, 'version', n.version) from {schema}._undo n where n.cause = j.cause) as undoes
          from {schema}._journal j left join {schema}."user" u on u.id = j.actor
          where j.record = %(id)s and (j.op = 'c' or j.op = 'u' and j.before ? %(key)s) and not exists (
            select 1 from {schema}._definition d
            where d.object = %(object)s and d.field = %(field)s and d.custom and d.since > j.at and j.op <> 'c')
          order by j.version desc limit %(most)s) c"""
    key = ctx.catalog.objects[name].by_name[field].held
    row = await ctx.row(text, {"id": id_, "object": name, "field": field, "key": key, "most": MOST_CHANGES})
    rows = msgspec.json.decode(row[0]) if row else []
    after = [value, *(row["before"] for row in rows)]
    return [change(row, key, there) for row, there in zip(rows, after, strict=False)]


def change(row: dict[str, Any], key: str, after: Any) -> dict[str, Any]:
    """`after` is what the field held then: what is empty at the creation has no origin unless one is noted."""
    door, name_of_key = door_of(row["through"])
    origin = origin_of(row.pop("origin"), key)
    if row["op"] == "c" and after is None and origin["origin"] == SENT:
        origin["origin"] = None
    return {"kind": "change", **row, **origin, "through": door, "through.name": name_of_key, "op": OPS[row["op"]]}


async def contributors(ctx: Ctx, name: str, id_: str, field: str, figure: Figure) -> dict[str, Any]:
    """How many records a roll-up takes in, as the actor sees them, and the first of them."""
    key = ("contributors", name, field, ctx.access.key)
    statement = ctx.workspace.statements.get(key, lambda: compile_contributors(ctx, name, figure))
    row = await ctx.row(statement.text, bound(ctx, statement, ()) | {"id": id_})
    total, records = (int(row[0]), msgspec.json.decode(row[1])) if row else (0, [])
    return {"object": ctx.catalog.steps(name, figure.lists)[-1][0], "total": total, "records": records}


def compile_contributors(ctx: Ctx, name: str, figure: Figure) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    listed = contributing(frame, figure).subquery("listed")
    number = listed.c.number <= MOST_RECORDS
    ids = sa.func.coalesce(
        sa.func.json_agg(aggregate_order_by(listed.c.id, listed.c.number)).filter(number),
        sa.literal_column("'[]'::json"),
    )
    told = sa.select(sa.func.count().label("total"), ids.label("records")).select_from(listed).lateral("told")
    one: sa.Select[Any] = sa.select(told.c.total, told.c.records)
    return finish(one.select_from(frame.source().join(told, sa.true())).where(frame.table.c.id == ID), frame.build)
