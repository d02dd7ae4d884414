"""A disk that is full while the server runs: a sentence for every write, nothing half written, and all
goes on by itself when there is room again.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import psycopg
import pytest

from tests.database.launching import is_root
from tests.serving import Place, Server, rows, serving, settled
from tests.sound import unsettled
from tests.workers import until

pytestmark = pytest.mark.slow
ROWS = 40_000
REFUSED = 6
LONG = 12.0
"""Seconds: longer than a job tries after passing trouble."""


@pytest.fixture
def place(short_folder: Path) -> Iterator[Place]:
    """On a disk of its own, which only root can make."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(short_folder)]
    if not is_root() or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk can only be made by root")
    try:
        yield settled(str(short_folder))
    finally:
        subprocess.run(["umount", "-l", str(short_folder)], check=True)


@contextmanager
def full(place: Place) -> Iterator[None]:
    """The disk has no room while the block runs, also where some was given back."""
    filler = Path(place.environment["RELATA_DATA_DIR"]) / "filler"
    with filler.open("wb", buffering=0) as file:
        while write_some(file.fileno()):
            pass
        yield
    filler.unlink()


def write_some(descriptor: int) -> bool:
    try:
        return os.write(descriptor, bytes(65_536)) > 0
    except OSError:
        return False


def bulk(server: Server) -> httpx.Response:
    body = "\n".join(json.dumps({"name": f"Account {number}"}) for number in range(ROWS))
    headers = {"content-type": "application/x-ndjson"}
    return server.client.request("POST", "/records/account/bulk", content=body, headers=headers)


def note(server: Server) -> httpx.Response:
    body = "".join(str(uuid4()) for _ in range(500))
    return server.client.request("POST", "/records/note", json={"title": "There", "body": body})


def test_a_write_that_finds_the_disk_full_says_so_and_changes_nothing(place: Place) -> None:
    with place.database() as (conninfo, schema), serving(place) as server:
        promised = 0
        refused: list[httpx.Response] = []
        for name in ("grade", "level"):
            server.call("POST", "/objects/note/fields", {"name": name, "kind": "number"})
        with full(place):
            while len(refused) < REFUSED:
                answer = note(server)
                promised += answer.status_code == 201
                refused += [answer] if answer.status_code != 201 else []
            refused.append(bulk(server))
            deleted = server.client.request("DELETE", "/objects/note/fields/grade").status_code
            assert deleted in (204, 507)
            rank = {"name": "rank"}
            renamed = server.client.request("PATCH", "/objects/note/fields/level", json=rank).status_code
            assert renamed in (200, 507)
            assert server.client.get("/records/note").status_code == 200
        for answer in refused:
            assert (answer.status_code, answer.json()["code"]) == (507, "no_room"), answer.text
            assert "free some space" in answer.json()["detail"]
        assert list((Path(place.environment["RELATA_DATA_DIR"]) / "bulk").iterdir()) == []
        until(lambda: note(server).status_code == 201, 10)
        check_sound(conninfo, schema, "note", promised + 1)
        assert server.call("GET", "/schema/trash")["total"] == (deleted == 204)
        note_now = next(one for one in server.call("GET", "/catalog")["objects"] if one["name"] == "note")
        names = {one["name"] for one in note_now["fields"]} & {"rank", "level"}
        assert names == ({"rank"} if renamed == 200 else {"level"})


@pytest.mark.parametrize("stopped", [False, True])
def test_a_job_that_finds_the_disk_full_goes_on_when_there_is_room(place: Place, *, stopped: bool) -> None:
    """Also where PostgreSQL itself had to stop, because it could not write its log ahead."""
    with place.database() as (conninfo, schema), serving(place) as server:
        id_ = bulk(server).json()["id"]
        until(lambda: server.call("GET", f"/jobs/{id_}")["done"], 60)
        with full(place):
            if stopped:
                stop_by_writing(conninfo)
            end = time.monotonic() + LONG
            while time.monotonic() < end:
                assert note(server).status_code in (201, 503, 507)
        until(lambda: note(server).status_code == 201, 90)
        until(lambda: server.call("GET", f"/jobs/{id_}")["status"] not in ("queued", "running"), 120)
        ended = server.call("GET", f"/jobs/{id_}")
        assert (ended["status"], ended["done"], ended["failed"]) == ("succeeded", ROWS, 0)
        check_sound(conninfo, schema, "account", ROWS)


def test_an_index_that_finds_the_disk_full_is_built_when_there_is_room(place: Place) -> None:
    with place.database() as (conninfo, schema), serving(place) as server:
        server.call("POST", "/objects/account/fields", {"name": "code", "kind": "text"})
        made = "insert into {schema}.account (id, created_at, updated_at, version, name, code) select gen_random_uuid(), now(), now(), 1, 'x', "
        rows(conninfo, made + f"repeat(n::text, 100) from generate_series(1, {ROWS}) n returning 1", schema=schema)
        with psycopg.connect(conninfo) as somebody:
            somebody.execute(f"update {schema}.account set name = 'y' where code like '7%'".encode())
            job = server.call("PATCH", "/objects/account/fields/code", {"unique": True})["job"]
            until(lambda: rows(conninfo, "select 1 from pg_stat_progress_create_index"))
            with full(place):
                somebody.rollback()
                until(lambda: "disk" in (server.call("GET", f"/jobs/{job}")["message"] or ""), 60)
                assert not field(server, "code")["unique"]
        until(lambda: server.client.get(f"/jobs/{job}").json().get("status") == "succeeded", 120)
        until(lambda: field(server, "code")["unique"], 10)
        assert unsettled(conninfo, schema) == []


def field(server: Server, name: str) -> Any:
    """A field of accounts, as the catalog shows it."""
    (account,) = [one for one in server.call("GET", "/catalog")["objects"] if one["name"] == "account"]
    return next(one for one in account["fields"] if one["name"] == name)


def stop_by_writing(conninfo: str) -> None:
    """Write until there is no room for the log ahead; the job at work may have come to that before us."""
    with pytest.raises(psycopg.OperationalError, match=r"pg_wal|closed the connection|connection failed"):
        rows(
            conninfo, "select pg_logical_emit_message(true, 'tests', repeat('x', 100000)) from generate_series(1, 4000)"
        )


def check_sound(conninfo: str, schema: str, object_: str, count: int) -> None:
    """So many records, each with its journal and event."""
    assert rows(conninfo, f"select count(*) from {{schema}}.{object_}", schema=schema) == [(count,)]
    for table in ("_journal", "_outbox"):
        text = f"select count(*), count(distinct record) from {{schema}}.{table} where object = %s"
        assert rows(conninfo, text, [object_], schema) == [(count, count)]
    waiting = "select 1 from {schema}._outbox where xid > (select xid from {schema}._sequence)"
    until(lambda: rows(conninfo, waiting, schema=schema) == [], 15)
    assert unsettled(conninfo, schema) == []
