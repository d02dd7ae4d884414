"""Which tables and columns an installation has, as its database tells."""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.backup.manifest import SHARED, Sequence
from relata.kernel.metadata.quoting import quote_name as q

Connection = psycopg.Connection[Any]

# The queue is made anew from the jobs, and which migrations were run is in the manifest; what is not logged is of no use elsewhere, nor are
# the columns of a kind that a field is about to get (schema/judging.py).
COLUMNS = """
select c.relname, json_object_agg(a.attname, replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz')
         order by a.attnum)
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
where n.nspname = %s and c.relkind = 'r' and c.relpersistence = 'p'
  and a.attname !~ '^~[a-z]' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  and c.relname <> '_migration' and not (n.nspname = 'relata' and c.relname ~ '^(procrastinate|queue)_')
group by c.relname order by c.relname"""
NUMBERED = """
select a.attname, pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)
from pg_attribute a where a.attrelid = %s::regclass and a.attidentity <> '' order by 1"""
SIZES = """
select coalesce(sum(pg_table_size(c.oid)), 0)::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = any(%s)"""


def columns_in(connection: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Table → column → type, of everything in a schema that a backup holds."""
    return dict(connection.execute(COLUMNS, [schema]).fetchall())


def sequences_of(connection: Connection, schema: str, table: str) -> list[Sequence]:
    found = []
    for column, sequence in connection.execute(NUMBERED, [f"{q(schema)}.{q(table)}"]).fetchall():
        row = connection.execute(f"select last_value, is_called from {sequence}".encode()).fetchone()
        if row:
            found.append(Sequence(column, row[0], row[1]))
    return found


def bytes_in(connection: Connection, schemas: list[str]) -> int:
    """What the tables take on the disk, without their indexes."""
    row = connection.execute(SIZES, [schemas]).fetchone()
    return int(row[0]) if row else 0


def inhabited(connection: Connection) -> bool:
    """Whether somebody or something is in the database already; tables alone are nothing."""
    if connection.execute("select to_regclass('relata.workspace')").fetchone() == (None,):
        return False
    text = f"select exists (select from {SHARED}.workspace) or exists (select from {SHARED}.person)"
    row = connection.execute(text.encode()).fetchone()
    return row is not None and bool(row[0])
