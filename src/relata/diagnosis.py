"""The checks of `relata doctor`: each finds one thing out and says how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg import AsyncConnection

from relata.assembly import APPS
from relata.database.binaries import find_binaries
from relata.database.cluster import cluster_folder
from relata.database.format import FORMAT, claim_data_directory
from relata.database.opening import open_database
from relata.database.owner import server_owner
from relata.database.requirements import survey_server
from relata.errors import SetupError
from relata.interface import INTERFACE, interface_state
from relata.kernel.drift.looking import drifts
from relata.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from relata.kernel.drift.finding import Drift
    from relata.settings import Settings

OLDEST_PYTHON = (3, 11)
SCARCE = 1_000
"""Megabytes of free disk below which the doctor warns."""


@dataclass(frozen=True)
class Finding:
    """What one check found; a `note` is worth knowing, a `failed` must be mended."""

    check: str
    state: Literal["ok", "note", "failed"]
    message: str


def diagnose(environment: Mapping[str, str], directory: Path, *, repair: bool = False) -> list[Finding]:
    """All findings, in the order of the start; what fails early leaves moot checks out. With `repair`, drift that can be
    mended without a choice is.
    """
    findings = [_checked("python", _python)]
    try:
        settings = read_settings(environment, directory)
    except SetupError as error:
        return [*findings, Finding("settings", "failed", error.message)]
    findings.append(Finding("settings", "ok", "All can be used."))
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("data directory", _data_directory),
        ("disk", _disk),
        ("database programs", _programs),
        ("database", _database),
        ("port", _port),
        ("interface", _interface),
    ]
    for name, check in checks:
        findings.append(_checked(name, lambda check=check: check(settings)))  # type: ignore[misc]  # the default binds the loop variable
        if name == "data directory" and findings[-1].state == "failed":
            break
        if name == "database" and findings[-1].state == "ok":
            findings += _drift(settings, repair=repair)
    for name in settings.databases:
        findings += _of_another(name, settings.at(name), repair=repair)
    return findings


def _of_another(name: str, settings: Settings, *, repair: bool) -> list[Finding]:
    """What is found of one of the further databases; its checks bear its name."""
    found = [_checked("database", lambda: _database(settings))]
    if found[0].state == "ok":
        found += _drift(settings, repair=repair)
    return [replace(finding, check=f"{finding.check} ({name})") for finding in found]


def _checked(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except SetupError as error:
        return Finding(name, "failed", error.message)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("python", "failed", f"Python {version} is too old: install 3.11 or later.")
    return Finding("python", "ok", f"Python {version}")


def _data_directory(settings: Settings) -> Finding:
    claim_data_directory(settings.data_dir)
    return Finding("data directory", "ok", f"{settings.data_dir} (format {FORMAT})")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free // 1_000_000
    if free < SCARCE:
        message = f"Only {free:,} MB are left on the disk of {settings.data_dir}: free some space there soon."
        return Finding("disk", "note", message)
    return Finding("disk", "ok", f"{free // 1000:,} GB free")


def _programs(settings: Settings) -> Finding:
    if settings.database_url is not None:
        return Finding("database programs", "ok", "Not needed: RELATA_DATABASE_URL names a server.")
    owner = server_owner(cluster_folder(settings.data_dir))
    binaries = find_binaries(settings.postgres_bin, owner)
    return Finding("database programs", "ok", f"PostgreSQL {binaries.major} in {binaries.folder}")


def _database(settings: Settings) -> Finding:
    with ExitStack() as stack:
        database = stack.enter_context(open_database(settings))
        survey = survey_server(database.conninfo)
        manner = "started for this check" if database.started_here else "already running"
    if settings.database_url is not None:
        manner = "yours"
    return Finding("database", "ok", f"PostgreSQL {survey.version}, {survey.encoding}, durable ({manner})")


def _drift(settings: Settings, *, repair: bool) -> list[Finding]:
    """Where catalog, database and files have come apart."""

    async def look(conninfo: str) -> list[Finding]:
        async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
            found = [drift async for drift in drifts(connection, APPS, settings.data_dir)]
            await connection.execute("set statement_timeout = 0")
            return [await _mended(connection, drift) if repair else _told(drift) for drift in found]

    with open_database(settings) as database:
        return asyncio.run(look(database.conninfo)) or [Finding("drift", "ok", "Catalog, database and files agree.")]


def _told(drift: Drift) -> Finding:
    hint = " (“relata doctor --repair” does)" if drift.repair else ""
    return Finding("drift", "note" if drift.note else "failed", f"{drift.place}: {drift.message}{hint}")


async def _mended(connection: AsyncConnection[Any], drift: Drift) -> Finding:
    if drift.repair is None:
        return _told(drift)
    try:
        await drift.repair(connection)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        return Finding("drift", "failed", f"{drift.place}: {drift.message} The repair failed: {reason}")
    return Finding("drift", "ok", f"{drift.place}: {drift.message} Repaired.")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.settimeout(2)
        if settings.port and probe.connect_ex((settings.host, settings.port)) == 0:
            message = f"Something already answers on port {settings.port}; if it is not Relata, set RELATA_PORT."
            return Finding("port", "note", message)
    return Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _interface(_settings: Settings) -> Finding:
    state = interface_state()
    if state == "missing":
        return Finding(
            "interface",
            "note",
            "The interface is not built: run ./relata once without RELATA_SKIP_UI.",
        )
    if state == "stale":
        return Finding(
            "interface",
            "note",
            "The interface is older than its sources: run ./relata to build it anew.",
        )
    return Finding("interface", "ok", str(INTERFACE))
