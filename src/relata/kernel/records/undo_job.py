"""Undoing what a bulk job or an import did: which records that concerns is found out once and kept as the file of the
job; they are then taken as any rows are, each chunk committed together with the note that it is done. Taken up again
after a crash, it leaves out what is committed.
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Conflict
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.job import Job, Run
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.ids import seen_ids
from relata.kernel.records.bulk_job import INPUT, commit, committed, open_input
from relata.kernel.records.chunks import chunked, take_all, whole_or_not
from relata.kernel.records.dependents import Dependent, dependents, not_of
from relata.kernel.records.results import Entry, folder_of, write_chunk
from relata.kernel.records.selection import kept_file
from relata.kernel.records.source import NDJSON, Row
from relata.kernel.records.undo import Account, Wish, carry_out, name_undone
from relata.kernel.records.undoing import MOST, Intent, Undone, extent, intents, stream_records, traces

KIND = "undo"
AGAIN = "The field was changed again since, so it stays as it is."
ALTERED = "The record was changed since it was created, so it stays."
GONE = "The record is not there any more."


async def queue_undo(ctx: Ctx, wish: Wish) -> str | None:
    """The id of a new job, if there is more to undo than can be at once; raises Conflict while it is still being done."""
    changes, _ = await extent(ctx, wish.undone)
    text = f"select 1 from {q(ctx.workspace.schema)}._job where id = %s and status in ('queued', 'running')"
    cursor = await ctx.connection.execute(text.encode(), [wish.undone.cause])
    if await cursor.fetchone() is not None:
        raise Conflict("This job still runs; cancel it first, or wait for its end.")
    visible = changes > MOST and await intents(ctx, await traces(ctx, wish.undone), overwrite=wish.overwrite)
    if wish.dry_run or not visible:
        return None
    arguments = {"cause": wish.undone.cause, "overwrite": wish.overwrite, "format": NDJSON, "chunk": MOST}
    return await enqueue(ctx, KIND, arguments)


async def run_undo(run: Run) -> None:
    if run.host.folder is None:
        raise Conflict("This process keeps no files: start it with a data directory.")
    folder, undone = folder_of(run.host.folder, run.id), Undone(cause=run.arguments["cause"])
    async with run.context() as ctx:
        ready, done, failed = await committed(ctx, run.id)
        await name_undone(ctx, undone)
        if not ready and not (folder / INPUT).is_file():
            await take_records(ctx, undone, folder / INPUT)
    source = await asyncio.to_thread(open_input, folder, run.arguments)
    await run.progress(done, failed, total=await asyncio.to_thread(source.count))
    chunks = ((n, rows) for n, rows in chunked(source.rows(), run.arguments["chunk"]) if n not in ready)

    async def take(number: int, rows: list[Row]) -> None:
        await whole_or_not(run.context, partial(undo_chunk, run=run, folder=folder, number=number, rows=rows))

    await take_all(chunks, lambda _: set(), take, run.going_on)


async def take_records(ctx: Ctx, undone: Undone, path: Path) -> None:
    """The records that the actor sees of those to be undone, one object per line."""
    async with kept_file(path) as write:
        async for part in stream_records(ctx, undone):
            for name, ids in groupby(part, lambda one: one[0]):
                every = [id_ for _, id_ in ids]
                seen = await seen_ids(ctx, name, every)
                lines = [msgspec.json.encode({"object": name, "id": id_}) + b"\n" for id_ in every if id_ in seen]
                await write(b"".join(lines))


async def undo_chunk(ctx: Ctx, *, run: Run, folder: Path, number: int, rows: list[Row]) -> None:
    """Failed are those records of which something could not be undone."""
    undone = Undone(cause=run.arguments["cause"])
    found = await traces(ctx, undone, [row.values["id"] for row in rows])
    planned = await intents(ctx, found, overwrite=run.arguments["overwrite"])
    account = Account()
    await carry_out(ctx, planned, account)
    staying = await not_of(ctx, run.arguments["cause"], await dependents(ctx, planned))
    entries = told(rows, planned, account, staying)
    refused = sum(entry["action"] == "refused" for entry in entries)
    await asyncio.to_thread(write_chunk, folder, number, entries)
    await commit(ctx, run, number, len(rows) - refused, refused)
    failpoint("undo.before_commit")


def told(rows: list[Row], planned: list[Intent], account: Account, staying: list[Dependent]) -> list[Entry]:
    """One entry per record, in order: what came of it, what stayed and why, and which records point to it."""
    by_id = {(one.object, one.current.id): one for one in planned}
    refused: dict[tuple[str, str], list[Any]] = {}
    for one in account.refused:
        refused.setdefault((one["object"], one["id"]), []).extend(one["errors"])
    pointing: dict[tuple[str, str], list[dict[str, str]]] = {}
    for dependent in staying:
        pointing.setdefault((dependent.of, dependent.to), []).append(dependent.told())
    entries = []
    for row in rows:
        key = (row.values["object"], row.values["id"])
        errors = list(refused.get(key, ()))
        entry: Entry = {"line": row.line, "action": "unchanged", "object": key[0], "id": key[1]}
        intent = by_id.get(key)
        if intent is None:
            errors.append({"pointer": "", "code": "not_found", "message": GONE})
        elif intent.again:
            entry["conflicts"] = [{"field": a.field, "then": a.then, "now": a.now} for a in intent.again]
            errors += [
                {
                    "pointer": f"/{a.field}" if a.field else "",
                    "code": "conflict",
                    "message": AGAIN if a.field else ALTERED,
                }
                for a in intent.again
            ]
        if key in account.records:
            entry["action"] = "undone"
        if errors:
            entry |= {"action": "refused", "errors": errors}
        if key in pointing:
            entry["dependents"] = pointing[key]
        entries.append(entry)
    return entries


UNDO = Job(kind=KIND, run=run_undo)
