"""The API's description must be whole, true for each caller, and its examples must work."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from starlette.routing import Mount, Route

from relata.api.application import application
from relata.api.openapi import operations
from relata.api.operation import Described
from relata.api.parameters import REFUSALS
from tests.world import Caller, World

DOCUMENT = "/openapi.json"


def every_route(routes: Any) -> list[Route]:
    found: list[Route] = []
    for route in routes:
        found += every_route(route.routes) if isinstance(route, Mount) else [route] if isinstance(route, Route) else []
    return found


def test_every_route_describes_itself() -> None:
    app = application(lambda: pytest.fail("it is never opened"), None)
    routes = [route for route in every_route(app.routes) if route.path != "/{path:path}"]
    assert [route.path for route in routes if not isinstance(route, Described)] == [], "make it a Described route"
    names = [route.operation.name for _, route in operations(app.routes)]
    assert len(set(names)) == len(names) == len(routes)
    for _, route in operations(app.routes):
        said = route.operation
        assert said.summary, route.path
        assert {*said.answers, *said.refusals} <= {200, 201, 202, 204, *REFUSALS}, route.path
        assert (said.body is not None) <= (route.method in ("POST", "PUT", "PATCH")), route.path


@pytest.fixture(scope="module")
def documents(module_world: World) -> dict[str, Any]:
    """The description by who asks."""
    return {name: getattr(module_world, name).get(DOCUMENT) for name in ("nora", "mei", "key")}


def test_it_is_valid_and_all_its_schemas_are(documents: dict[str, Any]) -> None:
    for document in documents.values():
        assert document["openapi"] == "3.1.0"
        text = json.dumps(document)
        assert "{label}" not in text
        assert "{plural}" not in text
        for name in set(refs(document)):
            kind, _, last = name.removeprefix("#/components/").partition("/")
            assert last in document["components"][kind], name
        ids = [operation["operationId"] for _, _, operation in each(document)]
        assert len(set(ids)) == len(ids)
        for schema in document["components"]["schemas"].values():
            jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def refs(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [name for member in value.values() for name in refs(member)]
    return [name for member in value for name in refs(member)] if isinstance(value, list) else []


def each(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, said) for path, item in document["paths"].items() for method, said in item.items()]


def test_what_a_caller_may_not_see_or_do_is_not_there(documents: dict[str, Any]) -> None:
    nora, mei = documents["nora"], documents["mei"]
    user = mei["components"]["schemas"]["user"]["properties"]
    assert "role" in nora["components"]["schemas"]["user"]["properties"]
    assert "role" not in user
    assert "name" in user
    assert set(mei["paths"]["/api/v1/records/user"]) == {"get"}
    assert set(nora["paths"]["/api/v1/records/user"]) == {"get", "post"}
    assert "user.create" not in mei["components"]["schemas"]
    assert "/api/v1/keys" in nora["paths"]
    assert "/api/v1/keys" not in mei["paths"]
    assert not [path for path in mei["paths"] if path.startswith("/api/v1/objects")]


def test_it_follows_the_catalog_and_is_asked_for_again_cheaply(world: World) -> None:
    first = world.nora("GET", DOCUMENT)
    tag = first.headers["etag"]
    again = world.nora("GET", DOCUMENT, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    field = {"name": "power", "kind": "number", "label": "Power", "required": False}
    world.nora.post(
        "/objects", {"name": "machine", "label": "Machine", "fields": [{"kind": "text", "name": "name"}, field]}
    )
    newer = world.nora("GET", DOCUMENT, headers={"if-none-match": tag})
    assert newer.status_code == 200
    assert newer.headers["etag"] != tag
    assert "power" in newer.json()["components"]["schemas"]["machine.create"]["properties"]
    assert "/api/v1/records/machine/{id}" in newer.json()["paths"]
    mei = world.mei("GET", DOCUMENT, headers={"if-none-match": newer.headers["etag"]})
    assert mei.status_code == 200


def test_the_examples_of_every_object_work(module_world: World, documents: dict[str, Any]) -> None:
    tried = 0
    for path, method, said in each(documents["key"]):
        content = next(iter(said.get("requestBody", {}).get("content", {"": {}}).values()))
        example = content.get("example")
        if example is None or "objects/{object}" in path:
            continue
        schema = content["schema"]
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": documents["key"]["components"]})
        assert validator.is_valid(example), (path, method, example)
        answer = ask(module_world.key, method, path, example, documents["key"])
        assert str(answer.status_code) in said["responses"], (path, answer.text)
        assert answer.status_code < 300, (path, example, answer.text)
        tried += 1
    assert tried > 60


def ask(caller: Caller, method: str, path: str, body: Any, document: dict[str, Any]) -> Any:
    address = path.removeprefix("/api/v1").replace("{code}", "USD")
    if "{id}" in address:
        collection = path.partition("/{id}")[0]
        create = document["paths"][collection]["post"]["requestBody"]["content"]["application/json"].get("example")
        if create is None:
            pytest.fail(f"{path} has an example, but its object has none")
        made = caller.post(collection.removeprefix("/api/v1"), create)
        address = address.replace("{id}", made["id"])
    return caller(method.upper(), address, body)


def test_answers_are_as_they_are_described(module_world: World, documents: dict[str, Any]) -> None:
    document = documents["key"]
    made = module_world.key.create("contact", name={"first": "Ida", "last": "Holm"}, emails="ida@holm.example")
    account = module_world.key.create("account", name="Holm", annual_revenue={"amount": "12"}, website="holm.example")
    for name, record in (("contact", made), ("account", account)):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(record)
        assert set(record) == set(document["components"]["schemas"][name]["properties"])
    problem = module_world.key("POST", "/records/account", {"name": 1, "nothing": 2}).json()
    schema = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(problem)
