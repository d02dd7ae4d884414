"""Real programs on a data folder of their own: servers to be called, killed and looked after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
import pytest
from psycopg import sql

from relata.database import open_database
from relata.settings import read_settings


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder with a workspace, and the key of a program with an administrator's rights."""

    environment: dict[str, str]
    key: str

    @contextmanager
    def database(self) -> Iterator[tuple[str, str]]:
        """Its database, started if no server runs: connection string, and the schema of the workspace."""
        folder = self.environment["RELATA_DATA_DIR"]
        with open_database(read_settings({"RELATA_DATA_DIR": folder}, Path(folder))) as running:
            found = rows(running.conninfo, "select schema_name from relata.workspace")
            yield running.conninfo, found[0][0]


@dataclass(frozen=True, slots=True)
class Server:
    """A running `relata serve`."""

    process: subprocess.Popen[str]
    client: httpx.Client

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        """What it answers; fails unless it agrees."""
        answer = self.client.request(method, path, json=json, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def dies_of(self, method: str, path: str, json: Any, **headers: str) -> None:
        with pytest.raises(httpx.TransportError):
            self.client.request(method, path, json=json, headers=headers)
        assert self.process.wait(20) == -signal.SIGKILL


@contextmanager
def settled_place() -> Iterator[Place]:
    """A new folder with a workspace and its administrator."""
    with tempfile.TemporaryDirectory(prefix="r-", ignore_cleanup_errors=True) as folder:
        yield settled(folder)


def settled(folder: str) -> Place:
    environment = {**os.environ, "RELATA_DATA_DIR": folder, "RELATA_PORT": "0"}
    with open_database(read_settings({"RELATA_DATA_DIR": folder}, Path(folder))):
        person = ("--email", "nora@halden.example", "--name", "Nora Feld", "--password", "four quiet probes hum")
        relata(environment, "init", *person)
        made = relata(environment, "key", "create", "--name", "a program", "--role", "administrator", "--json")
    return Place(environment, json.loads(made)["key"])


def relata(environment: dict[str, str], *words: str) -> str:
    program = [sys.executable, "-m", "relata", *words]
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@contextmanager
def serving(place: Place, failpoint: str | None = None) -> Iterator[Server]:
    """A server that is killed at a point, if one is named."""
    more = {"RELATA_FAILPOINT": failpoint} if failpoint else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "relata", "serve"],
        env={**place.environment, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = next(line for line in process.stdout if "http://" in line)
        headers = {"authorization": f"Bearer {place.key}"}
        with httpx.Client(base_url=f"{line[line.index('http://') :].strip()}/api/v1", headers=headers, timeout=20) as c:
            yield Server(process, c)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        process.stdout.close()


def rows(conninfo: str, text: str, values: Any = None, schema: str = "") -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return connection.execute(sql.SQL(text).format(schema=sql.Identifier(schema)), values).fetchall()
