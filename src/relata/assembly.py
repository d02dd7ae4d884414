"""The whole system on one screen: which apps there are, and how a process is put together of them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette

from relata.api.application import application as make_application
from relata.apps import core, marketing, sales, service
from relata.kernel.events.relay import relaying
from relata.kernel.installation import Installation
from relata.settings import Settings

APPS = (core.APP, sales.APP, service.APP, marketing.APP)
INTERFACE = Path(__file__).parent / "web"


def application(settings: Settings, conninfo: str) -> Starlette:
    """The ASGI application of a web process."""

    @contextlib.asynccontextmanager
    async def opening() -> AsyncIterator[Installation]:
        async with Installation.open(conninfo, APPS, folder=settings.data_dir) as running, relaying(running):
            yield running

    return make_application(opening, INTERFACE, settings.rate)
