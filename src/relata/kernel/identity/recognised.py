"""Who was recognised a moment ago, so that not every request asks the database again. The database
itself tells every process when a person, key or session changes (triggers), and while a process cannot
hear that, it remembers nobody.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from relata.kernel.access.actor import Actor
from relata.kernel.metadata.quoting import quote_name, quote_text

SECONDS = 30.0
MOST = 10_000


@dataclass(slots=True)
class Recognised:
    """Token hash → actor, for half a minute at most. `hearing` is true while changes are heard of."""

    hearing: bool = False
    _known: dict[tuple[str, bytes], tuple[Actor, float]] | None = None

    async def actor(self, workspace: str, token: bytes, look_up: Callable[[], Awaitable[Actor]]) -> Actor:
        """The actor behind a token; `look_up` asks the database and raises Unauthenticated."""
        known = self._known = {} if self._known is None else self._known
        key = (workspace, token)
        found = known.get(key)
        if found and self.hearing and found[1] > time.monotonic():
            return found[0]
        actor = await look_up()
        if len(known) >= MOST:
            known.clear()
        known[key] = (actor, time.monotonic() + SECONDS)
        return actor

    def forget(self, workspace: str | None = None) -> None:
        """Nobody of this workspace is known any more; of none, without a name."""
        self._known = {k: v for k, v in (self._known or {}).items() if workspace is not None and k[0] != workspace}


# What tells the processes of changes; {schema}, {name} and {table} are quoted by the caller.
TRIGGER_SQL = """
create or replace function {schema}._people_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('relata_catalog', {name});
    return null;
end $$;
create or replace trigger _people_changed after update or delete on {schema}.{table}
    for each statement execute function {schema}._people_changed();
"""
WATCHED = ("user", "_key", "_session")
PEOPLE = "people "
"""What a note on the channel begins with that tells of people, keys or sessions."""


async def watch_people(connection: psycopg.AsyncConnection[Any], schema: str, name: str) -> None:
    """Make the database tell when somebody's rights may have changed, once per workspace."""
    cursor = await connection.execute(
        "select count(*) from pg_trigger where tgname = '_people_changed' and tgrelid = any(%s::regclass[])",
        [[f"{quote_name(schema)}.{quote_name(table)}" for table in WATCHED]],
    )
    row = await cursor.fetchone()
    if row and row[0] == len(WATCHED):
        return
    for table in WATCHED:
        text = TRIGGER_SQL.format(schema=quote_name(schema), name=quote_text(PEOPLE + name), table=quote_name(table))
        await connection.execute(text.encode())
