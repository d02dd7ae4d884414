"""Limits of requests for each key or session: what is left is told, and who goes on is refused politely."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from relata.api import rate as rates
from relata.api.rate import BURST, Rate, TooMany
from relata.assembly import application
from relata.database import RunningDatabase
from relata.settings import read_settings
from tests.world import Caller, World, database_like, signed_in

A, B = ("halden", b"a"), ("halden", b"b")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_bucket_empties_and_fills_with_time(clock: list[float]) -> None:
    rate = Rate(2)
    assert [rate.take(A) for _ in range(2 * BURST)] == list(range(2 * BURST - 1, -1, -1))
    with pytest.raises(TooMany) as refused:
        rate.take(A)
    assert refused.value.seconds == 1
    with pytest.raises(TooMany):
        rate.check(A)
    assert rate.take(B) == 2 * BURST - 1
    clock[0] += 0.5
    rate.check(A)
    assert rate.take(A) == 0
    clock[0] += 3_600
    assert rate.take(A) == 2 * BURST - 1
    assert rate.headers(5) == [(b"ratelimit-policy", b'"default";q=20;w=10'), (b"ratelimit", b'"default";r=5;t=8')]


def test_whoever_was_not_recognised_has_no_bucket_and_buckets_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "MOST", 3)
    rate = Rate(1)
    rate.check(A)
    assert len(rate._buckets) == 0
    for number in range(10):
        rate.take(("halden", bytes([number])))
    assert [hash_[0] for _, hash_ in rate._buckets] == [7, 8, 9]


@pytest.fixture
def limited(server: RunningDatabase, template: tuple[str, dict[str, str]]) -> Iterator[TestClient]:
    """An application that answers one request a second, ten at once."""
    with database_like(server.conninfo, template[0], f"r_{uuid4().hex[:12]}") as conninfo:
        app = application(read_settings({"RELATA_RATE": "1"}, Path.cwd()), conninfo)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


def test_who_asks_too_often_is_told_when_to_come_back(
    limited: TestClient, template: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: now))
    people = template[1]
    mei = signed_in(limited, "mei", people["mei"])
    key = Caller(limited, {"authorization": f"Bearer {people['key']}"})
    for left in range(9, -1, -1):
        answer = mei("GET", "/me")
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"default";q=10;w=10'
        assert answer.headers["ratelimit"] == f'"default";r={left};t={10 - left}'
    refused = mei("POST", "/records/account", {"name": "Too much"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["ratelimit"] == '"default";r=0;t=10'
    assert key("GET", "/me").status_code == 200
    bulk = key(
        "POST", "/records/account/bulk", content=b'{"name": "one"}', headers={"content-type": "application/x-ndjson"}
    )
    assert bulk.status_code == 202
    assert re.search(r"r=8;", bulk.headers["ratelimit"]), "a bulk is one request"
    assert limited.get("/healthz").status_code == 200


def test_without_the_setting_nobody_is_limited_and_nothing_is_told(module_world: World) -> None:
    answers = [module_world.nora("GET", "/me") for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert not [name for name in answers[0].headers if name.startswith("ratelimit")]
