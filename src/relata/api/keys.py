"""Keys for programs: made, listed and revoked by administrators."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relata.api.edge import answer, body, opened
from relata.errors import Fault, Invalid, NotFound
from relata.kernel.identity.people import create_key, list_keys, revoke_key
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id


async def listed(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer({"keys": await list_keys(ctx)})


async def create(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        ctx.access.administer()
        if not isinstance(sent, dict) or not all(isinstance(sent.get(name), str) for name in ("name", "role")):
            raise Invalid([Fault("", "required", "Send the name and the role of the key as text.")])
        id_, key = await create_key(ctx, sent["name"], sent["role"])
        return answer({"id": id_, "key": key}, 201)


async def revoke(request: Request) -> Response:
    async with opened(request) as ctx:
        ctx.access.administer()
        try:
            await revoke_key(ctx, checked_id(request.path_params["id"]))
        except BadValue:
            raise NotFound("There is no key with this id.") from None
        return Response(status_code=204)


ROUTES = [
    Route("/keys", listed, methods=["GET"]),
    Route("/keys", create, methods=["POST"]),
    Route("/keys/{id}", revoke, methods=["DELETE"]),
]
