"""What a role may not see is not there, in any door: private records of others, hidden fields, settings."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from relata.assembly import APPS
from tests.world import Caller, World

GUARDED = [object_.name for app in APPS for object_ in app.objects if object_.guarded]
TITLES = {object_.name: object_.title for app in APPS for object_ in app.objects}
NOBODY = "01920000-0000-7000-8000-000000000000"
CANARY = "Zanzibar"
each_guarded = pytest.mark.parametrize("name", GUARDED)


def secret(world: World, name: str, **values: Any) -> dict[str, Any]:
    """A private record of Mei's."""
    return world.mei.create(name, **{TITLES[name]: f"{CANARY} {name}", "private": True, **values})


def told(caller: Caller, method: str, path: str, body: Any = None, hide: str = "") -> tuple[int, str]:
    """Status and body, with the id asked for and the request's id taken out."""
    answer = caller(method, path, body)
    text = answer.text.replace(hide, "…") if hide else answer.text
    return answer.status_code, re.sub(r'"request_id":"\w+"', "", text)


def doors(name: str, id_: str) -> list[tuple[str, str, Any]]:
    """Every way to reach one record by its id."""
    path, title = f"/records/{name}", TITLES[name]
    by_id = {"field": "id", "op": "is", "value": id_}
    return [
        ("GET", f"{path}/{id_}", None),
        ("GET", f"{path}/{id_}?trash=true", None),
        ("GET", f"{path}/{id_}?fields={title}", None),
        ("GET", f"{path}/{id_}/history", None),
        ("PATCH", f"{path}/{id_}", {title: "mine now"}),
        ("DELETE", f"{path}/{id_}", None),
        ("POST", f"{path}/{id_}/restore", None),
        ("POST", f"{path}/batch", {"changes": [{"update": id_, "values": {title: "mine"}}]}),
        ("POST", f"{path}/batch", {"changes": [{"delete": id_}]}),
        ("POST", f"{path}/batch", {"atomic": True, "changes": [{"delete": id_}]}),
        ("POST", f"{path}/query", {"filter": by_id, "count": True}),
        ("POST", f"{path}/query", {"filter": by_id, "trash": True}),
        ("GET", f"{path}?filter={json.dumps(by_id)}", None),
        ("POST", f"{path}/aggregate", {"filter": by_id}),
        ("POST", "/titles", {"refs": [{"object": name, "id": id_}]}),
    ]


@each_guarded
def test_a_private_record_of_another_is_like_one_that_is_not_there(module_world: World, name: str) -> None:
    id_ = secret(module_world, name)["id"]
    before = module_world.rows(f"select version, updated_at from {{schema}}.{name} where id = %s", [id_])
    for (method, path, body), (_, other, same) in zip(doors(name, id_), doors(name, NOBODY), strict=True):
        assert told(module_world.felix, method, path, body, id_) == told(
            module_world.felix, method, other, same, NOBODY
        ), (method, path)
    assert before == module_world.rows(f"select version, updated_at from {{schema}}.{name} where id = %s", [id_])
    for caller in (module_world.mei, module_world.nora, module_world.key):
        assert caller.get(f"/records/{name}/{id_}")[TITLES[name]] == f"{CANARY} {name}"


@each_guarded
def test_a_private_record_in_the_trash_stays_hidden(module_world: World, name: str) -> None:
    id_ = secret(module_world, name)["id"]
    module_world.mei.delete(f"/records/{name}/{id_}")
    for (method, path, body), (_, other, same) in zip(doors(name, id_), doors(name, NOBODY), strict=True):
        assert told(module_world.felix, method, path, body, id_) == told(
            module_world.felix, method, other, same, NOBODY
        ), (method, path)
    assert module_world.mei.post(f"/records/{name}/{id_}/restore")["id"] == id_


def script(account: str) -> list[tuple[str, str, Any]]:
    """Questions whose answers could betray a record that one may not see."""
    asked: list[tuple[str, str, Any]] = [("GET", f"/search?q={q}", None) for q in ("zan", CANARY, "anzib", "z")]
    for name in GUARDED:
        title, path = TITLES[name], f"/records/{name}"
        has = {"field": title, "op": "contains", "value": CANARY}
        asked += [
            ("POST", f"{path}/query", {"count": True, "sort": [title], "limit": 2}),
            ("POST", f"{path}/query", {"count": True, "sort": ["-updated_at"], "filter": has}),
            ("POST", f"{path}/query", {"count": True, "filter": {"not": has}, "fields": [title, "owner.name"]}),
            ("POST", f"{path}/query", {"q": CANARY, "count": True}),
            ("POST", f"{path}/query", {"trash": True, "count": True}),
            ("POST", f"{path}/aggregate", {}),
            ("POST", f"{path}/aggregate", {"group": ["owner.name"]}),
            ("POST", f"{path}/aggregate", {"group": [{"field": "created_at", "by": "year"}]}),
            (
                "POST",
                f"{path}/aggregate",
                {"measures": [{"fn": "max", "field": title}, {"fn": "count_distinct", "field": "owner"}]},
            ),
            ("GET", f"/search?q={CANARY}&objects={name}", None),
        ]
    asked += [
        ("POST", "/records/task/board", {"group": "status"}),
        ("POST", "/records/task/board", {"group": "priority", "q": CANARY}),
    ]
    for inverse in ("tasks", "calls", "meetings", "email_messages", "notes"):
        here = {"field": "id", "op": "is", "value": account}
        for op in ("some", "none", "is_empty", "is_not_empty"):
            condition: Any = {"field": inverse, "op": op}
            asked.append(("POST", "/records/account/query", {"filter": {"all": [here, condition]}, "count": True}))
        every = {"field": inverse, "op": "every", "where": {"field": "version", "op": "gt", "value": 1}}
        asked.append(("POST", "/records/account/query", {"filter": {"all": [here, every]}, "count": True}))
    return asked


def test_answers_are_the_same_with_and_without_what_one_may_not_see(module_world: World) -> None:
    world = module_world
    account = world.nora.create("account", name="Norrvik")["id"]
    for name in GUARDED:
        world.mei.create(name, **{TITLES[name]: f"open {name}"})
    asked = script(account)
    before = [told(world.felix, *question) for question in asked]
    assert all(status == 200 for status, _ in before), [q for q, b in zip(asked, before, strict=True) if b[0] != 200]
    for name in GUARDED:
        about = [{"object": "account", "id": account}]
        made = secret(world, name, about=about)
        world.mei.patch(f"/records/{name}/{made['id']}", {TITLES[name]: f"{CANARY} again"})
        gone = secret(world, name, about=about)
        world.mei.delete(f"/records/{name}/{gone['id']}")
    after = [told(world.felix, *question) for question in asked]
    for question, one, two in zip(asked, before, after, strict=True):
        assert one == two, question
    assert CANARY not in "".join(text for _, text in after)
    seen = "".join(told(world.mei, *question)[1] for question in asked)
    assert CANARY in seen


@each_guarded
def test_a_member_changes_the_one_record_and_none_of_the_others(module_world: World, name: str) -> None:
    world, title = module_world, TITLES[name]
    kept = [world.mei.create(name, **{title: f"kept {n}"}) for n in range(3)]
    one = world.mei.create(name, **{title: "one"})
    path = f"/records/{name}/{one['id']}"
    world.mei.patch(path, {title: "changed"})
    world.mei.delete(path)
    world.mei.post(f"{path}/restore")
    assert [world.mei.get(f"/records/{name}/{record['id']}") for record in kept] == kept
    assert world.mei.get(path)["version"] == 4


def test_a_record_that_becomes_private_is_gone_for_others_at_the_next_request(module_world: World) -> None:
    world = module_world
    note = world.mei.create("note", title="soon private")
    path = f"/records/note/{note['id']}"
    question = {"filter": {"field": "title", "op": "is", "value": "soon private"}, "count": True}
    assert world.felix.post("/records/note/query", question)["total"] == 1
    world.mei.patch(path, {"private": True})
    assert world.felix.post("/records/note/query", question)["total"] == 0
    assert world.felix("GET", path).status_code == 404
    world.mei.patch(path, {"owner": world.users["felix"]})
    assert world.felix.get(path)["title"] == "soon private"
    assert world.mei("GET", path).status_code == 404


# -- hidden fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["role", "sign_in"])
def test_a_hidden_field_is_an_unknown_field_in_every_door(module_world: World, field: str) -> None:
    world = module_world
    path, id_ = "/records/user", world.users["mei"]
    assert field not in world.felix.get(f"{path}/{id_}")
    assert field in world.nora.get(f"{path}/{id_}")
    condition = {"field": field, "op": "is_not_empty"}
    through = {"field": f"owner.{field}", "op": "is_not_empty"}
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"{path}/{id_}?fields=@", None),
        ("GET", f"{path}?sort=@", None),
        ("POST", f"{path}/query", {"fields": ["@"]}),
        ("POST", f"{path}/query", {"sort": ["-@"]}),
        ("POST", f"{path}/query", {"filter": condition}),
        ("POST", "/records/account/query", {"filter": through}),
        ("POST", "/records/account/query", {"fields": ["owner.@"]}),
        ("POST", "/records/account/query", {"sort": ["owner.@"]}),
        ("POST", f"{path}/aggregate", {"group": ["@"]}),
        ("POST", f"{path}/aggregate", {"measures": [{"fn": "count_distinct", "field": "@", "as": "n"}]}),
        ("POST", f"{path}/aggregate", {"having": {"field": "@", "op": "gt", "value": 1}}),
        ("POST", f"{path}/board", {"group": "@", "measures": [{"fn": "count"}]}),
        ("POST", "/records/team/query", {"filter": {"field": "members", "op": "some", "where": condition}}),
    ]
    for method, address, body in asked:
        hidden = told_of(world.felix, method, address, body, field)
        unknown = told_of(world.felix, method, address, body, "rxle")
        assert hidden == unknown, (method, address, body)
        assert hidden[0] == 422
    shown = next(o for o in world.felix.get("/catalog")["objects"] if o["name"] == "user")
    assert field not in json.dumps(shown)


def told_of(caller: Caller, method: str, path: str, body: Any, field: str) -> tuple[int, str]:
    sent = json.dumps(body).replace("@", field)
    sent = re.sub(r'"(owner\.)?(role|sign_in)"', lambda m: f'"{m[1] or ""}{field}"', sent)
    status, text = told(caller, method, path.replace("@", field), json.loads(sent))
    return status, re.sub(rf"\b{field}\b", "@", text)


def test_hidden_fields_stay_out_of_history_and_of_writing(module_world: World) -> None:
    world = module_world
    user = world.nora.create("user", name="Ines Roth", role="member")
    path = f"/records/user/{user['id']}"
    world.nora.patch(path, {"role": "administrator", "title": "Engineer"})
    assert [set(c["fields"]) for c in world.felix.get(f"{path}/history")["changes"]] == [{"title"}, set()]
    assert [set(c["fields"]) for c in world.nora.get(f"{path}/history")["changes"]] == [{"title", "role"}, set()]
    assert world.felix("PATCH", path, {"title": "x"}).status_code == 403


# -- settings -----------------------------------------------------------------------------------------


SETTINGS: list[tuple[str, str, Any]] = [
    ("POST", "/objects", {"name": "machine", "label": "Machine"}),
    ("PATCH", "/objects/account", {"label": "Firm"}),
    ("DELETE", "/objects/account", None),
    ("POST", "/objects/account/fields", {"name": "size", "kind": "text"}),
    ("POST", "/objects/account/fields?check=true", {"name": "size", "kind": "text"}),
    ("PATCH", "/objects/account/fields/industry", {"label": "Branch"}),
    ("DELETE", "/objects/account/fields/industry", None),
    ("GET", "/keys", None),
    ("POST", "/keys", {"name": "mine", "role": "administrator"}),
    ("DELETE", f"/keys/{NOBODY}", None),
    ("POST", "/records/user", {"name": "Somebody"}),
    ("POST", "/records/user/batch", {"changes": [{"create": {"name": "Somebody"}}]}),
    ("POST", "/records/team", {"name": "Team"}),
    ("POST", "/records/pipeline", {"name": "Pipeline"}),
]


@pytest.mark.parametrize(("method", "path", "body"), SETTINGS)
def test_a_member_changes_no_settings_and_nothing_is_written(
    module_world: World, method: str, path: str, body: Any
) -> None:
    before = everything(module_world)
    answer = module_world.felix(method, path, body)
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] == "denied"
    assert everything(module_world) == before


def everything(world: World) -> dict[str, int]:
    """Table → number of rows, over all tables of the workspace and the installation but the one in which the relay
    goes on numbering what was there before.
    """
    tables = world.rows(
        "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' "
        "and table_schema in ('relata', %s) and table_name <> '_numbered'",
        [world.schema],
    )
    counts = [f'select \'{schema}.{name}\', count(*) from "{schema}"."{name}"' for schema, name in tables]
    return dict(world.rows(" union all ".join(counts)))


def test_a_link_to_a_record_that_one_may_not_see_cannot_be_made(module_world: World) -> None:
    """By a relation, an «about» or a meeting's attendees: to an unseen record and to none alike."""
    world = module_world
    world.nora.post("/objects", {"name": "visit", "label": "Visit", "fields": [
        {"name": "name", "kind": "text"}, {"name": "task", "kind": "relation", "to": "task"},
        {"name": "tied", "kind": "about", "to": ["task", "note"]},
        {"name": "one", "kind": "reference", "to": ["note", "task"]},
    ]})  # fmt: skip
    task = secret(world, "task")["id"]
    for value in (
        lambda i: {"task": i},
        lambda i: {"tied": [{"object": "task", "id": i}]},
        lambda i: {"one": {"object": "task", "id": i}},
    ):
        made = told(world.felix, "POST", "/records/visit", value(task), task)
        assert made == told(world.felix, "POST", "/records/visit", value(NOBODY), NOBODY)
        assert made[0] == 422
    visit = world.mei.create("visit", task=task, tied=[{"object": "task", "id": task}])
    seen = world.felix.query(
        "visit", fields=["task.subject", "tied"], filter={"field": "id", "op": "is", "value": visit["id"]}
    )
    assert CANARY not in json.dumps(seen)
    for op, expected in (("is_not_empty", 0), ("is_empty", 1)):
        where = {"all": [{"field": "task.subject", "op": op}, {"field": "id", "op": "is", "value": visit["id"]}]}
        assert len(world.felix.query("visit", filter=where)) == expected
