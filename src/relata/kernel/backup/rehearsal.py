"""An upgrade tried before it is done: the tables as they are now, without their rows, in a database of their own,
where every step that waits is run and watched. What it would lock for how long is told from the sizes of the real tables.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from relata.errors import SetupError
from relata.kernel.backup.loading import make_structure
from relata.kernel.backup.manifest import FORMAT, SHARED, Manifest, Part, Table
from relata.kernel.backup.structure import Connection, columns_in
from relata.kernel.backup.taking import OPTIONS, migrated, workspaces
from relata.kernel.context import uuid7
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.migrations import INSTALLATION, WORKSPACE, available, migrate

SPEED = 50_000_000
"""Bytes of a table that are read and sorted into an index, or written anew, in a second (measured: 78 million)."""
BLOCKING = ("AccessExclusiveLock", "ExclusiveLock", "ShareRowExclusiveLock", "ShareLock")
"""Locks that keep others from writing, the strongest first."""
LOCKED = """
select c.relname, l.mode from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
where l.pid = pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
and n.nspname = %s and c.relkind = 'r' and c.relname <> '_migration'"""
MADE = """
select c.relname, c.relfilenode, array_agg(x.indexrelid order by x.indexrelid) filter (where x.indexrelid is not null)
from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index x on x.indrelid = c.oid
where n.nspname = %s and c.relkind = 'r' group by 1, 2"""
SIZE = "select pg_table_size(%s::regclass)"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one schema: the tables that it keeps others from writing, with the lock, and the bytes that it works
    through meanwhile.
    """

    schema: str
    version: int
    locks: dict[str, str]
    bytes: int

    @property
    def seconds(self) -> float:
        return self.bytes / SPEED


def rehearse(conninfo: str) -> list[Step]:
    """What an upgrade of this database would do; raises SetupError where it would fail. Nothing of it is changed."""
    with psycopg.connect(conninfo, options=OPTIONS, autocommit=True) as connection:
        manifest = present(connection)
        versions = {SHARED: manifest.version, **{space.schema: space.version for space in manifest.workspaces}}
        waiting = [
            (schema, version)
            for schema, done in versions.items()
            for version in range(done + 1, len(available(kind_of(schema))) + 1)
        ]
        refuse_newer(versions)
        if not waiting:
            return []
        with scratch(conninfo) as there:
            with there.transaction():
                make_structure(there, manifest)
            seen = [(schema, version, *watched(there, schema, version)) for schema, version in waiting]
        known = columns_in_all(connection, list(versions))
        steps = []
        for schema, version, locks, worked in seen:
            old = {name: lock for name, lock in locks.items() if (schema, name) in known}
            size = sum(size_of(connection, schema, name) for name in worked if (schema, name) in known)
            steps.append(Step(schema, version, old, size))
        return steps


def present(connection: Connection) -> Manifest:
    """The database as a backup of it would say, without a row."""
    spaces = workspaces(connection)
    none = Part("part/1.gz", 0, "")
    tables = [
        Table(schema, name, columns, [], 0, none)
        for schema in (SHARED, *(space.schema for space in spaces))
        for name, columns in columns_in(connection, schema).items()
    ]
    return Manifest(FORMAT, uuid7(), "", "", "", migrated(connection, SHARED), spaces, tables, [])


def refuse_newer(versions: dict[str, int]) -> None:
    for schema, version in versions.items():
        if version > len(available(kind_of(schema))):
            raise SetupError(
                f"The tables of {schema} were made by a newer Relata (version {version}): use that one; there is no way back "
                "but a backup made before."
            )


@contextlib.contextmanager
def scratch(conninfo: str) -> Iterator[Connection]:
    """An empty database beside the real one, gone afterwards; one that a killed rehearsal left is removed."""
    own = conninfo_to_dict(conninfo).get("dbname")
    name = f"{own}_rehearsal"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        try:
            connection.execute(f"drop database if exists {q(name)} with (force)".encode())
            connection.execute(f"create database {q(name)}".encode())
        except psycopg.errors.InsufficientPrivilege:
            raise SetupError(
                "The database's user may not make a database, so nothing can be rehearsed beside it: grant it CREATEDB, or "
                "restore a backup into another data directory with this version, which is a rehearsal too."
            ) from None
        try:
            with psycopg.connect(make_conninfo(conninfo, dbname=name), autocommit=True) as there:
                yield there
        finally:
            connection.execute(f"drop database {q(name)} with (force)".encode())


def watched(there: Connection, schema: str, version: int) -> tuple[dict[str, str], set[str]]:
    """(table → lock, tables that are worked through) of one step: those with a new index, and those written anew."""
    before = made(there, schema)
    try:
        with there.transaction():
            migrate(there, kind_of(schema), schema, version)
            held: dict[str, str] = {}
            for mode in BLOCKING[::-1]:
                held |= {table: mode for table, each in there.execute(LOCKED, [schema]).fetchall() if each == mode}
    except psycopg.Error as error:
        raise SetupError(f"Step {version} of {schema} would fail ({' '.join(str(error).split())}): do not upgrade.") from error  # fmt: skip
    after = made(there, schema)
    return held, {name for name in before if after.get(name, before[name]) != before[name]}


def made(there: Connection, schema: str) -> dict[str, tuple[object, ...]]:
    return {name: tuple(rest) for name, *rest in there.execute(MADE, [schema]).fetchall()}


def columns_in_all(connection: Connection, schemas: list[str]) -> set[tuple[str, str]]:
    return {(schema, name) for schema in schemas for name in columns_in(connection, schema)}


def size_of(connection: Connection, schema: str, table: str) -> int:
    row = connection.execute(SIZE, [f"{q(schema)}.{q(table)}"]).fetchone()
    return int(row[0]) if row else 0


def kind_of(schema: str) -> str:
    return INSTALLATION if schema == SHARED else WORKSPACE
