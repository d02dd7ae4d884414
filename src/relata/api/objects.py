"""Objects and fields made, changed and deleted by administrators."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relata.api.catalog import shown_field, shown_object
from relata.api.edge import answer, body, installation, opened
from relata.kernel.schema import changes


async def create_object(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        made = await changes.create_object(installation(request), ctx, sent)
        return answer(shown_object(ctx.workspace.access(ctx.access.actor), made), 201)


async def change_object(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        made = await changes.change_object(installation(request), ctx, request.path_params["object"], sent)
        return answer(shown_object(ctx.workspace.access(ctx.access.actor), made))


async def delete_object(request: Request) -> Response:
    async with opened(request) as ctx:
        await changes.delete_object(installation(request), ctx, request.path_params["object"])
        return Response(status_code=204)


async def create_field(request: Request) -> Response:
    sent = await body(request)
    name = request.path_params["object"]
    check = request.query_params.get("check") == "true"
    async with opened(request) as ctx:
        made = await changes.create_field(installation(request), ctx, name, sent, check=check)
        if check:
            return answer({"valid": True, "name": made.name})
        access = ctx.workspace.access(ctx.access.actor)
        return answer(shown_field(access, access.catalog.objects[name], made), 201)


async def change_field(request: Request) -> Response:
    sent = await body(request)
    name, field = request.path_params["object"], request.path_params["field"]
    async with opened(request) as ctx:
        made = await changes.change_field(installation(request), ctx, name, field, sent)
        access = ctx.workspace.access(ctx.access.actor)
        return answer(shown_field(access, access.catalog.objects[name], made))


async def delete_field(request: Request) -> Response:
    async with opened(request) as ctx:
        await changes.delete_field(
            installation(request), ctx, request.path_params["object"], request.path_params["field"]
        )
        return Response(status_code=204)


ROUTES = [
    Route("/objects", create_object, methods=["POST"]),
    Route("/objects/{object}", change_object, methods=["PATCH"]),
    Route("/objects/{object}", delete_object, methods=["DELETE"]),
    Route("/objects/{object}/fields", create_field, methods=["POST"]),
    Route("/objects/{object}/fields/{field}", change_field, methods=["PATCH"]),
    Route("/objects/{object}/fields/{field}", delete_field, methods=["DELETE"]),
]
