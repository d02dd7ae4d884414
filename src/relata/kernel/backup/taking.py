"""Taking a backup while the installation serves: every table as of one moment, then the files, of which
there are then at least those that the tables speak of.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psycopg

from relata.errors import SetupError
from relata.kernel.backup.manifest import FORMAT, NOT_TAKEN, SHARED, File, Manifest, Part, Space, Table
from relata.kernel.backup.packing import Packer, refuse_existing, written_beside
from relata.kernel.backup.selecting import Source, every_file, files_of, sources_of
from relata.kernel.backup.structure import Connection, bytes_in, columns_in, sequences_of
from relata.kernel.context import uuid7
from relata.kernel.failpoint import failpoint
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.register import THERE

CHUNK = 1 << 20
PACKED = 3
"""At least so many times do the tables on the disk shrink in a backup (3.7 measured on rows of random letters)."""
SPARE = 50_000_000
"""Bytes that must be left on the disk."""
OPTIONS = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC -c client_encoding=UTF8 -c search_path="
LOCK_WAIT = "10s"
CHANGED = (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)

Told = Callable[[str, int], None]
"""Is told what is being worked on, and how many bytes more are done."""


def take_backup(
    conninfo: str, folder: Path, path: Path, version: str, told: Told = lambda _name, _bytes: None, only: str | None = None
) -> Manifest:  # fmt: skip
    """Write the backup of a database and of the files in `folder` to `path`, or the export of one workspace; raises SetupError."""
    refuse_existing(path)
    try:
        with one_moment(conninfo, only) as (connection, spaces, schemas):
            mine = files_of(connection, spaces[0]) if only is not None else every_file
            files_now = [size for file, size in files_in(folder, path) if mine(file.relative_to(folder))]
            check_room(path, bytes_in(connection, schemas) // PACKED + sum(files_now))
            with written_beside(path) as file:
                packer = Packer(file)
                sources = sources_of(connection, schemas, spaces[0] if only is not None else None)
                tables = take_tables(connection, packer, sources, told)
                files = list(take_files(packer, folder, path, told, mine))
                manifest = Manifest(
                    FORMAT, uuid7(), f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", version, str(postgres(connection)),
                    migrated(connection, SHARED), spaces, tables, files, only is not None,
                )  # fmt: skip
                packer.finish(manifest)
                failpoint("backup.written")
    except CHANGED:
        raise SetupError("An object is being changed just now: take the backup again in a moment.") from None
    except psycopg.Error as error:
        raise SetupError(f"The database did not give its data ({' '.join(str(error).split())}): mend that and try again.") from error  # fmt: skip
    return manifest


@contextlib.contextmanager
def one_moment(conninfo: str, only: str | None) -> Iterator[tuple[Connection, list[Space], list[str]]]:
    """A connection that sees all as of now, the workspaces, and the schemas. The tables are locked before the moment is chosen: a change
    of the schema in between would show the new columns, and in them what they held before.
    """
    with psycopg.connect(conninfo, options=OPTIONS) as connection:
        with connection.transaction():
            _, schemas = chosen(connection, only)
            found = [f"{q(schema)}.{q(name)}" for schema in schemas for name in columns_in(connection, schema)]
        failpoint("backup.found")
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
            connection.execute(f"lock table {', '.join(found)} in access share mode".encode())
            spaces, schemas = chosen(connection, only)
            if {f"{q(schema)}.{q(name)}" for schema in schemas for name in columns_in(connection, schema)} - set(found):
                raise psycopg.errors.UndefinedTable
            yield connection, spaces, schemas


def chosen(connection: Connection, only: str | None) -> tuple[list[Space], list[str]]:
    """The workspaces, all or one, and the schemas of which a backup is made; raises SetupError."""
    spaces = [space for space in workspaces(connection) if only in (None, space.name)]
    if only is not None and not spaces:
        raise SetupError(f"There is no workspace «{only}»; “relata workspace list” shows them.")
    return spaces, [SHARED, *(space.schema for space in spaces)]


def workspaces(connection: Connection) -> list[Space]:
    if connection.execute("select to_regclass('relata.workspace')").fetchone() == (None,):
        raise SetupError("There is nothing to back up: the database holds no Relata yet.")
    rows = connection.execute(
        f"select name, schema_name from relata.workspace w where {THERE} order by name".encode()
    ).fetchall()
    return [
        Space(name, schema, migrated(connection, schema), number(connection, f"select version from {q(schema)}._catalog"))
        for name, schema in rows
    ]  # fmt: skip


def take_tables(connection: Connection, packer: Packer, found: list[Source], told: Told) -> list[Table]:
    tables = []
    for schema, name, columns, condition in found:
        made: list[Part] = []
        listed = ", ".join(map(q, columns))
        text = f"copy {q(schema)}.{q(name)} ({listed}) to stdout"
        if condition:
            text = f"copy (select {listed} from {q(schema)}.{q(name)} where {condition}) to stdout"
        with packer.part(made) as sink, connection.cursor() as cursor:
            with cursor.copy(text.encode()) as copy:
                for data in gathered(copy):
                    sink.write(data)
                    told(f"{schema}.{name}", len(data))
            rows = cursor.rowcount
        tables.append(Table(schema, name, columns, sequences_of(connection, schema, name), rows, made[0]))
        failpoint("backup.table")
    return tables


def gathered(rows: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytearray]:
    """The same bytes in larger pieces: PostgreSQL sends row by row."""
    piece = bytearray()
    for row in rows:
        piece += row
        if len(piece) >= CHUNK:
            yield piece
            piece = bytearray()
    yield piece


def take_files(packer: Packer, folder: Path, path: Path, told: Told, mine: Callable[[Path], bool]) -> Iterator[File]:
    """Every folder of the data directory that is not the database's own; what vanishes meanwhile was not needed."""
    for file, _ in files_in(folder, path):
        if not mine(file.relative_to(folder)):
            continue
        made: list[Part] = []
        try:
            with file.open("rb") as content, packer.part(made) as sink:
                while data := content.read(CHUNK):
                    sink.write(data)
                    told(file.name, len(data))
        except FileNotFoundError:
            continue
        yield File(file.relative_to(folder).as_posix(), made[0])


def files_in(folder: Path, path: Path) -> Iterator[tuple[Path, int]]:
    """(file, size), in order; links are not followed, and where the backups lie is left out."""
    for top in sorted(folder.iterdir()) if folder.is_dir() else []:
        if top.name in NOT_TAKEN or not top.is_dir() or top.is_symlink():
            continue
        for place, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if Path(place, name).resolve() != path.parent.resolve())
            for name in sorted(names) if Path(place).resolve() != path.parent.resolve() else []:
                file = Path(place, name)
                if file.is_file() and not file.is_symlink():
                    yield file, file.stat().st_size


def check_room(path: Path, needed: int) -> None:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise SetupError(f"There is no folder {path.parent}: make it, or choose another place.") from error
    if free < needed + SPARE:
        raise SetupError(
            f"The backup may need {needed // 1_000_000:,} MB, but {path.parent} has {free // 1_000_000:,} MB left: "
            "free some space, or choose another place."
        )


def migrated(connection: Connection, schema: str) -> int:
    return number(connection, f"select coalesce(max(version), 0) from {q(schema)}._migration")


def number(connection: Connection, text: str) -> int:
    row = connection.execute(text.encode()).fetchone()
    return int(row[0]) if row else 0


def postgres(connection: Connection) -> object:
    row = connection.execute("show server_version").fetchone()
    return row[0] if row else ""
