"""The links that go with the undoing of one change: the journal of a record only notes that a list changed, and the
same request wrote the links, whose journal has its cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relata.kernel.context import Ctx
from relata.kernel.metadata.field import Field, Through
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.change import Update
from relata.kernel.records.undoing import Again, Intent, Trace, Undone, intents, traces


@dataclass(frozen=True, slots=True)
class Relinked:
    """What is to happen to the links of one list, and the list to which that is a change."""

    object: str
    record: str
    field: Field
    through: Through
    links: list[Intent]

    def change(self, done: set[tuple[str, str]]) -> Update | None:
        """The change of the record, if any of its links was changed."""
        changed = any((link.object, link.current.id) in done for link in self.links)
        return Update(self.record, {}, linked=(self.field.name,)) if changed else None


async def relinked(ctx: Ctx, undone: Undone, found: Sequence[Trace], *, overwrite: bool) -> list[Relinked]:
    """The lists that the change to undo wrote, as far as the actor sees them."""
    made = []
    for trace in found if undone.version else ():
        object_ = ctx.catalog.objects[trace.object]
        lists = [
            one for one in object_.links if one.name in trace.before and ctx.access.visible(object_.name, one.name)
        ]
        for field in lists if trace.op == "u" else ():
            if field.through is None:
                continue
            cause, links = await written_with(ctx, trace, field.through)
            if links:
                of_links = await traces(ctx, Undone(cause=cause, object=field.through.object), links)
                planned = await intents(ctx, of_links, overwrite=overwrite)
                made.append(Relinked(trace.object, trace.record, field, field.through, planned))
    return made


async def written_with(ctx: Ctx, trace: Trace, through: Through) -> tuple[str, list[str]]:
    """The cause of the change, and the links of the record that it wrote."""
    schema = q(ctx.workspace.schema)
    text = f"""
        select c.cause::text, array(select distinct j.record::text from {schema}.{q(through.object)} l
          join {schema}._journal j on j.record = l.id and j.cause = c.cause where l.{q(through.near)} = c.record)
        from {schema}._journal c where c.record = %(record)s and c.version = %(version)s"""
    row = await ctx.row(text, {"record": trace.record, "version": trace.version})
    return (row[0], row[1]) if row else ("", [])


def conflicts(ctx: Ctx, one: Relinked) -> list[Again]:
    """What stays of the list, told as of a field: the links that would be otherwise, as they were and as they are. A
    list that the actor may not write stays as a whole.
    """
    fixed = not ctx.access.writable(one.object, one.field.name)
    then: list[dict[str, Any]] = []
    now: list[dict[str, Any]] = []
    for link in one.links:
        end = {"object": one.field.to[0], "id": link.current.values[one.through.far]}
        differing = {again.field: again for again in link.again if again.field}
        if fixed and link.values:
            differing |= {
                name: Again(link.object, link.current.id, name, value, link.current.values.get(name))
                for name, value in link.values.items()
            }
        if link.restore and fixed:
            then.append(end)
        elif len(differing) < len(link.again) or (link.delete and fixed):
            now.append(end)
        elif differing:
            then.append(end | {name: again.then for name, again in differing.items()})
            if link.current.live:
                now.append(end | {name: again.now for name, again in differing.items()})
    return [Again(one.object, one.record, one.field.name, then, now)] if then or now else []
