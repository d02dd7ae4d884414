"""Serves an ASGI application until Ctrl-C or SIGTERM, with supervised workers beside it."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, nullcontext
from typing import TYPE_CHECKING, Any

import uvicorn

from relata.process.protocol import Protocol
from relata.process.supervision import supervised

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

GRACE = 10
"""Seconds that open requests may take to end after the wish to stop."""


def serve(  # noqa: PLR0913 — all that a server is told
    application: Any,
    listener: socket.socket,
    *,
    workers: Sequence[Sequence[str]] = (),
    opened: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
    log_level: str = "info",
    ready: Callable[[], None] = lambda: None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve `application` on `listener` and keep each of `workers` running, until asked to stop.

    `opened` holds what the application works on; what it raises is raised here, before a request is
    taken. `ready` is called once requests are answered, `stopping` when they are to end. Must be called from the main thread: it owns the
    signals.
    """
    config = uvicorn.Config(
        application,
        http=Protocol,
        log_level=log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=75,
        log_config=None,
        lifespan="off",  # it would print a traceback where a sentence is wanted
    )
    server = _Server(config, ready, stopping)
    before = {
        number: signal.signal(number, server.handle_exit)  # also before uvicorn catches them,
        for number in (signal.SIGINT, signal.SIGTERM)  # and when it raises them anew at its end
    }
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(server, listener, workers, opened))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _serve(
    server: uvicorn.Server,
    listener: socket.socket,
    workers: Sequence[Sequence[str]],
    opened: Callable[[], AbstractAsyncContextManager[object]],
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(opened())
        for command in workers:
            await stack.enter_async_context(supervised(command))
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it is ready and when it stops, which uvicorn itself only writes into its log."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own start, then the call."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The call, so that what would go on for ever ends, then uvicorn's own end."""
        self._stopping()
        await super().shutdown(sockets)
