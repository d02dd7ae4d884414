"""What undoing would do, found out from the journal and from what is there: which fields go back to what they held,
which records into the trash or out of it, and what has changed again since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from relata.kernel.context import Ctx
from relata.kernel.metadata.field import MISFIT
from relata.kernel.metadata.keys import told
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.load import Current, load
from relata.kernel.records.change import Change, Delete, Restore, Update

MOST = 1_000
PART = 10_000
EARLY = dt.timedelta(minutes=10)
"""An operation takes its moment before it makes its cause; the two are never further apart than this."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What is to be undone: everything of a cause, or one change of a record."""

    cause: str | None = None
    object: str | None = None
    record: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One change in the journal. `before` is without fields that were deleted or made anew since; `later` is, per
    field, what the next change of it found.
    """

    object: str
    record: str
    version: int
    op: str
    before: dict[str, Any]
    later: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Again:
    """A field that was changed again since; `field` is None where the record itself has changed since."""

    object: str
    id: str
    field: str | None
    then: Any
    now: Any


@dataclass(slots=True)
class Intent:
    """What is to happen to one record, in this order: `restore`, `values`, `delete`."""

    object: str
    current: Current
    restore: bool = False
    delete: bool = False
    created: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    again: list[Again] = field(default_factory=list)

    def changes(self) -> list[Change]:
        version = self.current.version
        made: list[Change] = [Restore(self.current.id)] if self.restore else []
        if self.values:
            made.append(Update(self.current.id, self.values, None if self.restore else version))
        if self.delete:
            made.append(Delete(self.current.id, None if self.values else version))
        return made


async def traces(ctx: Ctx, undone: Undone, records: list[str] | None = None) -> list[Trace]:
    """The changes to undo, newest first per record, in the order of (object, record): those of the named records, else
    of about as many as `MOST` changes concern. Never a part of a record's changes.
    """
    schema = q(ctx.workspace.schema)
    among = "" if records is None else " and j.record = any(%(records)s::uuid[])"
    last = f"select object, record from wanted where %(records)s::uuid[] is null order by object, record offset {MOST - 1} limit 1"
    text = f"""
        with wanted as materialized (select * from {schema}._journal j where {wanted(undone)}{among}),
          last as ({last})
        select j.object, j.record::text, j.version, j.op::text,
          coalesce(j.before, '{{}}') - array(select coalesce(d.value ->> 'key', d.field) from {schema}._definition d
            where d.object = coalesce(%(names)s::jsonb ->> j.object, j.object) and d.custom and d.since > j.at),
          (select coalesce(jsonb_object_agg(k.key, n.before -> k.key), '{{}}') from jsonb_object_keys(j.before) k(key)
            cross join lateral (select l.before from {schema}._journal l where l.record = j.record
              and l.version > j.version and l.before ? k.key order by l.version limit 1) n where j.op = 'u')
        from wanted j where coalesce((j.object, j.record) <= (select object, record from last), true) order by j.object, j.record, j.version desc"""
    cursor = await ctx.connection.execute(text.encode(), journal_values(ctx, undone) | {"records": records})
    found = [trace for row in await cursor.fetchall() if (trace := trace_of(ctx, *row))]
    return [trace for trace in found if undone.object in (None, trace.object)]


def trace_of(ctx: Ctx, key: str, *rest: Any) -> Trace | None:
    """With names; None where the object is not there."""
    object_ = ctx.catalog.objects.get(ctx.catalog.names.get(key, ""))
    if object_ is None:
        return None
    record, version, op, before, later = rest
    return Trace(object_.name, record, version, op, told(object_, before), told(object_, later))


async def stream_records(ctx: Ctx, undone: Undone) -> AsyncIterator[list[tuple[str, str]]]:
    """(object, id) of all records with changes to undo, in their order, as lists; from one snapshot."""
    text = (
        f"select j.object, j.record::text from {q(ctx.workspace.schema)}._journal j where {wanted(undone)} "
        "group by j.object, j.record order by j.object, j.record"
    )
    async with ctx.connection.transaction(), ctx.connection.cursor("records") as cursor:
        await ctx.connection.execute("set local statement_timeout = '5min'")
        await cursor.execute(text.encode(), journal_values(ctx, undone))
        while rows := await cursor.fetchmany(PART):
            yield [(ctx.catalog.names.get(object_, object_), id_) for object_, id_ in rows]


async def extent(ctx: Ctx, undone: Undone) -> tuple[int, int]:
    """How many changes there are to undo, and of how many records."""
    text = f"select count(*), count(distinct j.record) from {q(ctx.workspace.schema)}._journal j where {wanted(undone)}"
    row = await (await ctx.connection.execute(text.encode(), journal_values(ctx, undone))).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def wanted(undone: Undone) -> str:
    """SQL for: the row `j` of the journal is to be undone."""
    if undone.cause:
        return "j.object = any(%(objects)s) and j.at >= %(began)s and j.cause = %(cause)s::uuid"
    return "j.record = %(record)s::uuid and j.version = %(version)s"


def journal_values(ctx: Ctx, undone: Undone) -> dict[str, Any]:
    names = Jsonb({key: name for key, name in ctx.catalog.names.items() if key != name})
    values: dict[str, Any] = {"cause": undone.cause, "record": undone.record, "version": undone.version}
    return values | {
        "objects": list(ctx.catalog.names),
        "names": names,
        "began": began(undone.cause) if undone.cause else None,
    }


def began(cause: str) -> dt.datetime:
    """A moment before the changes of a cause: its id tells when it was made (RFC 9562), if it is one of ours."""
    if cause[14] != "7":
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return dt.datetime.fromtimestamp(int(cause.replace("-", "")[:12], 16) / 1000, dt.UTC) - EARLY


async def intents(ctx: Ctx, found: Iterable[Trace], *, overwrite: bool) -> list[Intent]:
    """What is to happen to each record that the actor sees."""
    made = []
    for name, of_object in groupby(found, lambda trace: trace.object):
        by_record = {id_: list(of_one) for id_, of_one in groupby(of_object, lambda trace: trace.record)}
        if name not in ctx.catalog.objects or not ctx.access.may(name):
            continue
        there = await load(ctx, name, list(by_record))
        later = await changed_later(ctx, {id_: rows[0].version for id_, rows in by_record.items()})
        made += [
            intent(ctx, name, there[id_], rows, changed=id_ in later, overwrite=overwrite)
            for id_, rows in by_record.items()
            if id_ in there
        ]
    return made


async def changed_later(ctx: Ctx, newest: dict[str, int]) -> set[str]:
    """The records whose fields were changed after these versions."""
    text = (
        "select distinct j.record::text from json_to_recordset(%s::json) as x(id uuid, version integer) "
        f"join {q(ctx.workspace.schema)}._journal j on j.record = x.id and j.version > x.version and j.op = 'u'"
    )
    rows = msgspec.json.encode([{"id": id_, "version": version} for id_, version in newest.items()]).decode()
    cursor = await ctx.connection.execute(text.encode(), [rows])
    return {row[0] for row in await cursor.fetchall()}


def intent(ctx: Ctx, name: str, current: Current, rows: list[Trace], *, changed: bool, overwrite: bool) -> Intent:
    made = Intent(name, current)
    moves = [row.op for row in rows if row.op in "cdr"]
    if moves and moves[-1] == "d":
        made.restore = current.deleted
    elif moves and current.live:
        made.delete, made.created = True, moves[-1] == "c"
        if made.created and changed and not overwrite:
            made.delete = False
            made.again.append(Again(name, current.id, None, None, None))
    if not made.created:
        put_back(ctx, made, rows, overwrite=overwrite)
    return made


def put_back(ctx: Ctx, made: Intent, rows: list[Trace], *, overwrite: bool) -> None:
    """The fields as they were before the oldest of the changes, unless changed again after the newest."""
    current, object_ = made.current, ctx.catalog.objects[made.object]
    then: dict[str, Any] = {}
    left: dict[str, Any] = {}
    lost: dict[str, Any] = {}
    """What the present kinds of the fields cannot hold: it cannot be put back."""
    for row in (row for row in rows if row.op == "u"):
        for name, value in row.before.items():
            known = object_.field(name)
            if known is None or not KINDS[known.kind].writable or not ctx.access.visible(made.object, name):
                continue
            left.setdefault(name, row.later.get(name, current.values.get(name)))
            then[name] = value
            lost.pop(name, None)
            if MISFIT + name in row.before:
                lost[name] = row.before[MISFIT + name]
    for name, value in then.items():
        now = current.values.get(name)
        if name in lost:
            made.again.append(Again(made.object, current.id, name, lost[name], now))
            continue
        if now == value:
            continue
        kept = now != left[name] and not overwrite
        if kept or (current.deleted and not made.restore) or not ctx.access.writable(made.object, name):
            made.again.append(Again(made.object, current.id, name, value, now))
        else:
            made.values[name] = value
