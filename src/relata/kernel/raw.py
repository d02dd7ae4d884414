"""JSON that PostgreSQL built, passed through as the bytes it is."""

from __future__ import annotations

from psycopg.abc import Buffer
from psycopg.adapt import Loader


class RawJson(Loader):
    """Loads `json` (not `jsonb`) as bytes."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)
