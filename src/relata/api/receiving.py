"""Bodies that are streamed to the disk, never held in memory as a whole, with limits of size and patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from relata.api import edge
from relata.api.edge import TooSlow
from relata.errors import TooLarge

BLOCK = 1 << 20


async def copy(blocks: AsyncIterator[bytes], file: BinaryIO, largest: int, told: str) -> None:
    """Write what comes; raises TooLarge with the sentence `told`, TooSlow where nothing comes for a while, and OSError."""
    size, kept = 0, bytearray()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(edge.READING) as patience:
            async for block in blocks:
                patience.reschedule(loop.time() + edge.READING)
                size += len(block)
                if size > largest:
                    raise TooLarge(told)
                kept += block
                if len(kept) >= BLOCK:
                    await asyncio.to_thread(file.write, bytes(kept))
                    kept.clear()
    except TimeoutError:
        raise TooSlow from None
    await asyncio.to_thread(file.write, bytes(kept))
