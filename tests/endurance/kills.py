"""A server that is used by many while one of its processes after the other is killed."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import psutil

from tests.database.launching import postmaster
from tests.endurance.callers import Administrator, Caller, Follower, Loader
from tests.endurance.checker import findings
from tests.serving import Place, rows
from tests.workers import until

SHORTEST, LONGEST = 0.1, 2.5
"""Seconds between being ready and the next kill."""


class Program:
    """`relata serve` at an address that stays, to be killed and started again."""

    def __init__(self, place: Place) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {**place.environment, "RELATA_PORT": str(port), "RELATA_RATE": "0"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = [sys.executable, "-m", "relata", "serve"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(program, env=self.environment, stdout=quiet, stderr=quiet)

    def ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            self.start()
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def processes(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


@contextmanager
def running(place: Place) -> Iterator[Program]:
    program = Program(place)
    program.start()
    try:
        until(program.ready, 60)
        yield program
    finally:
        program.stop()


def kill_server(program: Program, _folder: Path, _chance: random.Random) -> None:
    assert program.process is not None
    program.process.kill()
    program.process.wait(20)


def kill_worker(program: Program, _folder: Path, chance: random.Random) -> None:
    workers = [process for process in program.processes() if "work" in process.cmdline()]
    if workers:
        chance.choice(workers).kill()


def kill_postgres(_program: Program, folder: Path, _chance: random.Random) -> None:
    postmaster(folder).kill()


def kill_backend(_program: Program, folder: Path, chance: random.Random) -> None:
    """One of PostgreSQL's own processes: all the others end as well, and it recovers."""
    if backends := postmaster(folder).children():
        chance.choice(backends).kill()


VICTIMS: dict[str, tuple[int, Callable[[Program, Path, random.Random], None]]] = {
    "server": (5, kill_server),
    "worker": (2, kill_worker),
    "postgres": (2, kill_postgres),
    "backend": (2, kill_backend),
}


def kill_at_random(
    place: Place, kills: int, clients: int, seed: int, tell: Callable[[str], None] = lambda _: None
) -> tuple[Counter[str], list[str]]:
    """How often what was done and ended how, and what is wrong afterwards, in sentences."""
    chance = random.Random(seed)
    folder = Path(place.environment["RELATA_DATA_DIR"])
    with place.database() as (conninfo, schema), running(place) as program:
        callers = [Caller(program.address, place.key, f"caller {number}", seed) for number in range(clients)]
        callers += [
            Loader(program.address, place.key, "loader", seed),
            Administrator(program.address, place.key, "administrator", seed),
        ]
        follower = Follower(program.address, place.key)
        for thread in (*callers, follower):
            thread.start()
        for number in range(kills):
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            victim = chance.choices(list(VICTIMS), [weight for weight, _ in VICTIMS.values()])[0]
            try:
                VICTIMS[victim][1](program, folder, chance)
            except (psutil.NoSuchProcess, FileNotFoundError):
                continue  # it had gone already
            until(program.ready, 90)
            tell(f"{number + 1} {victim}")
        for caller in callers:
            caller.ended.set()
        for caller in callers:
            caller.join(120)
        settled(conninfo, schema)
        last = rows(conninfo, "select max(seq) from {schema}._event", schema=schema)[0][0]
        with contextlib.suppress(AssertionError):
            until(lambda: follower.seen and follower.seen[-1] >= last, 60)
        follower.ended.set()
        wrong = findings(conninfo, schema, callers, follower)
        if not follower.seen or follower.seen[-1] < last:
            wrong.append(f"the follower is at {follower.number} of {last}: {follower.told()}")
        wrong += [f"{caller.name} never came to an end" for caller in callers if caller.is_alive()]
        counted = Counter(f"{deed.kind} {deed.outcome}" for caller in callers for deed in caller.deeds)
        return counted + Counter({"events": last}), wrong


def settled(conninfo: str, schema: str) -> None:
    """All that was committed is numbered."""
    waiting = "select count(*) from {schema}._outbox where xid > (select xid from {schema}._sequence)"
    until(lambda: rows(conninfo, waiting, schema=schema) == [(0,)], 60)
