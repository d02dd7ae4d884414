"""Jobs over REST: how far they are, what became of each row, and asking them to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from relata.api.bulk import data_folder
from relata.api.edge import answer, installation, opened
from relata.api.operation import Described, Operation, query, ref
from relata.errors import Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.jobs.queue import State, find_job
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.records.bulk_job import INPUT, committed, open_input
from relata.kernel.records.chunks import SIZE, chunked
from relata.kernel.records.results import SETS, Entry, check_kept, chunk_name, folder_of, outcomes
from relata.kernel.records.written_out import as_csv, as_ndjson, as_sent
from relata.kernel.schema.finishing import end_job

FORMS = ("ndjson", "csv", "sent")


async def read(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await find_job(ctx, id_of(request))))


async def cancel(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await end_job(installation(request), ctx, id_of(request))))


async def rows(request: Request) -> Response:
    """The rows that succeeded, failed or were not reached."""
    which = request.path_params["which"]
    async with opened(request) as ctx:
        if which not in SETS:
            raise NotFound(f"A job has {', '.join(SETS)}.")
        state = await find_job(ctx, id_of(request))
        form = form_of(request)
        entries, header = await entries_of(ctx, request, state, which)
    if form == "csv" or (form == "sent" and header):
        return stream(as_csv(entries, which, header), "text/csv; charset=utf-8", f"{which}.csv")
    written = as_sent(entries) if form == "sent" else as_ndjson(entries)
    return stream(written, "application/x-ndjson", f"{which}.ndjson")


async def entries_of(ctx: Ctx, request: Request, state: State, which: str) -> tuple[Iterator[Entry], tuple[str, ...]]:
    """The rows of a set, and the header of the file if that was a table."""
    if "format" not in state.arguments:
        raise NotFound("This job has no rows.")
    folder = folder_of(data_folder(request), state.id)
    ready, _, _ = await committed(ctx, state.id)
    found_out = state.kind != "bulk" or "selection" in state.arguments
    if found_out and state.total is None and not await asyncio.to_thread((folder / INPUT).is_file):
        return iter(()), ()  # which records are meant is found out when it begins
    needed = [INPUT] if which == "unprocessed" else [INPUT, *(chunk_name(number) for number in ready)]
    await asyncio.to_thread(check_kept, folder, needed)
    source = await asyncio.to_thread(open_input, folder, state.arguments)
    return outcomes(folder, chunked(source.rows(), state.arguments.get("chunk", SIZE)), ready, which), source.header


def form_of(request: Request) -> str:
    given = request.query_params.get("format")
    if given is not None and given not in FORMS:
        raise Invalid([Fault("/format", "unknown_option", f"The format is one of {', '.join(FORMS)}.")])
    return given or ("csv" if "text/csv" in request.headers.get("accept", "") else "ndjson")


def stream(content: Iterator[bytes], media_type: str, name: str) -> Response:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, headers=headers, media_type=media_type)


def told(state: State) -> dict[str, Any]:
    """`done` counts every row that was dealt with, `failed` those of them that were refused."""
    here = f"/api/v1/jobs/{state.id}"
    return {
        "id": state.id, "kind": state.kind, "status": state.status, "total": state.total, "done": state.done,
        "failed": state.failed, "message": state.message, "links": {which: f"{here}/{which}" for which in SETS},
    }  # fmt: skip


def id_of(request: Request) -> str:
    try:
        return checked_id(request.path_params["id"])
    except BadValue:
        raise NotFound(f"There is no job {request.path_params['id'][:80]}.") from None


FORMAT = query(
    "format",
    "The form of the answer; «sent» is that of the file, to be mended and sent again.",
    {"enum": list(FORMS)},
)
ROUTES = [
    Described(
        "GET",
        "/jobs/{id}",
        read,
        Operation(name="job", summary="How far a job is", tag="jobs", answers={200: ref("Job")}),
    ),
    Described(
        "POST",
        "/jobs/{id}/cancel",
        cancel,
        Operation(
            name="cancel_job", summary="Ask a job to end", tag="jobs", answers={200: ref("Job")}, refusals=(409,)
        ),
    ),
    Described(
        "GET",
        "/jobs/{id}/{which}",
        rows,
        Operation(
            name="job_rows",
            summary="The rows that succeeded, failed or were not reached",
            help="«which» is succeeded, failed or unprocessed.",
            tag="jobs",
            query=(FORMAT,),
            answers={200: {"type": "string"}},
            told=("application/x-ndjson", "text/csv"),
            refusals=(410,),
        ),
    ),
]
