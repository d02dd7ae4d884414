"""Search over all objects, and the titles of records that lists point to."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import answer, body, opened, raw_answer
from relata.api.operation import ID, TEXT, Described, Operation, listing, query, ref, shape, whole
from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.query.reading import Reading
from relata.kernel.query.search import MOST, search
from relata.kernel.query.titles import titles

REFS = 200


async def find(request: Request) -> Response:
    async with opened(request) as ctx:
        everything = [name for name in ctx.catalog.objects if ctx.access.may(name)]
        reading = Reading(ctx.access, everything[0], ctx.clock)
        text = reading.text(request.query_params.get("q"), "/q") or ""
        limit = reading.whole(request.query_params.get("limit"), "/limit", 20, MOST)
        named = (name.strip() for name in request.query_params.get("objects", "").split(","))
        wanted = [ctx.access.present_object(name) for name in named if name]
        for name in wanted:
            if name not in everything:
                reading.fault("/objects", "unknown_object", f"There is no object «{name[:80]}».")
        reading.done()
        return raw_answer(await search(ctx, text, sorted(set(wanted)) or everything, limit))


async def named(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        refs = read_refs(ctx, sent)
        found = [row for name, ids in refs.items() for row in msgspec.json.decode(await titles(ctx, name, ids))]
        return answer({"titles": found})


def read_refs(ctx: Ctx, sent: Any) -> dict[str, list[str]]:
    refs = sent.get("refs") if isinstance(sent, dict) else None
    if not isinstance(refs, list) or len(refs) > REFS:
        raise Invalid([Fault("/refs", "wrong_type", f"Send a list of at most {REFS} objects with object and id.")])
    found: dict[str, list[str]] = {}
    faults = []
    for index, one in enumerate(refs):
        try:
            name = one["object"] if isinstance(one, dict) else None
            name = ctx.access.present_object(name) if isinstance(name, str) else name
            if not isinstance(name, str) or name not in ctx.catalog.objects or not ctx.access.may(name):
                raise BadValue("There is no such object.", "unknown_object", "/object")
            found.setdefault(name, []).append(checked_id(one.get("id")))
        except (BadValue, KeyError) as error:
            message = error.faults if isinstance(error, BadValue) else [Fault("", "required", "Send object and id.")]
            faults += [fault.below(f"/refs/{index}") for fault in message]
    if faults:
        raise Invalid(faults)
    return found


REF = shape({"object": TEXT, "id": ID}, "object", "id")
TITLE = shape({"object": TEXT, "id": ID, "title": {"type": ["string", "null"]}}, "object", "id", "title")
ROUTES = [
    Described(
        "GET",
        "/search",
        find,
        Operation(
            name="search",
            summary="The best hits over all objects",
            tag="search",
            query=(
                query(
                    "q",
                    "Any part of a name, an address, a number.",
                    {"type": "string", "maxLength": 200, "examples": ["norr"]},
                ),
                query("objects", "Only these, parted by commas.", TEXT),
                query("limit", "How many at most.", whole(1, MOST, 20)),
            ),
            answers={200: listing("hits", ref("Hit"))},
        ),
    ),
    Described(
        "POST",
        "/titles",
        named,
        Operation(
            name="titles",
            summary="What records are called",
            tag="search",
            body=shape({"refs": {"type": "array", "items": REF, "maxItems": REFS}}, "refs"),
            example={"refs": []},
            answers={200: listing("titles", TITLE)},
        ),
    ),
]
