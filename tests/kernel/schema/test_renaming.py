"""Fields and objects get other names: everything that says them follows, and the old names are understood for a time."""

from __future__ import annotations

import csv
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from relata.kernel.records.cells import Cells
from tests.sound import stored_catalog, unsettled
from tests.uploads import upload
from tests.world import Caller, World

GATE = {"name": "gate", "label": "Gate", "fields": [{"name": "name", "kind": "text"}]}


@pytest.fixture(scope="module")
def nora(module_world: World) -> Caller:
    nora = module_world.nora
    nora.post(
        "/objects", {"name": "yard", "label": "Yard", "fields": [{"name": "name", "kind": "text", "required": True}]}
    )
    nora.post("/objects", {"name": "crane", "label": "Crane", "fields": [{"name": "name", "kind": "text"}]})
    for object_, field in (
        ("yard", {"name": "opened", "kind": "date"}),
        ("yard", {"name": "rent", "kind": "money", "rate_date": "opened"}),
        ("yard", {"name": "code", "kind": "text", "unique": True, "required": True, "default": "none"}),
        ("yard", {"name": "plan", "kind": "file"}),
        ("yard", {"name": "people", "kind": "many", "to": "contact", "inverse": "yards"}),
        ("yard", {"name": "level", "kind": "choice", "options": ["low", "high"]}),
        ("crane", {"name": "place", "kind": "relation", "to": "yard", "inverse": "cranes"}),
        ("crane", {"name": "code", "kind": "text"}),
        ("crane", {"name": "load", "kind": "number"}),
        ("crane", {"name": "told", "kind": "formula", "formula": 'if(place.code == "code",  code, place.code) + " code"'}),
        ("crane", {"name": "note", "kind": "text", "default_formula": "code", "required_if": "before.code == code && is_new"}),
        ("yard", {"name": "lifted", "kind": "rollup", "of": "cranes", "fn": "sum", "field": "load",
                  "filter": {"all": [{"field": "code", "op": "is", "value": "code"}, {"field": "place.code", "op": "is_not_empty"}]}}),
        ("yard", {"name": "last_code", "kind": "rollup", "of": "cranes", "fn": "last", "field": "code", "sort": "-code",
                  "filter": 'place.code != "x" && code != "code"'}),
    ):  # fmt: skip
        nora.post(f"/objects/{object_}/fields", field)
    parts = [("name", "text"), ("code", "text"), ("plan", "file"), ("speed", "number")]
    nora.post(
        "/objects", {"name": "dock", "label": "Dock", "fields": [{"name": name, "kind": kind} for name, kind in parts]}
    )
    nora.post("/objects/dock/fields", {"name": "people", "kind": "many", "to": "contact", "inverse": "docks"})
    rule = {"label": "No code", "refuse_if": 'code == "bad"', "message": "Not this code.", "field": "code"}
    nora.post("/objects/yard/rules", rule)
    return nora


def field(nora: Caller, object_: str, name: str) -> dict[str, Any]:
    found = next(one for one in nora.get("/catalog")["objects"] if one["name"] == object_)
    return next(dict(one) for one in found["fields"] if one["name"] == name)


def test_a_renamed_field_keeps_its_past_and_all_that_says_it_follows(nora: Caller, module_world: World) -> None:
    yard = nora.create("yard", name="North", code="n1")
    crane = nora.create("crane", name="Big", place=yard["id"], code="code", load=3)
    path = f"/records/yard/{yard['id']}"
    nora.patch(path, {"code": "n2"})
    before = nora.get(path)
    trial = nora("PATCH", "/objects/yard/fields/code?check=true", {"name": "sign"}).json()
    assert trial["faults"] == []
    assert {one["name"] for one in trial["impact"]["formulas"]} == {"told"}
    assert field(nora, "yard", "code")["label"] == "Code"

    made = nora.patch("/objects/yard/fields/code", {"name": "sign"})
    assert (made["name"], [one["name"] for one in made["former"]]) == ("sign", ["code"])
    assert unsettled(module_world.conninfo, module_world.schema) == []
    assert field(nora, "crane", "told")["formula"] == 'if(place.sign == "code",  code, place.sign) + " code"'
    assert field(nora, "yard", "lifted")["filter"]["all"] == [
        {"field": "code", "op": "is", "value": "code"},
        {"field": "place.sign", "op": "is_not_empty"},
    ]
    assert field(nora, "yard", "last_code")["filter"] == 'place.sign != "x" && code != "code"'
    rule = nora.get("/objects/yard/rules")["rules"][0]
    assert (rule["refuse_if"], rule["field"]) == ('sign == "bad"', "sign")
    assert nora.faults("PATCH", path, {"sign": "bad"}).keys() == {"/sign"}
    after = nora.get(path)
    assert after == {("sign" if name == "code" else name): value for name, value in before.items()}
    assert nora.get(f"/records/crane/{crane['id']}")["told"] == "n2 code"
    updates = [one["fields"] for one in nora.get(f"{path}/history")["changes"] if one["op"] == "update"]
    assert updates == [{"sign": {"before": "n1", "after": "n2"}}]
    assert nora.get(f"{path}/why?field=sign")["causes"][0]["before"] == "n1"
    then = nora.get(f"{path}/history")["changes"][1]["at"]
    assert nora.get(f"{path}?as_of={then}")["sign"] == "n1"
    nora.post(f"{path}/undo", {"version": 2})
    assert nora.get(path)["sign"] == "n1"
    with_former = nora.faults("POST", "/records/yard", {"name": "Twin", "sign": "n1"})
    assert with_former == {"/sign": "not_unique"}

    nora.patch("/objects/crane/fields/code", {"name": "mark"})
    assert field(nora, "crane", "told")["formula"] == 'if(place.sign == "code",  mark, place.sign) + " code"'
    assert field(nora, "crane", "note")["default_formula"] == "mark"
    assert field(nora, "crane", "note")["required_if"] == "before.mark == mark && is_new"
    last = field(nora, "yard", "last_code")
    assert (last["field"], last["sort"], last["filter"]) == ("mark", "-mark", 'place.sign != "x" && mark != "code"')
    nora.patch("/objects/yard/fields/opened", {"name": "since"})
    assert field(nora, "yard", "rent")["rate_date"] == "since"
    nora.patch("/objects/yard/fields/name", {"name": "heading"})
    assert next(one for one in nora.get("/catalog")["objects"] if one["name"] == "yard")["title"] == "heading"
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_the_name_from_before_is_understood_wherever_a_name_may_stand(nora: Caller) -> None:
    nora.post("/objects/dock/fields", {"name": "area", "kind": "number"})
    nora.patch("/objects/dock/fields/area", {"name": "size"})
    made = nora("POST", "/records/dock", {"name": "South", "area": 7})
    assert (made.status_code, made.json()["size"]) == (201, 7)
    assert made.headers["x-relata-renamed"] == "area=size"
    assert made.headers["deprecation"].startswith("@")
    assert made.headers["sunset"].endswith("GMT")
    id_ = made.json()["id"]
    asked = nora("POST", "/records/dock/query", {
        "filter": {"field": "area", "op": "is", "value": 7}, "sort": ["-area"], "fields": ["area", "name"],
    })  # fmt: skip
    assert asked.json()["records"] == [{"id": id_, "size": 7, "area": 7, "name": "South"}]
    assert asked.headers["x-relata-renamed"] == "area=size"
    again = nora("POST", "/records/dock/query", {
        "filter": {"field": "area", "op": "is", "value": 7}, "sort": ["-area"], "fields": ["area", "name"],
    })  # fmt: skip
    assert "deprecation" in again.headers
    assert "deprecation" not in nora("GET", f"/records/dock/{id_}?fields=size").headers
    assert nora.get(f"/records/dock/{id_}?fields=area") == {"id": id_, "size": 7, "area": 7}
    grouped = nora.post(
        "/records/dock/aggregate", {"group": ["area"], "measures": [{"fn": "max", "field": "area"}], "sort": "-area"}
    )
    assert {"area": 7, "max_area": 7} in grouped["rows"]
    both = nora.faults("PATCH", f"/records/dock/{id_}", {"size": 1, "area": 2})
    assert both == {"/area": "duplicate"}
    nora.patch(f"/records/dock/{id_}", {"area": 8})
    assert nora.get(f"/records/dock/{id_}/why?field=area")["causes"][0]["before"] == 7
    new = nora.post("/objects/dock/fields", {"name": "twice", "kind": "formula", "formula": "area * 2"})
    assert new["formula"] == "size * 2"
    assert nora.patch("/objects/dock/fields/area", {"label": "Area"})["name"] == "size"
    compared = nora.post("/records/dock/compare", {"from": made.json()["created_at"], "fields": ["area"]})
    assert compared["changes"][0]["fields"]["size"]["after"] == 8
    batch = nora.post("/records/dock/batch", {"changes": [{"update": id_, "values": {"area": 9}}]})
    assert batch, batch
    assert nora.get(f"/records/dock/{id_}")["size"] == 9


def test_files_and_links_of_renamed_fields_stay_where_they_are(nora: Caller) -> None:
    file, ada = upload(nora, b"the plan", "plan.txt"), nora.create("contact", name={"last": "Berg"})["id"]
    made = nora.create("dock", name="East", plan=[file["id"]], people=[ada])
    nora.patch("/objects/dock/fields/plan", {"name": "drawing"})
    nora.patch("/objects/dock/fields/people", {"name": "crew"})
    path = f"/records/dock/{made['id']}"
    for name in ("drawing", "plan"):
        assert nora("GET", f"{path}/files/{name}/{file['id']}").content == b"the plan"
    assert [one["id"] for one in nora.get(path)["crew"]] == [ada]
    nora.patch(path, {"plan": [file["id"]], "people": []})
    assert nora.get(path)["crew"] == []


def test_a_name_stays_reserved_until_it_is_freed_or_its_time_is_over(nora: Caller, module_world: World) -> None:
    for name in ("a", "c"):
        nora.post("/objects/crane/fields", {"name": name, "kind": "text"})
    made = nora.create("crane", name="Old", a="kept")
    nora.patch("/objects/crane/fields/a", {"name": "b"})
    assert nora.faults("PATCH", "/objects/crane/fields/c", {"name": "a"}) == {"/name": "reserved"}
    assert nora.faults("POST", "/objects/crane/fields", {"name": "a", "kind": "number"}) == {"/name": "reserved"}
    assert nora.faults("PATCH", "/objects/crane/fields/c", {"name": "b"}) == {"/name": "duplicate"}
    assert nora.faults("PATCH", "/objects/crane/fields/c", {"name": "No!"}).keys() == {"/name"}
    assert nora.faults("PATCH", "/objects/crane/fields/c", {"name": "d", "label": "D"}) == {"/label": "not_applicable"}
    nora.patch("/objects/crane/fields/b", {"name": "e"})
    assert nora.get(f"/records/crane/{made['id']}?fields=a,b") == {
        "id": made["id"],
        "e": "kept",
        "a": "kept",
        "b": "kept",
    }
    nora.patch("/objects/crane/fields/e", {"name": "a"})
    assert [one["name"] for one in field(nora, "crane", "a")["former"]] == ["b", "e"]
    assert module_world.mei("DELETE", "/objects/crane/fields/a/former/b").status_code == 403
    assert nora("DELETE", "/objects/crane/fields/a/former/x").status_code == 404
    nora.delete("/objects/crane/fields/a/former/b")
    nora.patch("/objects/crane/fields/c", {"name": "b"})
    long_ago = '"2020-01-01T00:00:00Z"'
    ended = (
        "update {schema}._definition set value = jsonb_set(value, '{{former,0,until}}', %s::jsonb) "
        "where field = 'a' and object = 'crane' returning 1"
    )
    module_world.rows(ended, [long_ago])
    nora.patch("/objects/crane", {"label": "Crane"})
    assert nora.faults("POST", "/records/crane/query", {"fields": ["e"]}).keys() == {"/fields/0"}
    nora.post("/objects/crane/fields", {"name": "e", "kind": "text"})
    assert nora.get(f"/records/crane/{made['id']}")["e"] is None
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_standard_fields_ends_of_links_and_members_rename_nothing(nora: Caller, module_world: World) -> None:
    for path in (
        "/objects/account/fields/industry",
        "/objects/account",
        "/objects/yard_people/fields/yard",
        "/objects/yard_people",
    ):
        assert nora("PATCH", path, {"name": "other"}).status_code == 409, path
    assert module_world.mei("PATCH", "/objects/yard/fields/level", {"name": "height"}).status_code == 403


def test_a_renamed_object_takes_everything_along_and_answers_to_its_old_name(nora: Caller, module_world: World) -> None:
    nora.post("/objects", {"name": "port", "label": "Port", "fields": [{"name": "name", "kind": "text"}]})
    nora.post("/objects/port/fields", {"name": "depth", "kind": "number", "unique": True})
    nora.post("/objects/port/fields", {"name": "gone", "kind": "text"})
    nora.post("/objects", {"name": "ship", "label": "Ship", "fields": [{"name": "name", "kind": "text"}]})
    nora.post("/objects/ship/fields", {"name": "home", "kind": "relation", "to": "port", "inverse": "ships"})
    port = nora.create("port", name="Kvarn", depth=4, gone="yes")
    nora.patch(f"/records/port/{port['id']}", {"depth": 5})
    ship = nora.create("ship", name="Sula", home=port["id"])
    nora.delete("/objects/port/fields/gone")
    nora.patch("/objects/port", {"name": "harbour"})
    assert unsettled(module_world.conninfo, module_world.schema) == []
    path = f"/records/harbour/{port['id']}"
    assert nora.get(path)["depth"] == 5
    assert nora.get(f"{path}/history")["changes"][0]["fields"] == {"depth": {"before": 4, "after": 5}}
    assert nora.get("/search?q=kvarn")["hits"][0]["object"] == "harbour"
    assert nora.get("/search?q=kvarn&objects=port")["hits"][0]["object"] == "harbour"
    old = nora("GET", f"/records/port/{port['id']}")
    assert (old.status_code, old.headers["x-relata-renamed"]) == (200, "port=harbour")
    assert nora.get(f"/records/ship/{ship['id']}?fields=home.name")["home.name"] == "Kvarn"
    assert nora.query("harbour", filter={"field": "ships", "op": "some"}, fields=["id"]) == [{"id": port["id"]}]
    nora.post("/objects/ship/fields", {"name": "next_port", "kind": "relation", "to": "port"})
    assert field(nora, "ship", "next_port")["to"] == ["harbour"]
    assert nora.faults("POST", "/objects", {**GATE, "name": "port"}) == {"/name": "reserved"}
    entry = nora.get("/schema/trash")["entries"][0]
    assert (entry["object"], entry["field"]) == ("harbour", "gone")
    nora.post(f"/schema/trash/{entry['id']}/restore", {})
    assert nora.get(path)["gone"] == "yes"
    nora.delete("/objects/harbour/former/port")
    nora.post("/objects", {**GATE, "name": "port"})
    assert nora.get("/search?q=kvarn")["hits"][0]["object"] == "harbour"
    assert nora.create("port", name="Kvarn gate")["name"] == "Kvarn gate"
    assert {one["object"] for one in nora.get("/search?q=kvarn")["hits"]} == {"harbour", "port"}
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_of_two_administrators_who_rename_the_same_each_is_told_what_became_of_it(
    nora: Caller, module_world: World
) -> None:
    nora.post("/objects/yard/fields", {"name": "shared", "kind": "text"})
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(nora, "PATCH", "/objects/yard/fields/shared", {"name": f"mine_{n}"}) for n in range(4)]
        answers = [each.result().status_code for each in asked]
    assert set(answers) <= {200, 404, 409}
    assert 200 in answers
    assert unsettled(module_world.conninfo, module_world.schema) == []


def test_writers_meet_a_renaming_with_success_or_a_clear_refusal(nora: Caller) -> None:
    id_ = nora.create("dock", name="West")["id"]
    answers: list[tuple[int, str]] = []
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            answer = nora("PATCH", f"/records/dock/{id_}", {"speed": len(answers)})
            answers.append((answer.status_code, answer.text))

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(write) for _ in range(3)]
        for old, new in (("speed", "pace"), ("pace", "tempo"), ("tempo", "speed")):
            nora.patch(f"/objects/dock/fields/{old}", {"name": new})
        over.set()
        for one in running:
            one.result()
    assert {status for status, _ in answers} <= {200, 409}, answers
    assert answers[-1][0] == 200 or "changed" in answers[-1][1]


def test_headers_of_a_file_may_be_old_names(nora: Caller, module_world: World) -> None:
    nora.patch("/objects/dock/fields/code", {"name": "sign"})
    object_ = stored_catalog(module_world.conninfo, module_world.schema).objects["dock"]
    table = list(csv.DictReader(io.StringIO("name,code\nBulk,b1\n")))
    read = Cells(object_, table[0]).read(table[0], [])
    assert nora.post("/records/dock/batch", {"changes": [{"create": read}]})
    found = nora.query("dock", filter={"field": "sign", "op": "is", "value": "b1"}, fields=["name"])
    assert [one["name"] for one in found] == ["Bulk"]
