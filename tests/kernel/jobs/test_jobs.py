from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest

from relata.assembly import APPS
from relata.errors import Conflict
from relata.kernel.app import App
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.jobs.acting import actor_of
from relata.kernel.jobs.job import Again, Job, Run
from relata.kernel.jobs.queue import enqueue
from tests.workers import do_job, until, worker
from tests.world import WORKSPACE, World


def with_jobs(*jobs: Job) -> tuple[App, ...]:
    return (*APPS, App(name="tests", jobs=jobs))


def queued(world: World, kind: str, name: str = "nora") -> str:
    """The id of a new job of somebody."""

    async def run() -> str:
        async with Installation.open(world.conninfo, APPS, most=2) as installation:
            workspace = await installation.find(WORKSPACE)
            async with installation.connection() as connection:
                user = world.users[name]
                actor = await actor_of(connection, workspace, user, user, through="test")
                assert actor is not None
                return await enqueue(Ctx(workspace, workspace.access(actor), connection), kind, {})

    return asyncio.run(run())


def state(world: World, id_: str) -> tuple[Any, ...]:
    return world.rows("select status, message, attempts from {schema}._job where id = %s", [id_])[0]


def test_a_job_tells_how_far_it_is_and_ends_well(world: World, tmp_path: Path) -> None:
    async def count(run: Run) -> None:
        await run.progress(3, 1, total=8)

    id_ = queued(world, "count")
    do_job(world, tmp_path, id_, with_jobs(Job(kind="count", run=count)))
    told = world.nora.get(f"/jobs/{id_}")
    assert (told["status"], told["total"], told["done"], told["failed"]) == ("succeeded", 8, 3, 1)


def test_passing_trouble_is_tried_three_times_and_then_told_in_a_sentence(world: World, tmp_path: Path) -> None:
    async def trouble(_run: Run) -> None:
        raise psycopg.OperationalError("gone")

    id_ = queued(world, "trouble")
    for attempt in (1, 2):
        with pytest.raises(Again) as again:
            do_job(world, tmp_path, id_, with_jobs(Job(kind="trouble", run=trouble)))
        assert again.value.delay == 2**attempt
        assert state(world, id_) == ("queued", None, attempt)
    do_job(world, tmp_path, id_, with_jobs(Job(kind="trouble", run=trouble)))
    assert state(world, id_)[:2] == (
        "failed",
        "The database did not answer in time, three times over; try again later.",
    )


def test_a_refusal_is_final_and_says_why(world: World, tmp_path: Path) -> None:
    async def refuse(_run: Run) -> None:
        raise Conflict("There is nothing to do.")

    id_ = queued(world, "refuse")
    do_job(world, tmp_path, id_, with_jobs(Job(kind="refuse", run=refuse)))
    assert state(world, id_) == ("failed", "There is nothing to do.", 1)


def test_a_job_that_keeps_killing_its_worker_is_given_up(world: World, tmp_path: Path) -> None:
    async def never(_run: Run) -> None:
        raise AssertionError

    id_ = queued(world, "never")
    world.rows("update {schema}._job set status = 'running', attempts = 3 where id = %s returning id", [id_])
    do_job(world, tmp_path, id_, with_jobs(Job(kind="never", run=never)))
    assert state(world, id_)[0] == "failed"


def test_two_workers_never_do_the_same_job_at_once(world: World, tmp_path: Path) -> None:
    id_ = queued(world, "count")
    with psycopg.connect(world.conninfo, autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtextextended(%s, 1))", [id_])
        with pytest.raises(Again):
            do_job(world, tmp_path, id_)
    assert state(world, id_)[0] == "queued"


def test_nobody_else_sees_a_job_but_administrators_do(world: World) -> None:
    id_ = queued(world, "count", "mei")
    assert world.mei.get(f"/jobs/{id_}")["status"] == "queued"
    assert world.nora.get(f"/jobs/{id_}")["status"] == "queued"
    assert world.felix("GET", f"/jobs/{id_}").status_code == 404
    assert world.felix("POST", f"/jobs/{id_}/cancel").status_code == 404
    assert world.felix("GET", f"/jobs/{id_}/failed").status_code == 404
    assert world.visitor("GET", f"/jobs/{id_}").status_code == 401
    assert world.mei("GET", "/jobs/nonsense").status_code == 404


def test_a_job_that_waits_is_cancelled_at_once_and_never_begins(world: World, tmp_path: Path) -> None:
    id_ = queued(world, "count")
    assert world.nora.post(f"/jobs/{id_}/cancel")["status"] == "cancelled"
    do_job(world, tmp_path, id_)
    assert state(world, id_) == ("cancelled", None, 0)


def test_a_running_job_is_cancelled_between_its_steps(world: World, tmp_path: Path) -> None:
    steps = []

    async def step(run: Run) -> None:
        for number in range(100):
            steps.append(number)
            if number == 2:
                await asyncio.to_thread(world.nora.post, f"/jobs/{run.id}/cancel")
            await run.going_on()

    id_ = queued(world, "step")
    do_job(world, tmp_path, id_, with_jobs(Job(kind="step", run=step)))
    assert state(world, id_)[0] == "cancelled"
    assert steps == [0, 1, 2]


def test_a_job_of_somebody_who_left_is_not_done(world: World, tmp_path: Path) -> None:
    async def never(_run: Run) -> None:
        raise AssertionError

    id_ = queued(world, "never", "felix")
    world.nora.patch(f"/records/user/{world.users['felix']}", {"active": False})
    do_job(world, tmp_path, id_, with_jobs(Job(kind="never", run=never)))
    assert state(world, id_)[:2] == ("failed", "Whoever asked for this may no longer act here.")


@pytest.mark.slow
def test_a_job_whose_worker_gave_no_sign_of_life_is_taken_up_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    id_ = queued(world, "nothing known")
    world.rows(
        "with w as (insert into relata.procrastinate_workers (last_heartbeat) values (now() - interval '1 minute') returning id) "
        "update relata.procrastinate_jobs set status = 'doing', worker_id = w.id from w where args ->> 'job_id' = %s returning 1",
        [id_],
    )
    with worker(world, tmp_path / "data"):
        until(lambda: state(world, id_)[0] == "failed", 30)
    assert "knows no job" in state(world, id_)[1]


def test_a_bulk_needs_an_object_that_is_there_and_a_right_to_it(world: World) -> None:
    def status(caller: Any, path: str, kind: str = "text/csv") -> int:
        headers = {**caller.headers, "content-type": kind}
        return int(
            world.client.request("POST", f"/api/v1/records/{path}", content=b"name\nx\n", headers=headers).status_code
        )

    assert status(world.mei, "nothing/bulk") == 404
    assert status(world.mei, "user/bulk") == 403
    assert status(world.mei, "account/bulk?mode=replace") == 422
    assert status(world.mei, "account/bulk?mode=upsert&key=nothing") == 422
    assert status(world.mei, "account/bulk?mood=create") == 422
    assert status(world.mei, "account/bulk", "text/plain") == 415
    assert status(world.visitor, "account/bulk") == 401


def test_the_rights_that_count_are_those_at_the_time_of_the_run(world: World, tmp_path: Path) -> None:
    id_ = queued(world, "count", "mei")
    seen = []

    async def look(run: Run) -> None:
        seen.append(run.actor.role.name)

    world.nora.patch(f"/records/user/{world.users['mei']}", {"role": "administrator"})
    do_job(world, tmp_path, id_, with_jobs(Job(kind="count", run=look)))
    assert seen == ["administrator"]
