"""A schedule whose time has come: the job is queued, the next time noted and its entry put into the queue in one transaction,
so that each time counts exactly once whoever dies when. It acts for its owner, with the rights that they have now.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from relata.errors import NotFound, RelataError, Suspended
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.acting import actor_of
from relata.kernel.jobs.execute import BUSY, TRANSIENT
from relata.kernel.jobs.job import Again, Host
from relata.kernel.jobs.kept import COLUMNS, Kept, kept
from relata.kernel.jobs.queue import enqueue, tell_schedule
from relata.kernel.metadata.quoting import quote_name as q

if TYPE_CHECKING:
    from relata.kernel.workspace import Workspace

DOOR = "schedule"
UNCLEAR = 300.0
NO_OWNER = "It has stopped: whoever made it may no longer act here."
AFTER_TROUBLE = "It has stopped: something went wrong here; the log has it under the schedule's id."
NO_MORE = "Its rule has no further time."
STILL = "The run before was not over yet, so this one was left out."
LOG = structlog.get_logger("relata.schedules")


async def fire(host: Host, workspace: str, id_: str, at: str) -> None:
    """Do what the entry of the queue for this time asks for, if it is still true; raises Again after passing trouble. One of a
    suspended workspace is queued anew when that is resumed.
    """
    try:
        here = await host.workspace(workspace)
        await host.reload(here)
        async with host.connection(here.schema) as connection, connection.transaction():
            await due(host, here, connection, id_, dt.datetime.fromisoformat(at))
        failpoint("schedule.after_commit")
    except (NotFound, Suspended, psycopg.errors.UndefinedTable):
        LOG.info("schedule_without_workspace", workspace=workspace, schedule=id_)
    except TRANSIENT as error:
        LOG.warning("schedule_trouble", schedule=id_, error=str(error))
        raise Again(BUSY) from error
    except Again:
        raise
    except Exception as error:  # its entry must stay in the queue
        LOG.exception("schedule_waits", schedule=id_, exc_info=error)
        raise Again(UNCLEAR) from error


async def due(host: Host, here: Workspace, connection: psycopg.AsyncConnection[Any], id_: str, at: dt.datetime) -> None:
    """Two workers come one after the other; the second finds another time. Only the database's clock counts."""
    text = f"select {COLUMNS}, clock_timestamp() from {q(here.schema)}._schedule s where id = %s and active for update of s"
    row = await (await connection.execute(text.encode(), [id_])).fetchone()
    if row is None:
        return
    one, now = kept(row[:-1]), row[-1]
    if one.next_at != at:
        return
    if at > now:
        raise Again((at - now).total_seconds() + 1)
    try:
        async with connection.transaction():
            job, message = await begun(host, here, connection, one, now)
    except TRANSIENT:
        raise
    except RelataError as error:
        told = " ".join([error.message, *(fault.message for fault in error.faults[:3])])
        await stop(here, connection, one, f"It has stopped: {told}")
        return
    except Exception as error:
        LOG.exception("schedule_failed", schedule=id_, exc_info=error)
        await stop(here, connection, one, AFTER_TROUBLE)
        return
    if job is None and message is None:
        await stop(here, connection, one, NO_OWNER)
        return
    following = one.schedule.next(now)
    text = (
        f"update {q(here.schema)}._schedule set next_at = %s, active = %s, last_at = %s, job = coalesce(%s, job), message = %s "
        "where id = %s"
    )
    values = [following, following is not None, at, job, message or (None if following else NO_MORE), one.id]
    await connection.execute(text.encode(), values)
    if following:
        await tell_schedule(connection, here, one.id, following)
    failpoint("schedule.before_commit")


async def begun(
    host: Host, here: Workspace, connection: psycopg.AsyncConnection[Any], one: Kept, now: dt.datetime
) -> tuple[str | None, str | None]:
    """The job that was queued, or why there is none; neither where the owner is not there any more."""
    actor = await actor_of(connection, here, one.principal, one.actor, through=DOOR)
    if actor is None:
        return None, None
    ctx = Ctx(here, here.access(actor), connection, now=now)
    arguments = one.arguments(ctx, host.jobs)
    text = f"select from {q(here.schema)}._job where id = %s and status in ('queued', 'running')"
    if one.job and await (await connection.execute(text.encode(), [one.job])).fetchone() is not None:
        return None, STILL
    job = await enqueue(ctx, one.kind, arguments)
    failpoint("schedule.queued")
    return job, None


async def stop(here: Workspace, connection: psycopg.AsyncConnection[Any], one: Kept, message: str) -> None:
    text = f"update {q(here.schema)}._schedule set active = false, next_at = null, message = %s where id = %s"
    await connection.execute(text.encode(), [message[:1_000], one.id])
