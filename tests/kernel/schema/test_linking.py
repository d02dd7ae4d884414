"""Defining a many-to-many: all parts at once, every fault with its place, and deleting it again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def nora(module_world: World) -> Any:
    nora = module_world.nora
    nora.post("/objects", {"name": "venture", "label": "Venture", "fields": [{"name": "name", "kind": "text"}]})
    return nora


def members(**more: Any) -> dict[str, Any]:
    fields = [{"name": "role", "kind": "text", "required": True}]
    return {"name": "members", "kind": "many", "to": "contact", "fields": fields, **more}


def objects(nora: Any) -> dict[str, Any]:
    return {one["name"]: one for one in nora.get("/catalog")["objects"]}


def test_faults_of_a_definition_are_told_where_they_were_sent(nora: Any) -> None:
    def faults(sent: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = nora.faults("POST", "/objects/venture/fields", sent)
        return found

    assert faults({"name": "members", "kind": "many"}).keys() == {"/to"}
    assert faults(members(to="nobody")) == {"/to": "unknown_object"}
    assert faults(members(required=True)) == {"/required": "not_applicable"}
    assert faults(members(default=[])) == {"/default": "not_applicable"}
    assert faults(members(inverse="name")) == {"/inverse": "duplicate"}
    wrong = [{"name": "contact", "kind": "text"}]
    assert faults(members(fields=wrong)) == {"/fields/0/name": "duplicate"}
    wrong = [{"name": "object", "kind": "text"}, {"name": "a", "kind": "king"}, {"name": "a", "kind": "text"}]
    assert faults(members(fields=wrong)).keys() >= {"/fields/2/name"}
    assert faults(members(fields=wrong[:1])) == {"/fields/0/name": "reserved"}
    assert faults({"name": "x", "kind": "text", "fields": []}) == {"/fields": "not_applicable"}
    assert "venture_members" not in objects(nora)


def test_the_last_field_that_goes_takes_the_links_along(nora: Any) -> None:
    nora.post("/objects/venture/fields", members(inverse="ventures"))
    found = objects(nora)
    field = next(one for one in found["venture"]["fields"] if one["name"] == "members")
    assert field["through"] == {"object": "venture_members", "near": "venture", "far": "contact"}
    assert (found["venture_members"]["group"], found["venture_members"]["ends"]) == (None, ["venture", "contact"])
    nora.post("/objects/venture_members/fields", {"name": "since", "kind": "date"})
    ada = nora.create("contact", name={"last": "Berg"})["id"]
    assert nora.faults("POST", "/records/venture", {"members": [ada]}) == {"/members/0/role": "required"}
    made = nora.create("venture", members=[{"id": ada, "role": "x", "since": "2026-02-03"}])
    for path in ("/objects/venture_members", "/objects/contact", "/objects/venture_members/fields/contact"):
        assert nora("DELETE", path).status_code == 409, path
    nora.post("/objects/venture/fields", {"name": "n", "kind": "rollup", "of": "members", "fn": "count"})
    assert nora("DELETE", "/objects/venture/fields/members").status_code == 409
    nora.delete("/objects/venture/fields/n")
    nora.delete("/objects/venture/fields/members")
    assert [link["id"] for link in nora.get(f"/records/contact/{ada}")["ventures"]] == [made["id"]]
    nora.delete("/objects/contact/fields/ventures")
    assert "venture_members" not in objects(nora)
    nora.post("/objects/venture/fields", members())
    nora.delete("/objects/venture")
    assert not {"venture", "venture_members"} & objects(nora).keys()
