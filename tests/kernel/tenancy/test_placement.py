"""Workspaces on several databases: found where they are, moved with everything in them, by processes that may be killed."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from relata.assembly import APPS, application
from relata.database import RunningDatabase
from relata.errors import SetupError
from relata.kernel.backup.moving import move
from relata.kernel.backup.structure import columns_in
from relata.kernel.installation import Installation
from relata.kernel.register import Entry, read_register
from relata.settings import read_settings
from tests.workers import data_folder, database_url, environment, send, until, worker
from tests.world import PASSWORD, Caller, World, signed_in


@dataclass(frozen=True, slots=True)
class Two:
    """A served world with a second, empty database beside it, called east."""

    world: World
    east: str
    folder: Path

    def variables(self) -> dict[str, str]:
        return {**environment(self.world, self.folder), "RELATA_DATABASES": f"east={database_url(self.east)}"}

    def relata(self, *words: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "relata", *words]
        variables = {**self.variables(), "RELATA_FAILPOINT": failpoint}
        return subprocess.run(program, env=variables, capture_output=True, text=True, timeout=120, check=False)

    def done(self, *words: str) -> Any:
        ended = self.relata(*words, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def placed(self) -> list[tuple[str, str, str]]:
        found = []
        for name, conninfo in (("main", self.world.conninfo), ("east", self.east)):
            with psycopg.connect(conninfo, autocommit=True) as connection:
                if connection.execute("select to_regclass('relata.workspace')").fetchone() == (None,):
                    continue
                entries = asyncio.run(register_of(conninfo))
                found += [(entry.name, name, entry.state) for entry in entries]
        return found

    def move(self, target: str) -> str:
        """The state in which the workspace is when it has moved to one from the other, by this process."""
        places = {"main": (self.world.conninfo, self.folder), "east": (self.east, self.folder / "databases" / "east")}
        new = places.pop(target)
        (old,) = places.values()

        async def run() -> str:
            async with (
                Installation.open(old[0], APPS, 3, folder=old[1]) as here,
                Installation.open(new[0], APPS, 3, folder=new[1]) as there,
            ):
                return (await move(here, there, "halden")).state

        return asyncio.run(run())


async def register_of(conninfo: str) -> list[Entry]:
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        return list((await read_register(connection)).values())


@pytest.fixture
def two(world: World, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = data_folder(tmp_path)
    monkeypatch.setenv("RELATA_DATABASES", f"east={database_url(database)}")
    variables = {"RELATA_DATA_DIR": str(folder), "RELATA_DATABASES": f"east={database_url(database)}"}
    with TestClient(
        application(read_settings(variables, tmp_path), world.conninfo), raise_server_exceptions=False
    ) as client:
        nora, mei, felix = (signed_in(client, name, world.users[name]) for name in ("nora", "mei", "felix"))
        key, visitor = Caller(client, world.key.headers), Caller(client, {})
        served = World(world.conninfo, client, nora, mei, felix, key, visitor, users=world.users)
        yield Two(served, database, folder)


def everything(conninfo: str, schema: str) -> dict[str, list[Any]]:
    """All rows, but for how far jobs are and when a session was seen."""
    with psycopg.connect(conninfo, autocommit=True, options="-c timezone=UTC") as connection:
        found = {}
        for name, columns in columns_in(connection, schema).items():
            shown = ", ".join(f'"{column}"::text' for column in sorted(columns) if column not in ("seen_at", "used_at"))
            text = f'select {shown} from {schema}."{name}"'
            found[name] = sorted(connection.execute(text.encode()).fetchall(), key=repr)
        return found


def test_a_workspace_moves_with_its_history_files_keys_and_sessions_and_comes_back(two: Two) -> None:
    nora, key = two.world.nora, two.world.key
    nora.post("/objects/account/fields", {"name": "paper", "label": "Paper", "kind": "file"})
    sent = nora.client.post(
        "/api/v1/files",
        headers={**nora.headers, "content-type": "text/plain"},
        params={"name": "a.txt"},
        content=b"A contract.",
    )
    account = nora.create("account", name="Vale", paper=sent.json()["id"])["id"]
    nora.patch(f"/records/account/{account}", {"name": "Vale & Co"})
    job = send(nora, "account", b'{"name": "From a job"}\n')
    until(
        lambda: two.world.rows("select 1 from {schema}._outbox having max(xid) = (select xid from {schema}._sequence)")
    )
    before = everything(two.world.conninfo, "ws_halden")
    assert two.placed() == [("halden", "main", "active")]
    assert two.move("east") == "active"
    assert two.placed() == [("halden", "east", "active")]
    assert two.world.rows("select schema_name from relata.workspace") == []
    assert two.world.rows("select nspname from pg_namespace where nspname like 'ws%%'") == []
    after = everything(two.east, "ws_halden")
    assert {name for name in before if before[name] != after[name]} <= {"_sequence", "_outbox", "_numbered"}
    assert until(lambda: nora("GET", "/me").status_code == 200)
    assert key.get(f"/records/account/{account}")["name"] == "Vale & Co"
    assert [change["fields"] for change in nora.get(f"/records/account/{account}/history")["changes"]]
    files = list((two.folder / "databases" / "east" / "files").rglob("*"))
    assert [path.read_bytes() for path in files if path.is_file()] == [b"A contract."]
    signed_in(two.world.client, "mei", two.world.users["mei"])
    with worker(two.world, two.folder, RELATA_DATABASES=two.variables()["RELATA_DATABASES"]):
        until(lambda: nora.get(f"/jobs/{job}")["status"] == "succeeded")
    assert two.move("main") == "active"
    assert until(lambda: nora("GET", "/me").status_code == 200)
    assert {row["name"] for row in nora.query("account")} == {"Vale & Co", "From a job"}
    assert nora.create("account", name="At home")["version"] == 1


@pytest.mark.slow
def test_a_move_that_is_killed_leaves_the_workspace_in_one_place_and_is_finished_by_the_next(two: Two) -> None:
    nora = two.world.nora
    nora.create("account", name="Vale")
    steps = {
        "move.loaded": [("halden", "main", "suspended")],
        "move.copied": [("halden", "main", "suspended"), ("halden", "east", "arriving")],
        "move.leaving": [("halden", "main", "suspended"), ("halden", "east", "arriving")],
    }
    for point, left in steps.items():
        assert two.relata("workspace", "move", "halden", "--to", "east", failpoint=point).returncode == -signal.SIGKILL
        assert two.placed() == left, point
    assert "still being moved" in two.relata("--database", "east", "workspace", "resume", "halden").stderr
    # Whoever thinks better of it goes on where it was, and what changes there is not lost by a later move.
    assert two.relata("workspace", "resume", "halden").returncode == 0
    assert until(lambda: nora("GET", "/me").status_code == 200)
    nora.create("account", name="Later")
    assert (
        two.relata("workspace", "move", "halden", "--to", "east", failpoint="move.arrived").returncode
        == -signal.SIGKILL
    )
    assert two.placed() == [("halden", "main", "deleting"), ("halden", "east", "active")]
    assert until(lambda: nora("GET", "/me").status_code == 200)
    assert two.done("workspace", "move", "halden", "--to", "east")["database"] == "east"
    assert two.placed() == [("halden", "east", "active")]
    assert {row["name"] for row in nora.query("account")} == {"Vale", "Later"}


def test_what_was_acknowledged_while_a_workspace_moved_is_there(two: Two) -> None:
    key, promised, ended = two.world.key, set[str](), threading.Event()

    def write_on() -> None:
        while not ended.is_set():
            answer = key("POST", "/records/account", {"name": f"Account {len(promised)}"})
            if answer.status_code == 201:
                promised.add(answer.json()["id"])
            else:
                assert answer.status_code in (401, 403, 409, 503), answer.text
                time.sleep(0.02)

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        for place in ("east", "main"):
            written(promised, 20)
            assert two.move(place) == "active"
        written(promised, 20)
    finally:
        ended.set()
        writing.join()
    with psycopg.connect(two.world.conninfo, autocommit=True) as connection:
        text = "select id::text, (select count(*) from ws_halden._journal j where j.record = a.id) from ws_halden.account a"
        rows = connection.execute(text)
        found: dict[str, int] = dict(rows.fetchall())
    assert promised <= found.keys()
    assert set(found.values()) == {1}


def test_one_person_works_in_workspaces_of_two_databases_and_names_are_taken_in_all(two: Two) -> None:
    made = ("create", "--email", "nora@halden.example", "--password", PASSWORD)
    assert "in the database main" in two.relata("--database", "east", "workspace", "create", "halden").stderr
    two.done("--database", "east", "workspace", "create", "north", *made[1:])
    assert two.done("key", "create", "--workspace", "north", "--name", "k", "--role", "member")["key"].startswith(
        "rk_north"
    )
    assert two.placed() == [("halden", "main", "active"), ("north", "east", "active")]
    sign_in = {"email": "nora@halden.example", "password": PASSWORD}
    fault = two.world.visitor("POST", "/auth/login", sign_in)
    until(lambda: two.world.visitor("POST", "/auth/login", sign_in).status_code == 422)
    fault = two.world.visitor("POST", "/auth/login", sign_in)
    assert "halden, north" in fault.json()["errors"][0]["message"]
    answer = two.world.visitor("POST", "/auth/login", {**sign_in, "workspace": "north"})
    cookie = {"cookie": answer.headers["set-cookie"].split(";")[0], "x-relata-request": "1"}
    two.world.client.cookies.clear()
    north = Caller(two.world.client, cookie)
    assert north.get("/me")["workspace"]["name"] == "north"
    north.create("account", name="In the north")
    assert two.world.nora.query("account") == []
    found = {each["check"]: each["state"] for each in two.done("doctor")["checks"]}
    assert found["database (east)"] == found["drift (east)"] == "ok"
    assert two.world.visitor("POST", "/auth/login", {**sign_in, "password": "no"}).status_code == 401
    told = two.world.client.get("/metrics").text
    assert 'relata_database_up{database="main"} 1.0' in told
    assert 'relata_database_up{database="east"} 1.0' in told


def test_a_database_that_is_away_stops_its_own_workspaces_alone(
    server: RunningDatabase, world: World, tmp_path: Path
) -> None:
    name = "later_" + make_conninfo(world.conninfo).split("dbname=w_")[1].split()[0]
    address = database_url(make_conninfo(server.conninfo, dbname=name))
    settings = read_settings({"RELATA_DATA_DIR": str(tmp_path), "RELATA_DATABASES": f"east={address}"}, tmp_path)
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(application(settings, world.conninfo), raise_server_exceptions=False))
        assert client.get("/readyz").json()["away"] == ["east"]
        nora = signed_in(client, "nora", world.users["nora"])
        assert nora.create("account", name="Vale")["version"] == 1
        stranger = Caller(client, {"authorization": "Bearer rk_north_" + "a" * 43})
        assert stranger("GET", "/me").status_code == 503
        nobody = Caller(client, {})
        wrong = {"email": "kim@halden.example", "password": PASSWORD}
        assert nobody("POST", "/auth/login", wrong).status_code == 503
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
            stack.callback(drop, server.conninfo, name)
        until(lambda: "away" not in client.get("/readyz").json())
        assert stranger("GET", "/me").status_code == 401
        assert nobody("POST", "/auth/login", wrong).status_code == 401


def written(promised: set[str], more: int) -> None:
    count = len(promised)
    until(lambda: len(promised) > count + more)


def drop(conninfo: str, name: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.mark.parametrize(
    "value", ["east", "east=mysql://x", "main=postgresql://x", "a=postgresql://x a=postgresql://y"]
)
def test_what_is_no_list_of_databases_is_said_without_their_passwords(value: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        read_settings({"RELATA_DATABASES": value}, tmp_path)
    assert "RELATA_DATABASES=…" in refused.value.message


def test_databases_are_also_named_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "relata.toml").write_text('[databases]\neast = "postgresql://db/east"\n')
    settings = read_settings({"RELATA_DATA_DIR": str(tmp_path)}, tmp_path)
    assert settings.at("east").database_url == "postgresql://db/east"
    assert settings.at("east").data_dir == tmp_path / "databases" / "east"
    with pytest.raises(SetupError, match="main, east"):
        settings.at("west")
