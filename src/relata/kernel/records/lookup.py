"""Finding many records at once by the values of fields: those that an upsert means, those that hold a
unique value already, those that a link points to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import column_name, columns_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.load import load
from relata.kernel.records.statement import Writer, definitions

ENCODE = msgspec.json.Encoder(decimal_format="number").encode
Key = tuple[Any, ...]


def checked_key(access: Access, object_: Object, names: Sequence[str]) -> tuple[str, ...]:
    """The fields by which rows and records are matched; raises Invalid."""
    if tuple(names) == ("id",):
        return ("id",)
    faults = []
    names = [access.present(object_, name) for name in names]
    for name in names:
        field = object_.field(name)
        if field is None or not access.visible(object_.name, name):
            faults.append(Fault("/key", "unknown_field", f"{object_.label} has no field «{name[:80]}»."))
        elif (
            KINDS[field.kind].derived
            or [column.suffix for column in KINDS[field.kind].columns] != [""]
            or not KINDS[field.kind].sortable
        ):
            faults.append(
                Fault(
                    "/key", "bad_key", f"{field.label} cannot be a key; take a text, number, date, choice or relation."
                )
            )
    if faults or not names:
        raise Invalid(
            faults or [Fault("/key", "required", "Name the field by which records are matched, such as external_id.")]
        )
    return tuple(names)


async def find_by(
    ctx: Ctx, name: str, key: tuple[str, ...], wanted: Mapping[int, Key], *, seen: bool = True
) -> dict[int, list[str]]:
    """Number of a row → ids of the live records that have its values; at most two each.

    Values are in their stored form. With `seen`, only records that the actor sees.
    """
    if not wanted:
        return {}
    object_ = ctx.catalog.objects[name]
    fields = [object_.by_name[part] for part in key]
    rows = [{"~n": number} | dict(zip(key, values, strict=True)) for number, values in wanted.items()]
    writer = Writer(ctx.access, ctx.workspace.schema, name)
    columns = [pair for field in fields for pair in columns_of(field).items()]
    # Empty texts are no keys; said in so many words, the index of unique values can be used.
    same = " and ".join(
        f"t.{q(column)} = x.{q(column)}" + (f" and t.{q(column)} <> ''" if type_ == "text" else "")
        for column, type_ in columns
    )
    visible = f" and {writer.seen(name, 't')}" if seen else ""
    text = (
        f'select x."~n", (array_agg(t.id::text))[1:2] from json_to_recordset(%(rows)s::json) as x("~n" integer, {definitions(fields)}) '
        f"join {writer.table} t on {same} and t.deleted_at is null{visible} group by 1"
    )
    values = {
        **ctx.access.constants,
        **writer.constants,
        "rows": ENCODE(rows).decode(),
        "user": ctx.access.actor.user,
        "now": ctx.now,
    }
    cursor = await ctx.connection.execute(text.encode(), values)
    return dict(await cursor.fetchall())


async def missing_links(ctx: Ctx, object_: Object, rows: Mapping[int, dict[str, Any]]) -> dict[int, list[Fault]]:
    """Which of the rows point to records that are not there, and where."""
    faults: dict[int, list[Fault]] = {}
    for field in object_.fields:
        links = [(number, *link) for number, row in rows.items() for link in links_of(field, row)]
        for name in sorted({name for _, _, name, _ in links}):
            there = await load(ctx, name, sorted({id_ for _, _, other, id_ in links if other == name}))
            label = ctx.catalog.objects[name].label.lower()
            for number, where, other, id_ in links:
                if other == name and (id_ not in there or there[id_].deleted):
                    message = f"There is no {label} with the id {id_}."
                    faults.setdefault(number, []).append(Fault(where, "not_found", message))
    return faults


def links_of(field: Field, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(where, object, id) of each record that a stored row points to through a field."""
    if not field.to or row.get(field.name) is None:
        return []
    if field.kind == "reference":
        return [(f"/{field.name}", row[column_name(field, "object")], row[field.name])]
    if not field.many:
        return [(f"/{field.name}", field.to[0], row[field.name])]
    names = row[column_name(field, "objects")]
    pairs = enumerate(zip(names, row[field.name], strict=True))
    return [(f"/{field.name}/{index}", name, id_) for index, (name, id_) in pairs]
