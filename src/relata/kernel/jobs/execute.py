"""One job from its queue to its end: claimed by one worker at a time, run with the rights that its
actor has now, tried again after passing trouble, and ended with a sentence.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from relata.errors import NoRoom, NotFound, RelataError, Reshaped, Suspended, Unavailable
from relata.kernel.jobs.acting import actor_of
from relata.kernel.jobs.job import Again, Cancelled, Host, Job, Run
from relata.kernel.metadata.quoting import quote_name as q

if TYPE_CHECKING:
    from relata.kernel.workspace import Workspace

MOST = 3
BUSY = 5.0
ROOM = 10.0
TRANSIENT = (
    psycopg.OperationalError,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    Unavailable,
    NoRoom,
    Reshaped,
)
LOG = structlog.get_logger("relata.jobs")


async def execute(host: Host, workspace: str, id_: str) -> None:
    """Run a job; raises Again when it is to be taken up later. One of a suspended workspace waits there until that is resumed."""
    try:
        here = await host.workspace(workspace)
        async with claimed(host, id_):
            await attempt(host, here, id_)
    except (NotFound, Suspended):
        LOG.info("job_without_workspace", workspace=workspace, job=id_)
    except TRANSIENT as error:  # even the note of how it went could not be written
        LOG.warning("job_trouble", job=id_, error=str(error))
        raise Again(BUSY) from error


@contextlib.asynccontextmanager
async def claimed(host: Host, id_: str) -> AsyncIterator[None]:
    """The job is ours while the block runs; PostgreSQL lets go of it when this process dies."""
    async with host.connection() as guard:
        row = await (await guard.execute("select pg_try_advisory_lock(hashtextextended(%s, 1))", [id_])).fetchone()
        if row is None or not row[0]:
            raise Again(BUSY)
        try:
            yield
        finally:
            with contextlib.suppress(psycopg.OperationalError):
                await guard.execute("select pg_advisory_unlock(hashtextextended(%s, 1))", [id_])


async def attempt(host: Host, workspace: Workspace, id_: str) -> None:
    row = await begin(host, workspace, id_)
    if row is None:
        return
    kind, arguments, user, principal, attempts, cancel = row
    job = host.jobs.get(kind)
    if cancel or attempts > MOST or job is None:
        why = (
            "The work stopped its worker three times; look into the log."
            if job
            else f"This version knows no job «{kind}»."
        )
        await end(host, workspace, id_, "cancelled" if cancel else "failed", None if cancel else why)
        return
    async with host.connection() as connection:
        actor = await actor_of(connection, workspace, principal, user, through=kind)
    if actor is None:
        await end(host, workspace, id_, "failed", "Whoever asked for this may no longer act here.")
        return
    await ended(host, job, Run(host=host, workspace=workspace, id=id_, actor=actor, arguments=arguments), attempts)


async def ended(host: Host, job: Job, run: Run, attempts: int) -> None:
    """Run and note how it ended."""
    try:
        await job.run(run)
    except Cancelled:
        await end(host, run.workspace, run.id, "cancelled", None)
    except Again:
        await end(host, run.workspace, run.id, "queued", None)
        raise
    except NoRoom as error:
        await end(
            host, run.workspace, run.id, "queued", "The disk of the server is full: this goes on when there is room."
        )
        raise Again(ROOM) from error
    except TRANSIENT as error:
        LOG.warning("job_trouble", job=run.id, kind=job.kind, attempt=attempts, error=str(error))
        if attempts < MOST:
            await end(host, run.workspace, run.id, "queued", None, spent=True)
            raise Again(2.0**attempts) from error
        why = "The database did not answer in time, three times over; try again later."
        await end(host, run.workspace, run.id, "failed", why)
    except RelataError as error:
        await end(host, run.workspace, run.id, "failed", error.message)
    except Exception as error:
        LOG.exception("job_failed", job=run.id, kind=job.kind, exc_info=error)
        await end(
            host, run.workspace, run.id, "failed", "Something went wrong here; the log has it under the job's id."
        )
    else:
        await end(host, run.workspace, run.id, "succeeded", None)


async def begin(host: Host, workspace: Workspace, id_: str) -> tuple[Any, ...] | None:
    """(kind, arguments, user, principal, attempts, cancel) of a job that is not over yet."""
    text = (
        f"update {q(workspace.schema)}._job set status = 'running', attempts = attempts + 1, message = null, "
        "started_at = coalesce(started_at, now()), beat_at = now() where id = %s and status in ('queued', 'running') "
        "returning kind, arguments, actor::text, principal::text, attempts, cancel"
    )
    async with host.connection() as connection:
        found: tuple[Any, ...] | None = await (await connection.execute(text.encode(), [id_])).fetchone()
    return found


async def end(
    host: Host, workspace: Workspace, id_: str, status: str, message: str | None, *, spent: bool = False
) -> None:
    """Note a status. Back in the queue, the attempt counts only if it was `spent` on trouble."""
    back = "attempts = attempts - 1, " if status == "queued" and not spent else ""
    over = "" if status == "queued" else "finished_at = now(), "
    text = f"update {q(workspace.schema)}._job set {back}{over}status = %s, message = %s, beat_at = now() where id = %s"
    async with host.connection() as connection:
        await connection.execute(text.encode(), [status, message, id_])
