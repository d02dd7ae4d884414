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

from rich.console import Console
from rich.markup import escape
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

from relata.assembly import APPS
from relata.database import open_database
from relata.errors import SetupError
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.workspace import Workspace
from relata.settings import Settings, read_settings

Result = TypeVar("Result")


def settings() -> Settings:
    return read_settings(os.environ, Path.cwd())


def run_on_installation(work: Callable[[Installation], Awaitable[Result]]) -> Result:
    """Open the database (or attach to the one that serves), do the work, and let go of it."""
    wanted = settings()
    with open_database(wanted) as database:

        async def run() -> Result:
            async with Installation.open(
                database.conninfo, APPS, most=4, longest=600, folder=wanted.data_dir
            ) as installation:
                return await work(installation)

        return asyncio.run(run())


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
