"""What happens, as it happens: the events of a workspace as server-sent events (HTML Living Standard, section 9.2), each
as far as whoever follows may see it. Who comes back with the number of the last event misses none and sees none twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from relata.api.edge import ENCODE, installation, opened
from relata.api.operation import TEXT, Described, Operation, query
from relata.errors import Malformed, RelataError, Suspended, Unauthenticated, Unavailable
from relata.kernel.events.feed import MOST, Feed, bounds, visible

MOST_STREAMS, MOST_OF_ONE = 2_000, 20
"""Streams of a process, and of one key or person."""
BEAT = 15.0
"""Seconds of silence after which the stream shows that it lives."""


class Streams:
    """The open streams of a process."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.ending = False

    def enter(self, principal: str) -> None:
        """Raises Unavailable where there are too many already."""
        if self.of.total() >= MOST_STREAMS or self.of[principal] >= MOST_OF_ONE:
            raise Unavailable("Too many streams of events are open; close one, or try again later.")
        self.of[principal] += 1

    def leave(self, principal: str) -> None:
        self.of[principal] -= 1
        if not self.of[principal]:
            del self.of[principal]


async def follow(request: Request) -> Response:
    streams: Streams = request.app.state.streams
    async with opened(request) as ctx:
        schema = ctx.workspace.schema
        oldest, newest = await bounds(ctx.connection, schema)
        number = cursor(request)
        principal = ctx.access.actor.principal
        version = ctx.catalog.version
    lost = number is not None and not oldest <= number <= newest
    begin = newest if number is None or lost else number
    streams.enter(principal)
    request.scope["state"]["stream"] = True
    feed = installation(request).feed(schema)

    async def sent() -> AsyncIterator[bytes]:
        try:
            yield b"retry: 2000\n" + told("reset" if lost else "hello", {"catalog": version}, begin)
            async for part in events(request, feed, begin, version):
                yield part
        finally:
            streams.leave(principal)

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(sent(), media_type="text/event-stream", headers=headers)


def cursor(request: Request) -> int | None:
    """The number after which to go on; None for now."""
    given = request.headers.get("last-event-id") or request.query_params.get("after")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise Malformed("«after» is the id of the last event that was seen, a number.")
    return int(given)


async def events(request: Request, feed: Feed, number: int, version: int) -> AsyncIterator[bytes]:
    """The parts of the stream. Who follows is recognised anew for each reading, so that a session or key that has ended
    ends the stream.
    """
    streams: Streams = request.app.state.streams
    while not streams.ending:
        turn = feed.turn
        try:
            async with opened(request) as ctx:
                found = await feed.after(ctx.connection, ctx.workspace.schema, number)
                shown = await visible(ctx, found)
                current = ctx.catalog.version
        except (Unauthenticated, Suspended):
            yield told("end", {}, number)
            return
        except RelataError:
            await feed.wait(1)
            continue
        if found:
            number = found[-1]["seq"]
            # The last number is told even where its event is not, so that nothing is read twice.
            yield b"".join(told("change", event, event["seq"]) for event in shown) + b"id: %d\n\n" % number
        if current != version:
            version = current
            yield told("catalog", {"catalog": version}, number)
        if len(found) < MOST and feed.turn == turn and not streams.ending:
            await feed.wait(BEAT)
            if feed.turn == turn:
                yield b": still here\n\n"


def told(kind: str, data: object, number: int) -> bytes:
    return b"event: %b\nid: %d\ndata: %b\n\n" % (kind.encode(), number, ENCODE(data))


ROUTES: list[BaseRoute] = [
    Described(
        "GET",
        "/events",
        follow,
        Operation(
            name="events",
            summary="What happens, as it happens",
            tag="events",
            help="Server-sent events: «hello» or «reset» (some events are gone: read anew what you hold) first, then a "
            "«change» for each change that you may see and «catalog» when objects or fields have changed. Come back with "
            "the last id in Last-Event-ID or after.",
            query=(query("after", "The id of the last event that was seen; without it, from now on.", TEXT),),
            answers={200: TEXT},
            told=("text/event-stream",),
        ),
    )
]
