"""Schedules over REST: what is done again and again, by the clock on the wall."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relata.api.bulk import SELECTION
from relata.api.edge import answer, body, checking, decode, installation, opened
from relata.api.idempotency import once
from relata.api.operation import FLAG, ID, TEXT, Described, Operation, Schema, listing, nullable, query, shape
from relata.errors import NotFound
from relata.kernel.context import Ctx
from relata.kernel.jobs.recurrence import LONGEST
from relata.kernel.jobs.schedules import (
    Seen,
    add_schedule,
    change_schedule,
    find_schedule,
    remove_schedule,
    schedules,
)  # fmt: skip
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id


async def listed(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer({"schedules": [told(one) for one in await schedules(ctx, installation(request).jobs)]})


async def read(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await find_schedule(ctx, installation(request).jobs, id_of(request))))


async def create(request: Request) -> Response:
    check = checking(request)

    async def run(ctx: Ctx, sent: bytes) -> Response:
        made = await add_schedule(ctx, installation(request).jobs, decode(sent), check=check)
        if check:
            return answer(told(made))
        return answer(told(made), 201, {"location": f"/api/v1/schedules/{made.kept.id}"})

    return await once(request, run)


async def change(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        jobs = installation(request).jobs
        return answer(told(await change_schedule(ctx, jobs, id_of(request), sent, check=checking(request))))


async def remove(request: Request) -> Response:
    async with opened(request) as ctx:
        await remove_schedule(ctx, id_of(request))
        return Response(status_code=204)


def told(seen: Seen) -> dict[str, Any]:
    one = seen.kept
    zone = ZoneInfo(one.time_zone)
    return {
        "id": one.id, "label": one.label, "rule": one.rule, "starts": one.starts.isoformat(), "time_zone": one.time_zone,
        "does": one.does or None, "active": one.active, "owner": one.principal, "owner.name": seen.owner,
        "next": [{"at": utc(at), "local": at.astimezone(zone).isoformat()} for at in seen.upcoming],
        "last_at": utc(one.last_at) if one.last_at else None,
        "last_job": {"id": one.job, "status": seen.status} if one.job else None, "message": one.message,
    }  # fmt: skip


def utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def id_of(request: Request) -> str:
    try:
        return checked_id(request.path_params["id"])
    except BadValue:
        raise NotFound(f"There is no schedule {request.path_params['id'][:80]}.") from None


RULE: Schema = {
    "type": "string",
    "maxLength": LONGEST,
    "description": "A recurrence rule of RFC 5545, from hourly to yearly, with UNTIL but without COUNT.",
}
STARTS: Schema = {
    "type": "string",
    "description": "The local time from which the rule counts, without offset: 2026-11-23T08:30.",
}
ZONE: Schema = {"type": "string", "description": "A zone of the IANA, such as Europe/Berlin; yours where left out."}
DOES: Schema = {
    **shape(
        {"job": {"enum": ["bulk"]}, "object": TEXT, **SELECTION["properties"]},
        "job", "object", "mode", "filter", closed=True,
    ),
    "description": "What is sent for a bulk by filter, with the object.",
}  # fmt: skip
SENT: dict[str, Schema] = {
    "label": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"},
    "rule": RULE, "starts": STARTS, "time_zone": ZONE, "does": DOES, "active": FLAG,
}  # fmt: skip
MOMENT: Schema = {"type": "string", "format": "date-time"}
LAST_JOB = shape({"id": ID, "status": TEXT}, "id", "status")
MEMBERS: dict[str, Schema] = {
    "id": ID, **SENT, "does": nullable({"type": "object"}), "owner": ID, "owner.name": nullable(TEXT),
    "next": {"type": "array", "items": shape({"at": MOMENT, "local": MOMENT}, "at", "local"), "maxItems": 5},
    "last_at": nullable(MOMENT), "last_job": nullable(LAST_JOB), "message": nullable(TEXT),
}  # fmt: skip
SCHEDULE = shape(MEMBERS, *MEMBERS)
TRY = query("check", "Keep nothing, and show the next times.", {"enum": ["true", "false"]})
EXAMPLE = {
    "label": "Close what has waited",
    "rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30",
    "starts": "2026-11-23T06:30",
    "time_zone": "Europe/Berlin",
    "does": {
        "job": "bulk", "object": "task", "mode": "update", "values": {"priority": "high"},
        "filter": {"field": "due_date", "op": "before", "value": "2026-11-01"},
    },
}  # fmt: skip
HELP = (
    "It keeps to the clock on the wall of its zone. A time that the clock jumps over fires when it has; one that comes twice "
    "fires once; what was missed while nothing ran fires once. It acts with the rights that its owner has then."
)
ROUTES = [
    Described(
        "GET",
        "/schedules",
        listed,
        Operation(
            name="schedules",
            summary="Your schedules, of administrators all, the next first",
            tag="schedules",
            answers={200: listing("schedules", SCHEDULE)},
        ),
    ),
    Described(
        "POST",
        "/schedules",
        create,
        Operation(
            name="create_schedule",
            summary="Do something again and again",
            help=HELP,
            tag="schedules",
            query=(TRY,),
            body=shape(SENT, "label", "rule", "starts", "does", closed=True),
            example=EXAMPLE,
            answers={200: SCHEDULE, 201: SCHEDULE},
            headers=("Location",),
            refusals=(409,),
        ),
    ),
    Described(
        "GET",
        "/schedules/{id}",
        read,
        Operation(name="schedule", summary="A schedule with its next times", tag="schedules", answers={200: SCHEDULE}),
    ),
    Described(
        "PATCH",
        "/schedules/{id}",
        change,
        Operation(
            name="change_schedule",
            summary="Another time or task, pausing and resuming",
            help="Administrators pause and resume the schedules of others by `active`.",
            tag="schedules",
            query=(TRY,),
            body=shape(SENT, closed=True),
            example={"active": False},
            answers={200: SCHEDULE},
        ),
    ),
    Described(
        "DELETE",
        "/schedules/{id}",
        remove,
        Operation(
            name="delete_schedule",
            summary="Forget a schedule; a job that it began goes on",
            tag="schedules",
            answers={204: None},
        ),
    ),
]
