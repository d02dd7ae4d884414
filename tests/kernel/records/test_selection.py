"""Every record that meets a filter, changed by a job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relata.kernel.context import Ctx
from relata.kernel.jobs.job import Again
from relata.kernel.records import bulk_job, selection
from relata.kernel.records.results import folder_of
from tests.kernel.records.test_bulk import CLERKS
from tests.workers import data_folder, do_job, entries
from tests.world import Caller, World

VALE = {"field": "title", "op": "starts_with", "value": "Vale"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def asked(caller: Caller, name: str, **document: Any) -> str:
    answer = caller("POST", f"/records/{name}/bulk", document)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def notes(caller: Caller, *titles: str, **values: Any) -> list[str]:
    return [caller.create("note", title=title, body="1", **values)["id"] for title in titles]


def test_all_records_that_meet_a_filter_and_that_one_sees_are_changed(folder: Path, world: World) -> None:
    mine = notes(world.mei, "Vale 1", "Vale 2", "Kent")
    private = notes(world.felix, "Vale 3", private=True)[0]
    id_ = asked(world.mei, "note", mode="update", filter=VALE, values={"body": "2"})
    for which in ("succeeded", "failed", "unprocessed"):
        assert entries(world.mei, id_, which) == []
    do_job(world, folder, id_)
    job = world.mei.get(f"/jobs/{id_}")
    assert (job["status"], job["total"], job["done"], job["failed"]) == ("succeeded", 2, 2, 0)
    succeeded = entries(world.mei, id_, "succeeded")
    assert [(row["id"], row["record"]) for row in succeeded] == [(one, {"id": one, "body": "2"}) for one in mine[:2]]
    assert {note["title"]: note["body"] for note in world.mei.query("note")} == {
        "Vale 1": "2", "Vale 2": "2", "Kent": "1",
    }  # fmt: skip
    assert world.felix.get(f"/records/note/{private}")["version"] == 1
    cause = world.mei.get(f"/records/note/{mine[0]}/history")["changes"][0]["cause"]
    assert cause == id_


def test_all_records_that_meet_a_filter_go_into_the_trash(folder: Path, world: World) -> None:
    notes(world.mei, "Vale 1", "Kent")
    private = notes(world.felix, "Vale 3", private=True)[0]
    do_job(world, folder, asked(world.mei, "note", mode="delete", filter=VALE))
    assert [note["title"] for note in world.mei.query("note")] == ["Kent"]
    assert world.felix.get(f"/records/note/{private}")["version"] == 1


def test_what_a_rule_or_a_fault_refuses_is_told_record_by_record(folder: Path, world: World) -> None:
    one, two = (world.mei.create("product", name=name, code=name)["id"] for name in ("P1", "P2"))
    id_ = asked(world.mei, "product", mode="update", filter={"all": []}, values={"code": "P2"})
    do_job(world, folder, id_)
    assert [(row["id"], row["errors"][0]["code"]) for row in entries(world.mei, id_, "failed")] == [(one, "not_unique")]
    assert [(row["id"], row["action"]) for row in entries(world.mei, id_, "succeeded")] == [(two, "unchanged")]


@pytest.mark.usefixtures("folder")
def test_faults_of_a_selection_are_told_all_at_once(world: World) -> None:
    path = "/records/account/bulk"
    assert world.mei.faults("POST", path, {"mode": "create", "more": 1}) == {
        "/mode": "unknown_option", "/filter": "required", "/more": "unknown_parameter",
    }  # fmt: skip
    wrong = {"field": "nothing", "op": "is", "value": 1}
    values = {"nothing": 1, "version": 2, "employees": "many"}
    assert world.mei.faults("POST", path, {"mode": "update", "filter": wrong, "values": values}) == {
        "/filter/field": "unknown_field", "/values/nothing": "unknown_field", "/values/version": "read_only",
        "/values/employees": "wrong_type",
    }  # fmt: skip
    assert world.mei.faults("POST", path, {"mode": "delete", "filter": {"all": []}, "values": {}}) == {
        "/values": "unknown_parameter"
    }
    query = f"{path}?mode=update"
    assert world.mei.faults("POST", query, {"mode": "delete", "filter": {"all": []}}) == {"/mode": "unknown_parameter"}
    assert world.mei.faults("POST", path, {"mode": "update", "filter": {"all": []}}) == {"/values": "required"}


def test_a_field_that_is_hidden_when_the_job_runs_selects_nothing(folder: Path, world: World) -> None:
    account = world.nora.create("account", name="Vale", website="https://vale.example")
    guess = {"field": "website", "op": "contains", "value": "vale"}
    id_ = asked(world.mei, "account", mode="delete", filter=guess)
    do_job(world, folder, id_, CLERKS)
    job = world.mei.get(f"/jobs/{id_}")
    assert (job["status"], job["total"], job["done"]) == ("failed", None, 0)
    assert world.nora.get(f"/records/account/{account['id']}") == account


def test_a_selection_is_taken_once_however_often_the_job_begins(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = notes(world.mei, "Vale 1")[0]
    id_ = asked(world.mei, "note", mode="update", filter=VALE, values={"body": "2"})
    real = selection.take_selection

    async def lost(ctx: Ctx, *rest: Any) -> None:
        await real(ctx, *rest)
        raise Again(0)

    monkeypatch.setattr(bulk_job, "take_selection", lost)
    with pytest.raises(Again):
        do_job(world, folder, id_)
    kept = (folder_of(folder, id_) / bulk_job.INPUT).read_bytes()
    later = notes(world.mei, "Vale 2")[0]
    do_job(world, folder, id_)
    assert (folder_of(folder, id_) / bulk_job.INPUT).read_bytes() == kept
    assert [world.mei.get(f"/records/note/{note}")["body"] for note in (one, later)] == ["2", "1"]


def test_numbers_of_a_selection_stay_exact(folder: Path, world: World) -> None:
    world.mei.create("campaign", name="C")
    body = b'{"mode": "update", "filter": {"all": []}, "values": {"budget": {"amount": "12.10", "currency": "EUR"}}}'
    answer = world.mei("POST", "/records/campaign/bulk", content=body, headers={"content-type": "application/json"})
    do_job(world, folder, answer.json()["id"])
    assert world.mei.query("campaign")[0]["budget"] == {"amount": "12.10", "currency": "EUR"}
