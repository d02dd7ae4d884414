"""The PostgreSQL of the tests: one embedded server for all processes of a run."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import structlog
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from relata.database import RunningDatabase, open_database
from relata.settings import read_settings
from tests.world import FOLDER, World, database_like, inhabited, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="relata-")
    for name in [name for name in os.environ if name.startswith("RELATA_")]:
        if name != "RELATA_CHROMIUM":
            del os.environ[name]  # the settings of whoever runs the tests are none of theirs
    log_plainly()
    settings.register_profile("house", deadline=None)  # how long an example takes depends on who else uses the machine
    settings.load_profile("house")


def log_plainly() -> None:
    """Tracebacks without the values of every frame: a whole application stands in those, and takes minutes to print."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.dev.set_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[RunningDatabase]:
    """The server of this run: started by the first process that needs it, stopped by the last."""
    variables = {"RELATA_DATA_DIR": str(Path(os.environ[FOLDER]) / "data")}
    with open_database(read_settings(variables, Path(os.environ[FOLDER]))) as running:
        yield running


@pytest.fixture
def database(server: RunningDatabase) -> Iterator[str]:
    """The connection string of an empty database of this test's own, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield make_conninfo(server.conninfo, dbname=name)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for a socket, which pytest's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix="r-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: RunningDatabase) -> Iterator[tuple[str, dict[str, str]]]:
    """A database with the world's workspace and people, to be copied; its name, and who is who."""
    name = f"world_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        people = prepare(make_conninfo(server.conninfo, dbname=name))
        yield name, people
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def world(server: RunningDatabase, template: tuple[str, dict[str, str]]) -> Iterator[World]:
    """A world of this test's own."""
    with (
        database_like(server.conninfo, template[0], f"w_{uuid.uuid4().hex[:12]}") as conninfo,
        inhabited(conninfo, template[1]) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def module_world(server: RunningDatabase, template: tuple[str, dict[str, str]]) -> Iterator[World]:
    """A world that the tests of one file share: each brings what it looks at."""
    with (
        database_like(server.conninfo, template[0], f"m_{uuid.uuid4().hex[:12]}") as conninfo,
        inhabited(conninfo, template[1]) as made,
    ):
        yield made
