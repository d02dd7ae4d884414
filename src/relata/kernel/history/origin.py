"""Where the values of a change are from that nobody sent: a default, a rule; and the row of a file that sent the others.
The journal keeps it beside what the change found before.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec

from relata.kernel.context import Ctx
from relata.kernel.metadata.quoting import quote_name as q

SENT, DEFAULT, FORMULA, CREATOR, RULE = "sent", "default", "default_formula", "creator", "rule"
"""Sent by whoever made the change; the default of the field, fixed or worked out; who creates a record owns it; a rule."""
LINE = "~line"
"""The key under which a row of a file is noted; no field has such a name."""


def by_rule(name: str) -> str:
    return f"{RULE} {name}"


def noted(origins: dict[str, Any], changed: Container[str] | None = None, line: int | None = None) -> dict[str, Any]:
    """As the journal keeps it, by names: of the fields that changed (None: of all)."""
    found = {name: told for name, told in origins.items() if changed is None or name in changed}
    if line is not None:
        found[LINE] = line
    return found


def origin_of(origin: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """`{"origin", "rule", "line"}` of the field with this key in a change; all None of a change from before origins were noted."""
    if origin is None:
        return {"origin": None, "rule": None, "line": None}
    kind, _, rule = str(origin.get(key, SENT)).partition(" ")
    return {"origin": kind, "rule": rule or None, "line": origin.get(LINE)}


async def note_source(ctx: Ctx, kind: str, name: str, parts: dict[str, str]) -> None:
    """What stands behind the cause of this operation: the names of the files of an import, and which of them each object is
    from, by its key.
    """
    text = f"insert into {q(ctx.workspace.schema)}._cause (cause, kind, name, parts) values (%s, %s, %s, %s) on conflict do nothing"
    told = msgspec.json.encode(parts).decode()
    await ctx.connection.execute(text.encode(), [ctx.cause, kind, name[:200], told])
