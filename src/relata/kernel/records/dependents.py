"""Which records point to those whose creation is undone. They stay, and are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from relata.kernel.context import Ctx
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.language import read_query
from relata.kernel.query.run import run_query
from relata.kernel.records.undoing import MOST, Intent

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Dependent:
    """A record that points by `field` to the record `to` of the object `of`."""

    object: str
    id: str
    field: str
    of: str
    to: str

    def told(self) -> dict[str, str]:
        return {"object": self.object, "id": self.id, "field": self.field}


async def dependents(ctx: Ctx, planned: Sequence[Intent]) -> list[Dependent]:
    """Those that the actor sees, and that do not go themselves: of a hundred records at most `MOST` by each link."""
    gone = sorted((one.object, one.current.id) for one in planned if one.created and one.delete)
    names, going = dict.fromkeys(name for name, _ in gone), {id_ for _, id_ in gone}
    found: list[Dependent] = []
    for object_ in ctx.catalog.objects.values():
        for link in object_.own:
            if link.through or not ctx.access.may(object_.name) or not ctx.access.visible(object_.name, link.name):
                continue
            for name in (name for name in names if name in link.to):
                ids = [id_ for other, id_ in gone if other == name]
                for start in range(0, len(ids), AT_ONCE):
                    pointing = await linked(ctx, object_.name, link, name, ids[start : start + AT_ONCE])
                    found += [one for one in pointing if one.id not in going]
    return found


async def linked(ctx: Ctx, name: str, link: Field, of: str, ids: list[str]) -> list[Dependent]:
    """Records of `name` that point to one of these."""
    filter_: dict[str, Any] = {"field": link.name, "op": "in", "value": ids}
    if link.many:
        filter_ = {"any": [{"field": link.name, "op": "contains", "value": id_} for id_ in ids]}
    asked = {"filter": filter_, "fields": ["id", link.name], "limit": MOST}
    query = read_query(asked, name, ctx.access, ctx.clock)
    wanted, found = set(ids), []
    for record in msgspec.json.decode(await run_query(ctx, query))["records"]:
        pointed = record[link.name] if link.many else [record[link.name]]
        targets = [one["id"] if isinstance(one, dict) else one for one in pointed]
        found += [Dependent(name, record["id"], link.name, of, to) for to in targets if to in wanted]
    return found


async def not_of(ctx: Ctx, cause: str, found: list[Dependent]) -> list[Dependent]:
    """Without those that the same cause created: they go as well, though perhaps later."""
    if not found:
        return found
    schema = q(ctx.workspace.schema)
    text = f"select record::text from {schema}._journal where record = any(%s::uuid[]) and cause = %s and op = 'c'"
    cursor = await ctx.connection.execute(text.encode(), [sorted({one.id for one in found}), cause])
    created = {row[0] for row in await cursor.fetchall()}
    return [one for one in found if one.id not in created]
