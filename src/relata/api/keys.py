"""Keys for programs: made, listed and revoked by administrators."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import answer, body, opened
from relata.api.operation import ID, TEXT, Described, Operation, listing, shape
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


NEW = shape(
    {"name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"\S"}, "role": TEXT}, "name", "role"
)
KEY = shape({"id": ID, "name": TEXT, "role": TEXT}, "id", "name", "role")
MADE = shape({"id": ID, "key": {**TEXT, "description": "Shown this once."}}, "id", "key")
ROUTES = [
    Described(
        "GET",
        "/keys",
        listed,
        Operation(
            name="keys", summary="The keys that work", tag="keys", administers=True, answers={200: listing("keys", KEY)}
        ),
    ),
    Described(
        "POST",
        "/keys",
        create,
        Operation(
            name="create_key",
            summary="A key for a program",
            tag="keys",
            administers=True,
            body=NEW,
            example={"name": "My program", "role": "member"},
            answers={201: MADE},
        ),
    ),
    Described(
        "DELETE",
        "/keys/{id}",
        revoke,
        Operation(
            name="revoke_key", summary="A key that works no longer", tag="keys", administers=True, answers={204: None}
        ),
    ),
]
