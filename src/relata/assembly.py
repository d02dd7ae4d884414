"""The whole system on one screen: which apps there are, and how a process is put together of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from relata.api.application import application as make_application
from relata.api.observing import Observer
from relata.api.tracing import open_tracing
from relata.apps import core, marketing, sales, service
from relata.database import open_database
from relata.kernel.events.relaying import relaying
from relata.kernel.installation import Installation
from relata.kernel.placement import Places
from relata.kernel.tenancy.deleting import deleting
from relata.settings import Settings

APPS = (core.APP, sales.APP, service.APP, marketing.APP)
Beside = Callable[[Installation], contextlib.AbstractAsyncContextManager[None]]
INTERFACE = Path(__file__).parent / "web"


def application(settings: Settings, conninfo: str) -> Starlette:
    """The ASGI application of a web process."""
    tracing = open_tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None
    observer = Observer(settings.slow / 1000 if settings.slow else None, tracing, settings.log_level == "debug")

    @contextlib.asynccontextmanager
    async def serving(running: Installation) -> AsyncIterator[None]:
        running.largest_file = settings.file_megabytes * 1_000_000
        async with relaying(running), deleting(running):
            yield

    @contextlib.asynccontextmanager
    async def opening() -> AsyncIterator[Places]:
        async with placed(settings, conninfo, serving) as places:
            yield places
        if tracing:
            await asyncio.to_thread(tracing.close)

    return make_application(opening, INTERFACE, settings.rate, observer)


def placed(
    settings: Settings, conninfo: str, beside: Beside, most: int = 12, longest: int = 15
) -> contextlib.AbstractAsyncContextManager[Places]:
    """All databases of the settings, the first under `conninfo`; with each runs what is to run `beside` it. `most` connections each."""

    @contextlib.asynccontextmanager
    async def opening(own: Settings, conninfo: str | None) -> AsyncIterator[Installation]:
        if conninfo is None:
            with await asyncio.to_thread(open_database, own) as database:
                address = database.conninfo
        else:
            address = conninfo
        async with Installation.open(address, APPS, most, longest, own.data_dir) as running:
            running.most_held = own.workspaces_held
            async with beside(running):
                yield running

    others = {name: partial(opening, settings.at(name), None) for name in settings.databases}
    return Places.open(partial(opening, settings, conninfo), others)
