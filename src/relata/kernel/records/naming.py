"""Which records people mean by what they write: an id, an external id, a title, exact but for case and accents. All that is
asked of an object is answered at once, by its indexes; of what the actor does not see nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable

from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.records.statement import Writer

ID, EXTERNAL, TITLE = "id", "external_id", "title"
WAYS = (ID, EXTERNAL, TITLE)
KEPT_TITLE = 400
"""Characters of a folded title by which it is found."""


async def meant(ctx: Ctx, name: str, texts: Iterable[str], ways: Iterable[str] = WAYS) -> dict[str, list[str]]:
    """Text → the ids (at most two) of the live records of an object that it means, by the first of the ways that finds any."""
    asked = sorted({text for text in texts if text and sayable(text)})
    if not asked:
        return {}
    writer = Writer(ctx.access, ctx.workspace.schema, name)
    parts = [part for way in ways if (part := way_sql(ctx, writer, name, way))]
    text = (
        "with asked(t, f) as (select * from unnest(%(texts)s::text[], %(folded)s::text[])), "
        f"found(t, id, way) as ({' union all '.join(f'{part.format(n=n)}' for n, part in enumerate(parts))}), "
        f"seen as (select f.t, f.id, f.way, rank() over (partition by f.t order by f.way) as n from found f "
        f"join {writer.table} t on t.id = f.id and t.deleted_at is null and {writer.seen(name, 't')}) "
        "select t, (array_agg(distinct id::text))[1:2] from seen where n = 1 group by t"
    )
    values = {
        **ctx.access.constants,
        **writer.constants,
        "texts": asked,
        "folded": [fold(one)[:KEPT_TITLE] for one in asked],
        "ids": [one for one in asked if is_id(one)],
        "user": ctx.access.actor.user,
        "now": ctx.now,
    }
    return dict(await (await ctx.connection.execute(text.encode(), values)).fetchall())


def way_sql(ctx: Ctx, writer: Writer, name: str, way: str) -> str:
    """(text, id, number of the way) of the records that are meant in one way."""
    if way == ID:
        return f"select t.id::text, t.id, {{n}} from {writer.table} t where t.id = any(%(ids)s::uuid[])"
    if way == EXTERNAL:
        return (
            f"select a.t, t.id, {{n}} from asked a join {writer.table} t on t.external_id = a.t and t.external_id <> ''"
        )
    held = quote_text(ctx.catalog.objects[name].held)
    search = f"{q(ctx.workspace.schema)}._search"
    return (
        f"select a.t, s.record, {{n}} from asked a join {search} s on s.key = a.f and s.object = {held} where a.f <> ''"
    )


def sayable(text: str) -> bool:
    """Whether PostgreSQL can be asked for it: neither NUL nor lone surrogates are text there."""
    return "\0" not in text and (text.isascii() or text.encode("utf-8", "replace").decode() == text)


def is_id(text: str) -> bool:
    try:
        return checked_id(text) == text
    except BadValue:
        return False
