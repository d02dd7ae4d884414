"""The job behind the bulk call: takes a file in chunks, each committed together with the note that it
is done. Taken up again after a crash, it leaves out what is committed and does nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from relata.errors import Conflict, Fault
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.job import Run
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.cells import Cells
from relata.kernel.records.chunks import SIZE, chunked, take_all, take_chunk
from relata.kernel.records.results import entry_of, folder_of, write_chunk
from relata.kernel.records.selection import take_selection, unpacked
from relata.kernel.records.source import CSV, Row, Source, open_source
from relata.kernel.records.taken import Taken

INPUT = "input"
NOTE = "~"
"""What the names of notes in a result set begin with."""


async def run_bulk(run: Run) -> None:
    if run.host.folder is None:
        raise Conflict("This process keeps no files: start it with a data directory.")
    folder, arguments = folder_of(run.host.folder, run.id), run.arguments
    bulk = Bulk(arguments["object"], arguments["mode"], tuple(arguments["key"]))
    async with run.context() as ctx:
        object_ = bulk.check(ctx).object
        ready, done, failed = await committed(ctx, run.id)
        if "selection" in arguments and not ready and not (folder / INPUT).is_file():
            chosen = unpacked(bulk.mode, arguments["selection"])
            await take_selection(ctx, object_.name, chosen, folder / INPUT)
    source = await asyncio.to_thread(open_input, folder, arguments)
    await run.progress(done, failed, total=await asyncio.to_thread(source.count))
    chunks = chunked(readable(source, object_), arguments.get("chunk", SIZE))
    open_chunks = ((number, rows) for number, rows in chunks if number not in ready)

    async def settle(ctx: Ctx, number: int, rows: list[Row], taken: list[Taken]) -> None:
        del rows
        await asyncio.to_thread(write_chunk, folder, number, [entry_of(one) for one in taken])
        refused = sum(one.action == "refused" for one in taken)
        failpoint("bulk.before_note")
        await commit(ctx, run, number, len(taken) - refused, refused)
        failpoint("bulk.before_commit")

    async def take(number: int, rows: list[Row]) -> None:
        await take_chunk(bulk, number, rows, run.context, settle)

    await take_all(open_chunks, bulk.keys, take, run.going_on)


def bulk_arguments(wanted: Bulk, format_: str) -> dict[str, Any]:
    """What the job is told, beside a selection."""
    return {"object": wanted.name, "mode": wanted.mode, "key": list(wanted.key), "format": format_, "chunk": SIZE}


def open_input(folder: Path, arguments: Mapping[str, Any]) -> Source:
    """What was sent, or the ids that a filter found, each with the values that were sent once; raises Conflict and Invalid."""
    if not (folder / INPUT).is_file():
        raise Conflict("The file of this job is not here: server and workers must share one data directory.")
    source = open_source(folder / INPUT, arguments["format"])
    if "selection" in arguments:
        return replace(source, shared=unpacked(arguments["mode"], arguments["selection"]).values)
    return source


def readable(source: Source, object_: Any) -> Iterator[Row]:
    """The rows in the form that clients send in JSON, without the notes of a result set."""
    cells = Cells(object_, source.header) if source.format == CSV else None
    for row in source.rows():
        values = row.values
        if any(name[:1] == NOTE for name in values):
            values = {name: value for name, value in values.items() if name[:1] != NOTE}
        if cells is None:
            yield row if values is row.values else Row(row.line, values, row.faults)
        else:
            faults: list[Fault] = list(row.faults)
            yield Row(row.line, cells.read(values, faults), tuple(faults))


async def committed(ctx: Ctx, job: str) -> tuple[set[int], int, int]:
    """The chunks that are done, and how many rows of them were dealt with and refused."""
    text = f"select number, taken, refused from {q(ctx.workspace.schema)}._job_chunk where job = %s"
    rows = await (await ctx.connection.execute(text.encode(), [job])).fetchall()
    return {row[0] for row in rows}, sum(row[1] + row[2] for row in rows), sum(row[2] for row in rows)


async def commit(ctx: Ctx, run: Run, number: int, taken: int, refused: int) -> None:
    """Note in the chunk's own transaction that it is done. Progress counts as life: the next start of
    the job is its first again.
    """
    schema = q(ctx.workspace.schema)
    text = f"insert into {schema}._job_chunk (job, number, taken, refused) values (%s, %s, %s, %s)"
    await ctx.connection.execute(text.encode(), [run.id, number, taken, refused])
    text = (
        f"update {schema}._job set done = done + %s, failed = failed + %s, offset_done = offset_done + %s, attempts = 1, beat_at = now() "
        "where id = %s"
    )
    await ctx.connection.execute(text.encode(), [taken + refused, refused, taken + refused, run.id])
