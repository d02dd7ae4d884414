"""Many-to-many with attributes on the link: defined at one side, read, filtered and written at both."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

MEMBERS = {
    "name": "members",
    "kind": "many",
    "to": "contact",
    "inverse": "projects",
    "fields": [
        {"name": "role", "kind": "choice", "options": ["Lead", "Helper"]},
        {"name": "since", "kind": "date"},
        {"name": "share", "kind": "percent"},
    ],
}


@pytest.fixture(scope="module")
def story(module_world: World) -> World:
    """Projects with members, and contacts who know each other."""
    nora = module_world.nora
    nora.post("/objects", {"name": "project", "label": "Project", "fields": [{"name": "name", "kind": "text"}]})
    nora.post("/objects/project/fields", MEMBERS)
    count = {"name": "size", "kind": "rollup", "of": "members", "fn": "count"}
    nora.post("/objects/project/fields", count)
    return module_world


def people(world: World, *names: str, **values: Any) -> list[str]:
    return [world.nora.create("contact", name={"last": name}, **values)["id"] for name in names]


def linked(record: dict[str, Any], name: str = "members") -> list[tuple[str, Any]]:
    return [(link["id"], link["role"]) for link in record[name]]


def test_a_list_written_at_one_side_is_read_at_both(story: World) -> None:
    nora = story.nora
    ada, ben = people(story, "Berg", "Ohm")
    made = nora.create("project", name="Probe", members=[{"id": ben, "role": "lead", "since": "2026-01-01"}, ada])
    assert made["members"] == [
        {"object": "contact", "id": ben, "role": "lead", "since": "2026-01-01", "share": None},
        {"object": "contact", "id": ada, "role": None, "since": None, "share": None},
    ]
    assert (made["version"], nora.get(f"/records/project/{made['id']}")["size"]) == (1, 2)
    contact = nora.get(f"/records/contact/{ben}")
    assert [(one["object"], one["id"], one["role"]) for one in contact["projects"]] == [("project", made["id"], "lead")]
    changed = nora.patch(f"/records/contact/{ada}", {"projects": [{"id": made["id"], "role": "helper"}]})
    assert linked(changed, "projects") == [(made["id"], "helper")]
    assert linked(nora.get(f"/records/project/{made['id']}")) == [(ben, "lead"), (ada, "helper")]
    assert (
        nora.query("project", fields=["members"], filter={"field": "id", "op": "is", "value": made["id"]})[0]["members"]
        == nora.get(f"/records/project/{made['id']}")["members"]
    )


def test_a_list_is_the_whole_list_and_attributes_that_are_not_named_stay(story: World) -> None:
    nora = story.nora
    ada, ben, cleo = people(story, "A", "B", "C")
    made = nora.create("project", members=[{"id": ada, "role": "lead", "share": 50}, ben])
    path = f"/records/project/{made['id']}"
    changed = nora.patch(path, {"name": "New", "members": [ada, {"id": cleo, "role": "helper"}]})
    assert (changed["name"], changed["version"]) == ("New", 2)
    assert linked(changed) == [(ada, "lead"), (cleo, "helper")]
    assert nora.patch(path, {"members": [{"id": ada, "role": None}, cleo]})["version"] == 3
    assert nora.patch(path, {"members": [ada, cleo]})["version"] == 3
    assert nora.faults("PATCH", path, {"members": []}, 412, headers={"if-match": '"2"'}) == {}
    assert nora.patch(path, {"members": None})["members"] == []
    links = f"select count(*) from {{schema}}.project_members where project = '{made['id']}' and deleted_at is null"
    assert story.rows(links) == [(0,)]


def test_all_faults_of_a_list_are_told_with_their_places(story: World) -> None:
    nora = story.nora
    (ada,) = people(story, "Fault")
    gone = "01920000-0000-7000-8000-00000000ffff"
    bad = [{"id": ada, "role": "king", "fame": 1}, {"id": gone, "since": "soon"}]
    told = {
        "/members/0/role": "unknown_option",
        "/members/0/fame": "unknown_field",
        "/members/1/since": "bad_date",
        "/members/1/id": "not_found",
    }
    refused = nora.faults("POST", "/records/project", {"name": 7, "members": bad})
    assert refused.keys() == {*told, "/name"}
    made = nora.create("project", name="Whole", members=[ada])
    for method, path in (("POST", "/records/project"), ("PATCH", f"/records/project/{made['id']}")):
        refused = nora.faults(method, path, {"name": "Not kept", "members": bad})
        assert refused.keys() >= {"/members/0/role", "/members/0/fame", "/members/1/since"}
        assert nora.faults(method, path, {"members": [gone]}) == {"/members/0/id": "not_found"}
        assert nora.faults(method, path, {"members": [ada, ada]}) == {"/members/1/id": "duplicate"}
        assert nora.faults(method, path, {"members": "x"}) == {"/members": "wrong_type"}
    assert nora.get(f"/records/project/{made['id']}")["name"] == "Whole"
    batch = {"changes": [{"update": made["id"], "values": {"members": [gone]}}, {"create": {"members": [ada]}}]}
    results = nora.post("/records/project/batch", batch)["results"]
    assert [result["status"] for result in results] == [422, 200]
    assert results[0]["errors"][0]["pointer"] == "/members/0/id"


def test_lists_are_filtered_by_the_links_and_by_whom_they_link(story: World) -> None:
    nora = story.nora
    ada, ben = people(story, "Filter", "Other")
    one = nora.create("project", name="One", members=[{"id": ada, "role": "lead"}, {"id": ben, "role": "helper"}])
    two = nora.create("project", name="Two", members=[{"id": ada, "role": "helper"}])
    none = nora.create("project", name="None")

    def found(condition: Any) -> list[str]:
        mine = {"field": "id", "op": "in", "value": [one["id"], two["id"], none["id"]]}
        return [
            r["name"] for r in nora.query("project", filter={"all": [mine, condition]}, sort="name", fields=["name"])
        ]

    some = {"field": "members", "op": "some"}
    assert found({**some, "where": {"field": "role", "op": "is", "value": "lead"}}) == ["One"]
    assert found({**some, "where": {"field": "contact.name", "op": "contains", "value": "Filter"}}) == ["One", "Two"]
    assert found({"field": "members", "op": "contains", "value": ben}) == ["One"]
    assert found({"field": "members", "op": "is_empty"}) == ["None"]
    assert found({"field": "size", "op": "gte", "value": 2}) == ["One"]
    nora.delete(f"/records/contact/{ben}")
    assert linked(nora.get(f"/records/project/{one['id']}")) == [(ada, "lead")]
    assert found({"field": "size", "op": "gte", "value": 2}) == []
    nora.post(f"/records/contact/{ben}/restore")
    assert found({"field": "members", "op": "contains", "value": ben}) == ["One"]


def test_the_past_knows_the_links_of_then_and_the_history_who_linked_whom(story: World) -> None:
    nora = story.nora
    ada, ben = people(story, "Then", "Now")
    made = nora.create("project", members=[{"id": ada, "role": "lead"}])
    path = f"/records/project/{made['id']}"
    then = nora.get(path)["updated_at"]
    moment = dt.datetime.now(dt.UTC).isoformat()
    story.mei.patch(path, {"members": [{"id": ada, "role": "helper"}, ben]})
    story.mei.patch(path, {"members": [ben]})
    assert linked(nora.get(f"{path}?as_of={moment.replace('+', '%2B')}")) == [(ada, "lead")], then
    compared = nora.get(f"{path}/compare?from={moment.replace('+', '%2B')}")["fields"]["members"]
    assert [link["id"] for link in compared["before"]] == [ada]
    assert [link["id"] for link in compared["after"]] == [ben]
    changes = nora.get(f"{path}/history")["changes"]
    assert [change["by.name"] for change in changes] == ["Mei", "Mei", "Nora"]
    assert changes[0]["fields"]["members"] == {"before": [{"object": "contact", "id": ada}], "after": []}
    assert changes[1]["fields"]["members"] == {
        "before": [{"object": "contact", "id": ada, "role": "lead"}],
        "after": [{"object": "contact", "id": ada, "role": "helper"}, {"object": "contact", "id": ben}],
    }
    nora.post("/undo", {"cause": changes[0]["cause"]})
    assert linked(nora.get(path)) == [(ada, "helper"), (ben, None)]


def test_undoing_one_change_of_a_record_takes_its_links_along(story: World) -> None:
    nora = story.nora
    ada, ben, cleo = people(story, "Along", "Gone", "Came")
    made = nora.create("project", name="Old", members=[{"id": ada, "role": "lead"}, ben])
    path = f"/records/project/{made['id']}"
    nora.patch(path, {"name": "New", "members": [{"id": ada, "role": "helper"}, cleo]})
    foretold = nora.post(f"{path}/undo", {"version": 2, "dry_run": True})
    assert (foretold["undone"], foretold["conflicts"], foretold["refused"]) == (1, [], [])
    assert linked(nora.get(path)) == [(ada, "helper"), (cleo, None)]
    nora.post(f"{path}/undo", {"version": 2})
    assert (nora.get(path)["name"], linked(nora.get(path))) == ("Old", [(ada, "lead"), (ben, None)])
    newest = nora.get(f"{path}/history")["changes"][0]
    assert newest["undoes"] == {"cause": None, "version": 2}
    assert {link["id"] for link in newest["fields"]["members"]["before"]} == {ada, cleo}
    nora.post(f"{path}/undo", {"version": newest["version"]})
    assert linked(nora.get(path)) == [(ada, "helper"), (cleo, None)]


def test_a_link_that_was_changed_again_is_kept_and_told_as_its_list_or_overwritten_where_asked(story: World) -> None:
    nora = story.nora
    ada, ben = people(story, "Again", "Since")
    path = f"/records/project/{nora.create('project', members=[{'id': ada, 'role': 'lead'}])['id']}"
    nora.patch(path, {"members": [{"id": ada, "role": "helper"}, ben]})
    nora.patch(path, {"members": [{"id": ada, "role": None}, {"id": ben, "role": "lead"}]})
    told = nora.post(f"{path}/undo", {"version": 2})
    end = {"object": "contact", "id": ada}
    (conflict,) = told["conflicts"]
    assert {key: conflict[key] for key in ("object", "id", "field")} == {
        "object": "project", "id": path[-36:], "field": "members",
    }  # fmt: skip
    assert conflict["then"] == [{**end, "role": "lead"}]
    assert sorted(conflict["now"], key=len) == [{**end, "id": ben}, {**end, "role": None}]
    assert (told["undone"], linked(nora.get(path))) == (0, [(ada, None), (ben, "lead")])
    nora.post(f"{path}/undo", {"version": 2, "on_conflict": "overwrite"})
    assert linked(nora.get(path)) == [(ada, "lead")]


def test_the_description_of_the_api_names_the_attributes_of_links(story: World) -> None:
    schemas = story.nora.get("/openapi.json")["components"]["schemas"]
    shown = schemas["project"]["properties"]["members"]["anyOf"][0]["items"]["properties"]
    assert shown.keys() == {"object", "id", "role", "since", "share"}
    sent = schemas["project.create"]["properties"]["members"]["anyOf"][0]
    _, link = sent["items"]["anyOf"]
    assert link["properties"].keys() == {"object", "id", "role", "since", "share"}
    assert "lead" in str(link["properties"]["role"])
    (example,) = sent["examples"][0]
    assert example.keys() >= {"id", "role"}
    (ada,) = people(story, "Example")
    made = story.nora.create("project", members=[{**example, "id": ada}])
    assert made["members"][0]["role"] == example["role"]


def test_links_to_what_somebody_does_not_see_do_not_exist_for_them_and_survive_their_lists(story: World) -> None:
    mei = story.mei
    task = {"name": "tasks_linked", "kind": "many", "to": "task", "fields": [{"name": "why", "kind": "text"}]}
    story.nora.post("/objects/project/fields", task)
    secret = story.felix.create("task", subject="Secret", private=True)["id"]
    open_ = mei.create("task", subject="Open")["id"]
    made = story.felix.create("project", tasks_linked=[{"id": secret, "why": "hush"}, open_])
    path = f"/records/project/{made['id']}"
    assert [link["id"] for link in mei.get(path)["tasks_linked"]] == [open_]
    assert secret not in str(mei.query("project_tasks_linked"))
    hits = mei.get("/search?q=hush&objects=project_tasks_linked")["hits"]
    assert (hits, len(story.felix.get("/search?q=hush&objects=project_tasks_linked")["hits"])) == ([], 1)
    aggregate = mei.post("/records/project_tasks_linked/aggregate", {"measures": [{"fn": "count"}]})
    assert aggregate["rows"][0]["count"] == 1
    assert mei.faults("PATCH", path, {"tasks_linked": [secret]}) == {"/tasks_linked/0/id": "not_found"}
    assert mei.patch(path, {"tasks_linked": []})["tasks_linked"] == []
    assert [link["id"] for link in story.felix.get(path)["tasks_linked"]] == [secret]


def test_records_of_one_object_are_linked_with_each_other(story: World) -> None:
    nora = story.nora
    knows = {
        "name": "knows",
        "kind": "many",
        "to": "contact",
        "inverse": "known_by",
        "fields": [{"name": "how", "kind": "text"}],
    }
    nora.post("/objects/contact/fields", knows)
    ada, ben = people(story, "Knows", "Known")
    made = nora.patch(f"/records/contact/{ada}", {"knows": [{"id": ben, "how": "school"}]})
    assert [(link["id"], link["how"]) for link in made["knows"]] == [(ben, "school")]
    assert made["known_by"] == []
    assert [link["id"] for link in nora.get(f"/records/contact/{ben}")["known_by"]] == [ada]


def test_two_who_link_the_same_at_once_make_one_link(story: World) -> None:
    ids = people(story, "P", "Q", "R")
    made = story.nora.create("project")["id"]

    def at_project(role: str) -> int:
        members = [{"id": id_, "role": role} for id_ in ids]
        return story.mei("PATCH", f"/records/project/{made}", {"members": members}).status_code

    def at_contact(id_: str) -> int:
        return story.felix("PATCH", f"/records/contact/{id_}", {"projects": [{"id": made}]}).status_code

    with ThreadPoolExecutor(6) as pool:
        first = [pool.submit(at_project, role) for role in ("lead", "helper", "lead")]
        second = [pool.submit(at_contact, id_) for id_ in ids]
        assert {future.result() for future in (*first, *second)} == {200}
    pairs = f"select contact::text from {{schema}}.project_members where project = '{made}' and deleted_at is null"
    assert sorted(row[0] for row in story.rows(pairs)) == sorted(ids)


def test_links_are_records_of_their_own_each_pair_once(story: World) -> None:
    (ada,) = people(story, "Bulk")
    nora, made = story.nora, story.nora.create("project", name="Bulk")
    row = nora.create("project_members", project=made["id"], contact=ada, role="lead")
    assert linked(nora.get(f"/records/project/{made['id']}")) == [(ada, "lead")]
    again = {"project": made["id"], "contact": ada}
    assert nora.faults("POST", "/records/project_members", again) == {"/contact": "not_unique"}
    nora.delete(f"/records/project_members/{row['id']}")
    assert nora.get(f"/records/project/{made['id']}")["members"] == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=st.lists(
        st.dictionaries(st.integers(0, 3), st.sampled_from(["lead", "helper", None]), max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_read_is_the_last_list_and_undoing_gives_the_one_before(
    story: World, four: list[str], lists: list[dict[int, str | None]]
) -> None:
    nora = story.nora
    made = nora.create("project")
    path = f"/records/project/{made['id']}"
    before: dict[str, str | None] = {}
    for wanted in lists:
        after = {four[place]: role for place, role in wanted.items()}
        record = nora.patch(path, {"members": [{"id": id_, "role": role} for id_, role in after.items()]})
        assert dict(linked(record)) == after
        assert dict(linked(nora.get(path))) == after
        if after != before:
            cause = nora.get(f"{path}/history?limit=1")["changes"][0]["cause"]
            undone = nora.post("/undo", {"cause": cause})
            assert (undone["conflicts_total"], undone["refused_total"]) == (0, 0)
            assert dict(linked(nora.get(path))) == before
            redone = nora.post("/undo", {"cause": undone["cause"]})
            assert (redone["conflicts_total"], redone["refused_total"]) == (0, 0)
            assert dict(linked(nora.get(path))) == after
        before = after


@pytest.fixture(scope="module")
def four(story: World) -> list[str]:
    return people(story, "One", "Two", "Three", "Four")
