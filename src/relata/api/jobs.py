"""Jobs over REST: how far they are, what became of each row, and asking them to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from relata.api.bulk import data_folder
from relata.api.edge import answer, opened
from relata.api.operation import Described, Operation, query, ref
from relata.errors import NotFound
from relata.kernel.context import Ctx
from relata.kernel.jobs.queue import State, cancel_job, find_job
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.records.bulk_job import INPUT, committed, unprocessed
from relata.kernel.records.results import as_csv, as_ndjson, check_kept, chunk_name, folder_of, read_chunks

COLUMNS = {
    "succeeded": ("line", "id", "action"),
    "failed": ("line", "errors", "record"),
    "unprocessed": ("line", "record"),
}


async def read(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await find_job(ctx, id_of(request))))


async def cancel(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await cancel_job(ctx, id_of(request))))


async def rows(request: Request) -> Response:
    """The rows that succeeded, failed or were not reached, as NDJSON, or as CSV where that is asked for."""
    which = request.path_params["which"]
    async with opened(request) as ctx:
        if which not in COLUMNS:
            raise NotFound(f"A job has {', '.join(COLUMNS)}.")
        state = await find_job(ctx, id_of(request))
        entries = await entries_of(ctx, request, state, which)
    if wants_csv(request):
        return stream(as_csv(entries, COLUMNS[which]), "text/csv; charset=utf-8", f"{which}.csv")
    return stream(as_ndjson(entries), "application/x-ndjson", f"{which}.ndjson")


async def entries_of(ctx: Ctx, request: Request, state: State, which: str) -> Iterator[dict[str, Any]]:
    if state.kind != "bulk":
        raise NotFound("This job has no rows.")
    folder = folder_of(data_folder(request), state.id)
    ready, _, _ = await committed(ctx, state.id)
    needed = [INPUT] if which == "unprocessed" else [chunk_name(number) for number in ready]
    await asyncio.to_thread(check_kept, folder, needed)
    if which == "unprocessed":
        return unprocessed(folder, state.arguments["format"], ready)
    wanted = read_chunks(folder, ready)
    return (entry for entry in wanted if (entry["action"] == "refused") == (which == "failed"))


def wants_csv(request: Request) -> bool:
    return request.query_params.get("format") == "csv" or "text/csv" in request.headers.get("accept", "")


def stream(content: Iterator[bytes], media_type: str, name: str) -> Response:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, headers=headers, media_type=media_type)


def told(state: State) -> dict[str, Any]:
    """`done` counts every row that was dealt with, `failed` those of them that were refused."""
    here = f"/api/v1/jobs/{state.id}"
    return {
        "id": state.id, "kind": state.kind, "status": state.status, "total": state.total, "done": state.done,
        "failed": state.failed, "message": state.message, "links": {which: f"{here}/{which}" for which in COLUMNS},
    }  # fmt: skip


def id_of(request: Request) -> str:
    try:
        return checked_id(request.path_params["id"])
    except BadValue:
        raise NotFound(f"There is no job {request.path_params['id'][:80]}.") from None


FORMAT = query("format", "The form of the answer.", {"enum": ["ndjson", "csv"]})
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
        Operation(name="cancel_job", summary="Ask a job to end", tag="jobs", answers={200: ref("Job")}),
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
