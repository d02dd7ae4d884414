"""One change of the schema is one transaction: it waits for other administrators, checks the whole new
catalog, changes the tables by the difference, and tells the other processes. Killed anywhere, it leaves
the old or the new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from relata.errors import Conflict, Fault, Invalid, Unavailable
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import Definition, combine, drop, save, stored_definitions
from relata.kernel.metadata.sync import sync
from relata.kernel.metadata.trash import make_way
from relata.kernel.register import CHANNEL
from relata.kernel.schema.offenders import Standing

LOCK_WAIT = "300ms"
LONGEST = "10min"
TRIES = 20


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


Decide = Callable[[Catalog, list[Definition]], Edit]


async def alter(installation: Installation, ctx: Ctx, decide: Decide, *, check: bool = False) -> Catalog:
    """Make the change that `decide` finds right for the catalog as it is now; the new catalog.

    With `check`, everything is tried and nothing is kept. Raises what the checks raise, and
    Unavailable where the tables stay in use for too long.
    """
    ctx.access.administer()
    for attempt in range(TRIES):
        try:
            catalog = await once(installation, ctx, decide, check=check)
        except psycopg.errors.LockNotAvailable:
            await asyncio.sleep(0.05 * (attempt + 1))
            continue
        except psycopg.errors.DeadlockDetected:
            continue
        if not check:
            ctx.workspace.swap(catalog)
            await ctx.connection.execute("select pg_notify(%s, %s)", [CHANNEL, ctx.workspace.name])
        return catalog
    raise Unavailable("The object is in heavy use, so it could not be changed; try again in a moment.")


class Checked(Exception):
    """Rolls a trial back."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog


async def once(installation: Installation, ctx: Ctx, decide: Decide, *, check: bool) -> Catalog:
    schema = ctx.workspace.schema
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
            await ctx.connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
            await ctx.connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
            version, definitions = await stored_definitions(ctx.connection, schema)
            edit = decide(combine(installation.objects, definitions, version), definitions)
            catalog = combine(installation.objects, edited(definitions, edit), version + 1)
            found = await edit.before(ctx) if edit.before else None
            if found:
                edit = replace(edit, saves=(*edit.saves, *found))
                catalog = combine(installation.objects, edited(definitions, edit), version + 1)
            if check and edit.light:
                raise Checked(catalog)
            known = {(d.object, d.field) for d in definitions}
            made = [(d.object, d.field) for d in edit.saves if d.custom and (d.object, d.field) not in known]
            await make_way(ctx.connection, schema, made)
            await keep(ctx, schema, edit)
            failpoint("schema.before_tables")
            await sync(ctx.connection, schema, catalog)
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


def edited(definitions: list[Definition], edit: Edit) -> list[Definition]:
    kept = {(d.object, d.field): d for d in definitions}
    for name, field in edit.drops:
        kept = {key: d for key, d in kept.items() if key[0] != name or (field is not None and key[1] != field)}
    for definition in edit.saves:
        kept[definition.object, definition.field] = definition
    return list(kept.values())


async def keep(ctx: Ctx, schema: str, edit: Edit) -> None:
    for name, field in edit.drops:
        await drop(ctx.connection, schema, name, field)
    for definition in edit.saves:
        await save(ctx.connection, schema, definition)
    await ctx.connection.execute(f"update {q(schema)}._catalog set version = version + 1".encode())


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
