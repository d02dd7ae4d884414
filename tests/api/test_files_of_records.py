"""Files of records: whose they are, who reads them, and what becomes of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.uploads import attached, upload, with_files
from tests.world import World


@pytest.fixture(scope="module")
def world(module_world: World) -> World:
    return with_files(module_world)


def test_a_file_is_its_uploaders_until_a_record_has_it_and_then_that_records_alone(world: World) -> None:
    mine = upload(world.nora, b"mine")["id"]
    nowhere = "01920000-0000-7000-8000-000000000000"
    for caller, id_ in ((world.mei, mine), (world.mei, nowhere), (world.key, mine)):
        assert caller.faults("POST", "/records/account", {"name": "x", "papers": id_}) == {"/papers/0": "not_found"}
    vale = world.nora.create("account", name="Vale", papers=[mine])
    other = world.nora.create("account", name="Other")
    for name, values in (("papers", mine), ("logo", mine)):
        faults = world.nora.faults("PATCH", f"/records/account/{other['id']}", {name: values})
        assert faults == {f"/{name}/0": "not_found"}
    assert world.nora.faults("PATCH", f"/records/account/{vale['id']}", {"logo": mine}) == {"/logo/0": "not_found"}
    assert world.nora.faults("POST", "/records/task", {"subject": "x", "papers": mine}) == {"/papers/0": "not_found"}
    twice = upload(world.nora, b"twice")["id"]
    changes = [{"create": {"name": f"Twice {n}", "papers": twice}} for n in range(2)]
    results = world.nora.post("/records/account/batch", {"atomic": False, "changes": changes})["results"]
    assert [result["status"] for result in results] == [200, 422]
    for path in (
        f"account/{other['id']}/files/papers/{mine}",
        f"account/{vale['id']}/files/logo/{mine}",
        f"account/{vale['id']}/files/name/{mine}",
    ):
        assert world.nora("GET", f"/records/{path}").status_code == 404


def test_of_two_writes_at_once_that_want_one_file_one_gets_it(world: World) -> None:
    for turn in range(6):
        file = upload(world.nora, f"wanted {turn}".encode())["id"]
        with ThreadPoolExecutor(3) as pool:
            wanting = [{"name": f"{turn}.{n}", "papers": file} for n in range(3)]
            answers = list(pool.map(lambda values: world.nora("POST", "/records/account", values), wanting))
        assert min(answer.status_code for answer in answers) == 201
        assert sum(answer.status_code == 201 for answer in answers) == 1
        held = world.nora.query(
            "account", filter={"field": "papers", "op": "is_not_empty"}, fields=["papers"], limit=1000
        )
        assert sum(file in str(record["papers"]) for record in held) == 1


def test_a_write_that_fails_leaves_its_files_free(world: World) -> None:
    file = upload(world.nora, b"free")["id"]
    gone = {"name": "x", "parent": "01920000-0000-7000-8000-000000000000", "papers": file}
    assert world.nora.faults("POST", "/records/account", gone) == {"/parent": "not_found"}
    vale = world.nora.create("account", name="Vale")
    stale = world.nora("PATCH", f"/records/account/{vale['id']}", {"papers": file}, headers={"if-match": '"7"'})
    assert stale.status_code == 412
    assert world.nora.create("account", name="Vale", papers=file)["papers"][0]["id"] == file


def test_who_does_not_see_the_record_or_the_field_finds_no_file(world: World) -> None:
    file = upload(world.mei, b"private")["id"]
    task = world.mei.create("task", subject="Quiet", private=True, papers=file)
    here = f"/records/task/{task['id']}/files/papers/{file}"
    assert world.mei("GET", here).content == b"private"
    assert world.felix("GET", here).status_code == 404
    assert world.visitor("GET", here).status_code == 401


def test_what_was_replaced_or_thrown_away_can_be_brought_back(world: World) -> None:
    old, new = (upload(world.nora, content)["id"] for content in (b"old", b"new"))
    vale = world.nora.create("account", name="Vale", papers=old)
    here = f"/records/account/{vale['id']}"
    world.nora.patch(here, {"papers": new})
    assert world.nora("GET", f"{here}/files/papers/{old}").status_code == 404
    changes = world.nora.get(f"{here}/history")["changes"]
    assert changes[0]["fields"]["papers"]["before"][0]["name"] == "offer.txt"
    moment = changes[1]["at"].replace("+", "%2B")
    assert world.nora("GET", f"{here}/files/papers/{old}?as_of={moment}").content == b"old"
    world.nora.post(f"{here}/undo", {"version": 2})
    assert world.nora("GET", f"{here}/files/papers/{old}").content == b"old"
    world.nora.delete(here)
    assert world.nora("GET", f"{here}/files/papers/{old}").status_code == 404
    assert world.nora("GET", f"{here}/files/papers/{old}?trash=true").content == b"old"
    world.nora.post(f"{here}/restore")
    assert world.nora("GET", f"{here}/files/papers/{old}").content == b"old"


def test_files_are_found_by_their_names_and_no_default(world: World) -> None:
    _, id_ = attached(world.nora, b"x", "Frühjahr Angebot.txt")
    condition = {"field": "papers", "op": "contains", "value": "fruhjahr"}
    assert [r["id"] for r in world.nora.query("account", filter=condition)] == [id_]
    default = {"name": "more", "kind": "file", "default": id_}
    assert world.nora.faults("POST", "/objects/account/fields", default) == {"/default": "not_applicable"}
