"""Starts the embedded PostgreSQL, or joins the one that runs on the same data already."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from relata.database import guardian
from relata.database.binaries import find_binaries
from relata.database.cluster import (
    DATABASE,
    ROLE,
    cluster_folder,
    explain,
    prepare_cluster,
    server_environment,
)
from relata.database.format import unusable
from relata.database.leftover import clear_leftovers
from relata.database.owner import server_owner
from relata.database.sockets import socket_folder
from relata.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT = 5432
LEAST_ROOM = 200
"""Megabytes that must be free on the disk of the data directory before the database is started."""
LONGEST_START = 600.0
"""Seconds: recovery after a crash replays the write-ahead log and may take minutes."""
ATTEMPTS = 5
LARGEST_LOG = 10_000_000
"""Bytes after which a start puts the server's log aside."""
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_compression": "off",  # pglz costs more than it saves; this build has no lz4
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "60s",
}
BUFFERS = (128, 1024)
"""Megabytes of shared buffers at least and at most: an eighth of the machine's memory. Only what is used counts."""


def server_arguments() -> list[str]:
    memory = psutil.virtual_memory().total // 1_048_576
    settings = SERVER_SETTINGS | {"shared_buffers": f"{min(max(memory // 8, BUFFERS[0]), BUFFERS[1])}MB"}
    return [f"--{name}={value}" for name, value in settings.items()]


class EmbeddedServer:
    """This process's use of the embedded server, which stops when the last process lets go."""

    def __init__(self, use: int, data_dir: Path, *, started_here: bool) -> None:
        state = json.loads((data_dir / "server.json").read_text(encoding="utf-8"))
        self._use: int | None = use
        self._guardian = psutil.Process(state["guardian"])
        self.sockets: str = state["sockets"]
        self.conninfo = conninfo(self.sockets, DATABASE)
        self.started_here = started_here

    @classmethod
    def open(cls, data_dir: Path, postgres_bin: Path | None) -> EmbeddedServer:
        """Join the server of `data_dir` or start it. Raises SetupError with what to do."""
        try:
            with _locked(data_dir / "start.lock"):
                for _attempt in range(ATTEMPTS):
                    server = cls._join(data_dir) or cls._start(data_dir, postgres_bin)
                    if server is not None:
                        return server
                    time.sleep(1)
        except OSError as error:
            raise SetupError(unusable(data_dir, error)) from error
        raise SetupError(f"The embedded database ends again and again: see {data_dir / 'postgres.log'} for the reason.")

    def close(self) -> None:
        """Let go of the server and, when nobody else uses it, wait until it has stopped."""
        if self._use is None:
            return
        last = _nobody_else(self._use)
        os.close(self._use)
        self._use = None
        if last:
            _wait_for_end(self._guardian)

    def _tell_guardian(self) -> None:
        """That the server works: from now on it is started again whenever it ends. A guardian of an older
        version ignores this signal.
        """
        self._guardian.send_signal(signal.SIGHUP)

    @classmethod
    def _join(cls, data_dir: Path) -> EmbeddedServer | None:
        use = _hold(data_dir / "in-use.lock", fcntl.LOCK_SH)
        try:
            if not _guarded(data_dir):
                return None
            server = cls(use, data_dir, started_here=False)
            _make_ready(server.sockets, data_dir)
            server._tell_guardian()
        except (FileNotFoundError, psutil.NoSuchProcess, _EndedError):
            return None
        else:
            use = -1
            return server
        finally:
            if use >= 0:
                os.close(use)

    @classmethod
    def _start(cls, data_dir: Path, postgres_bin: Path | None) -> EmbeddedServer | None:
        """A server started here, or None when one of a moment ago has to vanish first."""
        plan = _prepare(data_dir, postgres_bin)
        log = data_dir / "postgres.log"
        said_before = _put_aside(log)
        use = _hold(data_dir / "in-use.lock", fcntl.LOCK_SH)
        try:
            _spawn(plan, log)
            _make_ready(plan["sockets"], data_dir)
            server = cls(use, data_dir, started_here=True)
            server._tell_guardian()
        except (_EndedError, psutil.NoSuchProcess):
            said = log.read_bytes()[said_before:].decode(errors="replace")
            if "pre-existing shared memory block" in said:
                return None
            raise SetupError(explain(said, data_dir, "did not start")) from None
        else:
            use = -1
            return server
        finally:
            if use >= 0:
                os.close(use)  # which also tells the guardian to stop what it has started


def conninfo(sockets: str, database: str) -> str:
    """The libpq connection string for a database behind the socket in the folder `sockets`."""
    return make_conninfo(host=sockets, port=PORT, user=ROLE, dbname=database)


class _EndedError(Exception):
    """The server ended before it answered."""


def _prepare(data_dir: Path, postgres_bin: Path | None) -> dict[str, Any]:
    """The plan for the guardian, with everything that it names in its place."""
    _check_room(data_dir)
    owner = server_owner(cluster_folder(data_dir))
    binaries = find_binaries(postgres_bin, owner)
    cluster = prepare_cluster(data_dir, binaries, owner)
    clear_leftovers(cluster)
    sockets = socket_folder(data_dir, owner)
    return {
        "postgres": str(binaries.postgres),
        "arguments": server_arguments(),
        "cluster": str(cluster),
        "sockets": str(sockets),
        "remove_sockets": sockets.parent != data_dir,
        "owner": None if owner is None else [owner.uid, owner.gid],
        "in_use_lock": str(data_dir / "in-use.lock"),
        "guardian_lock": str(data_dir / "guardian.lock"),
        "state": str(data_dir / "server.json"),
    }


def _spawn(plan: dict[str, Any], log: Path) -> None:
    """In a session of its own, so that Ctrl-C in a terminal reaches Relata alone."""
    with log.open("ab") as output:
        subprocess.run(
            [sys.executable, "-I", "-S", guardian.__file__, json.dumps(plan)],
            cwd="/",
            env=server_environment(),
            check=False,  # whether there is a guardian, its lock says
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _make_ready(sockets: str, data_dir: Path) -> None:
    """Wait until the server answers and has the database: both who starts and who joins make sure of it, for a
    starter may have been killed. Raises _EndedError when it ends before, even between two answers.
    """
    address = conninfo(sockets, "postgres")
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        try:
            _create_database(address)
        except psycopg.OperationalError:
            if not _guarded(data_dir):
                raise _EndedError from None
            time.sleep(0.03)
        else:
            return
    raise SetupError(
        "The embedded database has not come up within ten minutes: see postgres.log in the data directory."
    )


def _create_database(address: str) -> None:
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        known = connection.execute("select from pg_database where datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"create database {DATABASE}")


def _check_room(data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free // 1_000_000
    if free < LEAST_ROOM:
        raise SetupError(
            f"The disk of {data_dir} is full ({free} MB left, {LEAST_ROOM} MB needed): free some "
            "space there, or choose another folder with RELATA_DATA_DIR."
        )


def _put_aside(log: Path) -> int:
    """The size of the log in bytes, after one that has grown too large was renamed."""
    size = log.stat().st_size if log.exists() else 0
    if size <= LARGEST_LOG:
        return size
    log.replace(log.with_suffix(".log.1"))
    return 0


def _wait_for_end(keeper: psutil.Process) -> None:
    """Of the guardian; as the zombie of a parent that does not look after it, it has ended too."""
    deadline = time.monotonic() + guardian.PATIENCE * 2
    while time.monotonic() < deadline:
        try:
            if not keeper.is_running() or keeper.status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.01)
    raise SetupError(f"The embedded database does not stop: end process {keeper.pid} by hand.")


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _hold(path: Path, kind: int) -> int:
    """An open descriptor of `path` with the lock; waits for it."""
    descriptor = _opened(path)
    fcntl.flock(descriptor, kind)
    return descriptor


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _hold(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _guarded(data_dir: Path) -> bool:
    """Whether a guardian lives: it holds its lock for as long as it does."""
    descriptor = _opened(data_dir / "guardian.lock")
    try:
        return not _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _nobody_else(use: int) -> bool:
    """Whether only this process uses the server: it, or the guardian, has the file for itself."""
    return _try(use, fcntl.LOCK_EX) or not _try(use, fcntl.LOCK_SH)
