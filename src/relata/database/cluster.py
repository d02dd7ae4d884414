"""The cluster is the folder of PostgreSQL's data; it is created whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relata.database.binaries import Binaries
from relata.database.format import unusable
from relata.database.owner import Owner
from relata.errors import SetupError

ROLE = "relata"
DATABASE = "relata"
DISK_FULL = ("No space left on device", "Check free disk space", "wrote only")
INITDB_FLAGS = (
    f"--username={ROLE}",
    "--auth=trust",  # the socket's folder lets nobody else in
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)


def cluster_folder(data_dir: Path) -> Path:
    """Where the cluster of a data directory lies."""
    return data_dir / "postgres"


def prepare_cluster(data_dir: Path, binaries: Binaries, owner: Owner | None) -> Path:
    """The cluster of `data_dir`, created when there is none.

    Raises SetupError when it is of another PostgreSQL or cannot be created.
    """
    cluster = cluster_folder(data_dir)
    if cluster.exists():
        _check_major(cluster, binaries)
        if owner is not None and cluster.stat().st_uid != owner.uid:
            _hand_over(cluster, owner)
        return cluster
    fresh = data_dir / "postgres.new"  # renamed when whole: an interruption's remains are removed
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if owner is not None:
            os.chown(fresh, owner.uid, owner.gid)
        _initdb(fresh, binaries, owner)
        fresh.rename(cluster)
        _sync_folder(data_dir)
    except OSError as error:
        raise SetupError(unusable(data_dir, error)) from error
    return cluster


def _hand_over(cluster: Path, owner: Owner) -> None:
    """A copy that root made, such as from a backup, becomes the server's own."""
    try:
        for folder, _, files in os.walk(cluster):
            for name in (folder, *(f"{folder}/{file}" for file in files)):
                os.lchown(name, owner.uid, owner.gid)
    except OSError as error:
        raise SetupError(unusable(cluster, error)) from error


@contextmanager
def entered(folder: Path, owner: Owner | None) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The path under which `owner` reaches the folder, and the descriptors to hand on for that."""
    if owner is None:
        yield str(folder), ()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def server_environment() -> dict[str, str]:
    """The present environment without what would steer PostgreSQL, and with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _check_major(cluster: Path, binaries: Binaries) -> None:
    try:
        written = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise SetupError(unusable(cluster, error)) from error
    if written != str(binaries.major):
        raise SetupError(
            f"The data in {cluster} is of PostgreSQL {written}, but the programs are of "
            f"{binaries.major}: set RELATA_POSTGRES_BIN to those of PostgreSQL {written}, or "
            "choose another RELATA_DATA_DIR."
        )


def _initdb(folder: Path, binaries: Binaries, owner: Owner | None) -> None:
    with entered(folder, owner) as (path, descriptors):
        done = subprocess.run(
            [binaries.initdb, *INITDB_FLAGS, f"--pgdata={path}"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=server_environment(),
            pass_fds=descriptors,
            user=None if owner is None else owner.uid,
            group=None if owner is None else owner.gid,
            extra_groups=None if owner is None else [],
        )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise SetupError(explain(done.stderr + done.stdout, folder.parent, "could not be created"))


def explain(output: str, data_dir: Path, what: str) -> str:
    """One sentence from what a PostgreSQL program said when it failed."""
    if any(sign in output for sign in DISK_FULL):
        return f"The disk of {data_dir} is full: free some space there, or choose another folder with RELATA_DATA_DIR."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    reason = (telling or lines or ["it said nothing"])[0].rstrip(".")
    return f"The embedded database {what} ({reason}): mend that, or run “relata doctor” for a full check."


def _sync_folder(folder: Path) -> None:
    """Makes a rename in the folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
