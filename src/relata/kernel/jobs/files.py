"""Files that jobs and imports leave in the data directory, each in a folder with its id: where they lie, and when they go."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from relata.errors import NoRoom
from relata.kernel.metadata.quoting import quote_name as q

BULK = "bulk"
OWNERS = "select id::text from {schema}._job union all select id::text from {schema}._import"
"""Whose folders belong to a workspace."""
DAY = 86_400.0
KEPT = 30
"""Days that files outlive the end of their job."""
ORPHANS = 1
"""Days that files without a job are left: an upload has its job only when it is whole."""
MOST = 500
"""Folders that go in one cleaning."""


@contextlib.contextmanager
def needing_room() -> Iterator[None]:
    """Raises NoRoom where the block finds the disk full."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from error
        raise


async def clean_files(connection: psycopg.AsyncConnection[Any], folder: Path) -> int:
    """Delete the files that have had their time; how many folders went."""
    found = await asyncio.to_thread(folders_in, folder / BULK)
    jobs = {name: path for path in found if (name := job_of(path))}
    needed, ended = await looked_up(connection, list(jobs))
    orphans = [path for name, path in jobs.items() if name not in needed and name not in ended]
    gone = [jobs[name] for name in ended]
    gone += await asyncio.to_thread(untouched, orphans, ORPHANS)
    await asyncio.to_thread(remove, gone[:MOST])
    return len(gone[:MOST])


async def looked_up(
    connection: psycopg.AsyncConnection[Any], names: list[str], but: str | None = None
) -> tuple[set[str], set[str]]:
    """Of the named jobs and imports those whose files are needed, and those that ended long enough ago, in all workspaces `but`
    one. Suspended ones are asked too.
    """
    needed, ended = set[str](), set[str]()
    if not names:
        return needed, ended
    text = "select schema_name from relata.workspace where not dropping and schema_name is distinct from %s"
    workspaces = await connection.execute(text, [but])
    for (schema,) in await workspaces.fetchall():
        text = (
            f"select id::text, status not in ('queued', 'running') and finished_at < now() - interval '{KEPT} days' "
            f"from {q(schema)}._job where id = any(%(names)s::uuid[]) union all "
            f"select i.id::text, i.touched_at < now() - interval '{KEPT} days' and j.id is null from {q(schema)}._import i "
            f"left join {q(schema)}._job j on j.id = i.job and j.status in ('queued', 'running') where i.id = any(%(names)s::uuid[])"
        )
        for name, over in await (await connection.execute(text.encode(), {"names": names})).fetchall():
            (ended if over else needed).add(name)
    return needed, ended


def folders_in(folder: Path) -> list[Path]:
    """The oldest names first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def job_of(path: Path) -> str | None:
    """The id of the job whose folder it is; other folders are none of ours."""
    try:
        return path.name if str(UUID(path.name)) == path.name else None
    except ValueError:
        return None


def untouched(paths: list[Path], days: int) -> list[Path]:
    """Those in which nothing was written for so many days."""
    before = time.time() - days * DAY
    return [path for path in paths if all(at < before for at in written_at(path))]


def written_at(path: Path) -> Iterator[float]:
    for each in (path, *path.iterdir()):
        yield each.stat().st_mtime


def remove(paths: list[Path]) -> None:
    """What another process removes at the same time is no trouble."""
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
