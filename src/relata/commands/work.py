"""`relata work`: a worker process for jobs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

import click

from relata.assembly import placed
from relata.commands.running import settings
from relata.commands.serve import configure_logs
from relata.database import open_database
from relata.kernel.installation import Installation
from relata.kernel.jobs.worker import work as work_until
from relata.process.parent import end_with_parent
from relata.settings import Settings

EXAMPLES = """
\b
Examples:
  relata work        beside a running server, or with a database of its own
"""


@click.command(epilog=EXAMPLES)
def work() -> int:
    """Do the jobs of all workspaces until Ctrl-C or SIGTERM.

    A server keeps RELATA_WORKERS of these running by itself; start more where there is more to do.
    """
    end_with_parent()
    wanted = settings()
    configure_logs(wanted.log_level)
    with open_database(wanted) as database:
        asyncio.run(run(database.conninfo, wanted))
    return 0


async def run(conninfo: str, wanted: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    @contextlib.asynccontextmanager
    async def working(here: Installation) -> AsyncIterator[None]:
        task = asyncio.create_task(work_until(here.conninfo, here, stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async with placed(wanted, conninfo, working, most=6, longest=60):
        await stop.wait()
