"""What people do with an import, step by step: begin it, add files, decide, try, carry out, look at what came of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from relata.errors import Conflict, Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.importing.kept import (
    COLUMNS,
    Kept,
    KeptTable,
    check_still,
    find_import,
    kept,
    save_import,
    with_table,
)
from relata.kernel.importing.mapping import RELATIONS
from relata.kernel.importing.order import ordered
from relata.kernel.importing.planning import Surroundings, changed, check_ready, read_file, surroundings
from relata.kernel.importing.run import CHECK, IMPORT, STEP, results_in
from relata.kernel.importing.targets import target_of
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import checked_text, kind_of
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.bulk_job import committed
from relata.kernel.records.chunks import SIZE, chunked
from relata.kernel.records.results import Entry, check_kept, chunk_name, folder_of, outcomes, read_chunk, sent
from relata.kernel.records.source import Row

LONGEST = 200
UPLOADS = "uploads"
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class State:
    """An import with its newest job: the status of both, who made it, and whether it was undone."""

    kept: Kept
    status: str
    by: str | None
    undone: bool
    job: dict[str, Any] | None


def read_label(sent: Any) -> str:
    """The label of a new import; raises Invalid."""
    if not isinstance(sent, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with «label», or an empty one; {kind_of(sent)} came.")])
    faults = [Fault(f"/{key[:80]}", "unknown_parameter", "Use label.") for key in sent if key != "label"]
    label = checked_label(sent.get("label", ""), faults)
    if faults:
        raise Invalid(faults)
    return label


def checked_label(given: Any, faults: list[Fault]) -> str:
    try:
        return checked_text(given, LONGEST).strip()
    except BadValue as error:
        faults += [fault.below("/label") for fault in error.faults]
        return ""


async def add_file(ctx: Ctx, folder: Path, id_: str, path: Path, name: str) -> Kept:
    """Take the tables of a received file into an import. The file stays where it is; raises Invalid where it cannot be read."""
    one = await find_import(ctx, id_)
    await check_still(ctx, one)
    around = await surroundings(ctx)
    number = one.numbered
    made = await asyncio.to_thread(read_file, path, name, folder_of(folder, id_), number, around)
    async with ctx.connection.transaction():
        one = await find_import(ctx, id_, lock=True)
        await check_still(ctx, one)
        if one.numbered != number:
            raise Conflict("Another file came at the same time; send this one again.")
        label = one.label or name[:LONGEST]
        tables = in_order(ctx, (*one.tables, *made))
        if len(tables) > MOST_FILES:
            raise Conflict(f"An import has at most {MOST_FILES} tables; begin another one for the rest.")
        return await save_import(
            ctx, replace(one, label=label, tables=tables, numbered=number + len(made), checked=None)
        )


async def remove_table(ctx: Ctx, id_: str, number: int) -> Kept:
    async with ctx.connection.transaction():
        one = await find_import(ctx, id_, lock=True)
        await check_still(ctx, one)
        one.table(number)
        tables = tuple(table for table in one.tables if table.number != number)
        return await save_import(ctx, replace(one, tables=tables, checked=None))


async def change_import(ctx: Ctx, folder: Path, id_: str, sent: Any) -> Kept:
    """Another label or other plans, all faults at once."""
    if not isinstance(sent, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with label or tables; {kind_of(sent)} came.")])
    faults = [
        Fault(f"/{k[:80]}", "unknown_parameter", "Use label, tables.") for k in sent if k not in ("label", "tables")
    ]
    async with ctx.connection.transaction():
        one = await find_import(ctx, id_, lock=True)
        if "label" in sent:
            one = replace(one, label=checked_label(sent["label"], faults))
        if "tables" in sent:
            await check_still(ctx, one)
            around = await surroundings(ctx)
            for index, table in enumerate(listed(sent["tables"], faults)):
                try:
                    one = with_table(one, await planned(one, table, folder_of(folder, id_), around))
                except Invalid as error:
                    faults += [fault.below(f"/tables/{index}") for fault in error.faults]
        if faults:
            raise Invalid(faults)
        return await save_import(ctx, replace(one, tables=in_order(ctx, one.tables)))


def in_order(ctx: Ctx, tables: tuple[KeptTable, ...]) -> tuple[KeptTable, ...]:
    """As they will be taken; those that are left out come last."""
    chosen = [table for table in tables if table.plan.object in ctx.catalog.objects]
    pointing = []
    for table in chosen:
        object_ = ctx.catalog.objects[table.plan.object or ""]
        found = [target_of(ctx.access, object_, to) for column in table.plan.columns for to in column.to]
        to = [t.field.to[0] for t in found if t is not None and t.field.kind in RELATIONS]
        pointing.append((object_.name, to))
    placed = [chosen[place] for place in ordered(pointing)]
    return (*placed, *(table for table in tables if table not in placed))


def listed(sent: Any, faults: list[Fault]) -> list[Any]:
    if isinstance(sent, list) and len(sent) <= MOST_FILES:
        return sent
    faults.append(Fault("/tables", "wrong_type", f"Send a list of tables with number and plan; {kind_of(sent)} came."))
    return []


async def planned(one: Kept, sent: Any, folder: Path, around: Surroundings) -> KeptTable:
    if not isinstance(sent, dict) or set(sent) != {"number", "plan"}:
        raise Invalid([Fault("", "wrong_type", "Send an object with «number» and «plan».")])
    table = next((table for table in one.tables if table.number == sent["number"]), None)
    if table is None or isinstance(sent["number"], bool):
        told = f"This import has no such table; it has {', '.join(str(t.number) for t in one.tables) or 'none'}."
        raise Invalid([Fault("/number", "unknown_option", told)])
    try:
        return await asyncio.to_thread(changed, table, sent["plan"], folder, around)
    except Invalid as error:
        raise Invalid([fault.below("/plan") for fault in error.faults]) from None


async def begin(ctx: Ctx, id_: str, *, dry: bool) -> Kept:
    """Queue the check or the run."""
    async with ctx.connection.transaction():
        one = await find_import(ctx, id_, lock=True)
        await check_still(ctx, one)
        check_ready(ctx.access, one)
        job = await enqueue(ctx, CHECK if dry else IMPORT, {"import": one.id})
        return await save_import(ctx, replace(one, job=job) if dry else replace(one, job=job, cause=job))


async def drop_import(ctx: Ctx, folder: Path | None, id_: str) -> None:
    """Forget an import with its files; records stay."""
    async with ctx.connection.transaction():
        one = await find_import(ctx, id_, lock=True)
        if one.cause is None:
            await check_still(ctx, one)
        elif (await state_of(ctx, one)).status == "running":
            raise Conflict("This import is at work; cancel that first, or wait for its end.")
        await ctx.connection.execute(f"delete from {q(ctx.workspace.schema)}._import where id = %s".encode(), [one.id])
    if folder is not None:
        await asyncio.to_thread(shutil.rmtree, folder_of(folder, one.id), ignore_errors=True)


# -- looking ----------------------------------------------------------------------------------


async def state_of(ctx: Ctx, one: Kept) -> State:
    return (await states(ctx, [one]))[0]


async def list_imports(ctx: Ctx, limit: int, after: str | None) -> list[State]:
    """The actor's imports, of administrators all, the newest first; one more than `limit` where there are more."""
    actor = ctx.access.actor
    text = (
        f"select {COLUMNS} from {q(ctx.workspace.schema)}._import i where (principal = %s or %s) "
        "and (%s::uuid is null or (i.created_at, i.id) < (select created_at, id from "
        f"{q(ctx.workspace.schema)}._import where id = %s)) order by i.created_at desc, i.id desc limit %s"
    )
    values = [actor.principal, actor.role.administers, after, after, limit + 1]
    return await states(
        ctx, [kept(row) for row in await (await ctx.connection.execute(text.encode(), values)).fetchall()]
    )


async def states(ctx: Ctx, ones: list[Kept]) -> list[State]:
    schema = q(ctx.workspace.schema)
    text = (
        "select id::text, kind, status, total, done, failed, message, started_at, "
        "extract(epoch from coalesce(finished_at, now()) - started_at)::float8, offset_done "
        f"from {schema}._job where id = any(%s)"
    )
    rows = await (await ctx.connection.execute(text.encode(), [[one.job for one in ones if one.job]])).fetchall()
    jobs = {row[0]: row for row in rows}
    text = f"select undone::text from {schema}._undo where undone = any(%s)"
    causes = [one.cause for one in ones if one.cause]
    undone = {row[0] for row in await (await ctx.connection.execute(text.encode(), [causes])).fetchall()}
    text = f'select id::text, name from {schema}."user" where id = any(%s)'
    people = [one.actor for one in ones if one.actor]
    names = dict(await (await ctx.connection.execute(text.encode(), [people])).fetchall())
    made = []
    for one in ones:
        job = told_job(jobs[one.job]) if one.job in jobs else None
        made.append(State(one, status_of(one, job), names.get(one.actor or ""), one.cause in undone, job))
    return made


def status_of(one: Kept, job: dict[str, Any] | None) -> str:
    """draft, checking, checked, running, succeeded, failed or cancelled."""
    if one.cause is not None:
        status = job["status"] if job else "succeeded"
        return "running" if status in ("queued", "running") else str(status)
    if job is not None and job["status"] in ("queued", "running"):
        return "checking"
    return "checked" if one.checked is not None else "draft"


def told_job(row: tuple[Any, ...]) -> dict[str, Any]:
    """How far a job is, with its speed in rows a second and the seconds that remain."""
    id_, kind, status, total, done, failed, message, started, seconds, _ = row
    speed = done / seconds if done and seconds else None
    left = (total - done) / speed if speed and total is not None and status == "running" else None
    at = started.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if started else None
    return {
        "id": id_, "kind": kind, "status": status, "total": total, "done": done, "failed": failed, "message": message,
        "started_at": at, "seconds": round(seconds, 1) if seconds is not None else None,
        "speed": round(speed) if speed else None, "remaining": round(left) if left is not None else None,
    }  # fmt: skip


async def rows_of(
    ctx: Ctx, folder: Path, one: Kept, number: int, which: str
) -> tuple[Iterator[Entry], tuple[str, ...]]:
    """The rows of a table that succeeded, failed or were not reached in the run, or else in the check; and its header. A row
    that was taken without a link is one that failed.
    """
    table = one.table(number)
    dry = one.cause is None
    if table.plan.object is None or (dry and one.checked is None):
        raise NotFound("Nothing has become of these rows: check the import, or carry it out.")
    place = folder_of(folder, one.id)
    results = results_in(place, dry=dry)
    there = chunks_in(results) if dry else (await committed(ctx, one.cause or ""))[0]
    await asyncio.to_thread(check_kept, results, [chunk_name(n) for n in there])
    chosen = one.chosen
    step = chosen.index(table)
    ready = {n for n in there if n // STEP == step}
    linked = sorted(n for n in there if n // STEP == step + len(chosen))
    lacking = {e["line"]: e["errors"] for n in linked for e in read_chunk(results, n) if e["action"] == "refused"}
    chunks = ((step * STEP + n, rows) for n, rows in chunked(table.open(place).rows(), SIZE))
    return with_unlinked(results, chunks, ready, which, lacking), tuple(table.header)


def with_unlinked(
    results: Path, chunks: Iterator[tuple[int, list[Row]]], ready: set[int], which: str, lacking: dict[int, Any]
) -> Iterator[Entry]:
    if which == "unprocessed" or not lacking:
        yield from outcomes(results, chunks, ready, which)
        return
    for number, rows in chunks:
        for row, entry in zip(rows, read_chunk(results, number), strict=True) if number in ready else ():
            errors = entry.get("errors") or lacking.get(row.line)
            if (which == "failed") == bool(errors):
                yield entry | sent(row) | ({"errors": errors} if errors else {})


def chunks_in(folder: Path) -> set[int]:
    return {int(path.stem) for path in folder.glob("*.ndjson")}


def checked_import_id(given: str) -> str:
    try:
        return checked_id(given)
    except BadValue:
        raise NotFound(f"There is no import {given[:80]}.") from None
