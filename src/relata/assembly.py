"""The whole system on one screen: which apps there are, and how a process is put together of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette

from relata.api.application import application as make_application
from relata.api.observing import Observer
from relata.api.tracing import open_tracing
from relata.apps import core, marketing, sales, service
from relata.kernel.events.relaying import relaying
from relata.kernel.installation import Installation
from relata.kernel.tenancy.deleting import deleting
from relata.settings import Settings

APPS = (core.APP, sales.APP, service.APP, marketing.APP)
INTERFACE = Path(__file__).parent / "web"


def application(settings: Settings, conninfo: str) -> Starlette:
    """The ASGI application of a web process."""
    tracing = open_tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None
    observer = Observer(settings.slow / 1000 if settings.slow else None, tracing, settings.log_level == "debug")

    @contextlib.asynccontextmanager
    async def opening() -> AsyncIterator[Installation]:
        async with Installation.open(conninfo, APPS, folder=settings.data_dir) as running:
            running.most_held = settings.workspaces_held
            running.largest_file = settings.file_megabytes * 1_000_000
            async with relaying(running), deleting(running):
                yield running
        if tracing:
            await asyncio.to_thread(tracing.close)

    return make_application(opening, INTERFACE, settings.rate, observer)
