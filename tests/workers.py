"""Workers for the tests: a job done in this process, and a real worker process that may be killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from psycopg.conninfo import conninfo_to_dict

from relata.assembly import APPS
from relata.kernel.app import App
from relata.kernel.installation import Installation
from relata.kernel.jobs.execute import execute
from tests.world import WORKSPACE, Caller, World


def data_folder(home: Path) -> Path:
    """Where the server of a world keeps its files, if `home` is the home of this process."""
    return home / ".local" / "share" / "relata"


def do_job(world: World, folder: Path, id_: str, apps: Iterable[App] = APPS) -> None:
    """Run a job here and now, as a worker would."""

    async def run() -> None:
        async with Installation.open(world.conninfo, apps, most=4, folder=folder) as installation:
            await execute(installation, WORKSPACE, id_)

    asyncio.run(run())


def database_url(conninfo: str) -> str:
    parts = conninfo_to_dict(conninfo)
    return f"postgresql://{parts['user']}@/{parts['dbname']}?host={quote(str(parts['host']), safe='')}"


def environment(world: World, folder: Path, **more: str) -> dict[str, str]:
    """The variables of a program that works on the world's database."""
    return {**os.environ, "RELATA_DATABASE_URL": database_url(world.conninfo), "RELATA_DATA_DIR": str(folder), **more}


@contextmanager
def worker(world: World, folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, killed at the end."""
    program = [sys.executable, "-m", "relata", "work"]
    with subprocess.Popen(program, env=environment(world, folder, **more), stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def until(check: Callable[[], Any], seconds: float = 40) -> Any:
    """What `check` gives as soon as that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


def send(caller: Caller, name: str, body: bytes, kind: str = "application/x-ndjson", **query: str) -> str:
    """Send a bulk; the id of its job."""
    answer = caller.client.request(
        "POST",
        f"/api/v1/records/{name}/bulk",
        params=query,
        content=body,
        headers={**caller.headers, "content-type": kind},
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    return str(answer.json()["id"])


def entries(caller: Caller, id_: str, which: str) -> list[Any]:
    """The rows of a job that succeeded, failed or were not reached."""
    answer = caller("GET", f"/jobs/{id_}/{which}")
    assert answer.status_code == 200, answer.text
    return [msgspec.json.decode(line) for line in answer.content.splitlines()]
