"""Whether a workspace is in order: its tables are what its catalog says, and each change has its event."""

from __future__ import annotations

import asyncio

import psycopg

from relata.assembly import APPS
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.store import combine, stored_definitions
from relata.kernel.metadata.sync import actual, desired, difference

STANDARD = tuple(object_ for app in APPS for object_ in app.objects)


def stored_catalog(conninfo: str, schema: str) -> Catalog:
    """The catalog as a process that starts now would read it."""

    async def run() -> Catalog:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            version, definitions = await stored_definitions(connection, schema)
            return combine(STANDARD, definitions, version)

    return asyncio.run(run())


def unsettled(conninfo: str, schema: str) -> list[str]:
    """The statements by which the tables differ from the stored catalog."""

    async def run() -> list[str]:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            return difference(await actual(connection, schema), desired(catalog, schema), schema)

    catalog = stored_catalog(conninfo, schema)
    return asyncio.run(run())
