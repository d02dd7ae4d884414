"""The product as people start it, on a folder of its own, for benchmarks that make their data by SQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from relata.database import open_database
from relata.settings import read_settings


@contextmanager
def product(folder: Path) -> Iterator[tuple[str, str, str]]:
    """How its database is reached, its address, and an administrator's key. The folder is new, and gone in the end."""
    folder.mkdir(parents=True)
    try:
        environment = {**os.environ, "RELATA_DATA_DIR": str(folder), "RELATA_PORT": "0"}
        with open_database(read_settings({"RELATA_DATA_DIR": str(folder)}, folder)) as database:
            person = ("--email", "nora@halden.example", "--name", "Nora", "--password", "four quiet probes hum")
            command(environment, "init", *person)
            key = command(environment, "key", "create", "--name", "bench", "--role", "administrator").split()[-1]
            with serving(environment) as base:
                yield database.conninfo, base, key
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(environment: dict[str, str], *words: str) -> str:
    program = [sys.executable, "-m", "relata", *words]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    program = [sys.executable, "-m", "relata", "serve"]
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = next(line for line in process.stdout if "http://" in line)
            yield line[line.index("http://") :].strip()
        finally:
            process.terminate()


def caller(base: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{base}/api/v1", headers={"authorization": f"Bearer {key}"}, timeout=300)
