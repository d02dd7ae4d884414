"""The tables of the kernel itself, as numbered SQL files: once for the installation, once for each
workspace. Tables of objects are not here: the catalog makes those.
"""

from __future__ import annotations

from importlib.resources import files

import psycopg
from psycopg import sql

from relata.errors import SetupError
from relata.kernel.expression.functions import FUNCTION_SQL

INSTALLATION = "installation"
WORKSPACE = "workspace"


def migrate(connection: psycopg.Connection[tuple[object, ...]], kind: str, schema: str) -> int:
    """Bring the kernel tables of a schema up to date in one transaction; the version reached.

    Raises SetupError where the schema was written by a newer Relata.
    """
    steps = available(kind)
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
        for version, text in enumerate(steps[done:], done + 1):
            connection.execute(text.encode())
            connection.execute("insert into _migration values (%s)", [version])
    return len(steps)


def available(kind: str) -> list[str]:
    """The SQL of each step, in order; the first of the installation makes the folding functions."""
    folder = files("relata.kernel.migrations") / kind
    texts = [entry.read_text("utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)]
    if kind == INSTALLATION:
        texts[0] = ";\n".join(FUNCTION_SQL) + ";\n" + texts[0]
    return texts
