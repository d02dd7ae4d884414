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

from relata.errors import Conflict, Unavailable
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import Definition, definitions_of, drop, save, stored_catalog
from relata.kernel.metadata.sync import sync
from relata.kernel.register import CHANNEL

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

    @property
    def objects(self) -> frozenset[str]:
        """Those whose tables may be other ones."""
        return frozenset({definition.object for definition in self.saves} | {name for name, _ in self.drops})


Decide = Callable[[Catalog, list[Definition]], Edit]


async def alter(installation: Installation, ctx: Ctx, name: str, decide: Decide, *, check: bool = False) -> Catalog:
    """Make the change that `decide` finds right for the catalog as it is now and what is stored of the object; the new
    catalog.

    With `check`, everything is tried and nothing is kept. Raises what the checks raise, and
    Unavailable where the tables stay in use for too long.
    """
    ctx.access.administer()
    for attempt in range(TRIES):
        try:
            catalog = await once(installation, ctx, name, decide, check=check)
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


async def once(installation: Installation, ctx: Ctx, name: str, decide: Decide, *, check: bool) -> Catalog:
    schema, standard = ctx.workspace.schema, installation.objects
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
            await ctx.connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
            await ctx.connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [schema])
            before = await stored_catalog(ctx.connection, schema, standard, ctx.workspace.catalog)
            edit = decide(before, await definitions_of(ctx.connection, schema, name))
            await keep(ctx, schema, edit)
            catalog = await stored_catalog(ctx.connection, schema, standard, before)
            found = await edit.before(ctx) if edit.before else None
            if found:
                edit = replace(edit, saves=(*edit.saves, *found))
                await save_all(ctx, schema, found)
                catalog = await stored_catalog(ctx.connection, schema, standard, before)
            if check and edit.light:
                raise Checked(catalog)
            failpoint("schema.before_tables")
            await sync(ctx.connection, schema, catalog, edit.objects)
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


async def keep(ctx: Ctx, schema: str, edit: Edit) -> None:
    for name, field in edit.drops:
        await drop(ctx.connection, schema, name, field)
    await save_all(ctx, schema, edit.saves)
    await ctx.connection.execute(f"update {q(schema)}._catalog set version = version + 1".encode())


async def save_all(ctx: Ctx, schema: str, saves: tuple[Definition, ...]) -> None:
    for definition in saves:
        await save(ctx.connection, schema, definition)


async def single(ctx: Ctx, text: str, values: list[Any]) -> Any:
    """The only value of a query."""
    row = await (await ctx.connection.execute(text.encode(), values)).fetchone()
    return row[0] if row else None
