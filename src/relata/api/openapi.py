"""`GET /openapi.json`: the API as the caller may use it, as OpenAPI 3.1, made from the route table and the same
catalog as the surface itself. What the caller may not see or do is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

import relata
from relata.api.edge import COOKIE, ENCODE, PROOF, opened
from relata.api.operation import Described, Operation, Schema, ref
from relata.api.packing import Kept
from relata.api.parameters import HEADERS, PARAMETERS, REFUSALS, path_parameters
from relata.api.schemas import STATIC, batch_of, board_of
from relata.api.values import choices_of, record_schemas
from relata.kernel.access.access import Access
from relata.kernel.metadata.object import Object

RECORDS = "/records/{object}"
VERBS = ("create", "update", "delete")
SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key, made with «relata key create»."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The session of a browser."},
    "proof": {
        "type": "apiKey",
        "in": "header",
        "name": PROOF,
        "description": "With a session: any value, for changes.",
    },
}
ABOUT = (
    "Relata's REST interface as you may use it: your objects with the fields that you see. "
    "Every refusal is a problem document (RFC 9457) with all faults at once."
)


async def openapi(request: Request) -> Response:
    async with opened(request) as ctx:
        access = ctx.access

        def make() -> Kept:
            return Kept.of(ENCODE(described(access, request.app.routes)), access.catalog.version)

        kept: Kept = ctx.workspace.statements.get(("openapi", access.key), make)
        return kept.answer(request)


def described(access: Access, routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The document."""
    objects = [object_ for name, object_ in access.catalog.objects.items() if access.may(name)]
    paths: dict[str, dict[str, Any]] = {}
    for prefix, route in operations(routes):
        if route.operation.administers and not access.actor.role.administers:
            continue
        path = prefix + route.path
        if RECORDS not in path:
            paths.setdefault(path, {})[route.method.lower()] = operation(access, path, route, None)
            continue
        for object_ in objects:
            if offered(access, object_, route.operation):
                own = path.replace("{object}", object_.name)
                paths.setdefault(own, {})[route.method.lower()] = operation(access, own, route, object_)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Relata", "version": f"{relata.__version__}+{access.catalog.version}", "description": ABOUT},
        "paths": paths,
        "components": {"schemas": schemas(access, objects), "securitySchemes": SECURITY, "headers": HEADERS},
        "tags": [{"name": object_.name, "description": object_.plural} for object_ in objects],
    }


def offered(access: Access, object_: Object, said: Operation) -> bool:
    """Whether the caller may do this with the object, and the object has what it needs."""
    may = any(access.may(object_.name, verb) for verb in said.verbs)
    return may and (not said.needs_choice or bool(choices_of(access, object_)))


def operations(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Described]]:
    """Every described route with what stands before its path."""
    for route in routes:
        if isinstance(route, Mount):
            yield from operations(route.routes, prefix + route.path)
        elif isinstance(route, Described):
            yield prefix, route


def schemas(access: Access, objects: list[Object]) -> dict[str, Schema]:
    made: dict[str, Schema] = {}
    for object_ in objects:
        verbs = tuple(verb for verb in VERBS if access.may(object_.name, verb))
        own = record_schemas(access, object_, made)
        for verb in ("create", "update"):
            if verb not in verbs:
                del own[f"{object_.name}.{verb}"]
        made |= own
        choices = choices_of(access, object_)
        if choices:
            made[f"{object_.name}.board"] = board_of(choices)
        if verbs:
            made[f"{object_.name}.batch"] = batch_of(object_.name, verbs)
    return {**STATIC, **made}


def operation(access: Access, path: str, route: Described, object_: Object | None) -> dict[str, Any]:
    """One method of one path."""
    said = route.operation
    names = (
        {"{object}": object_.name, "{label}": object_.label.lower(), "{plural}": object_.plural.lower()}
        if object_
        else {}
    )
    parameters = [*path_parameters(path), *said.query, *(PARAMETERS[name] for name in said.parameters)]
    made: dict[str, Any] = {
        "operationId": f"{said.name}_{object_.name}" if object_ else said.name,
        "summary": said.summary,
        "tags": ["{object}" if object_ else said.tag],
        "parameters": parameters,
        "responses": responses(said, route.method, path),
        "security": security(said, route.method),
    }
    if said.help:
        made["description"] = said.help
    if said.body is not None:
        made["requestBody"] = request_body(access, said, object_)
    filled: dict[str, Any] = replaced(made, names)
    return filled


def request_body(access: Access, said: Operation, object_: Object | None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": said.body}
    example = said.example(access, object_) if callable(said.example) and object_ else said.example
    if example is not None:
        content["example"] = example
    further = {media: {"schema": schema} for media, schema in said.bodies.items()}
    return {"required": True, "content": dict.fromkeys(said.media, content) | further}


def responses(said: Operation, method: str, path: str) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *said.headers)}
    made: dict[str, Any] = {}
    for status, schema in said.answers.items():
        made[str(status)] = {"description": REFUSALS.get(status, "Done."), "headers": headers}
        if schema is not None:
            made[str(status)]["content"] = {told: {"schema": schema} for told in said.told}
    for status in sorted({*said.refusals, *implied(said, method, path)}):
        problem = {"application/problem+json": {"schema": ref("Problem")}}
        names = ("X-Request-Id", "Retry-After", "RateLimit") if status == 429 else ("X-Request-Id",)
        told = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        made[str(status)] = {"description": REFUSALS[status], "headers": told, "content": problem}
    return made


def implied(said: Operation, method: str, path: str) -> set[int]:
    """The refusals that follow from what kind of a route it is."""
    found = {503}
    if not said.open:
        found |= {401, 409, 429}
    if "{" in path:
        found.add(404)
    if method != "GET":
        found |= {403, 507}
    if said.administers:
        found.add(403)
    if said.body is not None:
        found |= {400, 408, 413, 422}
    if said.query:
        found |= {400, 422}
    return found


def security(said: Operation, method: str) -> list[dict[str, list[str]]]:
    if said.open:
        return []
    session: dict[str, list[str]] = {"session": []} if method == "GET" else {"session": [], "proof": []}
    return [{"key": []}, session]


def replaced(value: Any, names: dict[str, str]) -> Any:
    """The value with the object's names in all texts."""
    if isinstance(value, str):
        for name, word in names.items():
            value = value.replace(name, word)
        return value
    if isinstance(value, dict):
        return {key: replaced(member, names) for key, member in value.items()}
    return [replaced(member, names) for member in value] if isinstance(value, list | tuple) else value


ROUTES = [
    Described(
        "GET",
        "/openapi.json",
        openapi,
        Operation(
            name="openapi",
            summary="This document, as you may see it",
            tag="catalog",
            answers={200: {"type": "object"}, 304: None},
            parameters=("If-None-Match",),
            headers=("ETag",),
        ),
    )
]
