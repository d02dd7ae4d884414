"""Lists of links in a bulk: what single writes of the same rows would leave, row by row, written as sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.kernel.records.test_linking import MEMBERS, linked
from tests.workers import data_folder, do_job, entries, send
from tests.world import Caller, World

GONE = "01920000-0000-7000-8000-00000000ffff"
CSV, NDJSON = "text/csv", "application/x-ndjson"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


@pytest.fixture
def people(world: World) -> list[str]:
    world.nora.post("/objects", {"name": "project", "label": "Project", "fields": [{"name": "name", "kind": "text"}]})
    world.nora.post("/objects/project/fields", {"name": "size", "kind": "rating"})
    world.nora.post("/objects/project/fields", MEMBERS)
    return [world.nora.create("contact", name={"last": name})["id"] for name in ("Ada", "Ben", "Cleo")]


def taken(world: World, folder: Path, rows: list[Any] | str, **query: str) -> str:
    body = rows.encode() if isinstance(rows, str) else b"\n".join(msgspec.json.encode(row) for row in rows)
    id_ = send(world.nora, "project", body, CSV if isinstance(rows, str) else NDJSON, **query)
    do_job(world, folder, id_)
    return id_


def projects(caller: Caller) -> dict[str, dict[str, Any]]:
    return {record["name"]: record for record in caller.query("project", limit=100)}


def faults(world: World, job: str) -> dict[int, dict[str, str]]:
    told = entries(world.nora, job, "failed")
    return {row["line"]: {error["pointer"]: error["code"] for error in row["errors"]} for row in told}


def test_rows_with_lists_are_linked_or_refused_each_as_a_whole(folder: Path, world: World, people: list[str]) -> None:
    nora, (ada, ben, cleo) = world.nora, people
    rows = [
        {"name": "One", "members": [{"id": ada, "role": "lead"}, ben]},
        {"name": "Bad", "size": 99, "members": [{"id": GONE, "role": "king", "since": "soon"}, ada]},
        {"name": "Gone", "members": [ada, GONE]},
        {"name": "Odd", "members": [ada, ada]},
        {"name": "Two", "members": [{"id": ada, "role": "helper"}]},
        {"name": "None"},
    ]
    job = taken(world, folder, rows, mode="create")
    refused = faults(world, job)
    assert refused.keys() == {2, 3, 4}
    assert refused[2].keys() >= {"/size", "/members/0/id", "/members/0/role", "/members/0/since"}
    assert refused[3] == {"/members/1/id": "not_found"}
    assert refused[4] == {"/members/1/id": "duplicate"}
    made = projects(nora)
    assert {name: linked(one) for name, one in made.items()} == {
        "One": [(ada, "lead"), (ben, None)], "Two": [(ada, "helper")], "None": [],
    }  # fmt: skip
    assert world.rows("select count(*) from {schema}.project_members") == [(3,)]

    path = f"/records/project/{made['One']['id']}"
    rows = [
        {"id": made["One"]["id"], "members": [cleo]},
        {"id": made["One"]["id"], "name": "First", "members": [{"id": cleo, "role": "lead"}, ada]},
        {"id": made["Two"]["id"], "members": [{"id": ada}]},
        {"id": made["None"]["id"], "version": 7, "members": [ada]},
    ]
    job = taken(world, folder, rows, mode="update")
    told = [(row["line"], row["action"]) for row in entries(nora, job, "succeeded")]
    assert told == [(1, "updated"), (2, "updated"), (3, "unchanged")]
    assert faults(world, job) == {4: {"/version": "stale"}}
    assert (nora.get(path)["version"], sorted(linked(nora.get(path)))) == (3, sorted([(cleo, "lead"), (ada, None)]))
    assert [one["version"] for one in projects(nora).values() if one["name"] in ("Two", "None")] == [1, 1]
    changes = nora.get(f"{path}/history")["changes"]
    assert [sorted(change["fields"]) for change in changes] == [["members", "name"], ["members"], []]
    assert {change["cause"] for change in changes[:2]} == {job}
    nora.post("/undo", {"cause": job})
    assert sorted(linked(nora.get(path))) == sorted([(ada, "lead"), (ben, None)])


def test_a_column_of_a_table_holds_the_ids_of_a_list(folder: Path, world: World, people: list[str]) -> None:
    ada, ben, cleo = people
    taken(world, folder, f"name,members\nOne,{ada}; {ben}\nTwo,\n", mode="create")
    assert {name: [link["id"] for link in one["members"]] for name, one in projects(world.nora).items()} == {
        "One": [ada, ben], "Two": [],
    }  # fmt: skip
    job = taken(world, folder, f"name,members\nOne,{cleo};nobody\nThree,{cleo}\nTwo,{ada}\n", mode="upsert", key="name")
    assert faults(world, job) == {2: {"/members/1/id": "bad_id"}}
    assert {name: [link["id"] for link in one["members"]] for name, one in projects(world.nora).items()} == {
        "One": [ada, ben], "Two": [ada], "Three": [cleo],
    }  # fmt: skip


def test_the_links_of_many_rows_are_written_by_few_statements(folder: Path, world: World, people: list[str]) -> None:
    rows = [{"name": f"P{number}", "members": people} for number in range(400)]
    taken(world, folder, rows, mode="create")
    told = "select count(*), count(distinct (xmin::text, cmin::text)) from {schema}._journal where object = 'project_members'"
    ((links, statements),) = world.rows(told)
    assert links == 1_200
    assert statements <= 4
