"""The tables of a backup into an empty database, in one transaction: killed anywhere, nothing is there.

The backup is data only. Its kernel tables are made by the numbered SQL up to the backup's version, those of
objects by their columns; every row goes through COPY, so no text of a backup is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Protocol

import psycopg

from relata.errors import SetupError
from relata.kernel.backup.manifest import SHARED, Manifest, Space, Table
from relata.kernel.backup.structure import Connection, columns_in, inhabited
from relata.kernel.backup.taking import OPTIONS
from relata.kernel.backup.unpacking import Archive
from relata.kernel.failpoint import failpoint
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import ddl
from relata.kernel.migrations import INSTALLATION, WORKSPACE, migrate

INDEXES = """
select format('drop index %%s', x.indexrelid::regclass), pg_get_indexdef(x.indexrelid)
from pg_index x join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(%s) and not exists (select from pg_constraint where conindid = x.indexrelid)"""
LINKS = """
select format('alter table %%s drop constraint %%I', c.conrelid::regclass, c.conname),
       format('alter table %%s add constraint %%I %%s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
from pg_constraint c join pg_namespace n on n.oid = c.connamespace where n.nspname = any(%s) and c.contype = 'f'"""
NOT_EMPTY = (
    "The database is not empty, and a restore overwrites nothing: name another data directory with --into, or another "
    "database with --database-url."
)


def load_tables(conninfo: str, archive: Archive, told: Callable[[str, int], None]) -> None:
    """All rows of the backup; raises SetupError where the database is not empty or the backup not sound."""
    manifest = archive.manifest
    schemas = [SHARED, *(space.schema for space in manifest.workspaces)]
    try:
        with psycopg.connect(conninfo, options=OPTIONS) as connection, connection.transaction():
            connection.execute("set local maintenance_work_mem = '256MB'")
            make_tables(connection, manifest, schemas)
            again = put_aside(connection, INDEXES, schemas)
            links = put_aside(connection, LINKS, schemas)
            for table in manifest.tables:
                load(connection, archive, table, told)
                failpoint("restore.table")
            for text in again + links:
                connection.execute(text.encode())
            check_workspaces(connection, manifest)
            failpoint("restore.loaded")
    except psycopg.Error as error:
        raise SetupError(f"The database did not take the backup ({' '.join(str(error).split())}), and nothing was restored.") from error  # fmt: skip


def make_tables(connection: Connection, manifest: Manifest, schemas: list[str]) -> None:
    if inhabited(connection):
        raise SetupError(NOT_EMPTY)
    rows = connection.execute("select nspname from pg_namespace where nspname = any(%s)", [schemas[1:]]).fetchall()
    if rows:
        raise SetupError(NOT_EMPTY)
    connection.execute("drop schema if exists relata cascade")
    make_structure(connection, manifest)
    check_columns(connection, manifest.tables)


def check_columns(connection: Connection, found: list[Table]) -> None:
    """The tables that were made must be those that the backup has."""
    for schema, tables in groupby(sorted(found, key=lambda t: t.schema), key=lambda t: t.schema):
        told = {table.name: table.columns for table in tables}
        made = columns_in(connection, schema)
        if wrong := sorted(name for name in {*told, *made} if told.get(name) != made.get(name)):
            raise SetupError(f"The backup does not have the tables of its version ({schema}: {', '.join(wrong)}).")


def make_structure(connection: Connection, manifest: Manifest) -> None:
    """The tables of a version without their rows: the kernel's by the numbered SQL, those of objects by their columns."""
    connection.execute("create extension if not exists pg_trgm with schema public")
    migrate(connection, INSTALLATION, SHARED, manifest.version)
    make_workspaces(connection, manifest.workspaces, manifest.tables)


def make_workspaces(connection: Connection, spaces: list[Space], tables: list[Table]) -> None:
    """The tables of the workspaces alone."""
    for space in spaces:
        migrate(connection, WORKSPACE, space.schema, space.version)
    for table in tables:
        if not table.kernel:
            columns = ", ".join(f"{q(column)} {ddl(column, type_)}" for column, type_ in table.columns.items())
            connection.execute(f"create table {q(table.schema)}.{q(table.name)} ({columns})".encode())


def put_aside(connection: Connection, found: str, schemas: list[str]) -> list[str]:
    """Drop what is quicker made when the rows are there, and does not prescribe their order; how to make it again."""
    rows = connection.execute(found.encode(), [schemas]).fetchall()
    for drop, _ in rows:
        connection.execute(drop.encode())
    return [text for _, text in rows]


class Rows(Protocol):
    """Where the rows of tables come from."""

    def content(self, table: Table) -> Iterable[bytes | bytearray]:
        """The rows in the text format of COPY."""

    def damaged(self, what: str) -> SetupError:
        """What is said where they are not what was announced."""


def load(connection: Connection, source: Rows, table: Table, told: Callable[[str, int], None]) -> None:
    place = f"{q(table.schema)}.{q(table.name)}"
    with connection.cursor() as cursor:
        if table.kernel:
            cursor.execute(f"delete from {place}".encode())  # what migrations put there
        with cursor.copy(f"copy {place} ({', '.join(map(q, table.columns))}) from stdin".encode()) as copy:
            for data in source.content(table):
                copy.write(data)
                told(f"{table.schema}.{table.name}", len(data))
        if cursor.rowcount != table.rows:
            raise source.damaged(f"{table.schema}.{table.name} has {cursor.rowcount:,} rows instead of {table.rows:,}")
    for sequence in table.sequences:
        connection.execute(
            "select setval(pg_get_serial_sequence(%s, %s), %s, %s)",
            [place, sequence.column, sequence.last, sequence.called],
        )


def check_workspaces(connection: Connection, manifest: Manifest) -> None:
    """The rows must speak of the same workspaces as the manifest: their names become those of schemas."""
    rows = connection.execute("select name, schema_name from relata.workspace").fetchall()
    if sorted(rows) != sorted((space.name, space.schema) for space in manifest.workspaces):
        raise SetupError("The workspaces in the backup are not those that its manifest names.")
