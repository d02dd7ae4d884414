"""Making a workspace. Its kernel tables come first and may be left behind by a process that is killed; the rest,
the register's entry with it, is one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from relata.errors import Conflict, Fault, Invalid
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx, uuid7
from relata.kernel.expression.moments import zones
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.metadata.field import NAME
from relata.kernel.metadata.kinds.money import currencies
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.migrations import WORKSPACE, available, migrate
from relata.kernel.register import Entry, tell
from relata.kernel.workspace import Workspace

LONGEST_NAME, LONGEST_LABEL = 30, 100
RESERVED = frozenset({"all", "new", "none", "public", "relata", "system"})
LOCALES = ("en", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is told of a workspace that is to be made."""

    name: str
    label: str
    currency: str = "EUR"
    locale: str = "en"
    time_zone: str = "UTC"


async def nobody(_ctx: Ctx) -> None:
    """Leaves the workspace empty."""


async def create_workspace(
    here: Installation, plan: Plan, settle: Callable[[Ctx], Awaitable[None]] = nobody
) -> Workspace:
    """A new workspace with what `settle` puts into it, all or nothing; raises Invalid, and Conflict where the name is taken."""
    if faults := [*faults_of_name(plan.name), *faults_of(plan)]:
        raise Invalid(faults, " ".join(fault.message for fault in faults))
    entry = Entry(uuid7(), plan.name, plan.label, f"ws_{plan.name}", plan.currency, plan.locale, plan.time_zone)
    async with here.connection() as connection:
        await refuse_taken(connection, entry)
    await asyncio.to_thread(make_kernel_tables, here.conninfo, entry.schema)
    failpoint("workspace.tables")
    async with here.connection() as connection:
        try:
            async with connection.transaction():
                await enter(connection, entry)
                made = here.keep(entry, await here.prepare(connection, entry))
                await settle(Ctx(made, made.access(system(made)), connection))
                failpoint("workspace.settled")
                await tell(connection, entry.name)
        except psycopg.errors.UniqueViolation as error:
            if error.diag.table_name != "workspace":
                raise
            raise Conflict(f"There is already a workspace «{entry.name}».") from None
    here.register[entry.name] = entry
    here.hold(made)
    return made


def faults_of_name(name: str) -> list[Fault]:
    """All that is wrong with a name: it becomes that of a schema and part of keys."""
    found = []
    if not NAME.fullmatch(name):
        found.append("A workspace's name begins with a small letter and has small letters, digits and underscores.")
    if len(name) > LONGEST_NAME:
        found.append(f"A workspace's name has at most {LONGEST_NAME} characters.")
    if name in RESERVED:
        found.append(f"«{name}» cannot be the name of a workspace; choose another.")
    return [Fault("/name", "bad_name", message) for message in found]


def faults_of(plan: Plan) -> list[Fault]:
    found = []
    if not plan.label.strip() or len(plan.label) > LONGEST_LABEL or "\0" in plan.label:
        found.append(Fault("/label", "bad_label", f"A label has 1 to {LONGEST_LABEL} characters."))
    if plan.currency not in currencies():
        found.append(Fault("/currency", "bad_currency", f"«{plan.currency}» is no currency; use a code of ISO 4217, such as EUR."))  # fmt: skip
    if plan.locale not in LOCALES:
        found.append(Fault("/locale", "unknown_option", f"The locale is one of {', '.join(LOCALES)}."))
    if plan.time_zone not in zones():
        found.append(Fault("/time_zone", "bad_time_zone", f"«{plan.time_zone}» is no time zone; use a name such as Europe/Berlin."))  # fmt: skip
    return found


async def refuse_taken(connection: psycopg.AsyncConnection[Any], entry: Entry) -> None:
    """Raises Conflict where there is such a workspace, or a schema with records that belongs to none."""
    row = await (await connection.execute("select dropping from relata.workspace where name = %s", [entry.name])).fetchone()  # fmt: skip
    if row:
        again = f"; it is being deleted: repeat «relata workspace delete {entry.name} --now»" if row[0] else ""
        raise Conflict(f"There is already a workspace «{entry.name}»{again}.")
    journal = f"{q(entry.schema)}._journal"
    row = await (await connection.execute("select to_regclass(%s) is not null", [journal])).fetchone()
    if row and row[0]:
        row = await (await connection.execute(f"select exists (select from {journal})".encode())).fetchone()
        if row and row[0]:
            raise Conflict(f"The database has a schema {entry.schema} with records that belong to no workspace: rename or drop it.")  # fmt: skip


def make_kernel_tables(conninfo: str, schema: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        migrate(connection, WORKSPACE, schema, served=False)


async def enter(connection: psycopg.AsyncConnection[Any], entry: Entry) -> None:
    e = entry
    row = [e.id, e.name, e.label, e.schema, e.currency, e.locale, e.time_zone, len(available(WORKSPACE))]
    text = (
        "insert into relata.workspace (id, name, label, schema_name, currency, locale, time_zone, version) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)"
    )
    await connection.execute(text, row)


def system(workspace: Workspace) -> Actor:
    """Whoever runs the server, with every right and in nobody's name."""
    role = workspace.role("administrator")
    return Actor(principal=SYSTEM, role=role, through="command line", time_zone=workspace.time_zone)
