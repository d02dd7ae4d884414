"""Bulk work over REST: a file is streamed to disk, then queued as a job; or a filter says which records are meant."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import answer, decode, installation, opened
from relata.api.idempotency import once
from relata.api.operation import ID, JSON, TEXT, Described, Operation, query, ref, shape
from relata.api.receiving import copy
from relata.errors import Conflict, Fault, Invalid, RelataError
from relata.kernel.context import Ctx, uuid7
from relata.kernel.jobs.files import needing_room
from relata.kernel.jobs.queue import enqueue
from relata.kernel.records.bulk import MODES, Bulk
from relata.kernel.records.bulk_job import INPUT, bulk_arguments
from relata.kernel.records.results import folder_of
from relata.kernel.records.selection import SELECTING, read_selection
from relata.kernel.records.source import CSV, NDJSON

LARGEST = 2_000_000_000
TYPES = {"application/x-ndjson": NDJSON, "application/ndjson": NDJSON, "text/csv": CSV}
PARAMETERS = ("mode", "key")
TOLD = f"A bulk holds at most {LARGEST:,} bytes; send the file in parts."


class Unreadable(RelataError):
    """The body is of a type that is not read here."""

    status = 415
    code = "unsupported_media_type"


async def bulk(request: Request) -> Response:
    type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if type_ == JSON:
        return await select(request)
    async with opened(request) as ctx:
        ctx.access.object(request.path_params["object"])
        wanted = asked(request)
        wanted.check(ctx)
    format_ = TYPES.get(type_)
    if format_ is None:
        raise Unreadable(f"Send {', '.join(TYPES)}, or a selection as {JSON}.")
    id_ = uuid7()
    folder = folder_of(data_folder(request), id_)
    with needing_room():
        await receive(request, folder)
    try:
        async with opened(request) as ctx:
            await queued(ctx, wanted, format_, id_)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise
    return accepted(id_)


async def select(request: Request) -> Response:
    """Every record that meets a filter."""

    async def run(ctx: Ctx, sent: bytes) -> Response:
        name = request.path_params["object"]
        ctx.access.object(name)
        if request.query_params:
            told = "With a filter, say everything in the body."
            raise Invalid([Fault(f"/{given[:80]}", "unknown_parameter", told) for given in request.query_params])
        chosen = read_selection(decode(sent), name, ctx)
        wanted = Bulk(name, chosen.mode)
        wanted.check(ctx)
        data_folder(request)
        return accepted(await queued(ctx, wanted, NDJSON, uuid7(), selection=chosen.packed()))

    return await once(request, run)


def accepted(id_: str) -> Response:
    return answer({"id": id_, "status": "queued"}, 202, {"location": f"/api/v1/jobs/{id_}"})


def asked(request: Request) -> Bulk:
    """The object, mode and key of the address; raises Invalid."""
    query = request.query_params
    faults = [
        Fault(f"/{name[:80]}", "unknown_parameter", "A bulk takes «mode» and «key».")
        for name in query
        if name not in PARAMETERS
    ]
    mode = query.get("mode", "create")
    if mode not in MODES:
        faults.append(Fault("/mode", "unknown_option", f"The mode is one of {', '.join(MODES)}."))
    key = tuple(part.strip() for part in query.get("key", "").split(",") if part.strip())
    if key and mode == "create":
        faults.append(
            Fault("/key", "unknown_parameter", "A key matches rows with records: use it with upsert, update or delete.")
        )
    if faults:
        raise Invalid(faults)
    return Bulk(request.path_params["object"], mode, key or (("external_id",) if mode == "upsert" else ("id",)))


async def queued(ctx: Ctx, wanted: Bulk, format_: str, id_: str, **more: str) -> str:
    return await enqueue(ctx, "bulk", bulk_arguments(wanted, format_) | more, id_)


def data_folder(request: Request) -> Path:
    folder = installation(request).folder
    if folder is None:
        raise Conflict("This server keeps no files: start it with a data directory (RELATA_DATA_DIR).")
    return folder


async def receive(request: Request, folder: Path) -> None:
    """The body on disk, safe before anything is promised; raises TooLarge, and OSError where the disk is full."""
    await asyncio.to_thread(folder.mkdir, parents=True, mode=0o700)
    try:
        with await asyncio.to_thread((folder / INPUT).open, "wb") as file:
            await copy(request.stream(), file, LARGEST, TOLD)
            await asyncio.to_thread(finish, file)
    except BaseException:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(shutil.rmtree, folder)
        raise


def finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    folder = os.open(Path(file.name).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


SELECTION = shape(
    {"mode": {"enum": list(SELECTING)}, "filter": ref("Filter"), "values": {"type": "object"}},
    "mode",
    "filter",
    closed=True,
)
ROUTES = [
    Described(
        "POST",
        "/records/{object}/bulk",
        bulk,
        Operation(
            name="bulk",
            summary="Any number of {plural} from a file, or all that meet a filter, as a job",
            tag="bulk",
            verbs=("create", "update", "delete"),
            query=(
                query("mode", "What is done with each row.", {"enum": list(MODES), "default": "create"}),
                query("key", "The fields by which rows are matched with records, parted by commas.", TEXT),
            ),
            body={},
            media=tuple(TYPES),
            bodies={JSON: SELECTION},
            answers={202: shape({"id": ID, "status": TEXT}, "id", "status")},
            headers=("Location",),
            refusals=(415,),
        ),
    )
]
