"""A database that goes away under a running server and worker, and comes back: requests meanwhile are
refused in the house's form, and everything goes on by itself without loss.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
import pytest

from tests.database.launching import postmaster
from tests.serving import Place, Server, rows, serving, settled_place
from tests.sound import unsettled
from tests.workers import until

pytestmark = pytest.mark.slow
ROWS = 40_000
AWAY = 4.0
"""Seconds for which the database is gone at least; it stays away until somebody was refused."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with settled_place() as made:
        yield made


class Caller(threading.Thread):
    """Somebody who creates notes one after the other and writes down what they are told."""

    def __init__(self, server: Server, prefix: str) -> None:
        super().__init__(daemon=True)
        self.server, self.prefix = server, prefix
        self.done = threading.Event()
        self.answers: list[tuple[float, httpx.Response]] = []

    def run(self) -> None:
        while not self.done.is_set():
            note = {"title": f"{self.prefix} {len(self.answers)}"}
            began = time.monotonic()
            answer = self.server.client.request("POST", "/records/note", json=note)
            self.answers.append((time.monotonic() - began, answer))
            time.sleep(0.02)

    def refused(self) -> list[tuple[float, httpx.Response]]:
        return [(seconds, answer) for seconds, answer in self.answers if answer.status_code != 201]

    def promised(self) -> set[str]:
        return {answer.json()["title"] for _, answer in self.answers if answer.status_code == 201}


def guardian(place: Place) -> psutil.Process:
    state = json.loads((folder(place) / "server.json").read_text("utf-8"))
    return psutil.Process(state["guardian"])


def folder(place: Place) -> Path:
    return Path(place.environment["RELATA_DATA_DIR"])


def send_bulk(server: Server, prefix: str) -> str:
    body = "\n".join(json.dumps({"name": f"{prefix} {number}"}) for number in range(ROWS))
    answer = server.client.request(
        "POST", "/records/account/bulk", content=body, headers={"content-type": "application/x-ndjson"}
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def job(server: Server, id_: str) -> Any:
    return server.call("GET", f"/jobs/{id_}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_everything_goes_on_when_the_database_was_stopped_and_is_back(place: Place, number: signal.Signals) -> None:
    with place.database() as (conninfo, schema), serving(place) as server:
        callers = [Caller(server, f"{number.name} {which}") for which in range(4)]
        id_ = send_bulk(server, number.name)
        for caller in callers:
            caller.start()
        until(lambda: job(server, id_)["done"], 60)
        keeper = guardian(place)
        keeper.suspend()
        assert job(server, id_)["status"] == "running"
        postmaster(folder(place)).send_signal(number)
        time.sleep(AWAY)
        until(lambda: any(caller.refused() for caller in callers), 15)
        keeper.resume()
        back = time.monotonic()
        until(lambda: server.client.get("/jobs/" + id_).status_code == 200, 15)
        assert time.monotonic() - back < 8
        until(lambda: job(server, id_)["status"] not in ("queued", "running"), 90)
        for caller in callers:
            caller.done.set()
            caller.join(20)
        check_answers(callers)
        ended = job(server, id_)
        assert (ended["status"], ended["done"], ended["failed"], ended["total"]) == ("succeeded", ROWS, 0, ROWS)
        text = "select count(*), count(distinct name) from {schema}.account where name like %s"
        assert rows(conninfo, text, [f"{number.name} %"], schema) == [(ROWS, ROWS)]
        there = {title for (title,) in rows(conninfo, "select title from {schema}.note", schema=schema)}
        assert {title for caller in callers for title in caller.promised()} <= there
        check_events(conninfo, schema)
        assert unsettled(conninfo, schema) == []


def check_answers(callers: list[Caller]) -> None:
    """Each was agreed to or refused as the house does, soon, and all are agreed to again at the end."""
    refused = [each for caller in callers for each in caller.refused()]
    assert refused
    for seconds, answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert seconds < 5
    assert [caller.answers[-1][1].status_code for caller in callers] == [201] * len(callers)


def check_events(conninfo: str, schema: str) -> None:
    """All of them are numbered, without a gap, one for each version of a record."""
    waiting = "select count(*) from {schema}._outbox where xid > (select xid from {schema}._sequence)"
    until(lambda: rows(conninfo, waiting, schema=schema) == [(0,)], 15)
    text = "select count(*), min(seq), max(seq), count(distinct (record, version)) from {schema}._event"
    count, first, last, changes = rows(conninfo, text, schema=schema)[0]
    assert (first, last, changes) == (1, count, count)
    assert rows(conninfo, "select count(*) from {schema}._journal", schema=schema) == [(count,)]
