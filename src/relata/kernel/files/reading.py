"""A file of a record, found by way of the record as its reader sees it: who does not see the record or the field, or whose field
holds another file, is told that there is none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec

from relata.errors import NotFound
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.file import File
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.one import read_one


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be read; `hash` is that of the bytes that are asked for."""

    name: str
    type: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A file in a field of a record, now or at a moment; or its `preview`."""

    object: str
    record: str
    field: str
    file: str
    preview: bool = False
    trash: bool = False
    as_of: dt.datetime | None = None


async def find_file(ctx: Ctx, asked: Asked) -> Found:
    """Raises NotFound."""
    name, id_, field, file = asked.object, asked.record, asked.field, asked.file
    nothing = NotFound(f"There is no file {file[:80]} here.")
    known = ctx.access.object(name).field(field)
    if known is None or not isinstance(KINDS[known.kind], File) or not ctx.access.visible(name, field):
        raise nothing
    try:
        wanted = checked_id(file)
    except BadValue:
        raise nothing from None
    record, _ = await read_one(ctx, name, id_, ((field,),), trash=asked.trash, as_of=asked.as_of)
    held: list[dict[str, Any]] = msgspec.json.decode(record)[field] or []
    entry = next((one for one in held if one["id"] == wanted), None)
    text = f"select hash, preview from {q(ctx.workspace.schema)}._file where id = %s and object = %s and record = %s and field = %s"
    row = (
        entry
        and await (
            await ctx.connection.execute(text.encode(), [wanted, ctx.catalog.objects[name].held, id_, known.held])
        ).fetchone()
    )
    if not entry or not row or (asked.preview and not row[1]):
        raise nothing
    if asked.preview:
        return Found(entry["name"], "image/webp", row[1])
    return Found(entry["name"], entry["type"], row[0])
