"""The history of a record: every change with who, when, through which door, and for each field what
it held before and after. What came after is what the next change found before, or what is there now.
"""

from __future__ import annotations

from typing import Any

import msgspec

from relata.errors import Malformed
from relata.kernel.access.actor import KEY_DOOR
from relata.kernel.context import Ctx
from relata.kernel.history.linked import linked_changes
from relata.kernel.metadata.field import MISFIT
from relata.kernel.metadata.keys import told
from relata.kernel.metadata.ops import OPS
from relata.kernel.metadata.quoting import quote_name
from relata.kernel.query.load import load
from relata.kernel.query.one import missing

MOST = 200
"""Changes of a page."""


async def history(ctx: Ctx, name: str, id_: str, limit: int, after: str | None) -> dict[str, Any]:
    """`{"changes": [{at, by, by.name, through, through.name, cause, op, version, undoes, fields: {name: {before, after}}}],
    "next"}`, newest first; `undoes` is `{cause, version}` of what an undoing undid, or null. Raises NotFound where the actor does not see the record.
    """
    current = (await load(ctx, name, [id_])).get(id_)
    if current is None:
        raise missing(ctx, name, id_)
    if after is not None and not (after.isdecimal() and len(after) < 10):
        raise Malformed("The cursor in «after» is damaged; send «next» of the last page unchanged.")
    rows = await changes(ctx, name, id_, limit + 1, int(after) if after else None)
    more = rows[limit - 1]["version"] if len(rows) > limit else None
    page = rows[:limit]
    seen = [shown(ctx, name, row, current.values) for row in page]
    await tell_links(ctx, name, id_, seen)
    return {"changes": seen, "next": str(more) if more else None}


async def tell_links(ctx: Ctx, name: str, id_: str, seen: list[dict[str, Any]]) -> None:
    """The journal of a record only notes that a many-to-many changed: the links have a journal of their own."""
    for field in ctx.catalog.objects[name].links:
        changed = [change for change in seen if field.name in change["fields"]]
        found = await linked_changes(ctx, name, id_, field, [change["cause"] for change in changed])
        for change in changed:
            change["fields"][field.name] = found.get(change["cause"], {"before": [], "after": []})


async def changes(ctx: Ctx, name: str, id_: str, limit: int, below: int | None) -> list[dict[str, Any]]:
    """Rows of the journal, with the keys of fields; `later` holds, per field, what the next change of it found. A deleted field whose
    name was used again is left out. What its present kind cannot hold is told as text.
    """
    schema = quote_name(ctx.workspace.schema)
    text = f"""
        select coalesce(json_agg(row_to_json(c) order by c.version desc), '[]') from (
          select replace((j.at at time zone 'UTC')::text, ' ', 'T') || 'Z' as at, j.actor as "by", u.name as "by.name",
            j.through, j.cause, j.op, j.version,
            (select json_build_object('cause', n.undone, 'version', n.version) from {schema}._undo n where n.cause = j.cause) as undoes,
            j.before - array(select coalesce(d.value ->> 'key', d.field) from {schema}._definition d
              where d.object = %(object)s and d.custom and d.since > j.at) as before,
            (select coalesce(jsonb_object_agg(k.key, coalesce(n.before -> ('~' || k.key), n.before -> k.key)), '{{}}')
              from jsonb_object_keys(j.before) k(key)
              cross join lateral (select l.before from {schema}._journal l
                where l.record = j.record and l.version > j.version and l.before ? k.key order by l.version limit 1) n
              where j.op = 'u') as later
          from {schema}._journal j left join {schema}."user" u on u.id = j.actor
          where j.record = %(id)s and (%(below)s::int is null or j.version < %(below)s)
          order by j.version desc limit %(limit)s) c"""
    row = await ctx.row(text, {"id": id_, "object": name, "below": below, "limit": limit})
    return list(msgspec.json.decode(row[0])) if row else []


def shown(ctx: Ctx, name: str, row: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """A change as its reader may see it: hidden and deleted fields are left out."""
    object_ = ctx.catalog.objects[name]
    before, later = told(object_, row.pop("before") or {}), told(object_, row.pop("later") or {})
    door, name_of_key = door_of(row["through"])
    fields = {}
    if row["op"] == "u":
        misfits = {field.removeprefix(MISFIT): value for field, value in before.items() if field.startswith(MISFIT)}
        for field, value in (before | misfits).items():
            if object_.field(field) and ctx.access.visible(name, field):
                fields[field] = {"before": value, "after": later.get(field) if field in later else now.get(field)}
    return {**row, "through": door, "through.name": name_of_key, "op": OPS[row["op"]], "fields": fields}


def door_of(through: str) -> tuple[str, str | None]:
    """The door and, of a key, its name."""
    door, _, name = through.partition(" ")
    return (KEY_DOOR, name) if door == KEY_DOOR and name else (through, None)
