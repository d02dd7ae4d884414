"""The schedules of a workspace: made, looked at, changed and deleted. Administrators see all and pause, resume and delete
them; others see their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relata.errors import Conflict, Denied, NotFound, RelataError
from relata.kernel.context import Ctx, uuid7
from relata.kernel.jobs.asked import read_schedule
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.kept import COLUMNS, ENCODE, Kept, kept
from relata.kernel.jobs.queue import tell_schedule
from relata.kernel.metadata.quoting import quote_name as q

MOST = 100
"""Schedules of a workspace."""
SHOWN = 5
SEEN = "(s.principal = %(principal)s or %(all)s)"


@dataclass(frozen=True, slots=True)
class Seen:
    """A schedule for whoever looks at it, with its owner's name, how its last job is, and the next times."""

    kept: Kept
    owner: str | None
    status: str | None
    upcoming: list[dt.datetime]


async def schedules(ctx: Ctx, jobs: Mapping[str, Job]) -> list[Seen]:
    """All that the actor sees, the next first."""
    return await found(ctx, jobs, "order by s.next_at nulls last, s.label, s.id", None)


async def find_schedule(ctx: Ctx, jobs: Mapping[str, Job], id_: str) -> Seen:
    """Raises NotFound."""
    one = await found(ctx, jobs, "and s.id = %(id)s", id_)
    if not one:
        raise NotFound(f"There is no schedule {id_}.")
    return one[0]


async def add_schedule(ctx: Ctx, jobs: Mapping[str, Job], sent: Any, *, check: bool) -> Seen:
    """A new one of the actor; raises Invalid with every fault. With `check` it is not kept."""
    schema, actor = q(ctx.workspace.schema), ctx.access.actor
    async with ctx.connection.transaction():
        now = await by_the_database(ctx)
        asked = read_schedule(ctx, jobs, sent, now)
        one = replace(asked, id=uuid7(), principal=actor.principal, actor=actor.user)
        await ctx.connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [ctx.workspace.schema])
        row = await ctx.row(f"select count(*) from {schema}._schedule", {})
        if row and row[0] >= MOST:
            raise Conflict(f"A workspace has at most {MOST} schedules: delete one that is not needed any more.")
        if check:
            return Seen(one, None, None, upcoming(one, now))
        await ctx.row(
            f"insert into {schema}._schedule (id, label, rule, starts, time_zone, does, active, next_at, actor, principal) values "
            "(%(id)s, %(label)s, %(rule)s, %(starts)s, %(time_zone)s, %(does)s, %(active)s, %(next_at)s, %(actor)s, %(principal)s) returning 1",
            stored(one),
        )
        await queue(ctx, one)
    return await find_schedule(ctx, jobs, one.id)


async def change_schedule(ctx: Ctx, jobs: Mapping[str, Job], id_: str, sent: Any, *, check: bool) -> Seen:
    """What is sent is changed, the rest stays; raises NotFound, Denied and Invalid. With `check` nothing is kept."""
    schema = q(ctx.workspace.schema)
    async with ctx.connection.transaction():
        await ctx.row(f"select 1 from {schema}._schedule where id = %(id)s for update", {"id": id_})
        seen = await find_schedule(ctx, jobs, id_)
        before = seen.kept
        mine = before.principal == ctx.access.actor.principal
        if not mine and isinstance(sent, dict) and sent.keys() - {"active"}:
            raise Denied("It acts with the rights of its owner, so only they change it; you may pause or delete it.")
        now = await by_the_database(ctx)
        one = read_schedule(ctx, jobs, sent, now, before, whole=mine)
        if check:
            return replace(seen, kept=one, upcoming=upcoming(one, now))
        text = (
            f"update {schema}._schedule set label = %(label)s, rule = %(rule)s, starts = %(starts)s, time_zone = %(time_zone)s, "
            "does = %(does)s, active = %(active)s, next_at = %(next_at)s, message = %(message)s where id = %(id)s returning 1"
        )
        await ctx.row(text, stored(one))
        if one.next_at != before.next_at:
            await queue(ctx, one)
    return await find_schedule(ctx, jobs, id_)


async def remove_schedule(ctx: Ctx, id_: str) -> None:
    """What its last job does goes on. Raises NotFound."""
    text = f"delete from {q(ctx.workspace.schema)}._schedule s where s.id = %(id)s and {SEEN} returning 1"
    if await ctx.row(text, {"id": id_, **whose(ctx)}) is None:
        raise NotFound(f"There is no schedule {id_}.")


async def found(ctx: Ctx, jobs: Mapping[str, Job], rest: str, id_: str | None) -> list[Seen]:
    schema = q(ctx.workspace.schema)
    text = (
        f"select {COLUMNS}, coalesce(u.name, k.name), j.status, clock_timestamp() from {schema}._schedule s "
        f'left join {schema}."user" u on u.id = s.actor left join {schema}._key k on k.id = s.principal '
        f"left join {schema}._job j on j.id = s.job where {SEEN} {rest} limit {MOST}"
    )
    cursor = await ctx.connection.execute(text.encode(), {"id": id_, **whose(ctx)})
    rows = await cursor.fetchall()
    made = []
    for *columns, owner, status, now in rows:
        one = kept(columns)
        made.append(Seen(shown(ctx, jobs, one), owner, status, upcoming(one, now)))
    return made


def shown(ctx: Ctx, jobs: Mapping[str, Job], one: Kept) -> Kept:
    """Without what the actor could not say themselves: it may name fields that are hidden from them by now."""
    try:
        one.arguments(ctx, jobs)
    except RelataError:
        return one if ctx.access.actor.role.administers else replace(one, does={}, message=one.message)
    return one


def upcoming(one: Kept, now: dt.datetime) -> list[dt.datetime]:
    """The next times: the first is the noted one, also where it has passed and nobody has worked since."""
    if not one.active or one.next_at is None:
        return []
    return [one.next_at, *one.schedule.upcoming(max(one.next_at, now), SHOWN - 1)]


async def by_the_database(ctx: Ctx) -> dt.datetime:
    row = await ctx.row("select clock_timestamp()", {})
    return row[0] if row else ctx.now


async def queue(ctx: Ctx, one: Kept) -> None:
    if one.active and one.next_at:
        await tell_schedule(ctx.connection, ctx.workspace, one.id, one.next_at)


def whose(ctx: Ctx) -> dict[str, Any]:
    actor = ctx.access.actor
    return {"principal": actor.principal, "all": actor.role.administers}


def stored(one: Kept) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in Kept.__slots__}
    return values | {"does": ENCODE(one.does).decode()}
