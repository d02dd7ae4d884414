"""The edge of every request: who acts, in which workspace, on which connection; what the body says;
and what a browser must prove before it may change anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
from psycopg.errors import UndefinedTable
from starlette.requests import Request
from starlette.responses import Response

from relata.api.rate import Rate
from relata.errors import (
    Denied,
    Fault,
    Invalid,
    Malformed,
    NotFound,
    RelataError,
    Suspended,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx, not_reshaped
from relata.kernel.identity.people import is_issued, key_actor, session_actor
from relata.kernel.identity.tokens import KEY, SESSION, token_hash, token_workspace
from relata.kernel.installation import Installation
from relata.kernel.placement import Places
from relata.kernel.workspace import Workspace

COOKIE = "relata_session"
PROOF = "x-relata-request"
CHECK = "check"
LARGEST = 4_000_000
READING = 60.0
"""Seconds that a client may take for its body."""
REVALIDATED = "private, no-cache"
"""Of answers without records: a browser may keep them, and asks each time whether they are still right."""
SAFE = ("GET", "HEAD", "OPTIONS")
DECODER = msgspec.json.Decoder(float_hook=Decimal)
ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class TooSlow(RelataError):
    """The body does not come."""

    status = 408
    code = "too_slow"

    def __init__(self) -> None:
        super().__init__(f"The body of the request did not come within {READING:g} seconds; send it again.")


def installation(request: Request) -> Installation:
    """The one that has the workspace in which the request works: `opened` has found it."""
    found: Installation = request.scope["state"]["installation"]
    return found


def places(request: Request) -> Places:
    found: Places = request.app.state.places
    return found


@contextlib.asynccontextmanager
async def opened(request: Request) -> AsyncIterator[Ctx]:
    """The operation of a request; raises Unauthenticated without a valid key or session."""
    sort, token = credentials(request)
    here = places(request).of(token_workspace(sort, token) or "")
    if request.scope["state"].setdefault("installation", here) is not here:
        raise Unavailable("The workspace has just moved to another database; send the request again.")
    workspace = await workspace_of(here, sort, token)
    hash_ = token_hash(token)
    limit: Rate | None = request.app.state.rate
    counted = limit is None or "left" in request.scope["state"]
    if limit is not None and not counted:
        limit.check((workspace.name, hash_))
    async with not_reshaped(here, workspace), here.connection(workspace.schema) as connection:
        find = key_actor if sort == KEY else session_actor
        actor = await here.recognised.actor(workspace.name, hash_, lambda: find(connection, workspace, token))
        if limit is not None and not counted:
            request.scope["state"]["left"] = limit.take((workspace.name, hash_))
        request.scope["state"]["actor"] = actor
        ctx = context(workspace, actor, connection)
        call_by_present_names(request, ctx)
        yield ctx


def checking(request: Request) -> bool:
    """Whether a change is only to be tried; raises Invalid, so that none is made because of a slip."""
    given = request.query_params
    faults = [
        Fault(f"/{name[:80]}", "unknown_parameter", "Only «check» is taken here.") for name in given if name != CHECK
    ]
    if given.get(CHECK, "false") not in ("true", "false"):
        faults.append(Fault(f"/{CHECK}", "wrong_type", "Send true to try the change, or false."))
    if faults:
        raise Invalid(faults)
    return given.get(CHECK) == "true"


def call_by_present_names(request: Request, ctx: Ctx) -> None:
    """Objects and fields of the address may be called as they were before; the answer tells it."""
    noticed = ctx.access.noticed
    if noticed is None:
        return
    request.scope["state"]["noticed"] = noticed
    places = request.scope.get("path_params", {})
    if "object" in places:
        places["object"] = ctx.access.present_object(places["object"])
        object_ = ctx.catalog.objects.get(places["object"])
        if object_ is not None and "field" in places:
            places["field"] = ctx.access.present(object_, places["field"])


async def workspace_of(here: Installation, sort: str, token: str) -> Workspace:
    """The workspace that a token names; that it is suspended is told to those only whose token was made there."""
    name = token_workspace(sort, token) or ""
    try:
        return await here.workspace(name)
    except NotFound:
        raise Unauthenticated("Sign in, or send «Authorization: Bearer» with a key.") from None
    except Suspended:
        entry = here.register[name]
        try:
            async with here.connection() as connection:
                if not entry.dropping and await is_issued(connection, entry.schema, sort, token):
                    raise
        except UndefinedTable:
            raise Unavailable("The workspace is moving or ending just now; try again in a moment.") from None
        raise Unauthenticated("Sign in, or send «Authorization: Bearer» with a key.") from None


def context(workspace: Workspace, actor: Actor, connection: Any) -> Ctx:
    return Ctx(workspace, workspace.access(actor).noticing(), connection)


def credentials(request: Request) -> tuple[str, str]:
    """KEY or SESSION, and the token. A session changes things only with a header that no other site's
    page can send.
    """
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("Send «Authorization: Bearer» followed by a key.")
        return KEY, token.strip()
    token = request.cookies.get(COOKIE, "")
    if token and request.method not in SAFE:
        prove(request)
    return SESSION, token


def prove(request: Request) -> None:
    """Raises Denied for an unsafe request that a foreign page could have made."""
    if request.headers.get(PROOF) is None or request.headers.get("sec-fetch-site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        raise Denied("A change from a browser needs the header X-Relata-Request.")


async def body(request: Request, largest: int = LARGEST) -> Any:
    """The JSON of a request: numbers exact, depth and size bounded."""
    return decode(await read(request, largest))


def decode(sent: bytes) -> Any:
    """A JSON document; raises Malformed."""
    if not sent:
        raise Malformed("Send a JSON document.")
    try:
        return DECODER.decode(sent)
    except RecursionError:
        raise Malformed("The JSON is nested too deeply.") from None
    except (msgspec.DecodeError, ValueError, ArithmeticError) as error:
        raise Malformed(f"The body is not JSON: {str(error)[:200]}.") from None


async def read(request: Request, largest: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > largest:
        raise TooLarge(f"A request holds at most {largest:,} bytes; use the bulk import for more.")
    chunks, size = [], 0
    try:
        async with asyncio.timeout(READING):
            async for chunk in request.stream():
                size += len(chunk)
                if size > largest:
                    raise TooLarge(f"A request holds at most {largest:,} bytes; use the bulk import for more.")
                chunks.append(chunk)
    except TimeoutError:
        raise TooSlow from None
    return b"".join(chunks)


def tag_of(content: bytes) -> str:
    """What stands for these very bytes in an ETag: no version knows of a related record's change, of a formula's
    today, of a field that has been added. SHA-256 has instructions of its own in processors.
    """
    return hashlib.sha256(content).hexdigest()[:16]


def tagged(request: Request, content: bytes, tag: str, cache: str = "no-store") -> Response:
    """The answer with its ETag; 304 where the client has this very one (RFC 9110, section 13.1.2)."""
    headers = {"etag": tag, "cache-control": cache}
    known = request.headers.get("if-none-match")
    if known is not None and (known == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(","))):
        return Response(status_code=304, headers=headers)
    return raw_answer(content, headers=headers)


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return raw_answer(ENCODE(content), status, headers)


def raw_answer(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, {"cache-control": "no-store", **(headers or {})}, media_type="application/json")
