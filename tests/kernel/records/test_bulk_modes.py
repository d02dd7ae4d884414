from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.workers import data_folder, do_job, entries, send
from tests.world import World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def taken(world: World, folder: Path, name: str, rows: list[Any] | str, **query: str) -> str:
    """The id of a job that took the rows, or the table."""
    table = isinstance(rows, str)
    body = rows.encode() if isinstance(rows, str) else b"\n".join(msgspec.json.encode(row) for row in rows)
    id_ = send(world.mei, name, body, "text/csv" if table else "application/x-ndjson", **query)
    do_job(world, folder, id_)
    return id_


def codes(world: World, id_: str) -> dict[int, list[str]]:
    return {row["line"]: [error["code"] for error in row["errors"]] for row in entries(world.mei, id_, "failed")}


def test_a_row_that_names_a_version_is_refused_when_the_record_has_another(folder: Path, world: World) -> None:
    one, two = (world.mei.create("account", name=name)["id"] for name in ("One", "Two"))
    rows = [{"id": one, "name": "A", "version": 1}, {"id": one.upper(), "name": "B", "version": 1}]
    id_ = taken(world, folder, "account", [*rows, {"id": two, "version": "1"}], mode="update")
    assert codes(world, id_) == {2: ["stale"], 3: ["wrong_type"]}
    assert "has version 2, not 1" in entries(world.mei, id_, "failed")[0]["errors"][0]["message"]
    id_ = taken(world, folder, "account", f"id,version\n{one},1\n{two},1\n", mode="delete")
    assert codes(world, id_) == {2: ["stale"]}
    assert [record["name"] for record in world.mei.query("account")] == ["A"]


def test_only_what_differs_is_written_and_equal_rows_leave_no_version(folder: Path, world: World) -> None:
    id_ = world.mei.create("account", name="One", website="https://x.example", external_id="a")["id"]
    rows = [{"external_id": "a", "name": "One"}, {"external_id": "a", "name": "One", "website": "https://y.example"}]
    job = taken(world, folder, "account", rows, mode="update", key="external_id")
    told = [(row["line"], row["action"], row["id"]) for row in entries(world.mei, job, "succeeded")]
    assert told == [(1, "unchanged", id_), (2, "updated", id_)]
    changes = world.mei.get(f"/records/account/{id_}/history")["changes"]
    assert [(change["version"], list(change["fields"])) for change in changes] == [(2, ["website"]), (1, [])]


def test_records_are_found_by_a_number_that_nobody_can_write(folder: Path, world: World) -> None:
    case = world.mei.create("case", subject="Lamp")
    rows = [{"number": case["number"], "subject": "Lamps"}, {"number": 1.5}, {"number": 10**15}]
    id_ = taken(world, folder, "case", rows, mode="update", key="number")
    assert codes(world, id_) == {2: ["wrong_type"], 3: ["not_found"]}
    assert world.mei.get(f"/records/case/{case['id']}")["subject"] == "Lamps"


def test_deleting_what_lies_in_the_trash_says_so(folder: Path, world: World) -> None:
    id_ = world.mei.create("account", name="One")["id"]
    job = taken(world, folder, "account", [{"id": id_}, {"id": id_}], mode="delete")
    failed = entries(world.mei, job, "failed")
    assert [(row["line"], row["id"], row["record"]) for row in failed] == [(2, id_, {"id": id_})]
    assert failed[0]["errors"][0]["message"] == "This account is in the trash already."
    assert world.rows("select count(*) from {schema}._journal where record = %s", [id_]) == [(2,)]


def test_what_was_refused_comes_back_as_it_was_sent_to_be_mended_and_sent_again(folder: Path, world: World) -> None:
    table = "name;emails;employees\nVale;vale@x.example;12\nKent;no address;3\nBo;too;many;cells\n"
    id_ = taken(world, folder, "account", table)
    answer = world.mei("GET", f"/jobs/{id_}/failed", params={"format": "sent"})
    assert "Bo;too;many;cells" in answer.text
    mended = answer.text.replace("no address", "kent@x.example").splitlines()[:2]
    again = taken(world, folder, "account", "\n".join(mended))
    assert [row["record"]["name"] for row in entries(world.mei, again, "succeeded")] == ["Kent"]
    rows = [{"name": "Ely", "emails": "no"}, [1]]
    id_ = taken(world, folder, "account", rows)
    answer = world.mei("GET", f"/jobs/{id_}/failed", params={"format": "sent"})
    first, second = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert second["~text"] == "[1]"
    again = taken(world, folder, "account", [first | {"emails": "ely@x.example"}])
    assert [record["name"] for record in world.mei.query("account", sort="name")] == ["Ely", "Kent", "Vale"]
    assert world.mei.get(f"/jobs/{again}")["failed"] == 0
    assert world.mei.faults("GET", f"/jobs/{id_}/failed?format=xml") == {"/format": "unknown_option"}


def test_values_that_must_be_unique_pass_from_record_to_record_in_the_order_of_the_file(
    folder: Path, world: World
) -> None:
    one, two = (world.mei.create("product", name=code, code=code)["id"] for code in ("P1", "P2"))
    rows = [{"id": one, "code": "P3"}, {"id": two, "code": "P1"}, {"id": one, "code": "P1"}]
    id_ = taken(world, folder, "product", rows, mode="update")
    assert codes(world, id_) == {3: ["not_unique"]}
    assert {record["id"]: record["code"] for record in world.mei.query("product")} == {one: "P3", two: "P1"}


def test_links_are_also_taken_as_rows_of_their_junction_each_pair_once(folder: Path, world: World) -> None:
    field = {"name": "friends", "kind": "many", "to": "contact", "fields": [{"name": "since", "kind": "date"}]}
    world.nora.post("/objects/account/fields", field)
    contact = world.mei.create("contact", name={"last": "Berg"})["id"]
    account = world.mei.create("account", name="One")["id"]
    taken(world, folder, "account_friends", [{"account": account, "contact": contact, "since": "2026-02-03"}])
    assert world.mei.get(f"/records/account/{account}")["friends"][0]["since"] == "2026-02-03"
    id_ = taken(world, folder, "account_friends", [{"account": account, "contact": contact}])
    assert codes(world, id_) == {1: ["not_unique"]}
