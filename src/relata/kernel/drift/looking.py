"""The whole look: every check by itself, within a time of its own, changing nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable
from pathlib import Path

import psycopg

from relata.errors import RelataError
from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.app import App
from relata.kernel.drift import contents, files
from relata.kernel.drift.finding import Connection, Drift
from relata.kernel.drift.structure import definitions, functions, structure, trash, versions
from relata.kernel.files.local import FILES, LocalStore
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.metadata.store import combine, stored_definitions
from relata.kernel.ports import BlobStore
from relata.kernel.records.statement import Writer
from relata.kernel.register import THERE
from relata.kernel.workspace import Workspace

LONGEST = 10
"""Seconds that one check may take; a check that takes longer says so."""
ROW = "id::text, name, label, schema_name, currency, locale, time_zone"


async def drifts(connection: Connection, apps: Iterable[App], folder: Path) -> AsyncIterator[Drift]:
    """All that is found, in the order of the checks; the connection must be in autocommit."""
    apps = tuple(apps)
    cursor = await connection.execute("select to_regclass('relata.workspace') is not null")
    if await cursor.fetchone() != (True,):
        return
    await connection.execute(f"set statement_timeout = '{LONGEST}s'".encode())
    for check in (versions(connection, "relata"), functions(connection)):
        for found in await timed("relata", check):
            yield found
    text = f"select {ROW} from relata.workspace w where {THERE} order by name"
    for row in await (await connection.execute(text.encode())).fetchall():
        async for found in of_workspace(connection, apps, LocalStore(folder / FILES), *row):
            yield found
    for found in await timed(str(folder), contents.folders(connection, folder)):
        yield found


async def of_workspace(
    connection: Connection, apps: tuple[App, ...], store: BlobStore, *row: str
) -> AsyncIterator[Drift]:
    id_, name, label, schema, currency, locale, zone = row
    if pending := await timed(schema, versions(connection, schema)):
        for found in pending:
            yield found
        return
    standard = tuple(object_ for app in apps for object_ in app.objects)
    version, stored = await stored_definitions(connection, schema)
    for found in definitions(schema, standard, stored):
        yield found
    try:
        catalog = combine(standard, stored, version)
    except RelataError as error:
        yield Drift(schema, f"Its objects and fields do not fit this Relata ({error.message}): mend the rows of _definition.")  # fmt: skip
        return
    roles = {role.name: role for app in apps for role in app.roles}
    workspace = Workspace(id_, name, label, schema, currency, locale, zone, catalog, roles, {})
    broken = await timed(schema, structure(connection, schema, catalog))
    for found in broken:
        yield found
    access = Access(catalog, Actor(principal=SYSTEM, role=roles["administrator"], through="doctor"))
    checks: list[tuple[str, Awaitable[list[Drift]]]] = [
        (schema, trash(connection, schema)),
        (schema, contents.strangers(connection, workspace)),
        (schema, contents.history(connection, workspace)),
        (schema, contents.events(connection, workspace)),
        (schema, contents.jobs(connection, workspace)),
        (schema, files.missing(connection, workspace, store)),
        (schema, files.orphans(connection, workspace, store)),
    ]
    checks += [
        (f"{schema}.{each}", contents.documents(connection, workspace, Writer(access, schema, each)))
        for each in catalog.objects
    ]
    for place, check in checks:
        for found in await timed(place, check):
            yield found


async def timed(place: str, check: Awaitable[list[Drift]]) -> list[Drift]:
    """What a check finds, or that it could not be made."""
    try:
        return await check
    except psycopg.errors.QueryCanceled:
        return [Drift(place, f"A check took more than {LONGEST} s and was left out: run this again when less is going on.", note=True)]  # fmt: skip
    except psycopg.errors.Error as error:
        return [Drift(place, f"A check could not be made ({' '.join(str(error).split())}).")]
