"""Schedules that fire: once for each time, for their owner, and not at all where that is no longer right."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
from typing import Any

import pytest

from relata.assembly import APPS
from relata.kernel.drift.contents import jobs as waiting
from relata.kernel.installation import Installation
from relata.kernel.jobs.firing import fire
from relata.kernel.tenancy.suspending import resume, suspend
from tests.workers import do_job, until, worker
from tests.world import WORKSPACE, Caller, World, data_dir

TO_COME = "select args ->> 'at' from relata.procrastinate_jobs where task_name = 'fire' and args ->> 'schedule' = %s"
QUEUED = (
    "select count(*), count(*) filter (where (p.args ->> 'at')::timestamptz = s.next_at) from relata.procrastinate_jobs p "
    "join {schema}._schedule s on p.args ->> 'schedule' = s.id::text where s.id = any(%s::uuid[])"
)
DONE = (
    "select count(*) from {schema}._schedule s join {schema}._job j on j.id = s.job "
    "where s.id = any(%s::uuid[]) and j.status = 'succeeded'"
)
WAITING = (
    "update relata.procrastinate_jobs set scheduled_at = now(), args = jsonb_set(args, '{{at}}', to_jsonb(%s::text)) "
    "where args ->> 'schedule' = %s returning 1"
)


@pytest.fixture(scope="module")
def world(module_world: World) -> World:
    fields = [{"name": "name", "kind": "text"}, {"name": "state", "kind": "text"}]
    module_world.nora.post("/objects", {"name": "parcel", "label": "Parcel", "fields": fields})
    return module_world


@pytest.fixture(autouse=True)
def _empty(world: World) -> None:
    for one in world.nora.get("/schedules")["schedules"]:
        world.nora.delete(f"/schedules/{one['id']}")
    world.rows("delete from relata.procrastinate_jobs returning 1")


def plan(**more: Any) -> dict[str, Any]:
    does = {
        "job": "bulk", "object": "account", "mode": "update", "values": {"industry": "energy"},
        "filter": {"field": "name", "op": "starts_with", "value": "Sch"},
    }  # fmt: skip
    document = {
        "label": "Every night",
        "rule": "FREQ=DAILY",
        "starts": "2026-01-01T02:30",
        "time_zone": "Europe/Berlin",
    }
    return document | {"does": does | more.pop("does", {})} | more


def overdue(world: World, id_: str) -> str:
    """The schedule as if nobody had worked since a time three days ago; that time."""
    text = "update {schema}._schedule set next_at = date_trunc('second', now()) - interval '3 days' where id = %s returning next_at"
    return str(world.rows(text, [id_])[0][0].isoformat())


def fires(world: World, *entries: tuple[str, str]) -> None:
    """What workers do who have these entries of the queue at the same time."""

    async def run() -> None:
        async with Installation.open(world.conninfo, APPS, most=6, folder=data_dir(world.conninfo)) as here:
            await asyncio.gather(*(fire(here, WORKSPACE, id_, at) for id_, at in entries))

    asyncio.run(run())


def jobs(world: World) -> int:
    return int(world.rows("select count(*) from {schema}._job")[0][0])


def drift(world: World) -> list[str]:
    """What is amiss with jobs and schedules, which is mended."""

    async def run() -> list[str]:
        async with Installation.open(world.conninfo, APPS, most=4) as here:
            workspace = await here.workspace(WORKSPACE)
            async with here.connection() as connection:
                found = [one for one in await waiting(connection, workspace) if one.repair]
                for one in found:
                    if one.repair:
                        await one.repair(connection)
                return [one.message for one in found]

    return asyncio.run(run())


def made(caller: Caller, **more: Any) -> str:
    return str(caller.post("/schedules", plan(**more))["id"])


def test_what_was_missed_fires_once_though_two_workers_take_it(world: World) -> None:
    account = world.mei.create("account", name="Schulz")["id"]
    id_, before = made(world.mei), jobs(world)
    at = overdue(world, id_)
    fires(world, (id_, at), (id_, at), (id_, at))
    assert jobs(world) == before + 1
    seen = world.mei.get(f"/schedules/{id_}")
    now = dt.datetime.now(dt.UTC)
    assert (seen["last_job"]["status"], seen["message"]) == ("queued", None)
    assert dt.datetime.fromisoformat(seen["last_at"]) == dt.datetime.fromisoformat(at)
    assert now < dt.datetime.fromisoformat(seen["next"][0]["at"]) < now + dt.timedelta(days=1, hours=1)
    assert {one["local"][11:16] for one in seen["next"]} == {"02:30"}
    do_job(world, data_dir(world.conninfo), seen["last_job"]["id"])
    assert world.mei.get(f"/schedules/{id_}")["last_job"]["status"] == "succeeded"
    assert world.mei.get(f"/records/account/{account}")["industry"] == "energy"
    change = world.mei.get(f"/records/account/{account}/history")["changes"][0]
    assert change["cause"] == seen["last_job"]["id"]


def test_what_is_paused_changed_or_deleted_does_not_fire_for_its_old_entry(world: World) -> None:
    ids = [made(world.mei) for _ in range(3)]
    entries = [(id_, overdue(world, id_)) for id_ in ids]
    before = jobs(world)
    assert world.mei.patch(f"/schedules/{ids[0]}", {"active": False})["next"] == []
    world.mei.patch(f"/schedules/{ids[1]}", {"rule": "FREQ=WEEKLY"})
    world.mei.delete(f"/schedules/{ids[2]}")
    fires(world, *entries)
    assert jobs(world) == before
    resumed = world.mei.patch(f"/schedules/{ids[0]}", {"active": True})
    assert dt.datetime.fromisoformat(resumed["next"][0]["at"]) > dt.datetime.now(dt.UTC)


def test_a_run_is_left_out_while_the_one_before_is_not_over(world: World) -> None:
    id_, before = made(world.mei), jobs(world)
    fires(world, (id_, overdue(world, id_)))
    at = overdue(world, id_)
    fires(world, (id_, at))
    seen = world.mei.get(f"/schedules/{id_}")
    assert jobs(world) == before + 1
    assert "left out" in seen["message"]
    assert dt.datetime.fromisoformat(seen["last_at"]) == dt.datetime.fromisoformat(at)
    assert len(seen["next"]) == 5


def test_it_stops_with_a_reason_where_its_owner_or_what_it_names_is_gone(world: World) -> None:
    world.nora.post("/objects/account/fields", {"name": "zone", "kind": "text"})
    lost = made(world.nora, does={"values": {"zone": "north"}})
    world.nora.delete("/objects/account/fields/zone")
    left = made(world.felix)
    world.nora.patch(f"/records/user/{world.felix.user}", {"active": False})
    before = jobs(world)
    fires(world, (lost, overdue(world, lost)), (left, overdue(world, left)))
    world.nora.patch(f"/records/user/{world.felix.user}", {"active": True})
    assert jobs(world) == before
    for id_, reason in ((lost, "zone"), (left, "may no longer act")):
        seen = world.nora.get(f"/schedules/{id_}")
        assert (seen["active"], seen["next"]) == (False, [])
        assert reason in seen["message"]


def test_resuming_a_workspace_queues_its_schedules_for_their_times(world: World) -> None:
    id_ = made(world.nora)
    at = overdue(world, id_)

    async def run() -> None:
        async with Installation.open(world.conninfo, APPS, most=4) as here:
            await suspend(here, WORKSPACE)
            await fire(here, WORKSPACE, id_, at)
            await resume(here, WORKSPACE)

    before = jobs(world)
    world.rows("delete from relata.procrastinate_jobs returning 1")
    asyncio.run(run())
    assert jobs(world) == before
    assert world.rows(TO_COME, [id_]) == [(at,)]
    assert drift(world) == []
    world.rows("delete from relata.procrastinate_jobs returning 1")
    assert [one.partition(" and ")[0] for one in drift(world)] == ["1 schedules wait"]
    assert world.rows(TO_COME, [id_]) == [(at,)]


def test_what_it_does_follows_new_names(world: World) -> None:
    filter_ = {"all": [{"field": "state", "op": "is", "value": "state"}, {"not": {"field": "name", "op": "is_empty"}}]}
    id_ = made(world.nora, does={"object": "parcel", "values": {"state": "sent"}, "filter": filter_})
    for place in ("/objects/parcel/fields/state", "/objects/parcel"):
        impact = world.nora.delete(f"{place}?check=true")["impact"]
        assert [one["name"] for one in impact["schedules"]] == [id_]
    world.nora.patch("/objects/parcel/fields/state", {"name": "phase"})
    world.nora.patch("/objects/parcel", {"name": "crate"})
    does = world.nora.get(f"/schedules/{id_}")["does"]
    assert (does["object"], does["values"]) == ("crate", {"phase": "sent"})
    assert does["filter"]["all"] == [{"field": "phase", "op": "is", "value": "state"}, filter_["all"][1]]
    fires(world, (id_, overdue(world, id_)))
    assert world.nora.get(f"/schedules/{id_}")["last_job"]["status"] == "queued"


@pytest.mark.slow
def test_workers_that_are_killed_leave_times_that_count_once(world: World) -> None:
    folder, before = data_dir(world.conninfo), jobs(world)
    ids = []
    for point in ("schedule.queued", "schedule.before_commit", "schedule.after_commit"):
        ids.append(made(world.mei))
        world.rows(WAITING, [overdue(world, ids[-1]), ids[-1]])
        with worker(world, folder, RELATA_FAILPOINT=point) as process:
            assert process.wait(40) == -signal.SIGKILL
    with worker(world, folder):
        until(lambda: world.rows(DONE, [ids]) == [(len(ids),)])
        until(
            lambda: world.rows(QUEUED, [ids]) == [(len(ids), len(ids))]
        )  # also what was taken up again has come to nothing
    assert jobs(world) == before + len(ids)
