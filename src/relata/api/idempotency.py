"""`Idempotency-Key` with Stripe's semantics: the first answer is kept for 24 hours and given again;
another request under the same key is a fault; while the first runs, a second one is refused. What was
refused before anything ran (faults in the body, conflicts) is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import psycopg
from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import LARGEST, opened, read
from relata.errors import Conflict, Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.metadata.quoting import quote_name

HEADER = "idempotency-key"
KEPT = "24 hours"
Run = Callable[[Ctx, bytes], Awaitable[Response]]


async def once(request: Request, run: Run, largest: int = LARGEST) -> Response:
    """Run a change, at most once per key and principal. The key's row and the change commit together,
    so that neither exists without the other.
    """
    return await once_for(request, await read(request, largest), run)


async def once_for(request: Request, sent: bytes, run: Run) -> Response:
    """The same where what was sent is known already, or what stands for it."""
    key = request.headers.get(HEADER)
    async with opened(request) as ctx:
        if key is None:
            answer = await run(ctx, sent)
            ctx.workspace.woken()
            return answer
        if not 1 <= len(key) <= 255 or "\0" in key:
            raise Invalid([Fault("", "bad_key", "An Idempotency-Key has 1 to 255 characters.")])
        async with ctx.connection.transaction():
            answer = await first_or_kept(ctx, request, key, sent, run)
        ctx.workspace.woken()
        return answer


async def first_or_kept(ctx: Ctx, request: Request, key: str, sent: bytes, run: Run) -> Response:
    table = f"{quote_name(ctx.workspace.schema)}._idempotency"
    principal = ctx.access.actor.principal
    print_ = hashlib.blake2b(f"{request.method} {request.url.path}\n".encode() + sent, digest_size=32).digest()
    await claim(ctx, principal, key)
    await ctx.connection.execute(
        f"delete from {table} where principal = %s and key = %s and created_at < now() - interval '{KEPT}'".encode(),
        [principal, key],
    )
    cursor = await ctx.connection.execute(
        f"select fingerprint, status, headers, body from {table} where principal = %s and key = %s".encode(),
        [principal, key],
    )
    kept = await cursor.fetchone()
    if kept is not None:
        if bytes(kept[0]) != print_:
            raise Invalid(
                [Fault("", "key_reused", "This Idempotency-Key was used for another request; take a new one.")]
            )
        return Response(bytes(kept[3]), kept[1], {**kept[2], "idempotent-replayed": "true"})
    answer = await run(ctx, sent)
    await ctx.connection.execute(
        f"insert into {table} (principal, key, fingerprint, status, headers, body) values (%s, %s, %s, %s, %s, %s)".encode(),
        [principal, key, print_, answer.status_code, headers_json(answer), bytes(answer.body)],
    )
    return answer


async def claim(ctx: Ctx, principal: str, key: str) -> None:
    """Only one request at a time may use a key; the claim ends with the transaction."""
    cursor = await ctx.connection.execute(
        "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{ctx.workspace.id} {principal} {key}"]
    )
    row: Any = await cursor.fetchone()
    if not row[0]:
        raise Conflict("A request with this Idempotency-Key is still running; wait for its answer.")


def headers_json(answer: Response) -> Any:
    kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return psycopg.types.json.Jsonb(kept, dumps=msgspec.json.encode)
