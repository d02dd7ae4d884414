"""What the kernel's own tables hold belongs to the field and object that it was of, whoever has the name now."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from relata.assembly import APPS
from relata.kernel.access.actor import Actor
from relata.kernel.events.feed import told_event
from relata.kernel.installation import Installation
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.object import Object
from relata.kernel.migrations import INSTALLATION, WORKSPACE, migrate
from relata.kernel.records.change import Create, Update
from relata.kernel.records.write import write
from tests.sound import stored_catalog, unsettled
from tests.uploads import upload
from tests.world import Caller, World


@pytest.fixture(scope="module")
def nora(module_world: World) -> Caller:
    nora = module_world.nora
    nora.post("/objects", {"name": "mill", "label": "Mill", "fields": [{"name": "name", "kind": "text"}]})
    return nora


def delete(nora: Caller, path: str) -> int:
    """Into the trash; the entry."""
    nora.delete(path)
    newest: int = nora.get("/schema/trash")["entries"][0]["id"]
    return newest


def events(world: World, record: str) -> list[dict[str, Any]]:
    """As those who follow are told of them."""
    text = "select object, fields, version from {schema}._outbox where record = %s order by id"
    catalog = stored_catalog(world.conninfo, world.schema)
    rows = (dict(zip(("object", "fields", "version"), row, strict=True)) for row in world.rows(text, [record]))
    return [event for row in rows if (event := told_event(catalog, row))]


def test_two_fields_of_one_name_keep_their_pasts_apart_in_every_way_of_asking(
    nora: Caller, module_world: World
) -> None:
    nora.post("/objects/mill/fields", {"name": "code", "kind": "text"})
    made = nora.create("mill", name="Tide", code="oak")
    path = f"/records/mill/{made['id']}"
    nora.patch(path, {"code": "elm"})
    old = delete(nora, "/objects/mill/fields/code")
    nora.post("/objects/mill/fields", {"name": "code", "kind": "number", "default": 4})
    assert module_world.rows("select value ->> 'key' from {schema}._definition where field = 'code'") == [("code~2",)]
    nora.patch(path, {"code": 7})
    second = nora.patch(path, {"code": 8})
    nora.post(f"/schema/trash/{old}/restore", {"name": "wood"})
    nora.patch(path, {"wood": "ash"})
    before = module_world.rows(
        "select before, origin from {schema}._journal where record = %s and version > 1 order by version", [made["id"]]
    )
    assert [row[0] for row in before] == [{"code": "oak"}, {"code~2": None}, {"code~2": 7}, {"code": "elm"}]

    updates = [change["fields"] for change in nora.get(f"{path}/history")["changes"] if change["op"] == "update"]
    assert updates == [
        {"wood": {"before": "elm", "after": "ash"}},
        {"code": {"before": 7, "after": 8}},
        {"code": {"before": None, "after": 7}},
        {"wood": {"before": "oak", "after": "elm"}},
    ]
    assert [e["fields"] for e in events(module_world, made["id"])[1:]] == [["wood"], ["code"], ["code"], ["wood"]]
    then = second["updated_at"]
    shown = nora.get(f"{path}?as_of={then}&fields=code,wood")
    assert (shown["code"], shown["wood"]) == (8, "elm")
    found = nora.query("mill", filter={"field": "wood", "op": "is", "value": "elm"}, fields=["id"], as_of=then)
    assert [one["id"] for one in found] == [made["id"]]
    difference = nora.get(f"{path}/compare?from={then}")["fields"]
    assert {key: difference[key] for key in difference if key in ("code", "wood")} == {
        "wood": {"before": "elm", "after": "ash"}
    }
    causes = nora.get(f"{path}/why?field=wood")["causes"]
    assert [(one["op"], one.get("before")) for one in causes] == [
        ("update", "elm"),
        ("update", "oak"),
        ("create", None),
    ]
    usage = {one["name"]: one["changed_at"] for one in nora.get("/objects/mill/fields/usage")["fields"]}
    assert usage["wood"] > usage["code"]
    nora.post(f"{path}/undo", {"version": 4})
    now = nora.get(path)
    assert (now["code"], now["wood"]) == (7, "ash")
    assert nora.get(f"{path}/why?field=code")["causes"][0]["undoes"]["version"] == 4
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_a_field_made_again_fills_with_its_own_default_and_changes_its_kind_with_its_own_past(nora: Caller) -> None:
    nora.post("/objects/mill/fields", {"name": "size", "kind": "text"})
    made = nora.create("mill", name="Wind", size="tall")
    path = f"/records/mill/{made['id']}"
    nora.patch(path, {"size": "wide"})
    nora.delete("/objects/mill/fields/size")
    nora.post("/objects/mill/fields", {"name": "size", "kind": "text", "default": "12"})
    nora.patch(path, {"size": "3"})
    nora.patch(path, {"size": "4"})
    other = nora.create("mill", name="Water")
    assert nora.get(f"/records/mill/{other['id']}/why?field=size")["causes"][0]["origin"] == "default"
    nora.patch("/objects/mill/fields/size", {"kind": "number"})
    updates = [change["fields"] for change in nora.get(f"{path}/history")["changes"] if change["op"] == "update"]
    assert updates == [{"size": {"before": 3, "after": 4}}, {"size": {"before": None, "after": 3}}, {}]


def test_an_object_made_again_has_its_own_search_totals_and_files(nora: Caller, module_world: World) -> None:
    fields = [{"name": "name", "kind": "text"}, {"name": "plan", "kind": "file"}]
    document = {"name": "kiln", "label": "Kiln", "fields": fields}
    nora.post("/objects", document)
    file = upload(nora, b"first", "first.txt")
    first = nora.create("kiln", name="Stoke", plan=[file["id"]])
    old = delete(nora, "/objects/kiln")
    nora.post("/objects", document)
    other = upload(nora, b"second", "second.txt")
    second = nora.create("kiln", name="Stoke two", plan=[other["id"]])
    wrong = nora.faults("PATCH", f"/records/kiln/{second['id']}", {"plan": [file["id"]]})
    assert wrong == {"/plan/0": "not_found"}
    assert [hit["object"] for hit in nora.get("/search?q=stoke")["hits"]] == ["kiln"]
    nora.post(f"/schema/trash/{old}/restore", {"name": "oven"})
    assert {hit["object"] for hit in nora.get("/search?q=stoke")["hits"]} == {"kiln", "oven"}
    for name, record, held, content in (("oven", first, file, b"first"), ("kiln", second, other, b"second")):
        where = f"/records/{name}/{record['id']}"
        assert nora("GET", f"{where}/files/plan/{held['id']}").content == content
        assert [one["object"] for one in events(module_world, record["id"])] == [name]
        assert nora.query(name, q="stoke", fields=["name"])[0]["name"] == record["name"]
    before = nora.post("/records/kiln/query", {"count": True, "fields": ["id"]})["total"]
    nora.create("kiln", name="Another")
    assert nora.post("/records/kiln/query", {"count": True, "fields": ["id"]})["total"] == before + 1
    nora.delete("/records/kiln/" + second["id"])
    assert nora.post(
        "/undo", {"cause": nora.get(f"/records/kiln/{second['id']}/history?trash=true")["changes"][0]["cause"]}
    )
    assert nora.get(f"/records/kiln/{second['id']}")["name"] == "Stoke two"
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_what_lay_in_the_trash_under_other_names_is_found_after_the_upgrade(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm with schema public")
        migrate(connection, INSTALLATION, "relata")
        migrate(connection, WORKSPACE, "ws_old", 8)
        connection.execute("set search_path = ws_old, public")
        for text in (
            """insert into _trash (object, field, label, definitions, tables, columns, moved, through) values
               ('mill', 'code', 'C', '[{"object": "mill", "field": "code", "value": {"name": "code"}}]', '{}', '{code}', true, 'test'),
               ('mill', '', 'M', '[{"object": "mill", "field": "", "value": {}},
                {"object": "mill", "field": "name", "value": {}}]', '{mill}', '{}', true, 'test'),
               ('hut', 'size', 'S', '[{"object": "hut", "field": "size", "value": {}}]', '{}', '{size}', false, 'test')""",
            "update _trash set within = 2 where id = 1",
            """insert into _journal (object, record, version, op, through, before, origin) values ('~2~mill', gen_random_uuid(), 1, 'u',
               'test', '{"~1~code": 1, "~~1~code": "x", "name": "n"}', '{"~1~code": "default"}')""",
            "insert into _search (record, object, at) values (gen_random_uuid(), '~2~mill', now())",
            """insert into _file (id, hash, name, type, size, principal, object, record, field) select gen_random_uuid(), 'h', 'n', 't', 1,
               gen_random_uuid(), o, gen_random_uuid(), f from (values ('~2~mill', '~1~code'), ('hut', '~3~size')) v(o, f)""",
        ):
            connection.execute(text)
        migrate(connection, WORKSPACE, "ws_old")
        held = [
            connection.execute(text.encode()).fetchall()
            for text in (
                "select object, before, origin from _journal",
                "select object from _search",
                "select object, field from _file order by 1",
                "select object_key, definitions -> 0 -> 'value' ->> 'key' from _trash order by id",
                "select object, field from _key_given order by 1, 2",
            )
        ]
    assert held[0] == [("mill~2", {"code~1": 1, "~code~1": "x", "name": "n"}, {"code~1": "default"})]
    assert held[1] == [("mill~2",)]
    assert held[2] == [("hut", "size"), ("mill~2", "code~1")]
    assert held[3] == [("mill~2", "code~1"), ("mill~2", "mill~2"), ("hut", "size")]
    assert {("mill~2", ""), ("mill~2", "code~1"), ("mill~2", "name"), ("mill", ""), ("hut", "size")} <= set(held[4])


def test_what_an_upgrade_brings_under_the_name_that_something_else_had_gets_a_key_of_its_own(world: World) -> None:
    nora = world.nora
    nora.post("/objects/account/fields", {"name": "grade", "kind": "text"})
    nora.post("/objects", {"name": "mill", "label": "Mill", "fields": [{"name": "name", "kind": "text"}]})
    made = nora.create("account", name="Tide", grade="oak")
    wheel = nora.create("mill", name="Wheel")
    nora.patch("/objects/account/fields/grade", {"name": "wood"})
    nora.patch("/objects/mill", {"name": "works"})
    mill = Object(name="mill", label="Mill", plural="Mills", own=(Field(name="name", kind="text", label="Name"),))

    async def upgraded() -> None:
        apps = [
            replace(
                app, objects=tuple(with_grade(one) for one in app.objects) + ((mill,) if app.name == "core" else ())
            )
            for app in APPS
        ]
        async with Installation.open(world.conninfo, apps, most=2) as installation:
            for _ in range(2):  # the second start finds it done
                workspace = await installation.make(installation.register["halden"])
                objects = workspace.catalog.objects
                account = objects["account"]
                found = {field.name: field.held for field in account.own if field.name in ("grade", "wood")}
                assert found == {"grade": "grade~2", "wood": "grade"}
                assert (objects["mill"].held, objects["works"].held) == ("mill~2", "mill")
                installation._prepared.clear()  # as a process that starts anew
            system = Actor(principal=world.users["nora"], role=workspace.role("administrator"), through="test")
            async with installation.context(workspace, system) as ctx:
                await write(ctx, "account", Update(made["id"], {"grade": 7, "wood": "elm"}))
                await write(ctx, "mill", Create({"name": "Other"}))

    asyncio.run(upgraded())
    told = world.rows("select before from {schema}._journal where record = %s order by version", [made["id"]])
    assert told[-1] == ({"grade~2": None, "grade": "oak"},)
    held = world.rows("select object, count(*) from {schema}._journal where object like 'mill%%' group by 1 order by 1")
    assert held == [("mill", 1), ("mill~2", 1)]
    assert [one["op"] for one in nora.get(f"/records/works/{wheel['id']}/history")["changes"]] == ["create"]


def with_grade(object_: Object) -> Object:
    """An account that the next version gives another field."""
    return (
        replace(object_, own=(*object_.own, Field(name="grade", kind="number", label="Grade")))
        if object_.name == "account"
        else object_
    )
