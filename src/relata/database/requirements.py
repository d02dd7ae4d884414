"""What Relata needs of any PostgreSQL, checked before anything is built on it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict

from relata.errors import SetupError

OLDEST_VERSION = 160000
CONNECT_TIMEOUT = 10
"""Seconds."""
REQUIRED_EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")
DURABLE_SETTINGS = ("fsync", "full_page_writes")

_SURVEY = """
select current_setting('server_version_num')::int,
       current_setting('server_version'),
       current_setting('server_encoding'),
       array(select name from pg_settings
             where name = any(%(durable)s) and setting = 'off' order by 1),
       array(select wanted from unnest(%(extensions)s::text[]) wanted
             where not exists (select from pg_available_extensions where name = wanted) order by 1)
"""


class Unreachable(SetupError):
    """The server does not answer, or ends while it is asked."""


def check_server(conninfo: str) -> Survey:
    """The survey of a server that Relata can rely on; raises SetupError where it cannot."""
    survey = survey_server(conninfo)
    fault = survey.fault()
    if fault:
        raise SetupError(fault)
    return survey


def survey_server(conninfo: str) -> Survey:
    """What the server says about itself; raises SetupError when it does not answer."""
    parameters = {"durable": list(DURABLE_SETTINGS), "extensions": list(REQUIRED_EXTENSIONS)}
    try:
        with psycopg.connect(conninfo, connect_timeout=CONNECT_TIMEOUT) as connection:
            row = connection.execute(_SURVEY, parameters).fetchone()
    except psycopg.Error as error:
        raise Unreachable(_unreachable(conninfo, error)) from error
    if row is None:
        raise SetupError("The database answered a survey of itself with nothing; check what serves it.")
    number, version, encoding, off, missing = row
    return Survey(number, version, encoding, tuple(off), tuple(missing))


@dataclass(frozen=True)
class Survey:
    """What a server is, as far as Relata cares; `number` is PostgreSQL's `server_version_num`."""

    number: int
    version: str
    encoding: str
    durability_off: tuple[str, ...]
    missing_extensions: tuple[str, ...]

    def fault(self) -> str | None:
        """The sentence that says what must be mended first, or nothing."""
        if self.number < OLDEST_VERSION:
            return (
                f"The database is PostgreSQL {self.version}, but Relata needs 16 or later: "
                "upgrade it, or leave RELATA_DATABASE_URL out to use the embedded one."
            )
        if self.encoding != "UTF8":
            return (
                f"The database stores its text as {self.encoding}: create it anew with ENCODING "
                "'UTF8' and point RELATA_DATABASE_URL to that."
            )
        if self.durability_off:
            names = " and ".join(self.durability_off)
            return (
                f"The database runs with {names} off and would lose data in a crash: set it to on "
                "in postgresql.conf and restart the server."
            )
        if self.missing_extensions:
            names = ", ".join(self.missing_extensions)
            return (
                f"The database server lacks the extension {names}: install PostgreSQL's contrib "
                "package (postgresql-contrib) on it."
            )
        return None


def _unreachable(conninfo: str, error: psycopg.Error) -> str:
    try:
        parts = conninfo_to_dict(conninfo)
    except psycopg.Error:
        return "RELATA_DATABASE_URL is no address that PostgreSQL's client understands; write postgresql://user:password@host:5432/name."
    place = f"{parts.get('host') or 'the local socket'}, port {parts.get('port') or 5432}"
    reason = " ".join(str(error).split()).rstrip(".")
    return (
        f"The database “{parts.get('dbname') or parts.get('user') or ''}” at {place} cannot be "
        f"used: {reason}; start the server or mend RELATA_DATABASE_URL."
    )
