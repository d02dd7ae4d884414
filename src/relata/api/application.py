"""The application: routes, and the headers of every answer."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from relata.api import (
    auth,
    bulk,
    catalog,
    currencies,
    files,
    imports,
    jobs,
    keys,
    live,
    objects,
    openapi,
    record_routes,
    rules,
    schedules,
    search,
    trash,
)  # fmt: skip
from relata.api.edge import answer, places
from relata.api.figures import figures
from relata.api.headers import Headers
from relata.api.interface import files as pages
from relata.api.observing import Observer
from relata.api.operation import TEXT, WHOLE, Described, Operation, shape
from relata.api.problems import broken, problem, refused, request_id
from relata.api.rate import Rate
from relata.errors import RelataError
from relata.kernel.placement import Places

STATUS = shape({"status": TEXT}, "status")
ALIVE = Operation(name="alive", summary="The server is alive", tag="running", open=True, answers={200: STATUS})
AWAY = shape({"status": TEXT, "workspaces": WHOLE, "away": {"type": "array", "items": TEXT}}, "status", "workspaces")
READY = Operation(name="ready", summary="The database answers", tag="running", open=True, answers={200: AWAY})
METRICS = Operation(
    name="metrics",
    summary="Figures for Prometheus, on this machine only",
    tag="running",
    open=True,
    answers={200: {"type": "string"}},
    told=("text/plain",),
    refusals=(403,),
)
Opening = Callable[[], contextlib.AbstractAsyncContextManager[Places]]


def application(opening: Opening, interface: Path | None, rate: int = 0, observer: Observer | None = None) -> Starlette:
    """The ASGI application; `opening` opens its databases for as long as it runs. `rate` is how many requests a
    second a key or session may send (0: any number), `observer` hears what
    requests took.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opening() as running:
            app.state.places = running
            yield

    routes = [
        *record_routes.ROUTES,
        *auth.ROUTES,
        *catalog.ROUTES,
        *currencies.ROUTES,
        *openapi.ROUTES,
        *bulk.ROUTES,
        *files.ROUTES,
        *imports.ROUTES,
        *jobs.ROUTES,
        *objects.ROUTES,
        *rules.ROUTES,
        *schedules.ROUTES,
        *search.ROUTES,
        *trash.ROUTES,
        *keys.ROUTES,
        *live.ROUTES,
    ]
    app = Starlette(
        routes=[
            Mount("/api/v1", routes=routes),
            Described("GET", "/healthz", healthy, ALIVE),
            Described("GET", "/readyz", ready, READY),
            Described("GET", "/metrics", metrics, METRICS),
            Route("/{path:path}", pages(interface), methods=["GET"]),
        ],
        lifespan=lifespan,
        exception_handlers={RelataError: refused, HTTPException: refused, Exception: broken},
    )
    limit = Rate(rate)
    app.state.streams = live.Streams()
    app.state.rate = limit if rate else None
    app.add_middleware(Headers, rate=limit, observer=observer or Observer())
    return app


async def healthy(_request: Request) -> Response:
    return answer({"status": "alive"})


async def ready(request: Request) -> Response:
    """Ready is who can serve what the first database has; of the others it is told which are away."""
    here = places(request)
    async with here.home.connection() as connection:
        await connection.execute("select 1")
    count = sum(len(one.register) for one in here.there.values())
    return answer({"status": "ready", "workspaces": count, **({"away": sorted(here.away)} if here.away else {})})


async def metrics(request: Request) -> Response:
    host = request.client.host if request.client else ""
    if host not in ("127.0.0.1", "::1", "testclient"):
        return problem(403, "denied", "Metrics are told on this machine only.", (), request_id(request))
    now = generate_latest(await figures(places(request)))
    return Response(generate_latest() + now, media_type=CONTENT_TYPE_LATEST)
