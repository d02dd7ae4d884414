"""Records that are changed because they meet a filter: their ids are taken once, at the beginning, in one snapshot, and
kept as the file of the job. From there on it is a file like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock
from relata.kernel.jobs.files import needing_room
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.query.ids import stream_ids
from relata.kernel.query.language import ENCODE
from relata.kernel.query.reading import Reading
from relata.kernel.records.forms import Forms
from relata.kernel.records.named import by_present_names
from relata.kernel.records.source import DECODER

KEYS = ("mode", "filter", "values")
SELECTING = ("update", "delete")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be done with which records; «now» in the filter is the moment `at` which it was asked for."""

    mode: str
    filter: Any
    values: dict[str, Any]
    at: dt.datetime

    def packed(self) -> str:
        """As text that keeps numbers exact."""
        return ENCODE({"filter": self.filter, "values": self.values, "at": self.at.isoformat()}).decode()


def unpacked(mode: str, text: str) -> Selection:
    kept = DECODER.decode(text)
    return Selection(mode, kept["filter"], kept["values"], dt.datetime.fromisoformat(kept["at"]))


def read_selection(document: Any, name: str, ctx: Ctx) -> Selection:
    """`{"mode": "update" | "delete", "filter", "values"?}`, checked; raises Invalid with every fault."""
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}.")])
    reading = Reading(ctx.access, name, ctx.clock)
    reading.known(document, KEYS)
    mode, values = document.get("mode"), document.get("values")
    if mode not in SELECTING:
        reading.fault("/mode", "unknown_option", f"With a filter the mode is one of {', '.join(SELECTING)}.")
    if document.get("filter") is None:
        reading.fault("/filter", "required", 'Say which records; {"all": []} are all that you see.')
    else:
        reading.filter(document["filter"])
    if mode == "update" and (not isinstance(values, dict) or not values):
        reading.fault("/values", "required", f"Send an object of fields to change; {kind_of(values)} came.")
    elif mode == "update" and isinstance(values, dict):
        faults: list[Fault] = []
        values = by_present_names(ctx.catalog.objects[name], values, ctx.access, faults)
        Forms(ctx, name).parse(values, faults)
        reading.faults += [fault.below("/values") for fault in faults]
    elif mode == "delete" and values is not None:
        reading.fault("/values", "unknown_parameter", "Deleting takes no values.")
    reading.done()
    return Selection(str(mode), document["filter"], values or {}, ctx.now)


async def take_selection(ctx: Ctx, name: str, chosen: Selection, path: Path) -> None:
    """Write the ids of the records, one object per line; the file is there when it is whole."""
    clock = Clock(chosen.at, ctx.clock.zone)
    reading = Reading(ctx.access, name, clock)
    shape, constants = reading.filter(chosen.filter)
    reading.done()
    async with kept_file(path) as write:
        async for ids in stream_ids(ctx, name, shape, constants, chosen.at):
            await write(b"".join(b'{"id":"%b"}\n' % id_.encode() for id_ in ids))


@contextlib.asynccontextmanager
async def kept_file(path: Path) -> AsyncIterator[Callable[[bytes], Awaitable[int]]]:
    """Writes a file that is there when it is whole, or not at all."""
    part = path.with_suffix(".part")
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    with needing_room(), await asyncio.to_thread(part.open, "wb") as file:
        yield lambda lines: asyncio.to_thread(file.write, lines)
        await asyncio.to_thread(whole, file, path)


def whole(file: Any, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    Path(file.name).rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
