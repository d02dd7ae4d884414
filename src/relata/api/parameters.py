"""The headers and path parameters that several routes share, and what each refusal means."""

from __future__ import annotations

import re

from relata.api.operation import ID, TEXT, Schema

PLACE = re.compile(r"\{(\w+)\}")


def header(name: str, help_: str, schema: Schema | None = None) -> Schema:
    return {"name": name, "in": "header", "description": help_, "schema": schema or TEXT}


PARAMETERS: dict[str, Schema] = {
    "If-Match": header(
        "If-Match",
        'The version that the change is meant for, such as "3"; 412 if the record has another.',
        {"type": "string", "pattern": r'^(\*|"\d{1,9}(-[0-9a-f]+)?")$', "examples": ["*"]},
    ),
    "If-None-Match": header("If-None-Match", "The ETag that you have: 304 if it is still the same."),
    "Content-Disposition": header(
        "Content-Disposition",
        "What a file that is the body is called (RFC 6266).",
        {**TEXT, "examples": ['attachment; filename="offer.pdf"']},
    ),
    "Idempotency-Key": header(
        "Idempotency-Key",
        "Anything unique, so that the change runs once however often it is sent.",
        {"type": "string", "minLength": 1, "maxLength": 255},
    ),
}
HEADERS: dict[str, Schema] = {
    "X-Request-Id": {"description": "The id of the request, also in the log.", "schema": TEXT},
    "ETag": {"description": "The version of the record, or of these bytes.", "schema": TEXT},
    "Location": {"description": "Where it is.", "schema": {**TEXT, "format": "uri-reference"}},
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit": {"description": "How many requests are left, and when all are there again.", "schema": TEXT},
    "Idempotent-Replayed": {"description": "«true»: the first answer under this key once more.", "schema": TEXT},
}
REFUSALS = {
    304: "It is what you have.",
    400: "Cannot be read.",
    401: "No valid key or session.",
    403: "Not allowed.",
    404: "Not there, or not visible to you.",
    408: "The body did not come in time.",
    409: "Not in the present state.",
    410: "Kept no longer.",
    412: "Changed meanwhile.",
    413: "Too large.",
    415: "Of a type that is not read here.",
    422: "Faults, all of them at once.",
    429: "Too many requests; Retry-After tells when to try again.",
    503: "The database does not answer, or not in time.",
    507: "The disk is full.",
}


def path_parameters(path: str) -> list[Schema]:
    """A parameter for each placeholder."""
    return [
        {"name": name, "in": "path", "required": True, "schema": ID if name == "id" else TEXT}
        for name in PLACE.findall(path)
    ]
