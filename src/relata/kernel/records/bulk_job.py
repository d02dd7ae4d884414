"""The job behind the bulk call: takes a file in chunks, each committed together with the note that it
is done. Taken up again after a crash, it leaves out what is committed and does nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relata.errors import Conflict, Fault
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.job import Job, Run
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.bulk import Bulk, Taken
from relata.kernel.records.cells import Cells
from relata.kernel.records.chunks import chunked, take_all
from relata.kernel.records.results import folder_of, write_chunk
from relata.kernel.records.source import CSV, Row, Source, open_source

INPUT = "input"


async def run_bulk(run: Run) -> None:
    if run.host.folder is None:
        raise Conflict("This process keeps no files: start it with a data directory.")
    folder = folder_of(run.host.folder, run.id)
    if not (folder / INPUT).is_file():
        raise Conflict("The file of this job is not here: server and workers must share one data directory.")
    arguments = run.arguments
    bulk = Bulk(arguments["object"], arguments["mode"], tuple(arguments["key"]))
    async with run.context() as ctx:
        bulk.check(ctx)
        ready, done, failed = await committed(ctx, run.id)
    source = await asyncio.to_thread(open_source, folder / INPUT, arguments["format"])
    await run.progress(done, failed, total=await asyncio.to_thread(source.count))
    object_ = run.workspace.catalog.objects[bulk.name]
    open_chunks = ((number, rows) for number, rows in chunked(readable(source, object_)) if number not in ready)

    async def settle(ctx: Ctx, number: int, rows: list[Row], taken: list[Taken]) -> None:
        await asyncio.to_thread(write_chunk, folder, number, rows, taken)
        refused = sum(one.action == "refused" for one in taken)
        await commit(ctx, run, number, len(taken) - refused, refused)
        failpoint("bulk.before_commit")

    await take_all(bulk, open_chunks, run.context, settle, run.going_on)


def readable(source: Source, object_: Any) -> Iterator[Row]:
    """The rows in the form that clients send in JSON."""
    if source.format != CSV:
        yield from source.rows()
        return
    cells = Cells(object_, source.header)
    for row in source.rows():
        faults: list[Fault] = list(row.faults)
        yield Row(row.line, cells.read(row.values, faults), tuple(faults))


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


def unprocessed(folder: Path, format_: str, ready: set[int]) -> Iterator[dict[str, Any]]:
    """The rows of the chunks that were not taken, as they came."""
    for number, rows in chunked(open_source(folder / INPUT, format_).rows()):
        if number not in ready:
            for row in rows:
                yield {"line": row.line, "record": row.values}


BULK = Job(kind="bulk", run=run_bulk)
