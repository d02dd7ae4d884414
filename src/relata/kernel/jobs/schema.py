"""The tables of the queue (Procrastinate's own), put into the schema of the installation once."""

from __future__ import annotations

import psycopg
from procrastinate.schema import SchemaManager

PATH = "relata, public"
ABSENT = "select to_regclass('relata.procrastinate_jobs') is null"


def prepare_queue(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Make the tables where they are not there yet. Their functions look in the schema of the
    installation whoever calls them, so that a job can be queued in any transaction.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtextextended('relata queue', 0))")
        row = connection.execute(ABSENT).fetchone()
        if row is None or not row[0]:
            return
        connection.execute(f"set local search_path = {PATH}".encode())
        connection.execute(SchemaManager.get_schema().encode())
        functions = connection.execute(
            "select oid::regprocedure::text from pg_proc where pronamespace = 'relata'::regnamespace and proname like 'procrastinate%%' "
            "and prokind = 'f'"
        ).fetchall()
        for (function,) in functions:
            connection.execute(f"alter function {function} set search_path = {PATH}".encode())
