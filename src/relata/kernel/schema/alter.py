"""One change of the schema is one transaction: it waits for other administrators, checks the whole new
catalog, changes the tables by the difference, and tells the other processes. Killed anywhere, it leaves
the old or the new. Who writes never waits long: a table that is in use is let go of and asked for again, and what takes
long in a large one is left to a job.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import psycopg

from relata.errors import Conflict, Fault, Invalid, Unavailable
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.building import BUILD, Left, left_to_jobs
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.kept import follow
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.canonical import outdated
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.keys import with_keys
from relata.kernel.metadata.locking import TABLE_WAIT, holder, patiently
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import BUILDING, Definition, definitions_of, drop, save, stored_catalog
from relata.kernel.metadata.sync import carry_out, planned
from relata.kernel.register import CHANNEL
from relata.kernel.schema.offenders import Standing

TURN = "2s"
"""How long a change waits for that of another administrator before it asks again; nobody waits behind it."""
LONGEST = "10min"


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes in the stored definitions, and what to do in the tables before the difference, which may find out
    what else is to be stored, and after it.
    """

    saves: tuple[Definition, ...] = ()
    drops: tuple[tuple[str, str | None], ...] = ()
    before: Callable[[Ctx], Awaitable[tuple[Definition, ...] | None]] | None = None
    light: bool = False
    """A trial ends before the tables are changed: on many records that takes long."""
    after: Callable[[Ctx, Catalog], Awaitable[None]] | None = None
    aside: Callable[[Ctx], Awaitable[None]] | None = None
    """Puts what is deleted into the trash, before its definition is forgotten."""
    renamed: str | None = None
    """The name that something gives up: whatever says it in a text follows."""
    defaults: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the records that are there hold in new columns, as SQL; `before` may find it out."""

    @property
    def objects(self) -> frozenset[str]:
        """Those whose tables may be other ones."""
        return frozenset({definition.object for definition in self.saves} | {name for name, _ in self.drops})


class Standard(Protocol):
    """What is known of an installation here."""

    @property
    def objects(self) -> tuple[Object, ...]:
        """The objects that the apps declare."""

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The kinds of jobs that there are."""


Decide = Callable[[Catalog, list[Definition]], Edit]


async def alter(installation: Standard, ctx: Ctx, name: str, decide: Decide, *, check: bool = False) -> Catalog:
    """Make the change that `decide` finds right for the catalog as it is now and what is stored of the object; the new
    catalog.

    With `check`, everything is tried and nothing is kept. Raises what the checks raise, and
    Unavailable where the tables stay in use for too long.
    """
    ctx.access.administer()
    try:
        catalog = await patiently(lambda: once(installation, ctx, name, decide, check=check))
    except psycopg.errors.LockNotAvailable:
        told = await holder(ctx.connection, ctx.workspace.schema)
        message = f"The object is in heavy use, so it could not be changed{told}; try again in a moment."
        raise Unavailable(message) from None
    if not check:
        ctx.workspace.swap(catalog)
        await ctx.connection.execute("select pg_notify(%s, %s)", [CHANNEL, ctx.workspace.name])
    return catalog


class Checked(Exception):
    """Rolls a trial back."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog


async def once(installation: Standard, ctx: Ctx, name: str, decide: Decide, *, check: bool) -> Catalog:
    schema, standard = ctx.workspace.schema, installation.objects
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local lock_timeout = '{TURN}'".encode())
            await ctx.connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
            await ctx.connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
            await ctx.connection.execute(f"set local lock_timeout = '{TABLE_WAIT}'".encode())
            before = await stored_catalog(ctx.connection, schema, standard, ctx.workspace.catalog)
            edit = decide(before, await definitions_of(ctx.connection, schema, name))
            edit = replace(edit, saves=await with_keys(ctx.connection, schema, before, edit.saves))
            if edit.aside and not (check and edit.light):
                await edit.aside(ctx)
            await keep(ctx, schema, edit)
            catalog = await stored_catalog(ctx.connection, schema, standard, before)
            found = await edit.before(ctx) if edit.before else None
            if found:
                edit = replace(edit, saves=(*edit.saves, *found))
                await save_all(ctx, schema, found)
                catalog = await stored_catalog(ctx.connection, schema, standard, before)
            if catalog.renamed and (
                texts := await outdated(ctx.connection, schema, catalog, edit.objects, edit.renamed)
            ):
                await save_all(ctx, schema, tuple(texts))
                catalog = await stored_catalog(ctx.connection, schema, standard, before)
            if edit.renamed:
                await follow(ctx.connection, schema, catalog, installation.jobs)
            if check and edit.light:
                raise Checked(catalog)
            plan = await planned(ctx.connection, schema, catalog, edit.defaults, edit.objects)
            if left := left_to_jobs(catalog, schema, plan.later):
                await mark(ctx, schema, left)
                catalog = await stored_catalog(ctx.connection, schema, standard, before)
            failpoint("schema.before_tables")
            await carry_out(ctx.connection, schema, plan)
            if edit.after:
                await edit.after(ctx, catalog)
            failpoint("schema.after_tables")
            if check:
                raise Checked(catalog)
    except Checked as trial:
        return trial.catalog
    except psycopg.errors.TooManyColumns:
        raise Conflict("The object has as many fields as a table can hold; delete some first.") from None
    return catalog


async def mark(ctx: Ctx, schema: str, found: list[Left]) -> None:
    """Queue the jobs that finish fields; of these «unique» is not in force before that."""
    for one in found:
        stored = {d.field: d for d in await definitions_of(ctx.connection, schema, one.object)}
        known = stored.get(one.field, Definition(one.object, one.field, custom=False, value={}))
        told = {BUILDING: {"job": one.building.job, "rules": list(one.building.rules)}}
        more = told | ({"unique": False} if "unique" in one.building.rules else {})
        await save(ctx.connection, schema, replace(known, value={**known.value, **more}))
        await enqueue(ctx, BUILD, one.arguments, one.building.job)


async def keep(ctx: Ctx, schema: str, edit: Edit) -> None:
    for name, part in edit.drops:
        await drop(ctx.connection, schema, name, part)
    await save_all(ctx, schema, edit.saves)
    await ctx.connection.execute(f"update {q(schema)}._catalog set version = version + 1".encode())


async def save_all(ctx: Ctx, schema: str, saves: tuple[Definition, ...]) -> None:
    for definition in saves:
        await save(ctx.connection, schema, definition)


async def single(ctx: Ctx, text: str, values: list[Any]) -> Any:
    """The only value of a query."""
    row = await (await ctx.connection.execute(text.encode(), values)).fetchone()
    return row[0] if row else None


def with_more(definitions: list[Definition], name: str, field: str, changes: dict[str, Any]) -> Definition:
    """What is stored of an object (`field` empty) or field, with these changes."""
    nothing = Definition(name, field, custom=False, value={})
    kept = next((d for d in definitions if d.object == name and d.field == field), nothing)
    return replace(kept, value={**kept.value, **changes})


def relocated(error: Invalid, places: dict[str, str]) -> Invalid:
    """The faults of a catalog with pointers into what was sent; of records that stand in the way they have none."""
    if isinstance(error, Standing):
        return error
    faults = []
    for fault in error.faults:
        place = next((p for p in places if fault.pointer == p or fault.pointer.startswith(p + "/")), None)
        where = places[place] + fault.pointer[len(place) :] if place else fault.pointer
        faults.append(Fault(where, fault.code, fault.message))
    return Invalid(faults)
