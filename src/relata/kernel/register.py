"""The register of workspaces: their names and in which state each is. A process knows all of it; catalogs and the rest of
a workspace are made when it is used.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg

from relata.errors import Suspended

THERE = "not coalesce((to_jsonb(w) ->> 'dropping')::boolean, false)"
"""Of a row `w`: its schema is whole. Registers of the first version know of no deletion."""
COLUMNS = (
    "id::text, name, label, schema_name, currency, locale, time_zone, suspended_at, delete_after, dropping, arriving"
)

CHANNEL = "relata_catalog"
REGISTER = "register "
"""What a note on the channel begins with that tells of a workspace's state, not of its catalog."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A workspace as the register has it; `delete_after` says from when on it may be deleted, `dropping` that this has begun. One that
    is `arriving` from another database becomes that when it is here; until then the one there counts.
    """

    id: str
    name: str
    label: str
    schema: str
    currency: str
    locale: str
    time_zone: str
    suspended_at: dt.datetime | None = None
    delete_after: dt.datetime | None = None
    dropping: bool = False
    arriving: str | None = None

    @property
    def state(self) -> str:
        if self.dropping:
            return "deleting"
        if self.arriving:
            return "arriving"
        if self.delete_after:
            return "to be deleted"
        return "suspended" if self.suspended_at else "active"

    def check(self) -> None:
        """Raises Suspended for one in which nobody may work at present."""
        if self.suspended_at or self.dropping:
            raise Suspended(f"The workspace «{self.label}» is suspended; whoever runs this server can resume it.")


async def read_register(connection: psycopg.AsyncConnection[Any], name: str | None = None) -> dict[str, Entry]:
    """All workspaces by name, or the one of that name."""
    text = f"select {COLUMNS} from relata.workspace where %(name)s::text is null or name = %(name)s order by name"
    rows = await (await connection.execute(text.encode(), {"name": name})).fetchall()
    return {row[1]: Entry(*row) for row in rows}


async def tell(connection: psycopg.AsyncConnection[Any], name: str) -> None:
    """Let every process know that the register says something new of a workspace."""
    await connection.execute("select pg_notify(%s, %s)", [CHANNEL, REGISTER + name])
