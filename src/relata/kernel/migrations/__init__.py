"""The tables of the kernel itself, as numbered SQL files: once for the installation, once for each
workspace. Tables of objects are not here: the catalog makes those.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import psycopg
from psycopg import sql

from relata.errors import SetupError
from relata.kernel.expression.functions import FUNCTION_SQL
from relata.kernel.metadata.kinds.rich_text import PLAIN_SQL

FUNCTIONS = (*FUNCTION_SQL, *PLAIN_SQL)
"""What compiled expressions and kinds call: made anew whenever it is not what the database has."""
INSTALLATION = "installation"
WORKSPACE = "workspace"


def migrate(connection: psycopg.Connection[tuple[object, ...]], kind: str, schema: str, upto: int | None = None) -> int:
    """Bring the kernel tables of a schema up to date in one transaction, or only `upto` a version, such as that of a
    backup; the version reached.

    Raises SetupError where the schema was written by a newer Relata.
    """
    steps = available(kind)[:upto]
    with connection.transaction():
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        path = sql.SQL("set local search_path = {}, relata, public").format(sql.Identifier(schema))
        connection.execute(path)
        connection.execute("create table if not exists _migration (version integer primary key)")
        connection.execute("lock table _migration in exclusive mode")
        row = connection.execute("select coalesce(max(version), 0) from _migration").fetchone()
        done = int(str(row[0])) if row else 0
        if done > len(steps):
            raise SetupError(
                f"The database was written by a newer Relata (version {done} of its tables; this "
                f"one knows {len(steps)}): start that version, or restore a backup made with this one."
            )
        if kind == INSTALLATION:
            make_functions(connection, schema)
        for version, text in enumerate(steps[done:], done + 1):
            connection.execute(text.encode())
            connection.execute("insert into _migration values (%s)", [version])
    return len(steps)


def make_functions(connection: psycopg.Connection[tuple[object, ...]], schema: str) -> None:
    """The functions of this version; the comment of their schema says which are there."""
    digest = sha256("\n".join(FUNCTIONS).encode()).hexdigest()
    text = "select pg_catalog.obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = %s"
    if connection.execute(text, [schema]).fetchone() == (digest,):
        return
    for function in FUNCTIONS:
        connection.execute(function.encode())
    connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(digest)))


def available(kind: str) -> list[str]:
    """The SQL of each step, in order."""
    folder = files("relata.kernel.migrations") / kind
    return [entry.read_text("utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)]
