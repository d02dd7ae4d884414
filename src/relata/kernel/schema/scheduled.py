"""Which schedules name an object or field in what they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relata.kernel.context import Ctx
from relata.kernel.jobs.kept import DECODE
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.schema.users import Target, User


async def scheduled(ctx: Ctx, *targets: Target) -> list[User]:
    """Paused ones too; for whoever may change the schema, which is who sees all schedules."""
    rows = await ctx.rows(
        f"select id::text, label, does from {q(ctx.workspace.schema)}._schedule order by label, id", {}
    )
    found = []
    for id_, label, does in rows:
        document = DECODE(does)
        object_ = str(document.get("object", ""))
        if any("schedules" in one.sorts and concerns(one, object_, document) for one in targets):
            found.append(User("schedules", object_, id_, label, f"the schedule «{label}»"))
    return found


def concerns(target: Target, object_: str, document: dict[str, Any]) -> bool:
    """A path through other records counts wherever it leads: told too much rather than too little."""
    if target.field is None:
        return object_ == target.object
    named = [part for path in paths(document) if object_ == target.object or "." in path for part in path.split(".")]
    return target.field in named and target.named_in(document)


def paths(document: Any) -> Iterator[str]:
    if isinstance(document, list):
        for part in document:
            yield from paths(part)
    elif isinstance(document, dict):
        if isinstance(document.get("field"), str):
            yield document["field"]
        if isinstance(document.get("values"), dict):
            yield from document["values"]
        for key in ("filter", "all", "any", "not", "where"):
            yield from paths(document.get(key))
