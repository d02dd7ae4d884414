"""The tables of the queue (Procrastinate's own) in the schema of the installation: made once, then
brought up by the steps that a newer Procrastinate ships.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

from relata.errors import SetupError

PATH = "relata, public"
UNNOTED = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The last step of the queues that were made before steps were noted."""
NOTES = 'create table if not exists relata.queue_step (name text collate "C" primary key, at timestamptz default now())'
LOCK = "hashtextextended('relata queue', 0)"
EXISTS = "select to_regclass('relata.procrastinate_jobs') is not null"
FUNCTIONS = (
    "select oid::regprocedure::text from pg_proc where pronamespace = 'relata'::regnamespace "
    "and proname like 'procrastinate%' and prokind = 'f'"
)
Connection = psycopg.Connection[tuple[object, ...]]


def prepare_queue(connection: Connection) -> None:
    """Make the tables, or bring them up to date; raises SetupError where they are newer than this version.

    Other processes wait. A step and its note are one transaction, so each is taken once.
    """
    connection.execute(f"select pg_advisory_lock({LOCK})".encode())
    try:
        steps = steps_of(Path(SchemaManager.get_migrations_path()))
        last = noted(connection)
        if last is None:
            take(connection, SchemaManager.get_schema(), list(steps))
            return
        if last > max(steps):
            raise SetupError(
                f"The queue of jobs was made by a newer Relata (step {last}): start that version, or restore a backup made with this one."
            )
        for name, text in steps.items():
            if name > last:
                take(connection, text, [name])
    finally:
        connection.execute(f"select pg_advisory_unlock({LOCK})".encode())


def steps_of(folder: Path) -> dict[str, str]:
    """Name → SQL in the order in which they are taken; names begin with a version in equally long parts."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}


def noted(connection: Connection) -> str | None:
    """The last step that was taken, or None where there is no queue yet."""
    row = connection.execute(EXISTS).fetchone()
    if row is None or not row[0]:
        return None
    if connection.execute("select to_regclass('relata.queue_step')").fetchone() == (None,):
        return UNNOTED
    row = connection.execute("select max(name) from relata.queue_step").fetchone()
    return str(row[0]) if row and row[0] else UNNOTED


def take(connection: Connection, text: str, names: list[str]) -> None:
    """Run a step and note it. The functions look in the schema of the installation whoever calls them,
    so that a job can be queued in any transaction; a function that a step replaces has to be told anew.
    """
    with connection.transaction():
        connection.execute(f"set local search_path = {PATH}".encode())
        connection.execute(text.encode())
        for (function,) in connection.execute(FUNCTIONS.encode()).fetchall():
            connection.execute(f"alter function {function} set search_path = {PATH}".encode())
        connection.execute(NOTES.encode())
        with connection.cursor() as cursor:
            cursor.executemany("insert into relata.queue_step (name) values (%s)", [[name] for name in names])
