"""Opens the database that the settings ask for and makes sure that Relata can rely on it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from relata.database.embedded import EmbeddedServer
from relata.database.external import ExternalServer
from relata.database.format import claim_data_directory, refuse_unfinished
from relata.database.requirements import Unreachable, check_server
from relata.settings import Settings

PAUSES = (0.2, 0.5, 1.0, 2.0, None)
"""Seconds before a server that was ending when we joined it is looked for again; after the last, it is given up."""


def open_database(settings: Settings, *, restoring: bool = False) -> RunningDatabase:
    """A database that is up and checked: that of `database_url`, else the embedded one.

    Raises SetupError with one sentence that says what to do, also where a restore was not finished, unless it is
    `restoring` again.
    """
    claim_data_directory(settings.data_dir)
    if not restoring:
        refuse_unfinished(settings.data_dir)
    for pause in PAUSES:
        server = serving(settings)
        try:
            check_server(server.conninfo)
        except BaseException as error:
            server.close()
            ending = isinstance(error, Unreachable) and settings.database_url is None and not server.started_here
            if not ending or pause is None:
                raise
            time.sleep(pause)  # we joined one that was ending
        else:
            break
    return RunningDatabase(server)


def serving(settings: Settings) -> Server:
    if settings.database_url is not None:
        return ExternalServer(settings.database_url)
    return EmbeddedServer.open(settings.data_dir, settings.postgres_bin)


class Server(Protocol):
    """What each provider of a database offers."""

    @property
    def conninfo(self) -> str:
        """The libpq connection string."""

    @property
    def started_here(self) -> bool:
        """Whether this process started the server."""

    def close(self) -> None:
        """Let go of the server."""


class RunningDatabase(AbstractContextManager["RunningDatabase"]):
    """A database in use by this process; closing stops an embedded server that nobody else uses."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.conninfo = server.conninfo
        self.started_here = server.started_here

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self._server.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
