"""Keeps a child process running: started again, ever more slowly, when it dies."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0
"""Seconds of running after which a death counts as the first again."""
GRACE = 10.0
"""Seconds that a child may take to end after SIGTERM."""
PARENT = "SUPERVISED_BY"
"""The variable that tells a child whose end is to be its own."""

log = structlog.get_logger()


@asynccontextmanager
async def supervised(command: Sequence[str]) -> AsyncIterator[None]:
    """`command` runs while the block does; at the end SIGTERM, and SIGKILL ten seconds later."""
    keeper = asyncio.create_task(_keep(command))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _keep(command: Sequence[str]) -> None:
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        code = await _run(command)
        if time.monotonic() - began > STEADY:
            pause = FIRST_PAUSE
        log.warning(
            "A supervised process ended; it is started again.",
            command=command[-1],
            code=code,
            pause=pause,
        )
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _run(command: Sequence[str]) -> int:
    """In a session of its own, so that Ctrl-C in a terminal reaches the parent alone."""
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, PARENT: str(os.getpid())},
        start_new_session=True,
    )
    try:
        return await child.wait()
    finally:
        if child.returncode is None:
            child.terminate()
            try:
                await asyncio.wait_for(child.wait(), GRACE)
            except TimeoutError:
                child.kill()
                await child.wait()
