"""Restoring a backup: files beside their place, tables in one transaction, then what every start of Relata
does (migrations, the catalog's tables and indexes), and the files into their place.

What is under way lies in the folder `restoring` of the data directory. As long as it is there nothing serves
from that directory, and the same restore can be run again: it goes on where the tables were committed, and begins
anew where they were not.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psycopg

from relata.errors import RelataError, SetupError
from relata.kernel.app import App
from relata.kernel.backup.loading import NOT_EMPTY, load_tables
from relata.kernel.backup.manifest import Manifest, read_manifest
from relata.kernel.backup.packing import sync_folder
from relata.kernel.backup.structure import inhabited
from relata.kernel.backup.unpacking import Archive
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.jobs.queue import tell_unfinished
from relata.kernel.metadata.quoting import quote_name as q

UNDER_WAY = "restoring"
LOCK = "restore.lock"
WRITTEN = "manifest.json"
GROWN = 3
"""At most so many times their text do tables and indexes take on the disk (measured: 2.3)."""
LONGEST = 36_000
"""Seconds that building one index may take."""

Told = Callable[[str, int], None]


def verify(archive: Archive, told: Told) -> None:
    """Read every part to its end; raises SetupError for the first that is not what was written."""
    for part in archive.manifest.parts:
        for data in archive.read(part):
            told(part.name, len(data))


def restore(archive: Archive, conninfo: str, folder: Path, apps: Iterable[App], told: Told) -> None:
    """Everything of the backup into an empty database and a data directory; raises SetupError."""
    if archive.manifest.export:
        raise SetupError("This is the export of one workspace: take it in with “relata workspace import”.")
    with only_one(folder):
        fresh = folder / UNDER_WAY
        if not committed(fresh, archive.manifest, conninfo):
            refuse_inhabited(conninfo, folder, archive.manifest)
            begin(fresh, archive, told)
            load_or_forget(conninfo, archive, fresh, told)
        failpoint("restore.committed")
        try:
            asyncio.run(start(conninfo, apps, folder))
        except (RelataError, psycopg.Error) as error:
            forget(conninfo, archive.manifest, fresh)
            told_ = error.message if isinstance(error, RelataError) else " ".join(str(error).split())
            raise SetupError(f"The backup's records cannot be taken over ({told_}); nothing was restored.") from error
        failpoint("restore.started")
        put_in_place(folder, fresh)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SetupError(f"Another restore into {folder} is running: wait for its end.") from None
    else:
        yield
    finally:
        os.close(descriptor)


def committed(fresh: Path, manifest: Manifest, conninfo: str) -> bool:
    """Whether an earlier run of this restore has filled the database and was killed afterwards."""
    try:
        begun = read_manifest((fresh / WRITTEN).read_bytes())
    except FileNotFoundError:
        return False
    if not filled(conninfo):
        return False
    if begun.id != manifest.id:
        raise SetupError(f"Here the restore of another backup was not finished (that of {begun.made_at}): repeat that one first.")  # fmt: skip
    return True


def filled(conninfo: str) -> bool:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return inhabited(connection)


def refuse_inhabited(conninfo: str, folder: Path, manifest: Manifest) -> None:
    if filled(conninfo):
        raise SetupError(NOT_EMPTY)
    for top in sorted({file.path.split("/")[0] for file in manifest.files}):
        if (folder / top).is_symlink() or ((folder / top).exists() and any((folder / top).iterdir())):
            raise SetupError(
                f"There are files in {folder / top} already, and a restore overwrites nothing: move them away."
            )
    needed = sum(part.size for part in manifest.parts) * GROWN
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SetupError(
            f"The restored data may take {needed // 1_000_000:,} MB, but {folder} has {free // 1_000_000:,} MB left: "
            "free some space, or choose another place."
        )


def begin(fresh: Path, archive: Archive, told: Told) -> None:
    """The manifest and all files, in a folder of their own."""
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    for file in archive.manifest.files:
        path = fresh / "files" / file.path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as target:
            for data in archive.read(file.part):
                target.write(data)
                told(path.name, len(data))
            target.flush()
            os.fsync(target.fileno())
    with (fresh / WRITTEN).open("xb") as target:
        target.write(archive.manifest.bytes())
        target.flush()
        os.fsync(target.fileno())
    sync_folder(fresh)


def load_or_forget(conninfo: str, archive: Archive, fresh: Path, told: Told) -> None:
    try:
        load_tables(conninfo, archive, told)
    except SetupError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


async def start(conninfo: str, apps: Iterable[App], folder: Path) -> None:
    """Bring the tables to this version and queue the jobs that were queued or running: a running one goes on after
    its last chunk, as after the death of its worker.
    """
    async with Installation.open(conninfo, apps, most=2, longest=LONGEST, folder=folder) as here:
        for entry in here.register.values():
            if entry.dropping:
                continue
            await here.make(entry)
            async with here.connection() as connection, connection.transaction():
                await tell_unfinished(connection, entry)
        async with here.connection() as connection:
            await connection.execute("analyze")


def forget(conninfo: str, manifest: Manifest, fresh: Path) -> None:
    """The target as empty as it was."""
    with psycopg.connect(conninfo) as connection:
        for space in manifest.workspaces:
            connection.execute(f"drop schema if exists {q(space.schema)} cascade".encode())
        connection.execute("drop schema if exists relata cascade")
    shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(folder: Path, fresh: Path) -> None:
    """Each folder by one rename; the marker goes last."""
    files = fresh / "files"
    for top in sorted(files.iterdir()) if files.is_dir() else []:
        with contextlib.suppress(FileNotFoundError):
            (folder / top.name).rmdir()
        top.rename(folder / top.name)
    sync_folder(folder)
    shutil.rmtree(fresh)
