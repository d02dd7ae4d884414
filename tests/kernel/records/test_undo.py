"""Undoing is a change like any other, and can be undone in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relata.kernel.context import Ctx
from relata.kernel.jobs.job import Again
from relata.kernel.records import undo_job, undoing
from tests.workers import data_folder, do_job, entries, send
from tests.world import Caller, World

FIELDS = ("company", "status", "tags", "name")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "company": st.sampled_from([None, "A", "B"]),
    "status": st.sampled_from(["new", "contacted"]),
    "tags": st.sampled_from([None, ["a"], ["b", "a"]]),
    "name": st.sampled_from([{"last": "Ray"}, {"first": "Ada", "last": "Ray"}]),
}
CHANGE = st.fixed_dictionaries({}, optional=VALUES).filter(bool)


def history(caller: Caller, path: str) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = caller.get(f"{path}/history")["changes"]
    return changes


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=CHANGE, second=CHANGE)
def test_undoing_the_last_change_gives_what_was_before_and_undoing_that_what_was_after(
    module_world: World, first: dict[str, Any], second: dict[str, Any]
) -> None:
    nora = module_world.nora
    path = f"/records/lead/{nora.create('lead', name={'last': 'Start'})['id']}"
    before = nora.patch(path, first)
    after = nora.patch(path, second)
    if after["version"] == before["version"]:
        return
    told = nora.post(f"{path}/undo", {"version": after["version"]})
    assert (told["undone"], told["conflicts"], told["refused"]) == (1, [], [])
    assert {name: nora.get(path)[name] for name in FIELDS} == {name: before[name] for name in FIELDS}
    newest = history(nora, path)[0]
    assert newest["undoes"] == {"cause": None, "version": after["version"]}
    nora.post("/undo", {"cause": newest["cause"]})
    assert {name: nora.get(path)[name] for name in FIELDS} == {name: after[name] for name in FIELDS}


def test_a_field_that_was_changed_again_is_kept_and_told_or_overwritten_where_asked(world: World) -> None:
    path = f"/records/lead/{world.nora.create('lead', name={'last': 'X'}, company='one')['id']}"
    world.nora.patch(path, {"company": "two", "title": "boss"})
    world.nora.patch(path, {"company": "three"})
    told = world.nora.post(f"{path}/undo", {"version": 2, "dry_run": True})
    assert told["cause"] is None
    assert told["undone"] == 1
    conflict = {"object": "lead", "id": path[-36:], "field": "company", "then": "one", "now": "three"}
    assert told["conflicts"] == [conflict]
    assert world.nora.get(path)["version"] == 3
    assert world.nora.post(f"{path}/undo", {"version": 2})["conflicts"] == [conflict]
    assert {key: world.nora.get(path)[key] for key in ("company", "title")} == {"company": "three", "title": None}
    world.nora.post(f"{path}/undo", {"version": 2, "on_conflict": "overwrite"})
    assert world.nora.get(path)["company"] == "one"


def test_a_field_that_came_back_to_what_the_change_left_is_no_conflict(world: World) -> None:
    path = f"/records/lead/{world.nora.create('lead', name={'last': 'X'}, company='one')['id']}"
    for company in ("two", "three", "two"):
        world.nora.patch(path, {"company": company})
    assert world.nora.post(f"{path}/undo", {"version": 2})["conflicts"] == []
    assert world.nora.get(path)["company"] == "one"


def test_creating_trashing_and_restoring_are_undone(world: World) -> None:
    path = f"/records/lead/{world.nora.create('lead', name={'last': 'X'})['id']}"
    world.nora.post(f"{path}/undo", {"version": 1})
    assert world.nora("GET", path).status_code == 404
    world.nora.post(f"{path}/undo", {"version": 2})
    assert world.nora.get(path)["version"] == 3
    world.nora.post(f"{path}/undo", {"version": 3})
    assert world.nora("GET", path).status_code == 404


def test_the_undone_creation_of_a_record_tells_who_points_to_it(world: World) -> None:
    account = world.nora.create("account", name="Alone")["id"]
    contact = world.nora.create("contact", name={"last": "Kept"}, account=account)["id"]
    call = world.nora.create("call", subject="Kept", about=[{"object": "account", "id": account}])["id"]
    told = world.nora.post(f"/records/account/{account}/undo", {"version": 1})
    assert {(one["object"], one["id"]) for one in told["dependents"]} == {("contact", contact), ("call", call)}
    assert world.nora.get(f"/records/contact/{contact}")["account"] == account


def test_a_record_that_was_changed_since_its_creation_stays_unless_asked(world: World) -> None:
    path = f"/records/lead/{world.nora.create('lead', name={'last': 'X'})['id']}"
    world.nora.patch(path, {"company": "since"})
    told = world.nora.post(f"{path}/undo", {"version": 1})
    assert (told["undone"], told["unchanged"], told["conflicts_total"]) == (0, 1, 1)
    assert told["conflicts"][0]["field"] is None
    world.nora.post(f"{path}/undo", {"version": 1, "on_conflict": "overwrite"})
    assert world.nora("GET", path).status_code == 404


def test_a_whole_request_is_undone_by_its_cause(world: World) -> None:
    nora = world.nora
    kept, changed, gone = (nora.create("lead", name={"last": name})["id"] for name in ("K", "C", "G"))
    changes = [
        {"create": {"name": {"last": "New"}}},
        {"update": changed, "values": {"company": "changed", "name": {"last": "Other"}}},
        {"update": kept, "values": {"company": "changed"}},
        {"delete": gone},
    ]
    made = nora.post("/records/lead/batch", {"atomic": True, "changes": changes})["results"][0]["id"]
    nora.patch(f"/records/lead/{kept}", {"company": "again"})
    cause = history(nora, f"/records/lead/{changed}")[0]["cause"]
    foretold = nora.post("/undo", {"cause": cause, "dry_run": True})
    told = nora.post("/undo", {"cause": cause})
    assert {key: told[key] for key in ("undone", "unchanged", "conflicts")} == {
        key: foretold[key] for key in ("undone", "unchanged", "conflicts")
    }
    assert (told["undone"], told["unchanged"]) == (3, 1)
    assert [one["id"] for one in told["conflicts"]] == [kept]
    assert nora("GET", f"/records/lead/{made}").status_code == 404
    assert nora.get(f"/records/lead/{changed}")["company"] is None
    assert nora.get(f"/records/lead/{gone}")["id"] == gone
    nora.post("/undo", {"cause": told["cause"]})
    assert nora.get(f"/records/lead/{made}")["id"] == made
    assert nora.get(f"/records/lead/{changed}")["company"] == "changed"
    assert nora("GET", f"/records/lead/{gone}").status_code == 404


def test_what_the_caller_does_not_see_is_not_undone_and_not_told(world: World) -> None:
    note = world.nora.create("note", title="Mine", body="1", private=True)["id"]
    world.nora.patch(f"/records/note/{note}", {"body": "2"})
    cause = history(world.nora, f"/records/note/{note}")[0]["cause"]
    assert world.mei("POST", f"/records/note/{note}/undo", {"version": 2}).status_code == 404
    assert world.mei("POST", "/undo", {"cause": cause}).status_code == 404
    assert world.nora.get(f"/records/note/{note}")["body"] == "2"


def test_a_value_that_is_not_allowed_any_more_is_refused_and_told(world: World) -> None:
    account = world.nora.create("account", name="Gone")["id"]
    path = f"/records/contact/{world.nora.create('contact', name={'last': 'X'}, account=account)['id']}"
    world.nora.patch(path, {"account": None})
    world.nora.delete(f"/records/account/{account}")
    told = world.nora.post(f"{path}/undo", {"version": 2})
    assert told["undone"] == 0
    assert [error["code"] for error in told["refused"][0]["errors"]] == ["not_found"]


def test_faults_of_an_undo_are_told_all_at_once(world: World) -> None:
    path = f"/records/lead/{world.nora.create('lead', name={'last': 'X'})['id']}"
    wrong = {"version": "1", "on_conflict": "perhaps", "dry_run": 1, "more": 1}
    assert world.nora.faults("POST", f"{path}/undo", wrong) == {
        "/version": "wrong_type", "/on_conflict": "unknown_option", "/dry_run": "wrong_type",
        "/more": "unknown_parameter",
    }  # fmt: skip
    assert world.nora.faults("POST", "/undo", {"cause": "x"}) == {"/cause": "bad_id"}
    assert world.nora("POST", f"{path}/undo", {"version": 9}).status_code == 404


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def bulk(world: World, folder: Path, mode: str, rows: list[dict[str, Any]]) -> str:
    """The id of a bulk job that was done, which is the cause of its changes."""
    id_ = send(world.nora, "lead", b"\n".join(msgspec.json.encode(row) for row in rows), mode=mode)
    do_job(world, folder, id_)
    return id_


def test_a_bulk_job_is_undone_by_a_job_that_can_be_undone(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 40)
    monkeypatch.setattr(undo_job, "MOST", 40)
    cause = bulk(world, folder, "create", [{"name": {"last": f"L{i}"}, "company": "bulk"} for i in range(100)])
    mine = {"field": "company", "op": "is", "value": "bulk"}
    page = {"filter": mine, "fields": ["id"], "limit": 1000}
    first = world.nora.query("lead", **page)[0]["id"]
    world.nora.patch(f"/records/lead/{first}", {"title": "kept"})
    foretold = world.nora.post("/undo", {"cause": cause, "dry_run": True})
    assert foretold["records"] == 40
    queued = world.nora("POST", "/undo", {"cause": cause})
    assert queued.status_code == 202
    job = queued.json()["id"]
    assert world.nora("POST", "/undo", {"cause": job}).status_code == 409
    do_job(world, folder, job)
    told = world.nora.get(f"/jobs/{job}")
    assert (told["status"], told["total"], told["done"], told["failed"]) == ("succeeded", 100, 100, 1)
    failed, succeeded = (entries(world.nora, job, which) for which in ("failed", "succeeded"))
    assert [(row["id"], row["errors"][0]["code"]) for row in failed] == [(first, "conflict")]
    assert failed[0]["conflicts"] == [{"field": None, "then": None, "now": None}]
    assert {row["action"] for row in succeeded} == {"undone"}
    assert sorted(row["line"] for row in failed + succeeded) == list(range(1, 101))
    assert [lead["id"] for lead in world.nora.query("lead", **page)] == [first]
    again = world.nora.post("/undo", {"cause": job})
    do_job(world, folder, again["id"])
    assert len(world.nora.query("lead", **page)) == 100


def test_an_undoing_that_was_lost_with_its_worker_goes_on_where_it_was(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 10)
    monkeypatch.setattr(undo_job, "MOST", 10)
    cause = bulk(world, folder, "create", [{"name": {"last": f"L{i}"}, "company": "lost"} for i in range(25)])
    job = world.nora.post("/undo", {"cause": cause})["id"]
    chunk, calls = undo_job.undo_chunk, []

    async def lost(ctx: Ctx, **rest: Any) -> None:
        calls.append(rest["number"])
        if rest["number"] == 1 and calls.count(1) == 1:
            raise Again(0)
        await chunk(ctx, **rest)

    monkeypatch.setattr(undo_job, "undo_chunk", lost)
    with pytest.raises(Again):
        do_job(world, folder, job)
    do_job(world, folder, job)
    assert calls.count(1) == 2
    assert set(calls) == {0, 1, 2}
    told = world.nora.get(f"/jobs/{job}")
    assert (told["status"], told["done"], told["failed"]) == ("succeeded", 25, 0)
    assert world.nora.query("lead", filter={"field": "company", "op": "is", "value": "lost"}) == []


def test_a_job_that_undoes_tells_of_each_record_what_stayed_and_who_points_to_it(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 10)
    monkeypatch.setattr(undo_job, "MOST", 10)
    rows = [{"name": {"last": f"L{i}"}, "company": "one"} for i in range(20)]
    made = [row["id"] for row in entries(world.nora, bulk(world, folder, "create", rows), "succeeded")]
    cause = bulk(world, folder, "update", [{"id": id_, "company": "two", "title": "t"} for id_ in made])
    world.nora.patch(f"/records/lead/{made[3]}", {"company": "three"})
    job = world.nora.post("/undo", {"cause": cause})["id"]
    assert entries(world.nora, job, "unprocessed") == []
    world.nora.post(f"/jobs/{job}/cancel")
    job = world.nora.post("/undo", {"cause": cause})["id"]
    do_job(world, folder, job)
    failed = entries(world.nora, job, "failed")
    conflict = [{"field": "company", "then": "one", "now": "three"}]
    assert [(row["object"], row["id"], row["conflicts"]) for row in failed] == [("lead", made[3], conflict)]
    assert world.nora.get(f"/records/lead/{made[3]}")["title"] is None
    assert world.nora.get(f"/records/lead/{made[4]}")["company"] == "one"


def test_records_that_point_to_those_that_an_undoing_takes_away_are_told_with_them(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 2)
    monkeypatch.setattr(undo_job, "MOST", 2)
    body = b"\n".join(msgspec.json.encode({"name": f"A{number}"}) for number in range(3))
    cause = send(world.nora, "account", body)
    do_job(world, folder, cause)
    account = entries(world.nora, cause, "succeeded")[1]["id"]
    contact = world.nora.create("contact", name={"last": "Kept"}, account=account)["id"]
    job = world.nora.post("/undo", {"cause": cause})["id"]
    do_job(world, folder, job)
    told = {row["id"]: row.get("dependents") for row in entries(world.nora, job, "succeeded")}
    assert told[account] == [{"object": "contact", "id": contact, "field": "account"}]
    assert len(told) == 3


def test_a_job_that_undoes_tells_nothing_of_records_that_one_does_not_see(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 2)
    monkeypatch.setattr(undo_job, "MOST", 2)
    body = b"\n".join(msgspec.json.encode({"title": f"N{n}", "private": n == 1}) for n in range(4))
    cause = send(world.felix, "note", body)
    do_job(world, folder, cause)
    private = entries(world.felix, cause, "succeeded")[1]["id"]
    job = world.mei.post("/undo", {"cause": cause})["id"]
    do_job(world, folder, job)
    assert world.mei.get(f"/jobs/{job}")["total"] == 3
    for which in ("succeeded", "failed", "unprocessed"):
        assert private not in {row["id"] for row in entries(world.mei, job, which)}
    assert world.felix.get(f"/records/note/{private}")["version"] == 1


def test_unique_values_go_back_to_the_records_that_had_them(folder: Path, world: World) -> None:
    one, two = (world.nora.create("product", name=code, code=code)["id"] for code in ("P1", "P2"))
    rows = [{"id": one, "code": "P3"}, {"id": two, "code": "P1"}]
    cause = send(world.nora, "product", b"\n".join(msgspec.json.encode(row) for row in rows), mode="update")
    do_job(world, folder, cause)
    assert world.nora.get(f"/records/product/{two}")["code"] == "P1"
    assert world.nora.post("/undo", {"cause": cause})["refused"] == []
    assert [world.nora.get(f"/records/product/{id_}")["code"] for id_ in (one, two)] == ["P1", "P2"]
    world.nora.create("product", name="x", code="P3")
    again = history(world.nora, f"/records/product/{one}")[0]["cause"]
    told = world.nora.post("/undo", {"cause": again})
    assert {(gone["id"], gone["errors"][0]["code"]) for gone in told["refused"]} == {
        (one, "not_unique"),
        (two, "not_unique"),
    }
