"""A PostgreSQL that somebody else runs, reached by the address in `RELATA_DATABASE_URL`."""

from __future__ import annotations


class ExternalServer:
    """A server that is neither started nor stopped here."""

    started_here = False

    def __init__(self, url: str) -> None:
        self.conninfo = url

    def close(self) -> None:
        """Nothing is held, so there is nothing to let go of."""
