"""The databases of a process, and which of them has a workspace. Each is an installation of its own, with register, people, queue
and files; the first is always there, the others come and go while the process runs.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

import psycopg
import structlog

from relata.errors import RelataError, Unavailable
from relata.kernel.installation import Installation

Opening = Callable[[], contextlib.AbstractAsyncContextManager[Installation]]
HOME = "main"
FIRST = 10.0
"""Seconds that a start waits for the databases that are not the first."""
AGAIN = 2.0
"""Seconds after which one that is away is tried again."""
LOG = structlog.get_logger("relata.placement")


class Places:
    """`there` are the installations that are open, by the names of their databases; `away` those that are not."""

    def __init__(self, home: Installation, others: Mapping[str, Opening]) -> None:
        self.home = home
        self.there: dict[str, Installation] = {HOME: home}
        self.away = set(others)
        self._holding = {name: asyncio.create_task(self._hold(name, opening)) for name, opening in others.items()}
        self._tried = {name: asyncio.Event() for name in others}

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, home: Opening, others: Mapping[str, Opening]) -> AsyncIterator[Places]:
        """The first must open; the others are tried again for as long as the block runs."""
        async with home() as first:
            places = cls(first, others)
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(FIRST):
                        for tried in places._tried.values():
                            await tried.wait()
                yield places
            finally:
                for task in places._holding.values():
                    task.cancel()
                await asyncio.gather(*places._holding.values(), return_exceptions=True)

    async def _hold(self, name: str, opening: Opening) -> None:
        while True:
            try:
                async with opening() as opened:
                    self.there[name] = opened
                    self.away.discard(name)
                    self._tried[name].set()
                    await asyncio.Event().wait()
            except (RelataError, psycopg.Error, OSError) as error:
                LOG.warning("database_away", database=name, error=str(error))
            finally:
                self.there.pop(name, None)
                self.away.add(name)
                self._tried[name].set()
            await asyncio.sleep(AGAIN)

    def of(self, workspace: str) -> Installation:
        """The one that has a workspace, or the first where none has; raises Unavailable where that cannot be told."""
        if not self._holding:
            return self.home
        found = [(here, entry) for here in self.there.values() if (entry := here.register.get(workspace))]
        settled = [here for here, entry in found if not entry.arriving and not entry.dropping]
        if len(settled) > 1:
            raise Unavailable(f"Two databases have a workspace «{workspace}»: whoever runs this server must end one.")
        if settled or found:
            return (settled or [here for here, _ in found])[0]
        if self.away:
            raise Unavailable("A database does not answer; try again in a moment.")
        return self.home
