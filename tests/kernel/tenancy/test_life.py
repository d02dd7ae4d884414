"""Workspaces are made, suspended, resumed and deleted, by processes that may be killed at any step."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from relata.assembly import APPS
from relata.errors import Invalid
from relata.kernel.context import Ctx
from relata.kernel.identity.people import create_key, give_credentials
from relata.kernel.installation import Installation
from relata.kernel.jobs.files import BULK
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.kernel.tenancy.deleting import delete, due
from relata.kernel.tenancy.suspending import mark, resume, suspend
from tests.workers import data_folder, do_job, environment, send, until
from tests.world import PASSWORD, Caller, World, inhabited

Result = TypeVar("Result")
NORTH = Plan(name="north", label="North")


def elsewhere(world: World, work: Callable[[Installation], Awaitable[Result]], folder: Path | None = None) -> Result:
    """Done by another installation on the same database, as by another process."""

    async def run() -> Result:
        async with Installation.open(world.conninfo, APPS, most=3, folder=folder) as here:
            return await work(here)

    return asyncio.run(run())


def north(world: World) -> str:
    """Another workspace, to which Nora belongs as well, and Kim alone; a key of it."""
    keys: list[str] = []

    async def settle(ctx: Ctx) -> None:
        for name in ("nora", "kim"):
            email = f"{name}@halden.example"
            user = await write(ctx, "user", Create({"name": name, "emails": email, "role": "administrator"}))
            await give_credentials(ctx, user.id, email, PASSWORD)
        keys.append((await create_key(ctx, "k", "administrator"))[1])

    elsewhere(world, lambda here: create_workspace(here, NORTH, settle))
    return keys[0]


def codes(*callers: Caller) -> list[tuple[int, str | None]]:
    answers = [caller("GET", "/me") for caller in callers]
    return [(a.status_code, a.json().get("code")) for a in answers]


def test_a_suspended_workspace_refuses_everybody_and_loses_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = data_folder(tmp_path)
    with inhabited(world.conninfo, {**world.users, "key": world.key.headers["authorization"][7:]}) as served:
        key = served.key
        key.create("account", name="Vale")
        job = send(key, "account", b'{"name": "From a job"}\n')
        elsewhere(world, lambda here: suspend(here, "halden"))
        refused = (403, "workspace_suspended")
        # Both served processes hear of it; neither has been told by this one.
        until(lambda: codes(world.nora, world.key, served.mei, key) == [refused] * 4)
        stranger = Caller(served.client, {"authorization": "Bearer rk_halden_" + "a" * 43})
        assert codes(stranger) == [(401, "unauthenticated")]
        told = [
            served.visitor("POST", "/auth/login", {"email": "mei@halden.example", "password": p})
            for p in (PASSWORD, "no")
        ]
        assert [answer.json()["code"] for answer in told] == ["workspace_suspended", "unauthenticated"]
        do_job(world, folder, job)
        assert world.rows("select status, attempts from {schema}._job") == [("queued", 0)]
        with psycopg.connect(world.conninfo, autocommit=True) as connection:
            connection.execute("delete from relata.procrastinate_jobs")  # a worker has taken it and put it aside
        elsewhere(world, lambda here: resume(here, "halden"))
        until(lambda: codes(world.nora, world.key, served.mei, key) == [(200, None)] * 4)
        assert world.rows("select args ->> 'job_id' from relata.procrastinate_jobs") == [(job,)]
        do_job(world, folder, job)
        assert [r["name"] for r in key.query("account", sort=["name"])] == ["From a job", "Vale"]


def test_a_deleted_workspace_goes_with_all_that_is_its_own_and_nothing_else(world: World, tmp_path: Path) -> None:
    key = north(world)
    north_key = Caller(world.client, {"authorization": f"Bearer {key}"})
    job = "01920000-0000-7000-8000-000000000000"
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(
            "insert into ws_north._job (id, kind, arguments, role) values (%s, 'bulk', '{}', 'member')", [job]
        )
    ours, theirs = world.nora.post("/imports", {})["id"], north_key.post("/imports", {})["id"]
    for name in (job, ours, theirs):
        (tmp_path / BULK / name).mkdir(parents=True)
    until(lambda: codes(north_key) == [(200, None)])
    marked = elsewhere(world, lambda here: mark(here, "north"))
    assert marked.delete_after is not None
    assert marked.suspended_at is not None
    assert (marked.delete_after - marked.suspended_at).days == 30
    assert elsewhere(world, due) == []
    until(lambda: codes(north_key) == [(403, "workspace_suspended")])
    assert elsewhere(world, lambda here: resume(here, "north")).state == "active"
    elsewhere(world, lambda here: delete(here, "north"), tmp_path)
    until(lambda: codes(north_key) == [(401, "unauthenticated")])
    assert world.rows("select name from relata.workspace") == [("halden",)]
    assert world.rows("select 1 from pg_namespace where nspname = 'ws_north'") == []
    people = [email for (email,) in world.rows("select email from relata.person order by 1")]
    assert people == ["felix@halden.example", "mei@halden.example", "nora@halden.example"]
    assert [path.name for path in (tmp_path / BULK).iterdir()] == [ours]
    assert codes(world.nora) == [(200, None)]
    north(world)
    assert codes(north_key) == [(401, "unauthenticated")]


def relata(world: World, folder: Path, *words: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "relata", "workspace", *words]
    variables = environment(world, folder, RELATA_FAILPOINT=failpoint)
    return subprocess.run(program, env=variables, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.slow
def test_killed_at_any_step_a_creation_is_nothing_and_a_deletion_is_finished_by_repeating_it(
    world: World, tmp_path: Path
) -> None:
    for point in ("workspace.tables", "workspace.settled"):
        ended = relata(world, tmp_path, "create", "north", "--email", "kim@halden.example", failpoint=point)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert world.rows("select name from relata.workspace") == [("halden",)]
    done = relata(world, tmp_path, "create", "north", "--email", "kim@halden.example", "--json")
    assert json.loads(done.stdout)["workspace"] == "north", done.stderr
    for point in ("workspace.parcel", "workspace.tables_gone"):
        ended = relata(world, tmp_path, "delete", "north", "--now", "--yes", "north", failpoint=point)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert world.rows("select name, dropping from relata.workspace order by 1") == [
            ("halden", False),
            ("north", True),
        ]
    listed = json.loads(relata(world, tmp_path, "list", "--json").stdout)["workspaces"]
    assert [(each["workspace"], each["state"]) for each in listed] == [("halden", "active"), ("north", "deleting")]
    refused = relata(world, tmp_path, "resume", "north")
    assert (refused.returncode, refused.stderr.count("no way back")) == (1, 1)
    assert relata(world, tmp_path, "delete", "north", "--now", "--yes", "north").returncode == 0
    assert world.rows("select count(*) from relata.person where email like 'kim%%'") == [(0,)]


@pytest.mark.slow
def test_an_import_that_is_killed_is_nothing_or_suspended_and_can_be_repeated(world: World, tmp_path: Path) -> None:
    world.nora.create("account", name="Vale")
    told = json.loads(relata(world, tmp_path, "export", "halden", str(tmp_path / "h.tar"), "--json").stdout)
    assert told["file"] == str(tmp_path / "h.tar")
    coming = ("import", told["file"], "--name", "copy")
    for point, there in (("import.loaded", []), ("import.committed", [("copy", True)])):
        assert relata(world, tmp_path, *coming, failpoint=point).returncode == -signal.SIGKILL
        text = "select name, suspended_at is not null from relata.workspace where name <> 'halden'"
        assert world.rows(text) == there
    assert relata(world, tmp_path, "delete", "copy", "--now", "--yes", "copy").returncode == 0
    done = relata(world, tmp_path, *coming, "--json")
    assert json.loads(done.stdout)["workspace"] == "copy", done.stderr
    assert world.rows("select name, suspended_at from relata.workspace where name = 'copy'") == [("copy", None)]
    assert world.rows("select name from ws_copy.account") == [("Vale",)]


def test_all_that_is_wrong_with_a_new_workspace_is_told_at_once(world: World) -> None:
    async def work(here: Installation) -> list[str]:
        with pytest.raises(Invalid) as refused:
            await create_workspace(
                here, Plan(name="Ä" * 31, label="", currency="EURO", locale="tlh", time_zone="Mars/Olympus")
            )
        with pytest.raises(Invalid, match="cannot be the name"):
            await create_workspace(here, Plan(name="relata", label="Relata"))
        return [fault.pointer for fault in refused.value.faults]

    assert elsewhere(world, work) == ["/name", "/name", "/label", "/currency", "/locale", "/time_zone"]


def test_a_process_lets_go_of_workspaces_that_are_not_used_and_finds_those_in_hand_again(world: World) -> None:
    north(world)

    async def work(here: Installation) -> None:
        here.most_held = 1
        halden = await here.workspace("halden")
        await here.workspace("north")
        assert list(here.workspaces) == ["north"]
        assert await here.workspace("halden") is halden
        here.idle = -1
        here.rest()
        assert not here.workspaces
        assert await here.workspace("halden") is halden

    elsewhere(world, work)
