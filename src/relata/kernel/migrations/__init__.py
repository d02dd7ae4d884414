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
from relata.kernel.metadata.kinds.file import FILE_SQL
from relata.kernel.metadata.kinds.marks import MARKS_SQL
from relata.kernel.metadata.kinds.money import MONEY_SQL
from relata.kernel.metadata.kinds.rich_text import PLAIN_SQL

FUNCTIONS = (*FUNCTION_SQL, *PLAIN_SQL, *MONEY_SQL, *FILE_SQL, *MARKS_SQL)
"""What compiled expressions and kinds call: made anew whenever it is not what the database has."""
INSTALLATION = "installation"
WORKSPACE = "workspace"
SERVING = "relata serving"
"""What the connections of a running installation call themselves. Whoever finds steps to take finds those of another
version: one of this version has taken them before it connects.
"""
OTHERS = """
select pid, host(client_addr) from pg_stat_activity
where application_name = %s and datname = current_database() and pid <> pg_backend_pid() order by 1 limit 3"""
LOCK_WAIT = "5s"
"""How long a step waits for tables that others use."""


def migrate(
    connection: psycopg.Connection[tuple[object, ...]],
    kind: str,
    schema: str,
    upto: int | None = None,
    *,
    served: bool = True,
) -> int:
    """Bring the kernel tables of a schema up to date in one transaction, or only `upto` a version, such as that of a
    backup; the version reached. Nobody works yet in one that is not `served`.

    Raises SetupError where the schema was written by a newer Relata, or is in use while a step needs it.
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
        take(connection, schema, dict(enumerate(steps[done:], done + 1)), served=served)
    return len(steps)


def take(
    connection: psycopg.Connection[tuple[object, ...]], schema: str, steps: dict[int, str], *, served: bool
) -> None:
    """Run the steps; raises SetupError where others serve these tables as they are, or keep them in use, so that whoever
    waits behind us would wait too.
    """
    if not steps:
        return
    told = f"The tables of {schema} must be brought up to date (version {min(steps)} to {max(steps)}) and are in use"
    mend = "stop the other servers and workers on this database, then start again; nothing was changed."
    if served and min(steps) > 1 and (others := connection.execute(OTHERS, [SERVING]).fetchall()):
        who = ", ".join(f"process {pid}{f' from {host}' if host else ''}" for pid, host in others)
        raise SetupError(f"{told} by another version of Relata ({who}): {mend}")
    connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
    try:
        for version, text in steps.items():
            connection.execute(text.encode())
            connection.execute("insert into _migration values (%s)", [version])
    except psycopg.errors.LockNotAvailable:
        raise SetupError(f"{told}: {mend}") from None
    connection.execute("set local lock_timeout = 0")


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
