"""The numbered events of one workspace as this process reads them for everybody who follows: woken by notification,
read once for all readers at the same place, and shown to each as far as they may see.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from relata.kernel.context import Ctx
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.ops import OPS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.among import seen_among

MOST = 500
"""Events of one reading."""
KEPT = 64
"""Readings that are kept for other readers at the same place."""
STALE = 10.0
"""Seconds after which a reading is made anew even though nothing was heard: nobody waits for ever for a word that was lost."""
DECODE = msgspec.json.Decoder(list[dict[str, Any]]).decode


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: at which turn, when, and the events."""

    turn: int
    at: float
    events: list[dict[str, Any]]


class Feed:
    """What happens in one workspace, for those who follow."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self.turn = 0
        self._lock = asyncio.Lock()
        self._read: OrderedDict[int, Read] = OrderedDict()

    def wake(self) -> None:
        """Events were numbered, or the catalog has changed."""
        self.turn += 1
        self._woken.set()
        self._woken = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until it is woken, or so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def after(self, connection: psycopg.AsyncConnection[Any], schema: str, number: int) -> list[dict[str, Any]]:
        """The next events above a number, in their order: seq, object, id, version, op, fields, by, cause, at."""
        async with self._lock:
            known = self._read.get(number)
            if known and (
                len(known.events) == MOST or (known.turn == self.turn and time.monotonic() - known.at < STALE)
            ):
                return known.events
            turn, at = self.turn, time.monotonic()
            events = await read_events(connection, schema, number)
            self._read[number] = Read(turn, at, events)
            while len(self._read) > KEPT:
                self._read.popitem(last=False)
            return events


async def read_events(connection: psycopg.AsyncConnection[Any], schema: str, number: int) -> list[dict[str, Any]]:
    # Whole transactions are found by their numbers, from the one that has the next event on; within one the events count from its
    # first. Numbers are added here: PostgreSQL would add them in as few bits as the smaller ones need.
    numbered = f"{q(schema)}._numbered"
    text = (
        "select coalesce(json_agg(row_to_json(e) order by e.seq), '[]')::text from ("
        "select m.first + row_number() over (partition by m.xid order by o.id) - 1 as seq, o.object, o.record as id, o.version, "
        'o.op, o.fields, o.actor as "by", o.cause, o.at '
        f"from (select * from {numbered} where first >= coalesce((select max(first) from {numbered} where first <= %(next)s::bigint), 0) "
        f"and first <= %(upto)s::bigint order by first limit %(most)s) m "
        f"join {q(schema)}._outbox o using (xid)) e where e.seq between %(next)s::bigint and %(upto)s::bigint"
    )
    values = {"next": number + 1, "upto": number + MOST, "most": MOST}
    row = await (await connection.execute(text.encode(), values)).fetchone()
    return DECODE(row[0]) if row else []


async def bounds(connection: psycopg.AsyncConnection[Any], schema: str) -> tuple[int, int]:
    """The number before the oldest event that is kept, and that of the newest."""
    text = f"select coalesce((select min(first) - 1 from {q(schema)}._numbered), s.n), s.n from {q(schema)}._sequence s"
    row = await (await connection.execute(text.encode())).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


async def visible(ctx: Ctx, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events by their present names, as the actor may know of them: of records that they see now, with the fields that they see. A change of
    hidden fields alone is none.
    """
    access = ctx.access
    named = (told_event(ctx.catalog, event) for event in events)
    readable = [event for event in named if event and access.may(event["object"])]
    seen: set[str] = set()
    for name in sorted({event["object"] for event in readable}):
        ids = sorted({event["id"] for event in readable if event["object"] == name})
        seen |= await seen_among(ctx, name, ids) if access.limited(name) else set(ids)
    told = []
    for event in readable:
        fields = [field for field in event["fields"] or () if access.visible(event["object"], field)]
        if event["id"] in seen and (fields or not event["fields"]):
            told.append({**event, "op": OPS[event["op"]], "fields": fields if event["fields"] else None})
    return told


def told_event(catalog: Catalog, event: dict[str, Any]) -> dict[str, Any] | None:
    """None of an object that is not there."""
    object_ = catalog.objects.get(catalog.names.get(event["object"], ""))
    if object_ is None:
        return None
    fields = event["fields"]
    return {**event, "object": object_.name, "fields": fields and [object_.names.get(key, "") for key in fields]}
