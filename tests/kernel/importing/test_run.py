from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from relata.kernel.importing import imports
from relata.kernel.importing import run as running
from relata.kernel.jobs.job import Again, Run
from tests.importing import Importing, faults_of
from tests.workers import data_folder, do_job
from tests.world import World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


ACCOUNTS = "external_id,name,parent,employees\nA1,Vale,,10\nA2,Kent,Vale,20\nA3,Bo,Nobody,x\n"
CONTACTS = "external_id,first name,last name,e-mail,account\nC1,Ada,Love,ada@vale.example,Vale\nC2,Bo,Ek,bo@kent.example,Kent\n"


def test_what_a_check_foretells_is_what_the_run_does(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("accounts.csv", ACCOUNTS)
    assert work.table()["plan"]["object"] == "account"
    told = work.check()
    assert (told["created"], told["refused"]) == (2, 1)
    assert world.nora.query("account") == []
    done = work.start()
    assert {key: done[key] for key in ("rows", "created", "updated", "unchanged", "skipped", "refused")} == {
        key: told[key] for key in ("rows", "created", "updated", "unchanged", "skipped", "refused")
    }
    assert faults_of(done) == faults_of(told)
    assert set(faults_of(done)) == {"parent", "employees"}
    assert work.document["status"] == "succeeded"
    found = {one["name"]: one["parent.name"] for one in world.nora.query("account", fields=["name", "parent.name"])}
    assert found == {"Vale": None, "Kent": "Vale"}
    failed = work.rows("failed")
    assert [(row["~line"], row["name"]) for row in failed] == [("4", "Bo")]
    assert [row["~line"] for row in work.rows("succeeded")] == ["2", "3"]
    assert work.rows("unprocessed") == []


def test_several_files_are_taken_in_the_order_of_their_links(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("contacts.csv", CONTACTS)
    work.add("accounts.csv", ACCOUNTS)
    assert [table["plan"]["object"] for table in work.document["tables"]] == ["account", "contact"]
    assert work.check()["refused"] == 1
    done = work.start()
    assert [(table["object"], table["created"]) for table in done["tables"]] == [("account", 2), ("contact", 2)]
    found = {
        one["name"]["last"]: one["account.name"] for one in world.nora.query("contact", fields=["name", "account.name"])
    }
    assert found == {"Love": "Vale", "Ek": "Kent"}
    (ada,) = world.nora.query("contact", filter={"field": "external_id", "op": "is", "value": "C1"})
    (cause,) = world.nora.get(f"/records/contact/{ada['id']}/why?field=emails")["causes"]
    assert (cause["line"], cause["source"]) == (2, {"kind": "import", "name": "contacts.csv"})


@pytest.mark.parametrize("duplicates", ["skip", "fill", "overwrite", "create"])
def test_rows_that_find_a_record_do_what_the_plan_says(folder: Path, world: World, duplicates: str) -> None:
    world.nora.create("contact", name={"first": "Ada", "last": "Love"}, emails=["ada@x.example"], title="Boss")
    work = Importing(world, folder)
    work.add(
        "contacts.csv",
        "first name,last name,e-mail,title,department\nAda,Lovelace,ADA@x.example,Chief,Sums\nAda,Lovelace,ada@x.example,Head,\n",
    )
    work.plan(object="contact", match=["emails"], duplicates=duplicates)
    told, done = work.check(), work.start()
    counts = {key: done[key] for key in ("created", "updated", "unchanged", "skipped", "refused")}
    assert counts == {key: told[key] for key in counts}
    found = sorted((one["name"]["last"], one["title"], one["department"]) for one in world.nora.query("contact"))
    if duplicates == "skip":
        assert (done["skipped"], found) == (2, [("Love", "Boss", None)])
    if duplicates == "fill":
        assert (done["updated"], done["unchanged"], found) == (1, 1, [("Love", "Boss", "Sums")])
    if duplicates == "overwrite":
        assert (done["updated"], found) == (2, [("Lovelace", "Head", "Sums")])
        assert [one["emails"] for one in world.nora.query("contact")] == [[{"value": "ada@x.example"}]]
    if duplicates == "create":
        assert (done["created"], len(found)) == (2, 3)


def test_a_whole_import_is_undone_by_its_cause(folder: Path, world: World) -> None:
    before = world.nora.create("account", name="Vale", external_id="A1", employees=5)
    work = Importing(world, folder)
    work.add("accounts.csv", ACCOUNTS)
    work.plan(match=["external_id"], duplicates="overwrite")
    done = work.start()
    assert (done["created"], done["updated"]) == (1, 1)
    answer = world.nora.post("/undo", {"cause": done["job"]})
    assert (answer["undone"], answer["conflicts"]) == (2, [])
    assert [(one["id"], one["employees"]) for one in world.nora.query("account")] == [(before["id"], 5)]
    assert work.read()["undone"] is True


def test_a_link_to_a_row_further_down_is_made_when_all_are_there(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("accounts.csv", "name,parent\nChild,Parent\nParent,Root\nRoot,\nLost,Refused\nRefused,Nobody at all\n")
    done = work.start()
    assert (done["created"], done["refused"], done["unlinked"]) == (4, 1, 1)
    found = {one["name"]: one["parent.name"] for one in world.nora.query("account", fields=["name", "parent.name"])}
    assert found == {"Child": "Parent", "Parent": "Root", "Root": None, "Lost": None}
    assert sorted(row["name"] for row in work.rows("failed")) == ["Lost", "Refused"]
    assert sorted(row["name"] for row in work.rows("succeeded")) == ["Child", "Parent", "Root"]


def test_columns_become_fields_and_missing_records_are_made(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("contacts.csv", "last name,account,tier\nEk,Vale,Gold\nLove,Vale,Silver\nBay,Kent,\n")
    columns = [
        {"column": "account", "create_missing": True},
        {"column": "tier", "new": {"kind": "choice", "label": "Tier", "options": ["Gold", "Silver"]}},
    ]
    work.plan(columns=columns)
    told = work.check()
    assert (told["created"], told["tables"][0]["made_records"]) == (3, {"account": 2})
    assert world.nora.query("account") == []
    done = work.start()
    assert (done["created"], done["tables"][0]["made_records"]) == (3, {"account": 2})
    assert done["made_fields"] == ["tier → Tier (choice)"]
    found = {
        one["name"]["last"]: (one["account.name"], one["tier"])
        for one in world.nora.query("contact", fields=["name", "account.name", "tier"])
    }
    assert found == {"Ek": ("Vale", "gold"), "Love": ("Vale", "silver"), "Bay": ("Kent", None)}


def test_plans_tell_all_their_faults_at_once(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("accounts.csv", ACCOUNTS)
    plan = {
        "match": ["nothing"],
        "duplicates": "perhaps",
        "columns": [
            {"column": "name", "to": ["nope"]},
            {"column": "elsewhere", "to": []},
            {"column": "parent", "to": ["name"], "x": 1},
        ],
    }
    found = world.nora.faults("PATCH", work.path, {"tables": [{"number": 0, "plan": plan}, {"number": 7, "plan": {}}]})
    assert set(found) == {
        "/tables/0/plan/duplicates", "/tables/0/plan/columns/1/column", "/tables/0/plan/columns/2/x", "/tables/1/number",
    }  # fmt: skip
    plan = {
        "match": ["nothing"],
        "columns": [{"column": "name", "to": ["nope"]}, {"column": "parent", "to": ["external_id"]}],
    }
    found = world.nora.faults("PATCH", work.path, {"tables": [{"number": 0, "plan": plan}]})
    assert set(found) == {"/tables/0/plan/match/0", "/tables/0/plan/columns/1/to/0", "/tables/0/plan/columns/2/to/0"}


def test_an_import_is_its_makers_and_the_administrators(folder: Path, world: World) -> None:
    work = Importing(world, folder, world.mei)
    work.add("accounts.csv", ACCOUNTS)
    assert world.nora.get(work.path)["id"] == work.document["id"]
    other = Importing(world, folder, world.nora)
    assert world.mei("GET", other.path).status_code == 404
    assert [one["id"] for one in world.mei.get("/imports")["imports"]] == [work.document["id"]]
    assert len(world.nora.get("/imports")["imports"]) == 2
    world.mei.delete(work.path)
    assert world.mei("GET", work.path).status_code == 404


def test_a_change_of_a_field_tells_the_imports_that_write_it(folder: Path, world: World) -> None:
    work = Importing(world, folder)
    work.add("accounts.csv", ACCOUNTS)
    told = world.nora("DELETE", "/objects/account/fields/employees", params={"check": "true"}).json()
    assert [(one["object"], one["label"]) for one in told["impact"]["imports"]] == [("account", "accounts.csv")]
    work.start()
    told = world.nora("DELETE", "/objects/account/fields/employees", params={"check": "true"}).json()
    assert told["impact"]["imports"] == []


def test_an_import_goes_on_while_its_fields_and_its_object_get_other_names(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora, turns = world.nora, iter(range(1_000))
    nora.post("/objects", {"name": "boat", "label": "Boat", "fields": [{"name": "name", "kind": "text"}]})
    renamings = {2: ("/objects/boat/fields/name", "title"), 4: ("/objects/boat", "ship")}
    asked = Run.going_on

    async def going_on(run: Run) -> None:
        await asked(run)
        if renaming := renamings.get(next(turns)):
            path, name = renaming
            await asyncio.to_thread(nora.patch, path, {"name": name})

    monkeypatch.setattr(Run, "going_on", going_on)
    for module in (running, imports):
        monkeypatch.setattr(module, "SIZE", 20)
    work = Importing(world, folder)
    work.add("boats.csv", "\n".join(["external_id,name", *(f"B{n},Boat {n}" for n in range(200)), ""]))
    work.plan(object="boat")
    work.document = nora.post(f"{work.path}/start", None)
    while work.read()["status"] == "running":
        with contextlib.suppress(Again):
            do_job(world, folder, work.document["job"]["id"])
    assert work.document["status"] == "succeeded", work.document["job"]
    assert work.document["run"]["created"] == 200
    assert len(work.rows("succeeded")) == 200
    assert world.rows("select count(*), count(distinct title) from {schema}.ship") == [(200, 200)]
