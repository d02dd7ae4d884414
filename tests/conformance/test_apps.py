"""What every object of every app must satisfy, and the names that clients rely on."""

from __future__ import annotations

from typing import Any

import pytest

from relata.assembly import APPS
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.object import Object
from tests.conformance.standard import STANDARD
from tests.world import World

OBJECTS = {object_.name: object_ for app in APPS for object_ in app.objects}
CATALOG = Catalog.build(OBJECTS.values())
EVERY = pytest.mark.parametrize("name", list(OBJECTS))


def test_apps_need_only_apps_that_there_are() -> None:
    names = {app.name for app in APPS}
    assert all(set(app.needs) <= names for app in APPS)
    assert all(rule.object in OBJECTS for app in APPS for rule in app.rules)
    grants = [grant.object for app in APPS for role in app.roles for grant in role.grants]
    assert set(grants) <= {"*", *OBJECTS}


@pytest.mark.parametrize("name", list(STANDARD))
def test_the_standard_names_are_there_with_their_kinds(name: str) -> None:
    there = {field.name: field.kind for field in OBJECTS[name].fields}
    assert {field: there.get(field) for field in STANDARD[name]} == STANDARD[name]


@EVERY
def test_texts_are_in_sentence_case_and_end_without_a_mark(name: str) -> None:
    object_ = OBJECTS[name]
    labels = [object_.label, object_.plural, *(view.label for view in object_.views)]
    labels += [section.label for section in object_.layout.sections]
    labels += [text for field in object_.own for text in (field.label, *(option.label for option in field.options))]
    for label in labels:
        words = label.replace("-", " ").split()
        assert label[0].isupper(), label
        assert not label.endswith((".", "!", ":")), label
        assert all(not word[0].isupper() or word.isupper() or word == words[0] for word in words if word != "Relata"), (
            label
        )
    assert all(field.help.endswith(".") for field in object_.own if field.help)


@EVERY
def test_every_list_of_related_records_has_a_label(name: str) -> None:
    assert all(inverse.label.strip() for inverse in CATALOG.inverses(name))
    assert all(CATALOG.inverse(name, related) for related in OBJECTS[name].layout.related)


@EVERY
def test_views_and_layout_name_fields_that_there_are(name: str) -> None:
    object_ = OBJECTS[name]
    assert object_.field(object_.title) is not None
    assert object_.views
    placed = [field for section in object_.layout.sections for field in section.fields]
    assert len(set(placed)) == len(placed)
    assert {field.name for field in object_.own} <= set(placed), "a field that no section of the page shows"
    for view in object_.views:
        assert all(object_.field(path.split(".")[0]) for path in (*view.fields, *view.sums))
        if view.type == "board":
            group = object_.field(view.group or "")
            assert group is not None
            assert group.kind == "choice"


def minimal(world: World, object_: Object) -> dict[str, Any]:
    """The least that makes a record."""
    values: dict[str, Any] = {}
    for field in object_.own:
        if field.required:
            if field.kind in ("relation", "user"):
                values[field.name] = world.nora.create(field.to[0], **minimal(world, OBJECTS[field.to[0]]))["id"]
            else:
                values[field.name] = {"last": "Ray"} if field.kind == "person_name" else "Sample"
    if object_.name == "campaign_member":
        values["contact"] = world.nora.create("contact", name={"last": "Ray"})["id"]
    return values


@EVERY
def test_a_minimal_record_lives_through_every_door(module_world: World, name: str) -> None:
    nora, object_ = module_world.nora, OBJECTS[name]
    made = nora.create(name, **minimal(module_world, object_))
    path = f"/records/{name}/{made['id']}"
    assert nora.get(path) == made
    assert set(made) == {field.name for field in object_.fields}
    changed = nora.patch(path, {"external_id": f"{name}-1"})
    assert (changed["external_id"], changed["version"]) == (f"{name}-1", 2)
    for view in object_.views:
        assert found_in_view(module_world, object_, view.name) >= {made["id"]}, view.name
    assert nora("DELETE", path).status_code == 204
    assert nora("GET", path).status_code == 404
    assert nora.post(f"{path}/restore")["version"] == 4
    ops = [change["op"] for change in nora.get(f"{path}/history")["changes"]]
    assert ops == ["restore", "delete", "update", "create"]


def found_in_view(world: World, object_: Object, name: str) -> set[str]:
    """The ids that the view shows, asked as the interface asks; records outside its filter count as shown."""
    view = next(view for view in object_.views if view.name == name)
    question: dict[str, Any] = {"fields": list(view.fields), "sort": list(view.sort), "limit": 200}
    if view.type == "board":
        sums = [{"fn": "sum", "field": field} for field in view.sums]
        question |= {"group": view.group, "filter": view.filter, "measures": [{"fn": "count"}, *sums]}
        groups = world.nora.post(f"/records/{object_.name}/board", question)["groups"]
        assert all(group["count"] >= len(group["records"]) for group in groups)
        return {record["id"] for group in groups for record in group["records"]}
    shown = world.nora.post(f"/records/{object_.name}/query", {**question, "filter": view.filter, "count": True})
    assert shown["total"] == len(shown["records"])
    measures = [{"fn": "sum", "field": field} for field in view.sums] or [{"fn": "count"}]
    rows = world.nora.post(f"/records/{object_.name}/aggregate", {"filter": view.filter, "measures": measures})["rows"]
    assert len(rows) == 1
    rest = world.nora.query(object_.name, filter={"not": view.filter or {}}, fields=["id"], limit=200)
    return {record["id"] for record in (*shown["records"], *rest)}


@EVERY
def test_the_catalog_tells_the_interface_everything(module_world: World, name: str) -> None:
    shown = next(o for o in module_world.nora.get("/catalog")["objects"] if o["name"] == name)
    assert [field["name"] for field in shown["fields"]] == [field.name for field in OBJECTS[name].fields]
    assert [view["name"] for view in shown["views"]] == [view.name for view in OBJECTS[name].views]
    assert all(field["operators"] for field in shown["fields"])
