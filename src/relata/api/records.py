"""Records over REST: one generic handler for each verb, whatever the object."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import LARGEST, answer, decode, opened, raw_answer, tag_of, tagged
from relata.api.edge import read as read_body
from relata.api.idempotency import once
from relata.errors import Malformed
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock
from relata.kernel.history.journal import MOST as MOST_CHANGES
from relata.kernel.history.journal import history
from relata.kernel.history.why import why
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.query.aggregate import read_aggregate
from relata.kernel.query.board import read_board, run_board
from relata.kernel.query.compare import compare_record, read_comparison, run_comparison
from relata.kernel.query.language import read_query
from relata.kernel.query.load import load
from relata.kernel.query.measure import run_aggregate
from relata.kernel.query.one import missing, read_one
from relata.kernel.query.reading import Path, Reading
from relata.kernel.query.run import run_query
from relata.kernel.query.understood import understood
from relata.kernel.records.batch import read_batch, run_batch
from relata.kernel.records.change import Create, Delete, Restore, Update, Written
from relata.kernel.records.undo import read_undo, undo
from relata.kernel.records.undo_job import queue_undo
from relata.kernel.records.undoing import Undone
from relata.kernel.records.write import write

LARGE_BATCH = 20_000_000
Moment = dt.datetime | None


async def create(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        name = request.path_params["object"]
        made = await write(ctx, name, Create(decode(sent)))
        return written(made, 201, {"location": f"/api/v1/records/{name}/{made.id}"})

    return await once(request, run)


async def read(request: Request) -> Response:
    async with opened(request) as ctx:
        name, id_ = target(ctx, request)
        asked = request.scope["query_string"]
        fields, trash, as_of = understood(ctx, name, asked, lambda _: request.query_params, read_shown)
        record, version = await read_one(ctx, name, id_, fields, trash=trash, as_of=as_of)
        return tagged(request, record, f'"{version}-{tag_of(record)}"')


def read_shown(document: Any, name: str, access: Access, clock: Clock) -> tuple[tuple[Path, ...], bool, Moment]:
    """Which fields of a record are asked for, whether it may lie in the trash, and of which moment."""
    reading = Reading(access, name, clock)
    as_of = reading.as_of(document)
    shown = reading.fields(document.get("fields")), reading.flag(document.get("trash"), "/trash"), as_of
    reading.done()
    return shown


async def update(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        name, id_ = target(ctx, request)
        return written(await write(ctx, name, Update(id_, decode(sent), expected(request))))

    return await once(request, run)


async def delete(request: Request) -> Response:
    async def run(ctx: Ctx, _sent: bytes) -> Response:
        name, id_ = target(ctx, request)
        await write(ctx, name, Delete(id_, expected(request)))
        return Response(status_code=204)

    return await once(request, run)


async def restore(request: Request) -> Response:
    async def run(ctx: Ctx, _sent: bytes) -> Response:
        name, id_ = target(ctx, request)
        return written(await write(ctx, name, Restore(id_)))

    return await once(request, run)


async def reason(request: Request) -> Response:
    async with opened(request) as ctx:
        name, id_ = await visible(ctx, request)
        return answer(await why(ctx, name, id_, request.query_params.get("field", "")))


async def undo_one(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        name, id_ = await visible(ctx, request)
        return answer(await undo(ctx, read_undo(decode(sent), Undone(object=name, record=id_))))

    return await once(request, run)


async def undo_cause(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        wish = read_undo(decode(sent))
        job = await queue_undo(ctx, wish)
        if job is not None:
            return answer({"id": job, "status": "queued"}, 202, {"location": f"/api/v1/jobs/{job}"})
        return answer(await undo(ctx, wish))

    return await once(request, run)


async def listed(request: Request) -> Response:
    document: dict[str, Any] = {}
    for key in request.query_params:
        document[key] = request.query_params[key]
    if document.get("filter"):
        try:
            document["filter"] = msgspec.json.decode(document["filter"])
        except (msgspec.DecodeError, RecursionError, ValueError):
            raise Malformed("The filter is not JSON.") from None
    async with opened(request) as ctx:
        question = read_query(document, request.path_params["object"], ctx.access, ctx.clock)
        page = await run_query(ctx, question)
        return tagged(request, page, f'"{tag_of(page)}"')


async def query(request: Request) -> Response:
    sent = await read_body(request, LARGEST)
    async with opened(request) as ctx:
        question = understood(ctx, request.path_params["object"], sent, decode, read_query)
        return raw_answer(await run_query(ctx, question))


async def aggregate(request: Request) -> Response:
    sent = await read_body(request, LARGEST)
    async with opened(request) as ctx:
        question = understood(ctx, request.path_params["object"], sent, decode, read_aggregate)
        return raw_answer(await run_aggregate(ctx, question))


async def board(request: Request) -> Response:
    sent = await read_body(request, LARGEST)
    async with opened(request) as ctx:
        question = understood(ctx, request.path_params["object"], sent, decode, read_board)
        return raw_answer(await run_board(ctx, question))


async def compare(request: Request) -> Response:
    sent = await read_body(request, LARGEST)
    async with opened(request) as ctx:
        question = read_comparison(decode(sent), request.path_params["object"], ctx.access, ctx.clock)
        return answer(await run_comparison(ctx, question))


async def compare_one(request: Request) -> Response:
    async with opened(request) as ctx:
        name, id_ = await visible(ctx, request)
        document = {key: request.query_params[key] for key in request.query_params}
        question = read_comparison(document, name, ctx.access, ctx.clock, fields=None)
        return answer(await compare_record(ctx, name, id_, question))


async def batch(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        name = request.path_params["object"]
        ctx.access.object(name)
        atomic, changes = read_batch(decode(sent))
        return answer(await run_batch(ctx, name, changes, atomic=atomic))

    return await once(request, run, LARGE_BATCH)


async def past(request: Request) -> Response:
    async with opened(request) as ctx:
        name, id_ = target(ctx, request)
        reading = Reading(ctx.access, name, ctx.clock)
        limit = reading.whole(request.query_params.get("limit"), "/limit", 50, MOST_CHANGES)
        reading.done()
        return answer(await history(ctx, name, id_, limit, request.query_params.get("after")))


def target(ctx: Ctx, request: Request) -> tuple[str, str]:
    """The object and id of the address; an id that cannot be one is a record that is not there."""
    name, id_ = request.path_params["object"], request.path_params["id"]
    ctx.access.object(name)
    try:
        return name, checked_id(id_)
    except BadValue:
        raise missing(ctx, name, id_[:80]) from None


async def visible(ctx: Ctx, request: Request) -> tuple[str, str]:
    """The same of a record that the actor sees, in the trash or not."""
    name, id_ = target(ctx, request)
    if id_ not in await load(ctx, name, [id_]):
        raise missing(ctx, name, id_)
    return name, id_


def expected(request: Request) -> int | None:
    """The version in If-Match, if any."""
    tag = request.headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    digits = tag.strip().removeprefix("W/").strip('"').partition("-")[0]
    if not digits.isdecimal() or len(digits) > 9:
        raise Malformed('If-Match takes the ETag of the record, such as "3".')
    return int(digits)


def written(made: Written, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return raw_answer(made.record, status, {"etag": f'"{made.version}"', **(headers or {})})
