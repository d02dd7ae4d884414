"""Changes of large tables: answered at once, finished by a job while everybody goes on writing, or taken back whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from relata.kernel.metadata import locking, sync
from tests.kernel.drift.test_drift import look
from tests.kernel.test_schema_live import together
from tests.sound import unsettled
from tests.workers import do_job, until, worker
from tests.world import Caller, World

ROWS = 2_000
STRONG = (
    "select mode from pg_locks l join pg_class c on c.oid = l.relation where c.relname = %s and c.relnamespace = {schema_}::regnamespace "
    "and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "LARGE", 100)


def crate(world: World) -> str:
    """A new object with a code in each of its many records."""
    name = f"crate_{uuid4().hex[:8]}"
    fields = [{"name": "name", "kind": "text"}, {"name": "code", "kind": "text"}]
    world.nora.post("/objects", {"name": name, "label": name.capitalize(), "fields": fields})
    text = (
        "insert into {schema}.{table} (id, created_at, updated_at, version, name, code) "
        "select gen_random_uuid(), now(), now(), 1, 'Crate ' || n, 'code ' || n from generate_series(1, %s::int) n returning 1"
    )
    world.rows(text.replace("{table}", name), [ROWS])
    return name


def field_of(world: World, name: str, field: str = "code") -> dict[str, Any]:
    object_ = next(one for one in world.nora.get("/catalog")["objects"] if one["name"] == name)
    return next(one for one in object_["fields"] if one["name"] == field)


def change(world: World, name: str, **sent: Any) -> dict[str, Any]:
    made: dict[str, Any] = world.nora.patch(f"/objects/{name}/fields/code", sent)
    return made


def ended(world: World, job: str) -> tuple[str, str]:
    state = world.nora.get(f"/jobs/{job}")
    return state["status"], state["message"] or ""


def strange(world: World, folder: Path) -> list[str]:
    """What the doctor finds of the tables; the records here were made without search documents."""
    return [told for told in look(world, folder) if "search" not in told]


@contextmanager
def writing(world: World, name: str) -> Iterator[list[int]]:
    """Two who write records of an object all the time: what they are answered."""
    stop = threading.Event()
    answers: list[int] = []

    def write(caller: Caller, number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            values = {"name": "Written", "code": f"by {number}, {turn}"}
            answer = caller("POST", f"/records/{name}", values)
            answers.append(answer.status_code)

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(write, caller, number) for number, caller in enumerate((world.mei, world.felix))]
        try:
            yield answers
            seen = len(answers)
            until(lambda: len(answers) > seen + 2)
        finally:
            stop.set()
        for one in running:
            one.result(30)


@contextmanager
def held(world: World, name: str) -> Iterator[None]:
    """A transaction that has written a record and does not end: no index can be finished."""
    with psycopg.connect(world.conninfo) as connection:
        table = sql.Identifier(world.schema, name)
        connection.execute(sql.SQL("update {} set name = name where code = 'code 1'").format(table))
        yield
        connection.rollback()


def waiting(world: World) -> bool:
    """Whether an index is being built and waits for whoever writes."""
    text = "select phase from pg_stat_progress_create_index where datname = current_database()"
    return any("waiting" in row[0] for row in world.rows(text))


def test_a_choice_is_there_at_once_and_its_index_follows(module_world: World, tmp_path: Path) -> None:
    world, name = module_world, crate(module_world)
    made = world.nora.post(f"/objects/{name}/fields", {"name": "size", "kind": "choice", "options": ["S", "M"]})
    assert (made["state"], made["building"]) == ("building", [])
    record = world.mei.create(name, name="One", size="s")
    assert world.mei.query(name, filter={"field": "size", "op": "is", "value": "s"})[0]["id"] == record["id"]
    assert world.nora("POST", f"/jobs/{made['job']}/cancel").status_code == 409
    assert strange(world, tmp_path) == []
    do_job(world, tmp_path, made["job"])
    until(lambda: field_of(world, name, "size")["state"] == "ready")
    assert "job" not in field_of(world, name, "size")
    assert unsettled(world.conninfo, world.schema) == []
    assert strange(world, tmp_path) == []


def test_a_relation_and_a_required_field_are_checked_after_they_are_there(module_world: World, tmp_path: Path) -> None:
    world, name = module_world, crate(module_world)
    fields = f"/objects/{name}/fields"
    jobs = [world.nora.post(fields, {"name": "holder", "kind": "relation", "to": ["account"]})["job"]]
    jobs += [world.nora.post(fields, {"name": "must", "kind": "text", "required": True, "default": "x"})["job"]]
    assert world.nora.faults("POST", f"/records/{name}", {"must": None}) == {"/must": "required"}
    assert world.nora.faults("POST", f"/records/{name}", {"holder": str(uuid4())}) == {"/holder": "not_found"}
    assert world.nora.query(name, limit=1)[0]["must"] == "x"
    for job in jobs:
        do_job(world, tmp_path, job)
    assert [ended(world, job)[0] for job in jobs] == ["succeeded"] * 2
    unchecked = "select 1 from pg_constraint where not convalidated and connamespace = {schema_}::regnamespace"
    assert world.rows(unchecked.replace("{schema_}", f"'{world.schema}'")) == []
    assert unsettled(world.conninfo, world.schema) == []


def test_of_two_administrators_who_make_a_field_unique_both_wait_for_one_job(
    module_world: World, tmp_path: Path
) -> None:
    world, name = module_world, crate(module_world)
    path = f"/objects/{name}/fields/code"
    answers = together(*(partial(caller, "PATCH", path, {"unique": True}) for caller in (world.nora, world.key)))
    assert [answer.status_code for answer in answers] == [200, 200]
    (job,) = {answer.json()["job"] for answer in answers}
    assert not any(answer.json()["unique"] for answer in answers)
    assert world.nora("PATCH", path, {"kind": "long_text"}).status_code == 409
    with writing(world, name) as wrote:
        do_job(world, tmp_path, job)
    assert set(wrote) == {201}
    assert ended(world, job)[0] == "succeeded"
    until(lambda: field_of(world, name)["unique"])
    assert world.mei.faults("POST", f"/records/{name}", {"code": "code 7"}) == {"/code": "not_unique"}
    assert unsettled(world.conninfo, world.schema) == []


def test_equal_values_that_come_meanwhile_are_told_and_the_field_stays_as_it_was(
    module_world: World, tmp_path: Path
) -> None:
    world, name = module_world, crate(module_world)
    job = change(world, name, unique=True)["job"]
    twin = world.mei.create(name, name="Twin", code="code 7")
    do_job(world, tmp_path, job)
    status, told = ended(world, job)
    assert status == "failed"
    assert "2 records" in told
    assert twin["id"] in told
    until(lambda: field_of(world, name)["state"] == "ready")
    assert not field_of(world, name)["unique"]
    assert unsettled(world.conninfo, world.schema) == []
    assert world.mei.create(name, code="code 7")["code"] == "code 7"


def test_nobody_who_writes_waits_for_an_index_and_it_can_be_cancelled(
    module_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, name = module_world, crate(module_world)
    monkeypatch.setattr(locking, "PATIENCE", 0.5)
    job = change(world, name, unique=True)["job"]
    with ThreadPoolExecutor(1) as pool:
        with held(world, name), writing(world, name) as wrote:
            working = pool.submit(do_job, world, tmp_path, job)
            until(lambda: waiting(world))
            seen = len(wrote)
            until(lambda: len(wrote) > seen + 20)
            assert world.rows(STRONG.replace("{schema_}", f"'{world.schema}'"), [name]) == []
            assert world.nora("POST", f"/jobs/{job}/cancel").status_code in (200, 503)
        working.result(30)
    assert set(wrote) == {201}
    assert world.nora.post(f"/jobs/{job}/cancel")["status"] == "cancelled"
    assert (field_of(world, name)["state"], field_of(world, name)["unique"]) == ("ready", False)
    assert unsettled(world.conninfo, world.schema) == []


def test_what_no_worker_has_begun_is_cancelled_at_once(module_world: World) -> None:
    world, name = module_world, crate(module_world)
    job = change(world, name, required=True)["job"]
    assert world.mei("POST", f"/records/{name}", {"name": "Empty"}).status_code == 422
    assert world.nora.post(f"/jobs/{job}/cancel")["status"] == "cancelled"
    assert (field_of(world, name)["state"], field_of(world, name)["required"]) == ("ready", False)
    assert world.mei("POST", f"/records/{name}", {"name": "Empty"}).status_code == 201
    assert unsettled(world.conninfo, world.schema) == []


@pytest.mark.slow
@pytest.mark.parametrize("point", ["build.before_index", "build.after_index", "build.after_mark"])
def test_a_worker_that_is_killed_leaves_old_or_new_and_the_next_one_goes_on(
    module_world: World, tmp_path: Path, point: str
) -> None:
    world, name = module_world, crate(module_world)
    job = change(world, name, unique=True)["job"]
    with worker(world, tmp_path, RELATA_FAILPOINT=point) as killed:
        assert killed.wait(30) == -signal.SIGKILL
    done = point == "build.after_mark"
    until(lambda: field_of(world, name)["unique"] is done)
    assert field_of(world, name)["state"] == ("ready" if done else "building")
    assert strange(world, tmp_path) == []
    do_job(world, tmp_path, job)
    assert ended(world, job)[0] == "succeeded"
    until(lambda: field_of(world, name)["unique"])
    assert unsettled(world.conninfo, world.schema) == []


def test_what_a_lost_job_left_is_queued_again_by_whoever_opens_the_workspace(
    module_world: World, tmp_path: Path
) -> None:
    """As after a restore, where the index is not there and its job is over, and after an upgrade that declares an index."""
    world, name = module_world, crate(module_world)
    job = change(world, name, unique=True)["job"]
    text = "update {schema}._job set status = 'failed', attempts = 9 where id = %s returning 1"
    world.rows(text, [job])
    (index,) = index_of(world, name)
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("drop index {}").format(sql.Identifier(world.schema, index)))
    do_job(world, tmp_path, job)
    assert ended(world, job)[0] == "succeeded"
    others = world.rows(
        "select id::text from {schema}._job where arguments ->> 'object' = %s and id <> %s", [name, job]
    )
    for (other,) in others:
        do_job(world, tmp_path, other)
    assert len(others) == 1
    until(lambda: field_of(world, name)["unique"])
    assert unsettled(world.conninfo, world.schema) == []


def index_of(world: World, name: str) -> list[str]:
    """The index of the title, which records are sorted by."""
    text = "select indexname from pg_indexes where schemaname = %s and tablename = %s and indexname like 'ix_%%' and indexdef like '%%name%%'"
    return [row[0] for row in world.rows(text, [world.schema, name])]


def test_a_table_that_is_held_is_told_with_who_holds_it(module_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, name = module_world, crate(module_world)
    monkeypatch.setattr(locking, "PATIENCE", 1.5)
    with held(world, name):
        refused = world.nora("POST", f"/objects/{name}/fields", {"name": "late", "kind": "text"})
    assert refused.status_code == 503
    assert "process" in refused.json()["detail"]
    assert unsettled(world.conninfo, world.schema) == []
