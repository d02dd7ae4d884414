"""`relata serve`: the web server, with its workers beside it."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable

import click
import structlog
from starlette.applications import Starlette

from relata.assembly import application
from relata.commands.running import settings
from relata.database import RunningDatabase, open_database
from relata.kernel.placement import Places
from relata.process.listening import address_of, listen
from relata.process.web import serve as serve_until_stopped
from relata.settings import Settings

EXAMPLES = """
\b
Examples:
  relata serve
  relata serve --host 0.0.0.0 --port 9000
"""


@click.command(epilog=EXAMPLES)
@click.option("--host", help="Address to listen on (RELATA_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (RELATA_PORT, 8000).")
def serve(host: str | None, port: int | None) -> int:
    """Serve the interface and the API until Ctrl-C or SIGTERM."""
    wanted = settings().with_address(host, port)
    with listen(wanted.host, wanted.port) as listener, open_database(wanted) as database:
        run(wanted, database, listener, lambda: click.echo(f"Relata is ready: {address_of(listener)}"))
    return 0


def run(wanted: Settings, database: RunningDatabase, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on an open database until stopped."""
    configure_logs(wanted.log_level)
    command = (sys.executable, "-m", "relata", "work")
    app = application(wanted, database.conninfo)
    serve_until_stopped(
        app,
        listener,
        opened=lambda: app.router.lifespan_context(app),
        workers=[command] * wanted.workers,
        log_level=wanted.log_level,
        ready=ready,
        stopping=lambda: end_streams(app),
    )


def end_streams(app: Starlette) -> None:
    """So that those who follow do not keep the server from stopping."""
    app.state.streams.ending = True
    places: Places = app.state.places
    for here in places.there.values():
        for feed in here.feeds.values():
            feed.wake()


def configure_logs(level: str) -> None:
    """One line of JSON per event on standard error; never the values of variables."""
    logging.basicConfig(level=level.upper(), format="%(message)s", stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
