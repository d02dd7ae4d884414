"""Undoing what a bulk job or an import did: as many records at a time as are undone at once, each chunk committed
together with the note that it is done. Taken up again after a crash, it leaves out what is committed.
"""

from __future__ import annotations

from relata.errors import Conflict
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.job import Job, Run
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.bulk_job import commit, committed
from relata.kernel.records.undo import Account, Wish, carry_out, name_undone
from relata.kernel.records.undoing import MOST, Trace, Undone, extent, intents, traces

KIND = "undo"


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
    return await enqueue(ctx, KIND, {"cause": wish.undone.cause, "overwrite": wish.overwrite})


async def run_undo(run: Run) -> None:
    undone = Undone(cause=run.arguments["cause"])
    async with run.context() as ctx:
        ready, done, failed = await committed(ctx, run.id)
        await name_undone(ctx, undone)
        _, records = await extent(ctx, undone)
    await run.progress(done, failed, total=records)
    above, number = None, 0
    while True:
        await run.going_on()
        async with run.context() as ctx:
            found = await traces(ctx, undone, above)
            if not found:
                return
            if number not in ready:
                await undo_chunk(ctx, run, number, found)
        above, number = (found[-1].object, found[-1].record), number + 1


async def undo_chunk(ctx: Ctx, run: Run, number: int, found: list[Trace]) -> None:
    """Failed are those records that the actor does not see, or of which something could not be undone."""
    async with ctx.connection.transaction():
        planned = await intents(ctx, found, overwrite=run.arguments["overwrite"])
        account = Account()
        await carry_out(ctx, planned, account)
        refused = {one["id"] for one in account.refused}
        whole = [one for one in planned if not one.again and one.current.id not in refused]
        records = len({trace.record for trace in found})
        await commit(ctx, run, number, len(whole), records - len(whole))
        failpoint("undo.before_commit")


UNDO = Job(kind=KIND, run=run_undo)
