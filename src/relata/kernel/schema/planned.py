"""Which imports that are not carried out yet have a column that goes into an object or field."""

from __future__ import annotations

from relata.kernel.context import Ctx
from relata.kernel.jobs.kept import DECODE
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.schema.users import Target, User

MOST = 200
"""Imports that are looked at, the newest."""


async def planned(ctx: Ctx, *targets: Target) -> list[User]:
    """For whoever may change the schema, which is who sees all imports."""
    text = (
        "select id::text, label, jsonb_path_query_array(tables, '$[*].plan')::text from "
        f"{q(ctx.workspace.schema)}._import where cause is null order by created_at desc limit {MOST}"
    )
    found = []
    for id_, label, plans in await ctx.rows(text, {}):
        for plan in DECODE(plans):
            fields = {to.partition(".")[0] for column in plan["columns"] for to in column["to"]}
            fields |= set(plan["match"])
            name = plan["object"] or ""
            if any("imports" in one.sorts and name == one.object and one.field in (None, *fields) for one in targets):
                found.append(User("imports", name, id_, label, f"the import «{label}»"))
    return list(dict.fromkeys(found))
