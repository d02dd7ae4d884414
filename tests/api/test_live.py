"""Events as they happen, over a real connection."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
import pytest

from tests.serving import Place, Server, relata, serving, settled_place
from tests.workers import until


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a stream; one that only moves the number on has no kind, and `beat` is the sign of life after a silence."""

    kind: str | None
    number: int
    data: Any


@contextmanager
def stream(server: Server, after: int | None = None, **headers: str) -> Iterator[Iterator[Told]]:
    """The events as they come; a silence of 20 seconds fails."""
    path = "/events" if after is None else f"/events?after={after}"
    with server.client.stream("GET", path, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield parts(answer.iter_lines())


def parts(lines: Iterator[str]) -> Iterator[Told]:
    found: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield Told("beat", 0, None)
        elif line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif not line and "id" in found:
            yield Told(found.get("event"), int(found["id"]), json.loads(found.get("data", "null")))
            found = {}


def changes(told: Iterator[Told], count: int) -> list[Told]:
    found: list[Told] = []
    while len(found) < count:
        one = next(told)
        if one.kind == "change":
            found.append(one)
    return found


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with settled_place() as made:
        yield made


@pytest.fixture(scope="module")
def server(place: Place) -> Iterator[Server]:
    with serving(place) as running:
        made = relata(place.environment, "key", "create", "--name", "a member", "--role", "member", "--json")
        running.client.headers["x-member"] = f"Bearer {json.loads(made)['key']}"
        yield running


def test_who_follows_hears_of_each_change_in_order_and_goes_on_where_they_stopped(server: Server) -> None:
    with stream(server) as told:
        hello = next(told)
        assert hello.kind == "hello"
        made = server.call("POST", "/records/account", {"name": "Live"})
        server.call("PATCH", f"/records/account/{made['id']}", {"industry": "energy"})
        server.call("DELETE", f"/records/account/{made['id']}")
        seen = changes(told, 3)
    assert [one.data["op"] for one in seen] == ["create", "update", "delete"]
    assert [one.number for one in seen] == [hello.number + step for step in (1, 2, 3)]
    assert seen[1].data["fields"] == ["industry"]
    assert {one.data["id"] for one in seen} == {made["id"]}
    server.call("POST", "/records/account", {"name": "Meanwhile"})
    with stream(server, after=seen[0].number) as told:
        assert next(told).kind == "hello"
        again = changes(told, 3)
    assert [one.number for one in again] == [seen[0].number + step for step in (1, 2, 3)]


def test_a_batch_arrives_whole_and_nothing_twice(server: Server) -> None:
    with stream(server) as told:
        begin = next(told).number
        batch = {"atomic": True, "changes": [{"create": {"name": f"Firm {number}"}} for number in range(1_000)]}
        server.call("POST", "/records/account/batch", batch)
        seen = changes(told, 1_000)
    assert [one.number for one in seen] == list(range(begin + 1, begin + 1_001))


def test_nobody_hears_of_what_they_may_not_see(server: Server) -> None:
    member = {"authorization": server.client.headers["x-member"]}
    with stream(server, None, **member) as told:
        next(told)
        server.call("POST", "/records/note", {"title": "Secret", "private": True})
        server.call("POST", "/records/account", {"name": "Open to all"})
        first = changes(told, 1)[0]
    assert first.data["object"] == "account"


def test_a_number_that_is_not_known_begins_anew_and_a_strange_one_is_refused(server: Server) -> None:
    with stream(server, after=10**12) as told:
        assert next(told).kind == "reset"
    assert server.client.get("/events?after=soon").status_code == 400
    assert httpx.get(f"{server.client.base_url}events", timeout=10).status_code == 401


def test_a_new_field_is_told_and_a_revoked_key_ends_the_stream(server: Server) -> None:
    member = {"authorization": server.client.headers["x-member"]}
    with stream(server, None, **member) as told:
        next(told)
        server.call("POST", "/objects/account/fields", {"name": "colour", "kind": "text"})
        assert next(told).kind == "catalog"
        keys = server.call("GET", "/keys")["keys"]
        mine = next(key["id"] for key in keys if key["name"] == "a member")
        server.call("DELETE", f"/keys/{mine}")
        assert next(told).kind == "end"


@pytest.mark.slow
def test_a_suspended_workspace_ends_its_streams_and_goes_on_where_it_stopped_when_it_is_resumed(
    place: Place, server: Server
) -> None:
    with stream(server) as told:
        begun = next(told)
        relata(place.environment, "workspace", "suspend", "main")
        assert next(one for one in told if one.kind).kind == "end"
    refused = server.client.get("/events")
    assert (refused.status_code, refused.json()["code"]) == (403, "workspace_suspended")
    relata(place.environment, "workspace", "resume", "main")
    until(lambda: server.client.get("/me").status_code == 200)
    made = server.call("POST", "/records/account", {"name": "Resumed"})
    with stream(server, begun.number) as told:
        assert changes(told, 1)[0].data["id"] == made["id"]


def test_an_open_stream_does_not_keep_the_server_from_stopping() -> None:
    with settled_place() as place, serving(place) as running, stream(running) as told:
        next(told)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(15) == 0
        assert list(told) == []


@pytest.mark.parametrize(
    "request_line", ["GET /api/v1/records/account?q=" + "x" * 70_000 + " HTTP/1.1", "no request at all"]
)
def test_what_is_no_request_is_answered_like_all_else(server: Server, request_line: str) -> None:
    with socket.create_connection((server.client.base_url.host, server.client.base_url.port or 80), 10) as connection:
        connection.sendall(request_line.encode() + b"\r\nhost: localhost\r\n\r\n")
        head, _, body = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "malformed"
