"""How much each field of an object is used: advice against fields that nobody fills or reads. Of many records a part is
looked at, and of the journal its newest end.
"""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import LIVE, present
from relata.kernel.schema.impact import users_of
from relata.kernel.schema.reading import MOST_FIELDS, MOST_OBJECTS
from relata.kernel.schema.users import SORTS, Target

LOOKED_AT = 100_000
"""Records of a sample, about, and changes of the journal."""
COUNTING = "5s"


async def usage(ctx: Ctx, name: str) -> dict[str, Any]:
    """`{"records", "sampled", "caps", "fields": [{name, fill_rate, changed_at, used}]}`. A rate is null where there are no records
    or counting takes too long; `changed_at` where none of the last 100,000 changes of the object changed the field.
    """
    ctx.access.administer()
    object_ = ctx.access.object(name)
    stored = [field for field in object_.own if KINDS[field.kind].columns]
    counts = ", ".join(f"count(*) filter (where {present(field)})" for field in stored)
    table = f"{q(ctx.workspace.schema)}.{q(name)}"
    share = await sampled_share(ctx, table)
    sample = f"tablesample system ({share}) repeatable (1)" if share < 100 else ""
    row = await once(ctx, f"select count(*){', ' if counts else ''}{counts} from {table} {sample} where {LIVE}", {})
    number, filled = (row[0][0], dict(zip((f.name for f in stored), row[0][1:], strict=True))) if row else (None, {})
    changed = dict(await once(ctx, last_changes(ctx), {"object": object_.held}) or [])
    return {
        "records": number,
        "sampled": share < 100,
        "caps": {
            "fields": {"count": len(object_.own), "most": MOST_FIELDS},
            "objects": {"count": len(ctx.catalog.objects), "most": MOST_OBJECTS},
        },
        "fields": [
            {
                "name": field.name,
                "fill_rate": round(filled[field.name] / number, 4) if number and field.name in filled else None,
                "changed_at": changed.get(field.held),
                "used": used(ctx, name, field.name),
            }
            for field in object_.own
        ],
    }


def used(ctx: Ctx, name: str, field: str) -> dict[str, int]:
    """How many of each sort use the field."""
    sorts = [user.sort for user in users_of(ctx.catalog, Target(name, field))]
    return {sort: sorts.count(sort) for sort in SORTS if sort in sorts}


async def sampled_share(ctx: Ctx, table: str) -> float:
    """Percent of the table that are looked at, by its size as PostgreSQL knows it."""
    row = await once(
        ctx, "select greatest(reltuples, 0) from pg_class where oid = %(table)s::regclass", {"table": table}
    )
    size = float(row[0][0]) if row else 0.0
    return 100.0 if size <= 2 * LOOKED_AT else max(round(100 * LOOKED_AT / size, 4), 0.0001)


def last_changes(ctx: Ctx) -> str:
    journal = f"{q(ctx.workspace.schema)}._journal"
    newest = f"select at, op, before from {journal} where object = %(object)s order by at desc limit {LOOKED_AT}"
    moment = "replace((max(at) at time zone 'UTC')::text, ' ', 'T') || 'Z'"
    return f"select key, {moment} from ({newest}) j, jsonb_object_keys(j.before) key where op = 'u' group by key"


async def once(ctx: Ctx, text: str, values: dict[str, Any]) -> list[tuple[Any, ...]] | None:
    """The rows; None where they take too long."""
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local statement_timeout = '{COUNTING}'".encode())
            return await (await ctx.connection.execute(text.encode(), values or None)).fetchall()
    except psycopg.errors.QueryCanceled:
        return None
