"""What of a database and its files belongs to one workspace, for its export. Secrets stay where they are: passwords, keys,
sessions, and the answers that were kept for programs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from relata.kernel.backup.manifest import SHARED, Space
from relata.kernel.backup.structure import Connection, columns_in
from relata.kernel.files.local import FILES, INCOMING
from relata.kernel.jobs.files import BULK, OWNERS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text

Source = tuple[str, str, dict[str, str], str]
"""Schema, table, columns, and the condition that its rows must meet, or none."""
LEFT_OUT = ("_session", "_key", "_idempotency")
HASH = "password_hash"


def sources_of(
    connection: Connection, schemas: list[str], only: Space | None, *, secrets: bool = False
) -> list[Source]:
    """Of an export, `secrets` come along only where the workspace leaves for good."""
    found = [(schema, name, columns) for schema in schemas for name, columns in columns_in(connection, schema).items()]
    if only is None:
        left = {
            "workspace": "not dropping",
            "belonging": "workspace in (select id from relata.workspace where not dropping)",
        }
        known = any(name == "workspace" and "dropping" in columns for _, name, columns in found)
        return [(s, name, columns, left.get(name, "") if known and s == SHARED else "") for s, name, columns in found]
    people = f"id in (select person from {q(only.schema)}._membership)"
    shared = {"workspace": f"name = {quote_text(only.name)}", "person": people}
    chosen: list[Source] = []
    for schema, name, columns in found:
        if schema != SHARED:
            chosen.append((schema, name, columns, "false" if name in LEFT_OUT and not secrets else ""))
        elif name in shared:
            shown = {c: t for c, t in columns.items() if secrets or c != HASH}
            chosen.append((schema, name, shown, shared[name]))
    return chosen


def files_of(connection: Connection, space: Space) -> Callable[[Path], bool]:
    """Whether a file, by its path in the data directory, is one of the workspace's jobs, imports or uploads."""
    rows = connection.execute(OWNERS.format(schema=q(space.schema)).encode()).fetchall()
    jobs = {id_ for (id_,) in rows}
    row = connection.execute("select id::text from relata.workspace where name = %s", [space.name]).fetchone()

    def mine(path: Path) -> bool:
        top, folder = path.parts[0], path.parts[1]
        if top == FILES:
            return row is not None and folder == row[0] and every_file(path)
        return top == BULK and folder in jobs

    return mine


def every_file(path: Path) -> bool:
    """All but what is being received."""
    return path.parts[0] != FILES or path.parts[2:3] != (INCOMING,)
