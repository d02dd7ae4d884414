"""Records that are recognised by an e-mail address, a phone number or a web address, however it is written: by the marks of
their search documents, and then by the field itself, so that nothing is told of one that the actor does not see.
"""

from __future__ import annotations

from collections.abc import Iterable

from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.entries import Entries
from relata.kernel.metadata.kinds.marks import LINK, mark
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.records.naming import sayable
from relata.kernel.records.statement import Writer


def sort_of(object_: Object, field: str) -> str | None:
    """The sort of marks that a field makes, if it does."""
    if field in object_.recognised:
        return LINK
    kind = KINDS[object_.by_name[field].kind]
    return kind.marked if isinstance(kind, Entries) else None


def naming_fields(object_: Object) -> list[str]:
    """The fields by a value of which people name a record: e-mail and web addresses."""
    kinds = {one.name: KINDS[one.kind] for one in object_.fields}
    return [
        name
        for name, kind in kinds.items()
        if name in object_.recognised or (isinstance(kind, Entries) and kind.naming)
    ]


async def recognised(ctx: Ctx, name: str, field: str, texts: Iterable[str]) -> dict[str, list[str]]:
    """Text → the ids (at most two) of the live records of an object that have it in a field of entries."""
    object_ = ctx.catalog.objects[name]
    sort = sort_of(object_, field)
    asked = sorted({text for text in texts if sayable(text)})
    if not asked or sort is None or not ctx.access.visible(name, field):
        return {}
    writer = Writer(ctx.access, ctx.workspace.schema, name)
    column, quoted = f"t.{q(field)}", quote_text(sort)
    plain = field in object_.recognised
    own = f"array[relata.mark({column}, {quoted})]" if plain else f"relata.marks({column}, {quoted})"
    text = (
        "select a.t, (array_agg(distinct t.id::text))[1:2] from unnest(%(texts)s::text[], %(marks)s::text[]) a(t, m) "
        f"join {q(ctx.workspace.schema)}._search s on s.marks @> array[a.m] and s.object = {quote_text(object_.held)} "
        f"join {writer.table} t on t.id = s.record and t.deleted_at is null and {writer.seen(name, 't')} "
        f"where a.m = any({own}) group by 1"
    )
    values = {
        **ctx.access.constants,
        **writer.constants,
        "texts": asked,
        "marks": [mark(sort, one) for one in asked],
        "user": ctx.access.actor.user,
        "now": ctx.now,
    }
    return dict(await (await ctx.connection.execute(text.encode(), values)).fetchall())
