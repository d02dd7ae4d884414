"""A kind of job as a value, and what a running one is given."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx, Reloading, not_reshaped
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q

if TYPE_CHECKING:
    from relata.kernel.workspace import Workspace

BEAT = 0.5
"""Seconds between two writings of the progress: at most twice a second."""


class Cancelled(Exception):
    """Somebody asked the job to end."""


class Again(Exception):
    """The job must be taken up again, `delay` seconds from now."""

    def __init__(self, delay: float) -> None:
        super().__init__(f"again in {delay:g} s")
        self.delay = delay


class Host(Reloading, Protocol):
    """What jobs need of the installation that they run in."""

    jobs: Mapping[str, Job]
    objects: tuple[Object, ...]
    folder: Path | None
    stopping: bool

    async def workspace(self, name: str) -> Workspace:
        """A workspace by name; raises NotFound or Suspended."""

    def connection(self, schema: str = "") -> contextlib.AbstractAsyncContextManager[psycopg.AsyncConnection[Any]]:
        """A connection in autocommit, one that has met the schema where it can be."""


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a job: whose, with which arguments, and how it tells how far it is."""

    host: Host
    workspace: Workspace
    id: str
    actor: Actor
    arguments: dict[str, Any]
    done: int = 0
    failed: int = 0
    _told: float = field(default=0.0)

    @contextlib.asynccontextmanager
    async def context(self) -> AsyncIterator[Ctx]:
        """An operation of the actor; its changes have this job as their cause. Raises Reshaped where the schema has changed
        under it: it can be done again with what is there now.
        """
        schema = self.workspace.schema
        async with not_reshaped(self.host, self.workspace), self.host.connection(schema) as connection:
            access = self.workspace.access(self.actor)
            yield Ctx(self.workspace, access, connection, given_cause=self.id, shown=False)
        self.workspace.woken()

    async def going_on(self) -> None:
        """Whether to go on; raises Cancelled or Again as `progress` does."""
        if self.host.stopping or self.workspace.suspended:
            raise Again(0)
        text = f"select cancel from {q(self.workspace.schema)}._job where id = %s"
        async with self.host.connection() as connection:
            row = await (await connection.execute(text.encode(), [self.id])).fetchone()
        if row is None or row[0]:
            raise Cancelled

    async def progress(self, done: int, failed: int = 0, total: int | None = None) -> None:
        """Tell how far the job is and whether to go on; written at most twice a second.

        Raises Cancelled when somebody asked for it, and Again when this worker is to stop.
        """
        self.done, self.failed = done, failed
        if self.host.stopping or self.workspace.suspended:
            raise Again(0)
        if total is None and time.monotonic() - self._told < BEAT:
            return
        self._told = time.monotonic()
        text = (
            f"update {q(self.workspace.schema)}._job set done = %s, failed = %s, total = coalesce(%s, total), beat_at = now() "
            "where id = %s returning cancel"
        )
        async with self.host.connection() as connection:
            row = await (await connection.execute(text.encode(), [done, failed, total, self.id])).fetchone()
        if row is None or row[0]:
            raise Cancelled


@dataclass(frozen=True, slots=True)
class Repeated:
    """How schedules repeat a kind of job. `arguments` are those of a run, made of what the schedule says it does and checked
    for the actor: it raises what the kind refuses. `present` is what it says with every name as it is now.
    """

    arguments: Callable[[Ctx, dict[str, Any]], dict[str, Any]]
    present: Callable[[Catalog, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`run` does the work; it must be able to go on where a run before it ended. Schedules repeat it where it says how."""

    kind: str
    run: Callable[[Run], Awaitable[None]]
    repeated: Repeated | None = None
