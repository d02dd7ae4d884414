"""What commands share that work on the database: it is opened, the installation loaded, and the
command acts as the system itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click
import psycopg
from rich.console import Console
from rich.markup import escape
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

from relata.assembly import APPS
from relata.database import open_database
from relata.errors import Conflict, NotFound, SetupError
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation, migrate_all
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.workspace import Workspace
from relata.settings import HOME, Settings, read_settings

Result = TypeVar("Result")
Opening = contextlib.AbstractAsyncContextManager[Installation]


def read_all() -> Settings:
    """The settings with all databases."""
    return read_settings(os.environ, Path.cwd())


def settings() -> Settings:
    """Those of the environment, of the database that «--database» names."""
    wanted = read_all()
    context = click.get_current_context(silent=True)
    name = context.find_root().params.get("database") if context else None
    return wanted if name is None else wanted.at(name)


def run_on_installation(work: Callable[[Installation], Awaitable[Result]], workspace: str | None = None) -> Result:
    """Open the database that has the workspace (or attach to the one that serves), do the work, and let go of it."""
    with open_installation(settings_of(workspace)) as opening:

        async def run() -> Result:
            async with opening as installation:
                return await work(installation)

        return asyncio.run(run())


@contextlib.contextmanager
def open_installation(wanted: Settings) -> Iterator[Opening]:
    """One database, for as long as the block runs; what is given is entered once."""
    with open_database(wanted) as database:
        yield Installation.open(database.conninfo, APPS, most=8, longest=600, folder=wanted.data_dir)


def settings_of(workspace: str | None) -> Settings:
    """The settings of the database that has a workspace: of the only one where none is named, of the first where none has it."""
    wanted = settings()
    if not wanted.databases:
        return wanted
    found = [
        name
        for name in (HOME, *wanted.databases)
        for known in workspaces_in(wanted.at(name))
        if workspace in (None, known)
    ]
    return wanted.at(found[0] if len(found) == 1 else HOME)


def place_of(workspace: str, but: str) -> str:
    """The database from which a workspace moves into another, `but` that one; any, where nothing is left of it but what has arrived
    there. Raises NotFound.
    """
    wanted = read_all()
    wanted.at(but)
    others = [name for name in (HOME, *wanted.databases) if name != but]
    found = [name for name in others if workspace in workspaces_in(wanted.at(name), "arriving is null")]
    if others and not found and workspace in workspaces_in(wanted.at(but), "arriving is not null"):
        found = others
    if not found:
        raise NotFound(f"There is no workspace «{workspace}» to move; “relata workspace list” shows them.")
    return found[0]


def workspaces_in(wanted: Settings, condition: str = "arriving is null and not dropping") -> list[str]:
    """The workspaces of a database, those that are there and nowhere else, or others by a condition."""
    with open_database(wanted) as database, psycopg.connect(database.conninfo) as connection:
        if connection.execute("select to_regclass('relata.workspace')").fetchone() == (None,):
            return []
        migrate_all(database.conninfo)
        rows = connection.execute(f"select name from relata.workspace where {condition} order by name".encode())
        return [name for (name,) in rows.fetchall()]


def refuse_elsewhere(workspace: str) -> None:
    """Raises Conflict where another database has a workspace of that name: a key tells no more than the name."""
    all_ = read_all()
    own = settings()
    for name in (HOME, *all_.databases) if all_.databases else ():
        there = all_.at(name)
        if there.data_dir != own.data_dir and workspace in workspaces_in(there):
            raise Conflict(f"There is already a workspace «{workspace}», in the database {name}.")


async def chosen(installation: Installation, name: str | None) -> Workspace:
    """The workspace that an option names, or the only one."""
    if not installation.register:
        raise SetupError("There is no workspace yet: run «relata init» or «relata demo» first.")
    return await installation.find(name)


@contextlib.contextmanager
def counted(what: str) -> Iterator[Callable[[str, int], None]]:
    """Shows on standard error what is being worked on and how many bytes are done, where somebody looks."""
    columns = (TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as progress:
        task = progress.add_task(what, total=None)

        def told(name: str, count: int) -> None:
            progress.update(task, advance=count, description=f"{what} {escape(name)}")

        yield told


@contextlib.asynccontextmanager
async def as_system(installation: Installation, workspace: Workspace) -> AsyncIterator[Ctx]:
    """Operations with every right, in nobody's name, through the command line."""
    actor = Actor(
        principal=SYSTEM, role=workspace.role("administrator"), through="command line", time_zone=workspace.time_zone
    )
    async with installation.context(workspace, actor) as ctx:
        yield ctx
