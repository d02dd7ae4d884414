"""One change of the schema is one transaction: it waits for other administrators, checks the whole new
catalog, changes the tables by the difference, and tells the other processes. Killed anywhere, it leaves
the old or the new. Who writes never waits long: a table that is in use is let go of and asked for again, and what takes
long in a large one is left to a job.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import psycopg

from relata.errors import Conflict, Unavailable
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.jobs.building import BUILD, Left, left_to_jobs
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.locking import TABLE_WAIT, holder, patiently
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import BUILDING, Definition, combine, drop, save, stored_definitions
from relata.kernel.metadata.sync import carry_out, planned
from relata.kernel.register import CHANNEL

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
    defaults: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the records that are there hold in new columns, as SQL; `before` may find it out."""


class Standard(Protocol):
    """What is known of an installation here."""

    @property
    def objects(self) -> tuple[Object, ...]:
        """The objects that the apps declare."""


Decide = Callable[[Catalog, list[Definition]], Edit]


async def alter(installation: Standard, ctx: Ctx, decide: Decide, *, check: bool = False) -> Catalog:
    """Make the change that `decide` finds right for the catalog as it is now; the new catalog.

    With `check`, everything is tried and nothing is kept. Raises what the checks raise, and
    Unavailable where the tables stay in use for too long.
    """
    ctx.access.administer()
    try:
        catalog = await patiently(lambda: once(installation, ctx, decide, check=check))
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


async def once(installation: Standard, ctx: Ctx, decide: Decide, *, check: bool) -> Catalog:
    schema = ctx.workspace.schema
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local lock_timeout = '{TURN}'".encode())
            await ctx.connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
            await ctx.connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
            await ctx.connection.execute(f"set local lock_timeout = '{TABLE_WAIT}'".encode())
            version, definitions = await stored_definitions(ctx.connection, schema)
            edit = decide(combine(installation.objects, definitions, version), definitions)
            catalog = combine(installation.objects, edited(definitions, edit), version + 1)
            found = await edit.before(ctx) if edit.before else None
            if found:
                edit = replace(edit, saves=(*edit.saves, *found))
                catalog = combine(installation.objects, edited(definitions, edit), version + 1)
            if check and edit.light:
                raise Checked(catalog)
            plan = await planned(ctx.connection, schema, catalog, edit.defaults)
            left = left_to_jobs(catalog, schema, plan.later)
            if left:
                edit = replace(edit, saves=(*edit.saves, *marked(edited(definitions, edit), left)))
                catalog = combine(installation.objects, edited(definitions, edit), version + 1)
            await keep(ctx, schema, edit)
            for one in left:
                await enqueue(ctx, BUILD, one.arguments, one.building.job)
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


def marked(definitions: list[Definition], left: list[Left]) -> tuple[Definition, ...]:
    """The fields that jobs finish; «unique» is not in force before that."""
    kept = {(d.object, d.field): d for d in definitions}
    made = []
    for one in left:
        found = kept.get((one.object, one.field), Definition(one.object, one.field, custom=False, value={}))
        mark = {BUILDING: {"job": one.building.job, "rules": list(one.building.rules)}}
        more = mark | ({"unique": False} if "unique" in one.building.rules else {})
        made.append(replace(found, value={**found.value, **more}))
    return tuple(made)


def edited(definitions: list[Definition], edit: Edit) -> list[Definition]:
    kept = {(d.object, d.field): d for d in definitions}
    for name, part in edit.drops:
        kept = {key: d for key, d in kept.items() if key[0] != name or (part is not None and key[1] != part)}
    for definition in edit.saves:
        kept[definition.object, definition.field] = definition
    return list(kept.values())


async def keep(ctx: Ctx, schema: str, edit: Edit) -> None:
    for name, part in edit.drops:
        await drop(ctx.connection, schema, name, part)
    for definition in edit.saves:
        await save(ctx.connection, schema, definition)
    await ctx.connection.execute(f"update {q(schema)}._catalog set version = version + 1".encode())


async def single(ctx: Ctx, text: str, values: list[Any]) -> Any:
    """The only value of a query."""
    row = await (await ctx.connection.execute(text.encode(), values)).fetchone()
    return row[0] if row else None
