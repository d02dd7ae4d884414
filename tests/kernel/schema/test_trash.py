"""Deleted fields and objects: out of sight at once, their names free, and back with all that they held."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from relata.kernel.metadata.trash import clean_trash
from tests.sound import unsettled
from tests.world import Caller, World


@pytest.fixture(scope="module")
def nora(module_world: World) -> Any:
    nora = module_world.nora
    fields = [
        {"name": "name", "kind": "text", "required": True},
        {"name": "maker", "kind": "relation", "to": "account", "inverse": "plants"},
    ]
    nora.post("/objects", {"name": "plant", "label": "Plant", "fields": fields})
    return nora


def entry(nora: Caller, object_: str, field: str | None = None) -> dict[str, Any]:
    """The newest of this object and field."""
    entries = nora.get("/schema/trash")["entries"]
    return next(one for one in entries if (one["object"], one["field"]) == (object_, field))


def test_a_deleted_field_leaves_its_name_free_and_comes_back_with_values_and_history(
    nora: Any, module_world: World
) -> None:
    nora.post(
        "/objects/plant/fields",
        {"name": "code", "kind": "text", "unique": True, "required": True, "default": "none yet"},
    )
    made = nora.create("plant", name="Mill", code="oxbow")
    path = f"/records/plant/{made['id']}"
    nora.patch(path, {"code": "quill"})
    assert nora.get("/search?q=quill")["hits"]
    told = nora.get("/objects/plant/fields/usage")["records"]
    assert nora("DELETE", "/objects/plant/fields/code?check=true").json()["impact"]["records"] == told
    nora.delete("/objects/plant/fields/code")
    assert unsettled(module_world.conninfo, module_world.schema) == []
    assert "code" not in nora.get(path)
    assert nora.get("/search?q=quill")["hits"] == []
    assert nora.faults("POST", "/records/plant/query", {"fields": ["code"]}).keys() == {"/fields/0"}
    kept = entry(nora, "plant", "code")
    assert (kept["kind"], kept["records"], kept["days_left"], kept["deleted_by.name"]) == ("text", 1, 30, "Nora")

    nora.post("/objects/plant/fields", {"name": "code", "kind": "number"})
    nora.patch(path, {"code": 7})
    changes = nora.get(f"{path}/history")["changes"]
    assert [c["fields"] for c in changes if c["op"] == "update"] == [{"code": {"before": None, "after": 7}}, {}]
    assert nora.faults("POST", f"/schema/trash/{kept['id']}/restore", {}) == {"/name": "duplicate"}
    other = nora.create("plant", name="Kiln")
    refused = nora.faults("POST", f"/schema/trash/{kept['id']}/restore", {"name": "sign"})
    assert refused == {"/required": "empty"}
    assert unsettled(module_world.conninfo, module_world.schema) == []
    back = nora.post(f"/schema/trash/{kept['id']}/restore", {"name": "sign", "required": False})
    assert back == {"object": "plant", "field": "sign"}
    assert (nora.get(path)["sign"], nora.get(path)["code"], nora.get(f"/records/plant/{other['id']}")["sign"]) == (
        "quill",
        7,
        None,
    )
    changes = nora.get(f"{path}/history")["changes"]
    updates = [c["fields"] for c in changes if c["op"] == "update"]
    assert updates == [{"code": {"before": None, "after": 7}}, {"sign": {"before": "oxbow", "after": "quill"}}]
    assert nora.faults("PATCH", f"/records/plant/{other['id']}", {"sign": "quill"}, 422) == {"/sign": "not_unique"}
    assert nora.get("/search?q=quill")["hits"][0]["id"] == made["id"]
    nora.delete("/objects/plant/fields/code")
    nora.delete("/objects/plant/fields/sign")
    nora.post(f"/schema/trash/{entry(nora, 'plant', 'sign')['id']}/restore", {"name": "code"})
    assert [c["fields"] for c in nora.get(f"{path}/history")["changes"] if c["op"] == "update"][1:] == [
        {"code": {"before": "oxbow", "after": "quill"}}
    ]
    assert nora.get(f"{path}/why?field=code")["causes"][0]["before"] == "oxbow"
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_a_deleted_object_comes_back_with_records_links_history_and_search(nora: Any, module_world: World) -> None:
    nora.post("/objects", {"name": "vessel", "label": "Vessel", "fields": [{"name": "name", "kind": "text"}]})
    for field in (
        {"name": "owner_company", "kind": "relation", "to": "account", "inverse": "vessels"},
        {"name": "sister", "kind": "relation", "to": "vessel"},
        {"name": "crew", "kind": "many", "to": "contact", "fields": [{"name": "role", "kind": "text"}]},
        {"name": "doubled", "kind": "formula", "formula": "name + name"},
        {"name": "draught", "kind": "number"},
    ):
        nora.post("/objects/vessel/fields", field)
    company, ada = nora.create("account", name="Bering"), nora.create("contact", name={"last": "Rask"})
    first = nora.create(
        "vessel", name="Sula", owner_company=company["id"], draught=3, crew=[{"id": ada["id"], "role": "mate"}]
    )
    second = nora.create("vessel", name="Gannet", sister=first["id"])
    nora.patch(f"/records/vessel/{first['id']}", {"name": "Sula bassana"})
    nora.delete("/objects/vessel/fields/draught")
    nora.delete("/objects/vessel")
    assert unsettled(module_world.conninfo, module_world.schema) == []
    assert nora("GET", f"/records/vessel/{first['id']}").status_code == 404
    assert nora.get("/search?q=bassana")["hits"] == []
    kept = entry(nora, "vessel")
    assert kept["records"] == 2
    assert entry(nora, "vessel", "draught")["within"] == kept["id"]
    assert nora("POST", f"/schema/trash/{entry(nora, 'vessel', 'draught')['id']}/restore", {}).status_code == 409

    nora.post("/objects", {"name": "vessel", "label": "Bowl", "fields": [{"name": "name", "kind": "text"}]})
    nora.create("vessel", name="Sula, a bowl")
    assert len(nora.get("/search?q=sula")["hits"]) == 1
    assert nora.faults("POST", f"/schema/trash/{kept['id']}/restore", {}) == {"/name": "duplicate"}
    nora.post(f"/schema/trash/{kept['id']}/restore", {"name": "ship"})
    assert unsettled(module_world.conninfo, module_world.schema) == []
    path = f"/records/ship/{first['id']}"
    there = nora.get(path)
    assert (there["name"], there["owner_company"], there["doubled"]) == (
        "Sula bassana",
        company["id"],
        "Sula bassanaSula bassana",
    )
    assert there["crew"][0]["role"] == "mate"
    assert nora.get(f"/records/ship/{second['id']}")["sister"] == first["id"]
    assert nora.get(f"{path}/history")["changes"][0]["fields"]["name"]["before"] == "Sula"
    assert [hit["object"] for hit in nora.get("/search?q=bassana")["hits"]] == ["ship"]
    nora.post(f"/schema/trash/{entry(nora, 'ship', 'draught')['id']}/restore", {})
    assert nora.get(path)["draught"] == 3
    nora.delete("/objects/ship")
    kept = entry(nora, "ship")
    nora.delete(f"/schema/trash/{kept['id']}")
    assert nora("DELETE", f"/schema/trash/{kept['id']}").status_code == 404
    gone = module_world.rows("select count(*) from {schema}._journal where record = %s", [first["id"]])
    assert gone == [(0,)]
    left = module_world.rows("select relname from pg_class where relname like '~%%ship' and relkind = %s", ["r"])
    assert left == []


def test_what_has_had_its_time_is_dropped_once_by_two_processes(nora: Any, module_world: World) -> None:
    fields = [{"name": name, "kind": "number"} for name in ("old_one", "old_two", "young")]
    for field in fields:
        nora.post("/objects/plant/fields", field)
        nora.delete(f"/objects/plant/fields/{field['name']}")
    module_world.rows("update {schema}._trash set at = at - interval '31 days' where field like 'old%%' returning id")

    async def clean() -> int:
        async with await psycopg.AsyncConnection.connect(module_world.conninfo, autocommit=True) as connection:
            return await clean_trash(connection, module_world.schema)

    async def both() -> list[int]:
        return list(await asyncio.gather(clean(), clean()))

    asyncio.run(both())
    asyncio.run(clean())
    names = {one["field"] for one in nora.get("/schema/trash")["entries"]}
    assert "young" in names
    assert not names & {"old_one", "old_two"}
    columns = module_world.rows(
        "select attname from pg_attribute where attrelid = '{schema}.plant'::regclass and attname ~ '~old' and not attisdropped"
    )
    assert columns == []


def test_of_two_administrators_who_restore_the_same_one_is_first(nora: Any, module_world: World) -> None:
    nora.post("/objects/plant/fields", {"name": "shared", "kind": "text"})
    nora.delete("/objects/plant/fields/shared")
    path = f"/schema/trash/{entry(nora, 'plant', 'shared')['id']}/restore"
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(nora, "POST", path, {"name": name}) for name in ("one", "two", "three", "four")]
        answers = sorted(each.result().status_code for each in asked)
    assert answers == [200, 404, 404, 404]
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_links_of_both_sides_come_back_in_the_order_in_which_they_can(nora: Any) -> None:
    nora.post("/objects", {"name": "yard", "label": "Yard", "fields": [{"name": "name", "kind": "text"}]})
    nora.post("/objects/yard/fields", {"name": "staff", "kind": "many", "to": "contact", "inverse": "workplaces"})
    ada = nora.create("contact", name={"last": "Lind"})["id"]
    made = nora.create("yard", name="Sawmill", staff=[ada])
    nora.delete("/objects/yard/fields/staff")
    nora.delete("/objects/contact/fields/workplaces")
    first, last = entry(nora, "yard", "staff"), entry(nora, "contact", "workplaces")
    assert nora("POST", f"/schema/trash/{first['id']}/restore", {}).status_code == 409
    nora.post(f"/schema/trash/{last['id']}/restore")
    nora.post(f"/schema/trash/{first['id']}/restore")
    assert [one["id"] for one in nora.get(f"/records/yard/{made['id']}")["staff"]] == [ada]


def test_only_administrators_see_restore_and_drop_what_was_deleted(nora: Any, module_world: World) -> None:
    nora.post("/objects/plant/fields", {"name": "secret", "kind": "text"})
    nora.delete("/objects/plant/fields/secret")
    id_ = entry(nora, "plant", "secret")["id"]
    mei = module_world.mei
    for method, path in (
        ("GET", "/schema/trash"),
        ("POST", f"/schema/trash/{id_}/restore"),
        ("DELETE", f"/schema/trash/{id_}"),
    ):
        assert mei(method, path).status_code == 403, path
    assert nora("POST", "/schema/trash/none/restore", {}).status_code == 404
    wrong = {"name": "x", "required": True, "colour": "red"}
    assert nora.faults("POST", f"/schema/trash/{id_}/restore", wrong) == {
        "/required": "wrong_type",
        "/colour": "unknown_parameter",
    }
