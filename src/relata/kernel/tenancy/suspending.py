"""Suspending a workspace and resuming it. Every process hears of it and refuses what comes; nothing is lost."""

from __future__ import annotations

from relata.errors import Conflict, NotFound
from relata.kernel.installation import Installation
from relata.kernel.jobs.queue import tell_unfinished
from relata.kernel.register import Entry, read_register, tell

DAYS = 30
"""Between the wish to delete a workspace and its end."""


async def suspend(here: Installation, name: str) -> Entry:
    """Nobody works in it from now on; jobs stop after the step they are in and wait. Done twice, nothing more happens."""
    return await changed(here, name, "suspended_at = coalesce(suspended_at, now())")


async def mark(here: Installation, name: str) -> Entry:
    """Suspend it, and let it be deleted in 30 days; the day of an earlier wish stays."""
    later = f"delete_after = coalesce(delete_after, now() + interval '{DAYS} days')"
    return await changed(here, name, f"suspended_at = coalesce(suspended_at, now()), {later}")


async def resume(here: Installation, name: str) -> Entry:
    """All is as it was; jobs that waited go on."""
    found = await changed(here, name, "suspended_at = null, delete_after = null")
    await go_on(here, found)
    return found


async def arrive(here: Installation, name: str) -> Entry:
    """One that was moved here from another database is from now on here, in the state that it had there."""
    back = "suspended_at = case arriving when 'suspended' then suspended_at end, arriving = null"
    found = await changed(here, name, back, arriving=True)
    if not found.suspended_at:
        await go_on(here, found)
    return found


async def go_on(here: Installation, entry: Entry) -> None:
    """Let workers know of the jobs that are not over."""
    async with here.connection() as connection, connection.transaction():
        await tell_unfinished(connection, entry)


async def changed(here: Installation, name: str, what: str, *, arriving: bool = False) -> Entry:
    async with here.connection() as connection, connection.transaction():
        text = f"update relata.workspace set {what} where name = %s and not dropping and (arriving is not null) = %s"
        cursor = await connection.execute(text.encode(), [name, arriving])
        found = (await read_register(connection, name)).get(name)
        if found is None:
            raise NotFound(f"There is no workspace «{name}»; “relata workspace list” shows them.")
        if found.arriving:
            raise Conflict(f"«{name}» is still being moved here: repeat that, or delete what is here.")
        if not cursor.rowcount:
            raise Conflict(f"The workspace «{name}» is being deleted: there is no way back but a backup.")
        await tell(connection, name)
    await here.look(name)
    return found
