"""From what was received to a file of nobody yet: checked, told by its bytes, kept in the store, and noted."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relata.errors import Conflict, Denied, Fault, Invalid
from relata.kernel.context import Ctx, uuid7
from relata.kernel.failpoint import failpoint
from relata.kernel.files.image import FORMATS, Picture, written_anew
from relata.kernel.files.type import type_of
from relata.kernel.metadata.kinds.file import clean_name
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.ports import BlobStore

LARGEST = 100_000_000
"""Bytes of a file, unless the installation says otherwise."""
MOST_FREE = 500
"""Files that one person or key may have uploaded without attaching them."""
DECODED = 2
"""Images that a process decodes at once."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was received: under `path` its bytes, under `preview` those of the small image, each with its hash."""

    path: Path
    name: str
    type: str
    size: int
    hash: str
    preview: Path
    preview_hash: str | None
    picture: Picture | None


async def check_may(ctx: Ctx) -> None:
    """Raises Denied for whoever may write no record, Conflict for whoever has uploaded much and attached nothing."""
    if not any(ctx.access.may(name, verb) for name in ctx.catalog.objects for verb in ("create", "update")):
        raise Denied(f"Your role «{ctx.access.actor.role.label}» may not write records; ask an administrator.")
    free = (
        f"select 1 from {q(ctx.workspace.schema)}._file where record is null and principal = %s::uuid limit {MOST_FREE}"
    )
    rows = await (await ctx.connection.execute(free.encode(), [ctx.access.actor.principal])).fetchall()
    if len(rows) >= MOST_FREE:
        raise Conflict(f"{MOST_FREE} uploaded files wait for being attached: attach them, or wait a day until they go.")


@contextlib.asynccontextmanager
async def receiving(store: BlobStore, workspace: str) -> AsyncIterator[Path]:
    """A place for what comes; whatever of it was not kept goes with the block."""
    path = await asyncio.to_thread(store.incoming, workspace)
    try:
        yield path
    finally:
        for each in places(path):
            await asyncio.to_thread(each.unlink, missing_ok=True)


def places(path: Path) -> tuple[Path, Path, Path]:
    """What is received, the image written anew, its preview."""
    return path, path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.preview")


async def examined(path: Path, sent_name: str, decoding: asyncio.Semaphore) -> Upload:
    """What was received under a name; raises Invalid where it is empty or an image that cannot be read."""
    name = clean_name(sent_name)
    type_ = await asyncio.to_thread(type_of, path, name)
    if type_ not in FORMATS:
        return await asyncio.to_thread(measured, path, name, type_, None)
    _, anew, preview = places(path)
    async with decoding:
        picture = await asyncio.to_thread(written_anew, path, anew, preview, type_)
    return await asyncio.to_thread(measured, anew, name, type_, picture)


def measured(path: Path, name: str, type_: str, picture: Picture | None) -> Upload:
    size = path.stat().st_size
    if not size:
        raise Invalid([Fault("", "empty", "The file is empty: choose one with something in it.")])
    preview = path.with_suffix(".preview")
    return Upload(
        path=path, name=name, type=type_, size=size, hash=hash_of(path), preview=preview,
        preview_hash=hash_of(preview) if picture else None, picture=picture,
    )  # fmt: skip


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def keep(ctx: Ctx, store: BlobStore, upload: Upload) -> dict[str, Any]:
    """Put the bytes into the store and note the file, which is its uploader's alone; as a client is told of it."""
    made = {"id": uuid7(), "name": upload.name, "type": upload.type, "size": upload.size}
    blobs = {upload.hash: upload.path} | ({upload.preview_hash: upload.preview} if upload.preview_hash else {})
    size = {"width": upload.picture.width, "height": upload.picture.height} if upload.picture else {}
    async with ctx.connection.transaction():
        for hash_ in sorted(blobs):
            await hold(ctx.connection, ctx.workspace.id, hash_)
            await asyncio.to_thread(store.keep, ctx.workspace.id, hash_, blobs[hash_])
        failpoint("file.kept")
        text = (
            f"insert into {q(ctx.workspace.schema)}._file (id, hash, preview, name, type, size, width, height, principal, actor) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        )
        values = [
            upload.hash,
            upload.preview_hash,
            upload.name,
            upload.type,
            upload.size,
            size.get("width"),
            size.get("height"),
        ]
        actor = ctx.access.actor
        await ctx.connection.execute(text.encode(), [made["id"], *values, actor.principal, actor.user])
    return made | size


async def hold(connection: Any, workspace: str, hash_: str) -> None:
    """Until the end of the transaction nobody else keeps or cleans away these bytes."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"{workspace} {hash_}"])
