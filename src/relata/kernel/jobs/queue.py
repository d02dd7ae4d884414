"""Asking for a job, looking at it, cancelling it. The job and the word to the workers are written in
one transaction: neither exists without the other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import psycopg

from relata.errors import NotFound
from relata.kernel.context import Ctx, uuid7
from relata.kernel.metadata.quoting import quote_name as q

QUEUE = "relata"
TASK = "run"
FIRE = "fire"


class Named(Protocol):
    """A workspace, or its entry in the register."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def schema(self) -> str:
        """The schema that it is."""


@dataclass(frozen=True, slots=True)
class State:
    """A job as its actor sees it; `total` is None until it is known."""

    id: str
    kind: str
    status: str
    total: int | None
    done: int
    failed: int
    message: str | None
    arguments: dict[str, Any]


async def enqueue(ctx: Ctx, kind: str, arguments: dict[str, Any], id_: str | None = None) -> str:
    """The id of a new job of the actor, queued when the transaction commits."""
    id_ = id_ or uuid7()
    actor = ctx.access.actor
    text = f"insert into {q(ctx.workspace.schema)}._job (id, kind, arguments, role, actor, principal) values (%s, %s, %s, %s, %s, %s)"
    kept = psycopg.types.json.Jsonb(arguments, dumps=msgspec.json.encode)
    async with ctx.connection.transaction():
        await ctx.connection.execute(text.encode(), [id_, kind, kept, actor.role.name, actor.user, actor.principal])
        await tell_workers(ctx.connection, ctx.workspace, id_)
    return id_


async def tell_unfinished(connection: psycopg.AsyncConnection[Any], workspace: Named) -> None:
    """Queue the jobs that were queued or running anew, a running one goes on after its last chunk, as after the death of its
    worker; and the schedules for their next times.
    """
    text = f"select id::text from {q(workspace.schema)}._job where status in ('queued', 'running') order by created_at"
    for (id_,) in await (await connection.execute(text.encode())).fetchall():
        await tell_workers(connection, workspace, id_)
    text = f"select id::text, next_at from {q(workspace.schema)}._schedule where active order by next_at"
    for id_, at in await (await connection.execute(text.encode())).fetchall():
        await tell_schedule(connection, workspace, id_, at)


async def tell_schedule(connection: psycopg.AsyncConnection[Any], workspace: Named, id_: str, at: dt.datetime) -> None:
    """Queue the firing of a schedule for its time, before the jobs that wait then. Told twice, the second one does nothing."""
    text = "select relata.procrastinate_defer_jobs_v1(array[row(%s, %s, 1, null, null, %s::jsonb, %s)::relata.procrastinate_job_to_defer_v1])"
    arguments = msgspec.json.encode({"workspace": workspace.name, "schedule": id_, "at": at.isoformat()}).decode()
    await connection.execute(text.encode(), [QUEUE, FIRE, arguments, at])


async def tell_workers(connection: psycopg.AsyncConnection[Any], workspace: Named, id_: str) -> None:
    text = "select relata.procrastinate_defer_jobs_v1(array[row(%s, %s, 0, null, null, %s::jsonb, null)::relata.procrastinate_job_to_defer_v1])"
    arguments = msgspec.json.encode({"workspace": workspace.name, "job_id": id_}).decode()
    await connection.execute(text.encode(), [QUEUE, TASK, arguments])


async def find_job(ctx: Ctx, id_: str) -> State:
    """A job of the actor (administrators see all); raises NotFound."""
    text = (
        f"select id::text, kind, status, total, done, failed, message, arguments from {q(ctx.workspace.schema)}._job "
        "where id = %s and (principal = %s or %s)"
    )
    actor = ctx.access.actor
    row = await (await ctx.connection.execute(text.encode(), [id_, actor.principal, actor.role.administers])).fetchone()
    if row is None:
        raise NotFound(f"There is no job {id_}.")
    return State(*row)


async def cancel_job(ctx: Ctx, id_: str) -> State:
    """Ask a job to end: one that waits ends at once, one that runs after the step it is in."""
    await find_job(ctx, id_)
    text = (
        f"update {q(ctx.workspace.schema)}._job set cancel = true, status = case status when 'queued' then 'cancelled' else status end, "
        "finished_at = case status when 'queued' then now() else finished_at end where id = %s and status in ('queued', 'running')"
    )
    await ctx.connection.execute(text.encode(), [id_])
    return await find_job(ctx, id_)
