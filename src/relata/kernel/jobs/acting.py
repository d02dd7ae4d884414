"""Who acts in a job: the one who asked for it, with the rights that they have when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from relata.kernel.access.actor import Actor
from relata.kernel.metadata.quoting import quote_name as q

if TYPE_CHECKING:
    from relata.kernel.workspace import Workspace

SYSTEM = "00000000-0000-0000-0000-000000000000"
"""The principal of the command line, which may do everything."""


async def actor_of(
    connection: psycopg.AsyncConnection[Any], workspace: Workspace, principal: str, user: str | None, through: str
) -> Actor | None:
    """The actor as they are now, or None when they may not act any more."""
    if principal == SYSTEM:
        return Actor(
            principal=principal, role=workspace.role("administrator"), through=through, time_zone=workspace.time_zone
        )
    if user is None:
        text = f"select role, null from {q(workspace.schema)}._key where id = %s and revoked_at is null"
    else:
        text = f'select role, time_zone from {q(workspace.schema)}."user" where id = %s and deleted_at is null and active is not false'
    row = await (await connection.execute(text.encode(), [user or principal])).fetchone()
    if row is None:
        return None
    role, time_zone = row
    return Actor(
        principal=principal,
        user=user,
        role=workspace.role(role or "member"),
        through=through,
        time_zone=time_zone or workspace.time_zone,
    )
