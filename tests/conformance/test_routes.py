"""What every route must refuse, found by walking the application itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from relata.api.application import application
from tests.world import Caller, World

SAFE = ("GET", "HEAD")
OPEN = {"/healthz", "/readyz", "/metrics", "/api/v1/auth/login", "/api/v1/auth/logout"}
NOWHERE = "/{path:path}"
ID = "01920000-0000-7000-8000-000000000000"


def walk(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route of ours, the interface's pages left out."""
    for route in routes:
        if isinstance(route, Mount):
            yield from walk(route.routes, prefix + route.path)
        elif isinstance(route, Route) and not route.path.endswith(NOWHERE):
            yield from (
                (method, prefix + route.path) for method in sorted(route.methods or {"GET"}) if method != "HEAD"
            )


def all_routes() -> list[tuple[str, str]]:
    app: Starlette = application(lambda: pytest.fail("it is never opened"), None)
    return sorted(set(walk(app.routes)))


ROUTES = all_routes()
GUARDED = [(method, path) for method, path in ROUTES if path not in OPEN]
BODIES = [(method, path) for method, path in ROUTES if method in ("POST", "PATCH", "PUT")]


def address(path: str) -> str:
    return (
        path.replace("{object}", "note")
        .replace("{field}", "title")
        .replace("{id}", ID)
        .replace("{name}", "x")
        .replace("{file}", ID)
    )


def ask(caller: Caller, method: str, path: str, **options: Any) -> Any:
    headers = {**caller.headers, **options.pop("headers", {})}
    return caller.client.request(method, address(path), headers=headers, **options)


def problem(answer: Any, status: int | None = None) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", (answer.status_code, answer.text[:200])
    document: dict[str, Any] = answer.json()
    assert document["status"] == answer.status_code
    assert isinstance(document["errors"], list)
    assert document["code"]
    assert document["detail"].endswith((".", "»")), document["detail"]
    assert status is None or answer.status_code == status, answer.text
    return document


def test_there_are_routes_to_walk() -> None:
    assert len(ROUTES) > 25
    assert {path for _, path in ROUTES} >= OPEN


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_nobody_passes_without_credentials(module_world: World, method: str, path: str) -> None:
    problem(ask(module_world.visitor, method, path, content=b"{}"), 401)
    for token in ("nonsense", "rk_elsewhere_" + "a" * 43, "rk_halden_" + "a" * 43, ""):
        headers = {"authorization": f"Bearer {token}"}
        problem(ask(module_world.visitor, method, path, content=b"{}", headers=headers), 401)
    for cookie in ("rs_halden_" + "a" * 43, "rs_elsewhere_" + "a" * 43):
        headers = {"cookie": f"relata_session={cookie}", "x-relata-request": "1"}
        problem(ask(module_world.visitor, method, path, content=b"{}", headers=headers), 401)


@pytest.mark.parametrize(("method", "path"), [r for r in GUARDED if r[0] not in SAFE])
def test_a_page_of_another_site_changes_nothing(module_world: World, method: str, path: str) -> None:
    cookie = {"cookie": module_world.nora.headers["cookie"]}
    problem(ask(module_world.visitor, method, path, content=b"{}", headers=cookie), 403)
    proven = {**cookie, "x-relata-request": "1", "sec-fetch-site": "cross-site"}
    problem(ask(module_world.visitor, method, path, content=b"{}", headers=proven), 403)


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_a_method_that_a_route_does_not_know_is_refused(module_world: World, path: str) -> None:
    known = {method for method, there in ROUTES if there == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
        if any(other == method and fits(there, path) for other, there in ROUTES):
            continue
        problem(ask(module_world.nora, method, path, content=b"{}"), 405)


def fits(pattern: str, path: str) -> bool:
    """Whether another route's placeholders take this path."""
    one, two = pattern.split("/"), path.split("/")
    return len(one) == len(two) and all(a == b or a.startswith("{") for a, b in zip(one, two, strict=True))


GARBAGE = {
    "empty": b"",
    "no JSON": b"{'a': 1}",
    "not UTF-8": b'{"a": "\xff"}',
    "half": b'{"a": [1, 2',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1e999",
    "text": b'"text"',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "surrogate": b'{"name": "\\ud800", "title": "\\ud800"}',
    "NUL": b'{"name": "\\u0000", "title": "\\u0000", "email": "\\u0000", "password": "\\u0000"}',
    "keys": json.dumps({"\0": 1, "é/~": {"": []}, "a" * 5_000: 1}).encode(),
}


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_garbage_is_refused_and_never_breaks_anything(module_world: World, method: str, path: str) -> None:
    if path.endswith(("/restore", "/logout", "/cancel", "/check", "/start")):
        return  # these read no body
    for what, body in GARBAGE.items():
        answer = ask(module_world.nora, method, path, content=body)
        assert 400 <= answer.status_code < 500 or harmless(path, what, answer), (what, answer.status_code, answer.text)
        if answer.status_code >= 400:
            problem(answer)


def harmless(path: str, what: str, answer: Any) -> bool:
    """A file of text may hold anything: the job tells what was wrong with it."""
    del what
    return (path.endswith("/bulk") and answer.status_code == 202) or (
        path.endswith("/files") and answer.status_code == 201
    )


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_a_body_beyond_the_limit_is_refused(module_world: World, method: str, path: str) -> None:
    if path.endswith(("/restore", "/logout", "/cancel", "/check", "/start", "/bulk", "/files")):
        return
    answer = ask(module_world.nora, method, path, content=b'{"a": "' + b"x" * 21_000_000 + b'"}')
    problem(answer, 413)


@pytest.mark.parametrize(("method", "path"), [r for r in GUARDED if "{object}" in r[1]])
def test_an_object_that_is_not_there_is_not_found(module_world: World, method: str, path: str) -> None:
    for name in ("nothing", "_journal", "note;", "NOTE", "a" * 300, "%00", "note%20"):
        body = b'{"name": "x", "kind": "text", "label": "x", "changes": [], "group": "status"}'
        found = problem(ask(module_world.nora, method, path.replace("{object}", name), content=body), 404)
        assert found["code"] == "not_found"


@pytest.mark.parametrize(("method", "path"), [r for r in GUARDED if "records" in r[1] and "{id}" in r[1]])
def test_a_record_that_is_not_there_is_not_found(module_world: World, method: str, path: str) -> None:
    for id_ in (ID, "x", "0", "%00", "a" * 1_000):
        problem(ask(module_world.nora, method, path.replace("{id}", id_), content=b"{}"), 404)


def test_an_address_without_a_route_is_a_problem_too(module_world: World) -> None:
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/records"):
        for method in ("GET", "POST"):
            problem(ask(module_world.nora, method, path), 404)


def test_every_answer_forbids_what_a_browser_need_not_do(module_world: World) -> None:
    for path in ("/healthz", "/api/v1/me", "/api/v1/records/note", "/api/v1/nothing", "/"):
        headers = ask(module_world.nora, "GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-request-id"]
