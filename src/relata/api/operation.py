"""What a route says of itself: from this the API's description (OpenAPI) is made for each caller, and the
conformance tests refuse a route that says nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relata.kernel.access.access import Access
from relata.kernel.metadata.object import Object

Schema = dict[str, Any]
JSON = "application/json"
Example = Callable[[Access, Object], Any]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. In texts and schemas `{object}`, `{label}` and `{plural}` stand for the object, where
    the path has one per object.

    `verbs` are what a role must be allowed to do with the object, one of them at least; `administers` says that only
    administrators may, `open` that no credentials are asked for,
    `needs_choice` that only objects with a choice field have it. `answers` are the good ones by status, each with the
    schema of its JSON (None: no content); `media` replaces JSON by other types of body and `told` by other types of
    answer; `bodies` are further types of body with schemas of their own.
    `refusals` come on top of what the kind of route implies. `headers` names those of the answer (`HEADERS`),
    `parameters` those of the request (`PARAMETERS`). `example` is a body that works, or makes one for an object.
    """

    name: str
    summary: str
    tag: str
    answers: Mapping[int, Schema | None]
    help: str = ""
    verbs: tuple[str, ...] = ("read",)
    administers: bool = False
    open: bool = False
    needs_choice: bool = False
    query: tuple[Schema, ...] = ()
    parameters: tuple[str, ...] = ()
    body: Schema | None = None
    example: Example | Mapping[str, Any] | None = None
    media: tuple[str, ...] = (JSON,)
    bodies: Mapping[str, Schema] = field(default_factory=dict)
    told: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()


class Described(Route):
    """A route with one method that says what it does."""

    def __init__(self, method: str, path: str, endpoint: Endpoint, operation: Operation) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.method = method
        self.operation = operation


def ref(name: str) -> Schema:
    """A schema of `components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, help_: str, schema: Schema, **rest: Any) -> Schema:
    """A parameter behind the question mark."""
    return {"name": name, "in": "query", "description": help_, "schema": schema, **rest}


def listing(name: str, members: Schema, **more: Schema) -> Schema:
    """An object with one list, as most answers are."""
    return shape({name: {"type": "array", "items": members}, **more}, name, *more)


def shape(properties: Mapping[str, Schema], *required: str, closed: bool = False) -> Schema:
    """An object; a closed one takes nothing else."""
    made: Schema = {"type": "object", "properties": dict(properties)}
    if required:
        made["required"] = list(required)
    return made | ({"additionalProperties": False} if closed else {})


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "string", "format": "uuid"}


def whole(least: int, most: int, default: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}
