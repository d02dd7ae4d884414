"""Moving a workspace to another database, with everything in it: history, jobs, files, keys, sessions and passwords.

Nobody works in it meanwhile. It is copied in one transaction of each database; the one here then takes its schema out of reach and marks
the workspace as left, which is the moment from which the copy counts. Killed before, it is here, suspended, and what is there is thrown
away by the next try; killed later, the next try ends the move.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from relata.errors import Conflict, NotFound, SetupError, Unavailable
from relata.kernel.backup.importing import load_workspace
from relata.kernel.backup.manifest import SHARED, Part, Sequence, Space, Table
from relata.kernel.backup.selecting import Source, files_of, sources_of
from relata.kernel.backup.structure import Connection, columns_in, sequences_of
from relata.kernel.backup.taking import LOCK_WAIT, OPTIONS, Told, files_in, gathered, workspaces
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.jobs.files import needing_room
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.register import CHANNEL, REGISTER, Entry, read_register
from relata.kernel.tenancy.deleting import delete
from relata.kernel.tenancy.suspending import arrive, suspend

LEFT = "_left"
"""What the name of a schema ends with whose workspace is elsewhere now."""
MARKED = """
update relata.workspace set dropping = true, delete_after = coalesce(delete_after, now()), schema_name = schema_name || %s where name = %s"""


async def move(here: Installation, there: Installation, name: str, told: Told = lambda _name, _bytes: None) -> Entry:
    """The entry that a workspace has in its new database; raises NotFound, Conflict and SetupError."""
    mine, other = await entry(here, name), await entry(there, name)
    left = mine is not None and mine.dropping and mine.schema.endswith(LEFT)
    if other is not None and not other.arriving and not left:
        raise Conflict(f"There is already a workspace «{name}» in that database.")
    if mine is None and other is None:
        raise NotFound(f"There is no workspace «{name}»; “relata workspace list” shows them.")
    if mine is not None and not left:
        if mine.delete_after or mine.dropping:
            raise Conflict(f"«{name}» is to be deleted; resume it before it is moved.")
        if other is not None:
            await delete(there, name)
        await suspend(here, name)
        await asyncio.to_thread(copy, here, there, name, "suspended" if mine.suspended_at else "active", told)
        await here.look(name)
    if other is None or other.arriving:
        await there.look(name)
        await there.make(there.register[name])
        other = await arrive(there, name)
        failpoint("move.arrived")
    if mine is not None:
        await delete(here, name)
    return other


async def entry(place: Installation, name: str) -> Entry | None:
    async with place.connection() as connection:
        return (await read_register(connection, name)).get(name)


def copy(here: Installation, there: Installation, name: str, after: str, told: Told) -> None:
    """All rows and files; then the one here is left."""
    if here.folder is None or there.folder is None:
        raise SetupError("Both databases need a folder for their files.")
    try:
        with psycopg.connect(here.conninfo, options=OPTIONS) as out, out.transaction():
            space = next(space for space in workspaces(out) if space.name == name)
            held = hold(out, space)
            with psycopg.connect(there.conninfo, options=OPTIONS) as into, into.transaction():
                rows = Database(out, held)
                load_workspace(into, rows, space, rows.tables(), id_of(out, name), told)
                into.execute("update relata.workspace set arriving = %s where name = %s", [after, name])
                with needing_room():
                    copy_files(out, space, here.folder, there.folder, told)
                failpoint("move.loaded")
            failpoint("move.copied")
            leave(out, space)
            failpoint("move.leaving")
    except psycopg.errors.LockNotAvailable:
        raise Conflict(f"«{name}» is in use just now, perhaps by a backup: move it again in a moment.") from None
    except psycopg.OperationalError as error:
        raise Unavailable(f"A database stopped ({' '.join(str(error).split())}): move the workspace again to finish it.") from error  # fmt: skip


def hold(connection: Connection, space: Space) -> list[Source]:
    """What there is to copy; nobody writes to it until the transaction ends, and what was begun before has ended."""
    connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
    names = ", ".join(f"{q(space.schema)}.{q(name)}" for name in columns_in(connection, space.schema))
    connection.execute(f"lock table {names} in share mode".encode())
    return sources_of(connection, [SHARED, space.schema], space, secrets=True)


class Database:
    """Rows of another database, by the names of their tables."""

    def __init__(self, connection: Connection, found: list[Source]) -> None:
        self.connection = connection
        self.found = {
            f"{schema}.{name}": (schema, name, columns, condition) for schema, name, columns, condition in found
        }

    def tables(self) -> list[Table]:
        return [
            Table(schema, name, columns, self.sequences(schema, name), self.count(schema, name, condition), Part(key, 0, ""))
            for key, (schema, name, columns, condition) in self.found.items()
        ]  # fmt: skip

    def sequences(self, schema: str, name: str) -> list[Sequence]:
        return sequences_of(self.connection, schema, name)

    def count(self, schema: str, name: str, condition: str) -> int:
        text = f"select count(*) from {q(schema)}.{q(name)} where {condition or 'true'}"
        row = self.connection.execute(text.encode()).fetchone()
        return int(row[0]) if row else 0

    def content(self, table: Table) -> Iterator[bytearray]:
        schema, name, columns, condition = self.found[table.part.name]
        listed = ", ".join(map(q, columns))
        text = f"copy (select {listed} from {q(schema)}.{q(name)} where {condition or 'true'}) to stdout"
        with self.connection.cursor() as cursor, cursor.copy(text.encode()) as rows:
            yield from gathered(rows)

    def damaged(self, what: str) -> SetupError:
        return SetupError(f"The copy is not whole ({what}), and nothing was moved: try again.")


def id_of(connection: Connection, name: str) -> str:
    row = connection.execute("select id::text from relata.workspace where name = %s", [name]).fetchone()
    return str(row[0]) if row else ""


def copy_files(connection: Connection, space: Space, old: Path, new: Path, told: Told) -> None:
    """Each under its name only when it is whole and on the disk."""
    mine = files_of(connection, space)
    for file, size in files_in(old, new / "none"):
        name = file.relative_to(old)
        if not mine(name):
            continue
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f"{path.name}.part")
        with file.open("rb") as content, beside.open("wb") as target:
            shutil.copyfileobj(content, target)
            target.flush()
            os.fsync(target.fileno())
        beside.rename(path)
        told(path.name, size)


def leave(connection: Connection, space: Space) -> None:
    """From the end of the transaction on it is elsewhere: a change that waited for the tables does not find them any more."""
    connection.execute(MARKED, [LEFT, space.name])
    connection.execute(f"alter schema {q(space.schema)} rename to {q(space.schema + LEFT)}".encode())
    connection.execute("select pg_notify(%s, %s)", [CHANNEL, REGISTER + space.name])
