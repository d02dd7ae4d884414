"""Uploading files, and reading those of records. There is no address of a file by itself: whoever reads one goes by way of a record
and a field, which they must see.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

import msgspec
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from relata.api.edge import answer, installation, opened
from relata.api.file_body import FORM, FileBody
from relata.api.idempotency import once_for
from relata.api.operation import FLAG, ID, TEXT, WHOLE, Described, Operation, query, shape
from relata.api.receiving import copy
from relata.api.record_routes import AS_OF, TRASH
from relata.api.records import target
from relata.errors import Conflict, Gone, Malformed, TooLarge
from relata.kernel.context import Ctx
from relata.kernel.files.reading import Asked, Found, find_file
from relata.kernel.files.type import IMAGES, UNKNOWN
from relata.kernel.files.upload import Upload, check_may, examined, keep, receiving
from relata.kernel.jobs.files import needing_room
from relata.kernel.ports import BlobStore
from relata.kernel.query.reading import Reading

ANY = "*/*"
SHOWN = frozenset({*IMAGES, "application/pdf", "text/plain", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm"})
"""What a browser may be asked to show; all else is saved."""
HARMLESS = SHOWN | {"text/csv", "text/markdown", "application/zip"}
"""What is told of the type when a file is served, besides the formats of offices; nothing that a browser would run."""
OFFICE = ("application/vnd.openxmlformats-", "application/vnd.oasis.", "application/vnd.ms-", "application/msword")
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
BLOCK = 1 << 18


async def upload(request: Request) -> Response:
    async with opened(request) as ctx:
        await check_may(ctx)
        store, workspace = store_of(request), ctx.workspace.id
    with needing_room():
        async with receiving(store, workspace) as path:
            body = FileBody(request)
            await received(request, body, await asyncio.to_thread(path.open, "wb"))
            made = await examined(path, body.name, installation(request).decoding)

            async def run(ctx: Ctx, _sent: bytes) -> Response:
                return answer(await keep(ctx, store, made), 201)

            return await once_for(request, told_of(made), run)


async def received(request: Request, body: FileBody, file: BinaryIO) -> None:
    largest = installation(request).largest_file
    told = f"A file has at most {largest:,} bytes here; make it smaller, or ask whoever runs this server (RELATA_FILE_MEGABYTES)."
    announced = request.headers.get("content-length", "0")
    try:
        if announced.isdecimal() and body.boundary is None and int(announced) > largest:
            raise TooLarge(told)
        await copy(body.blocks(), file, largest, told)
    except ClientDisconnect:
        raise Malformed("The file did not come whole; send it again.") from None
    finally:
        await asyncio.to_thread(file.close)


def told_of(made: Upload) -> bytes:
    """What stands for the file where requests are compared."""
    return msgspec.json.encode([made.hash, made.name])


async def read(request: Request) -> Response:
    places = request.path_params
    async with opened(request) as ctx:
        document = dict(request.query_params)
        name, id_ = target(ctx, request)
        reading = Reading(ctx.access, name, ctx.clock)
        asked = Asked(
            object=name,
            record=id_,
            field=places["field"],
            file=places["file"],
            preview=reading.flag(document.get("preview"), "/preview"),
            trash=reading.flag(document.get("trash"), "/trash"),
            as_of=reading.as_of(document),
        )
        found = await find_file(ctx, asked)
        inline = reading.flag(document.get("inline"), "/inline")
        reading.done()
        workspace = ctx.workspace.id
    return await served(request, found, workspace, inline=inline)


async def served(request: Request, found: Found, workspace: str, *, inline: bool) -> Response:
    """The bytes, or the part of them that is asked for (RFC 9110, section 14)."""
    tag = f'"{found.hash}"'
    headers = headers_of(found, tag, inline=inline)
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    try:
        file = await asyncio.to_thread(store_of(request).open, workspace, found.hash)
    except FileNotFoundError:
        raise Gone("The bytes of this file are not there any more: a backup of the server may have them.") from None
    size = await asyncio.to_thread(file.seek, 0, 2)
    asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
    part = part_of(asked, size) if asked else None
    start, end = part or (0, size)
    if start >= end:
        await asyncio.to_thread(file.close)
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers["content-length"] = str(end - start)
    if part:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    content = iterate_in_threadpool(pieces(file, start, end))
    return StreamingResponse(content, 206 if part else 200, headers)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """Beginning and end of one part; None for several, and for what cannot be read: these get the whole."""
    match = RANGE.fullmatch(asked.strip())
    if match is None or match[0] == "bytes=-":
        return None
    if not match[1]:
        return max(size - int(match[2]), 0), size
    return int(match[1]), min(int(match[2]) + 1, size) if match[2] else size


def pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (piece := file.read(min(BLOCK, end - start))):
            start += len(piece)
            yield piece


def headers_of(found: Found, tag: str, *, inline: bool) -> dict[str, str]:
    shown = "inline" if inline and found.type in SHOWN else "attachment"
    plain = found.type in HARMLESS or found.type.startswith(OFFICE)
    charset = "; charset=utf-8" if found.type.startswith("text/") else ""
    return {
        "content-type": found.type + charset if plain else UNKNOWN,
        "content-disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
        "accept-ranges": "bytes",
        "etag": tag,
    }


def store_of(request: Request) -> BlobStore:
    store = installation(request).blobs
    if store is None:
        raise Conflict("This server keeps no files: start it with a data directory (RELATA_DATA_DIR).")
    return store


UPLOADED = shape(
    {"id": ID, "name": TEXT, "type": TEXT, "size": WHOLE, "width": WHOLE, "height": WHOLE}, "id", "name", "type", "size"
)
PART = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
UPLOAD = Operation(
    name="upload",
    summary="A file, to be attached to a record",
    help="The file itself as the body, named by Content-Disposition, or as the only part of a form. Its type is told by its bytes; "
    "images are written anew, without what they say of place and camera. Until a field holds its id, nobody else sees it, "
    "and after a day it goes.",
    tag="files",
    parameters=("Idempotency-Key", "Content-Disposition"),
    body={},
    media=(ANY,),
    bodies={FORM: PART},
    answers={201: UPLOADED},
    headers=("Idempotent-Replayed",),
)
READ = Operation(
    name="read_file",
    summary="A file of a {label}",
    help="Answers a part of it where «Range» asks for one, with 206.",
    tag="records",
    query=(
        query("inline", "Shown by a browser, not saved, where its type is safe to show.", FLAG),
        query("preview", "A small picture of it, where it is an image.", FLAG),
        TRASH,
        AS_OF,
    ),
    parameters=("If-None-Match",),
    answers={200: {"type": "string", "format": "binary"}, 304: None},
    told=(ANY,),
    headers=("ETag",),
    refusals=(410,),
)
ROUTES = [
    Described("POST", "/files", upload, UPLOAD),
    Described("GET", "/records/{object}/{id}/files/{field}/{file}", read, READ),
]
