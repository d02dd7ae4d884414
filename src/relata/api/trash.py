"""The trash of fields and objects, for administrators."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import LARGEST, answer, decode, installation, opened, read
from relata.api.operation import FLAG, ID, TEXT, WHOLE, Described, Operation, listing, nullable, shape
from relata.api.schemas import NAME
from relata.kernel.schema import trash


async def listed(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(await trash.trash(ctx))


async def restore(request: Request) -> Response:
    sent = await read(request, LARGEST)
    async with opened(request) as ctx:
        wish = decode(sent) if sent else {}
        return answer(await trash.restore(installation(request), ctx, request.path_params["entry"], wish))


async def discard(request: Request) -> Response:
    async with opened(request) as ctx:
        await trash.discard(ctx, request.path_params["entry"])
        return Response(status_code=204)


ENTRY = {
    "id": WHOLE,
    "object": TEXT,
    "field": {**nullable(TEXT), "description": "Null for an object."},
    "label": TEXT,
    "kind": nullable(TEXT),
    "within": {**nullable(WHOLE), "description": "The entry of its object, if that was deleted too."},
    "records": {**nullable(WHOLE), "description": "Records that it has, or that hold something in it."},
    "deleted_at": TEXT,
    "deleted_by": nullable(ID),
    "deleted_by.name": {},
    "through": TEXT,
    "days_left": WHOLE,
}
ROUTES = [
    Described(
        "GET",
        "/schema/trash",
        listed,
        Operation(
            name="schema_trash",
            summary="Deleted fields and objects that can be restored, newest first",
            tag="objects",
            administers=True,
            answers={200: listing("entries", shape(ENTRY, *ENTRY), total=WHOLE)},
        ),
    ),
    Described(
        "POST",
        "/schema/trash/{entry}/restore",
        restore,
        Operation(
            name="restore_definition",
            summary="A deleted field or object, back with all its values",
            tag="objects",
            administers=True,
            body=shape(
                {
                    "name": {**NAME, "description": "Another name, where the old one is taken."},
                    "inverse": {**NAME, "description": "Another name of the list on the other side."},
                    "required": {**FLAG, "description": "False: no longer required."},
                    "unique": {**FLAG, "description": "False: no longer unique."},
                },
                closed=True,
            ),
            refusals=(409,),
            answers={200: shape({"object": TEXT, "field": nullable(TEXT)}, "object", "field")},
        ),
    ),
    Described(
        "DELETE",
        "/schema/trash/{entry}",
        discard,
        Operation(
            name="discard_definition",
            summary="A deleted field or object, for good",
            tag="objects",
            administers=True,
            answers={204: None},
        ),
    ),
]
