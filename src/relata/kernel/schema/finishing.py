"""The job that finishes a field of a large table while everybody goes on writing: checks what is there, builds its
index, and then puts it in force. Taken up again, it goes on with what is missing. Where records stand in the way the
field is again what it was, and the job says which they are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from relata.errors import Conflict, NoRoom
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.jobs.building import BUILD
from relata.kernel.jobs.job import Again, Cancelled, Job, Run
from relata.kernel.jobs.queue import State, cancel_job, find_job
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import BUILDING, Definition, stored_catalog
from relata.kernel.metadata.sync import STOP_BUILDING, TableState, being_built, parts, wanted
from relata.kernel.schema.alter import Edit, Standard, alter, with_more
from relata.kernel.schema.offenders import Standing, check_stricter

LOOKED = 0.5
"""Seconds between two looks at how far it is, and at whether to end."""
STOPPED = 1.0
"""Seconds after which the work goes on that somebody stopped for a change of the same object."""
DROPPING = "5s"
TURNS = 5
"""How often an index is built anew whose records stood in the way and do so no more."""
UNFINISHED = """
select c.relname, i.indisvalid and i.indisready from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = %(table)s::regclass
union all select conname, convalidated from pg_constraint where conrelid = %(table)s::regclass"""
PROGRESS = """
select phase, coalesce(blocks_done::float / nullif(blocks_total, 0), tuples_done::float / nullif(tuples_total, 0), 0)
from pg_stat_progress_create_index where pid = %s"""
PHASES = {
    "building index: scanning table": (0.05, 0.35),
    "building index: sorting live tuples": (0.4, 0.05),
    "building index: loading tuples in tree": (0.45, 0.15),
    "waiting for writers before validation": (0.6, 0.0),
    "index validation: scanning index": (0.6, 0.1),
    "index validation: sorting tuples": (0.7, 0.05),
    "index validation: scanning table": (0.75, 0.2),
    "waiting for old snapshots": (0.95, 0.0),
}
"""Where each phase of PostgreSQL's building begins, and its share of the whole."""
REFUSED = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.CheckViolation,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.ProgramLimitExceeded,
)


async def run_build(run: Run) -> None:
    for turn in range(TURNS):
        try:
            async with unhurried(run) as ctx:
                await Finishing(run, ctx, run.arguments["object"], run.arguments["field"]).finish()
        except REFUSED as error:
            if (told := await standing(run, error, last=turn == TURNS - 1)) is not None:
                raise Conflict(told) from error
        except psycopg.errors.QueryCanceled:
            await asyncio.sleep(STOPPED)
        else:
            return
    raise Again(STOPPED)


@contextlib.asynccontextmanager
async def unhurried(run: Run) -> AsyncIterator[Ctx]:
    """The system at work, in statements that may take long and end when this process does."""
    async with run.host.connection() as connection:
        actor = Actor(principal=SYSTEM, role=run.workspace.role("administrator"), through=BUILD)
        try:
            await connection.execute("set statement_timeout = 0")
            await connection.execute("set client_connection_check_interval = '2s'")
            yield Ctx(run.workspace, run.workspace.access(actor), connection, given_cause=run.id, shown=False)
        finally:
            with contextlib.suppress(psycopg.OperationalError):
                await connection.execute("reset client_connection_check_interval")
                await connection.execute("reset statement_timeout")


@dataclass(frozen=True, slots=True)
class Finishing:
    """One field of an object, or all that no field's job finishes where `field` is empty."""

    run: Run
    ctx: Ctx
    name: str
    field: str

    async def finish(self) -> None:
        """Raises what PostgreSQL says of records that stand in the way, and QueryCanceled where a change needs the table."""
        catalog = await newest(self.run.host, self.ctx)
        object_ = catalog.objects.get(self.name)
        if object_ is None or (state := self.wanted(object_)) is None:
            await self.run.progress(0)
            return
        there = await self.there()
        checks = [name for name in state.constraints if not there.get(name, True)]
        indexes = [name for name in state.indexes if not there.get(name)]
        steps = len(checks) + len(indexes)
        await self.run.progress(0, total=100)
        for done, name in enumerate(checks):
            failpoint("build.before_check")
            await self.watched(f"alter table {self.table} validate constraint {q(name)}", done, steps)
        for done, name in enumerate(indexes, len(checks)):
            if name in there:
                await self.drop(name)
            failpoint("build.before_index")
            text = state.indexes[name].replace("index ", "index concurrently ", 1)
            try:
                await self.watched(f"create {text}", done, steps)
            except (psycopg.Error, Cancelled, Again, NoRoom):
                with contextlib.suppress(psycopg.Error):
                    await self.drop(name)
                raise
            failpoint("build.after_index")
        if self.field:
            await settle(self.run.host, self.ctx, self.name, self.field, self.run.id, done=True)
            failpoint("build.after_mark")
        await self.run.progress(100, total=100)

    def wanted(self, object_: Object) -> TableState | None:
        """What there must be in the end; None where that has been done. Raises Cancelled where it was given up."""
        schema = self.ctx.workspace.schema
        if not self.field:
            every, others = wanted(object_, schema), being_built(object_, schema)
            return TableState(
                indexes={name: text for name, text in every.indexes.items() if name not in others},
                constraints={name: text for name, text in every.constraints.items() if name not in others},
            )
        field = object_.field(self.field)
        if field is None:
            raise Cancelled
        if field.building is None or field.building.job != self.run.id:
            if all(getattr(field, rule) for rule in self.run.arguments["rules"]):
                return None
            raise Cancelled
        return parts(object_, field, schema)

    @property
    def table(self) -> str:
        return f"{q(self.ctx.workspace.schema)}.{q(self.name)}"

    async def there(self) -> dict[str, bool]:
        """The indexes and checks of the table: whether they are finished."""
        return dict(await (await self.ctx.connection.execute(UNFINISHED, {"table": self.table})).fetchall())

    async def drop(self, index: str) -> None:
        """An index that was left half built, perhaps by a process of the database that still builds it for a worker that died."""
        connection, schema = self.ctx.connection, self.ctx.workspace.schema
        await connection.execute(STOP_BUILDING, [schema, [index]])
        await connection.execute(f"set statement_timeout = '{DROPPING}'")
        try:
            await connection.execute(f"drop index concurrently if exists {q(schema)}.{q(index)}".encode())
        finally:
            await connection.execute("set statement_timeout = 0")

    async def watched(self, text: str, done: int, steps: int) -> None:
        """A long statement; meanwhile it is told how far it is, and ended when the job is to end."""
        connection = self.ctx.connection
        working = asyncio.ensure_future(connection.execute(text.encode()))
        try:
            while not (await asyncio.wait([working], timeout=LOOKED))[0]:
                share = await self.share(connection.info.backend_pid)
                await self.run.progress(int(100 * (done + share) / steps))
        finally:
            if not working.done():
                await connection.cancel_safe()
                with contextlib.suppress(psycopg.Error):
                    await working
        await working

    async def share(self, process: int) -> float:
        async with self.run.host.connection() as connection:
            row = await (await connection.execute(PROGRESS, [process])).fetchone()
        if row is None:
            return 0.5  # of a check PostgreSQL tells nothing
        begin, length = PHASES.get(row[0], (0.0, 0.0))
        return begin + length * min(float(row[1]), 1.0)


async def standing(run: Run, error: psycopg.Error, *, last: bool) -> str | None:
    """What is told of records that stand in the way, after the field is what it was; None where there are none any more."""
    name, field = run.arguments["object"], run.arguments["field"]
    async with unhurried(run) as ctx:
        catalog = await newest(run.host, ctx)
        object_ = catalog.objects.get(name)
        known = object_.field(field) if object_ else None
        if object_ is None or known is None or known.building is None:
            if field:
                raise Cancelled
            return f"{name}: {error.diag.message_primary}"
        told = await reasons(ctx, object_, known, error)
        if told is None and not last:
            return None
        await settle(run.host, ctx, name, field, run.id, done=False)
    return f"{known.label} is what it was before. {told or 'Records kept standing in the way.'}"


async def reasons(ctx: Ctx, object_: Object, field: Field, error: psycopg.Error) -> str | None:
    if isinstance(error, psycopg.errors.ProgramLimitExceeded):
        return "A value is too long to find records by."
    rules = field.building.rules if field.building else ()
    before = replace(field, required=field.required and "required" not in rules, unique=False)
    try:
        await check_stricter(ctx, object_, before, replace(field, unique=field.to_be_unique))
    except Standing as found:
        return " ".join(fault.message for fault in found.faults)
    return None


async def newest(installation: Standard, ctx: Ctx) -> Catalog:
    """The stored catalog: this process may not have heard yet of what the job is about."""
    return await stored_catalog(ctx.connection, ctx.workspace.schema, installation.objects, ctx.workspace.catalog)


async def settle(installation: Standard, ctx: Ctx, name: str, field: str, job: str, *, done: bool) -> None:
    """End the building of a field by this job: with its rules in force, or as it was before."""

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        object_ = catalog.objects.get(name)
        known = object_.field(field) if object_ else None
        if known is None or known.building is None or known.building.job != job:
            raise Cancelled
        rules: dict[str, Any] = dict.fromkeys(known.building.rules, done)
        return Edit(saves=(with_more(definitions, name, field, {BUILDING: None, **rules}),))

    await alter(installation, ctx, name, decide)


async def end_job(installation: Standard, ctx: Ctx, id_: str) -> State:
    """Ask a job to end. One that builds a rule of a field gives that up at once, also where no worker runs; raises Conflict
    where the index belongs to the field itself.
    """
    state = await find_job(ctx, id_)
    if state.kind != BUILD:
        return await cancel_job(ctx, id_)
    catalog = await newest(installation, ctx)
    object_ = catalog.objects.get(state.arguments["object"])
    field = object_.field(state.arguments["field"]) if object_ else None
    if field is None or field.building is None or field.building.job != id_:
        return state
    ctx.access.administer()
    if not field.building.rules:
        raise Conflict(f"What is being built belongs to {field.label}; delete the field if you do not want it.")
    state = await cancel_job(ctx, id_)
    with contextlib.suppress(Cancelled):
        await settle(installation, ctx, state.arguments["object"], field.name, id_, done=False)
    return state


FINISHING = Job(kind=BUILD, run=run_build)
