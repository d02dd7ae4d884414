"""Objects and fields made, changed and deleted by administrators."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relata.api.catalog import shown_field, shown_object
from relata.api.edge import answer, body, checking, installation, opened
from relata.api.operation import FLAG, ID, TEXT, WHOLE, Described, Operation, listing, nullable, query, ref, shape
from relata.api.schemas import FIELD, FIELD_CHANGE, NAME, OBJECT_CHANGE
from relata.kernel.schema import changes, fields, renaming
from relata.kernel.schema.touching import targets_of
from relata.kernel.schema.trial import tried
from relata.kernel.schema.usage import usage
from relata.kernel.schema.users import SORTS, Target


async def create_object(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        made = await changes.create_object(installation(request), ctx, sent)
        return answer(shown_object(ctx.workspace.access(ctx.access.actor), made), 201)


async def change_object(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        name = request.path_params["object"]
        change = renaming.rename_object if renaming.wants_name(sent) else changes.change_object
        if checking(request):
            return answer(await tried(ctx, change(installation(request), ctx, name, sent, check=True), Target(name)))
        made = await change(installation(request), ctx, name, sent)
        return answer(shown_object(ctx.workspace.access(ctx.access.actor), made))


async def delete_object(request: Request) -> Response:
    async with opened(request) as ctx:
        name = request.path_params["object"]
        if checking(request):
            trial = changes.delete_object(installation(request), ctx, name, check=True)
            return answer(await tried(ctx, trial, Target(name)))
        await changes.delete_object(installation(request), ctx, name)
        return Response(status_code=204)


async def create_field(request: Request) -> Response:
    sent = await body(request)
    check = checking(request)
    async with opened(request) as ctx:
        name = request.path_params["object"]
        made = await changes.create_field(installation(request), ctx, name, sent, check=check)
        if check:
            return answer({"valid": True, "name": made.name})
        access = ctx.workspace.access(ctx.access.actor)
        return answer(shown_field(access, access.catalog.objects[name], made), 201)


async def change_field(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        name, field = request.path_params["object"], request.path_params["field"]
        change = renaming.rename_field if renaming.wants_name(sent) else fields.change_field
        if checking(request):
            touched = (Target(name, field),) if renaming.wants_name(sent) else targets_of(ctx, name, field, sent)
            return answer(await tried(ctx, change(installation(request), ctx, name, field, sent, check=True), *touched))
        made = await change(installation(request), ctx, name, field, sent)
        access = ctx.workspace.access(ctx.access.actor)
        return answer(shown_field(access, access.catalog.objects[name], made))


async def delete_field(request: Request) -> Response:
    async with opened(request) as ctx:
        name, field = request.path_params["object"], request.path_params["field"]
        if checking(request):
            trial = fields.delete_field(installation(request), ctx, name, field, check=True)
            return answer(await tried(ctx, trial, Target(name, field)))
        await fields.delete_field(installation(request), ctx, name, field)
        return Response(status_code=204)


async def free_object_name(request: Request) -> Response:
    async with opened(request) as ctx:
        places = request.path_params
        await renaming.free_name(installation(request), ctx, places["object"], None, places["former"])
        return Response(status_code=204)


async def free_field_name(request: Request) -> Response:
    async with opened(request) as ctx:
        places = request.path_params
        await renaming.free_name(installation(request), ctx, places["object"], places["field"], places["former"])
        return Response(status_code=204)


async def field_usage(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(await usage(ctx, request.path_params["object"]))


NEW_NAME = {
    **NAME,
    "description": "Sent by itself: it is called so from now on, and understood by its old name for 90 days.",
}
SHOWN = shape({"name": TEXT}, "name")
KIND = FIELD["properties"]["kind"]
MERGE = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": TEXT,
    "description": "Option → the option that it becomes, in all records and their past.",
}
CHECK = query("check", "Only try whether it could be made.", {"enum": ["true", "false"]})
TRY = query("check", "Change nothing, and tell what it would touch and what stands in its way.", CHECK["schema"])
USER = shape({"object": TEXT, "name": TEXT, "label": TEXT}, "object", "name", "label")
TOUCHED = {
    "touches": {**FLAG, "description": "Whether there is anything to ask about before the change is made."},
    "records": {**nullable(WHOLE), "description": "How many it touches; null if counting takes long."},
    "filter": {**nullable({"type": "object"}), "description": "Finds these records; null where it touches all."},
    "of": nullable(WHOLE),
    "fill_rate": nullable({"type": "number", "minimum": 0, "maximum": 1}),
    **{sort: {"type": "array", "items": USER} for sort in SORTS},
}
FAULT = shape({"pointer": TEXT, "code": TEXT, "message": TEXT}, "pointer", "code", "message")
OFFENDER = shape(
    {"id": ID, "title": TEXT, "pointer": TEXT, "value": TEXT, "reason": TEXT, "trashed": FLAG},
    "id", "title", "pointer", "value", "reason", "trashed",
)  # fmt: skip
TRIAL = shape(
    {
        "impact": shape(TOUCHED, *TOUCHED),
        "faults": {"type": "array", "items": FAULT},
        "offenders": {"type": "array", "items": OFFENDER, "description": "The first records that stand in the way."},
    },
    "impact", "faults", "offenders",
)  # fmt: skip
COUNTS: dict[str, Any] = {"type": "object", "additionalProperties": WHOLE}
USED = {"name": TEXT, "fill_rate": TOUCHED["fill_rate"], "changed_at": nullable(TEXT), "used": COUNTS}
CAP = shape({"count": WHOLE, "most": WHOLE}, "count", "most")
CAPS = shape({"fields": CAP, "objects": CAP}, "fields", "objects")
USAGE = listing("fields", shape(USED, *USED), records=nullable(WHOLE), sampled=FLAG, caps=CAPS)
ROUTES = [
    Described(
        "POST",
        "/objects",
        create_object,
        Operation(
            name="create_object",
            summary="A new object, with its fields",
            tag="objects",
            administers=True,
            body=ref("Object"),
            example={
                "name": "machine_example",
                "label": "Machine",
                "fields": [{"name": "name", "kind": "text", "required": True}],
            },
            answers={201: {"type": "object"}},
        ),
    ),
    Described(
        "PATCH",
        "/objects/{object}",
        change_object,
        Operation(
            name="change_object",
            summary="Other labels, icon or colour of an object",
            tag="objects",
            administers=True,
            query=(TRY,),
            body=shape({**OBJECT_CHANGE, "name": NEW_NAME}, closed=True),
            answers={200: {"anyOf": [SHOWN, TRIAL]}},
        ),
    ),
    Described(
        "DELETE",
        "/objects/{object}",
        delete_object,
        Operation(
            name="delete_object",
            summary="A custom object with all its records, into the trash for 30 days",
            tag="objects",
            administers=True,
            query=(TRY,),
            answers={200: TRIAL, 204: None},
        ),
    ),
    Described(
        "GET",
        "/objects/{object}/fields/usage",
        field_usage,
        Operation(
            name="field_usage",
            summary="How much each field is filled, changed and used",
            tag="objects",
            administers=True,
            answers={200: USAGE},
        ),
    ),
    Described(
        "POST",
        "/objects/{object}/fields",
        create_field,
        Operation(
            name="create_field",
            summary="A new field of an object",
            tag="objects",
            administers=True,
            query=(CHECK,),
            body=ref("Field"),
            example={"name": "field_example", "kind": "number", "label": "Example"},
            answers={200: {"type": "object"}, 201: {"type": "object"}},
        ),
    ),
    Described(
        "PATCH",
        "/objects/{object}/fields/{field}",
        change_field,
        Operation(
            name="change_field",
            summary="Another label, help, kind, options, default or formula; required or unique, or no longer",
            tag="objects",
            administers=True,
            query=(TRY,),
            body=shape({**FIELD_CHANGE, "kind": nullable(KIND), "merge": MERGE, "name": NEW_NAME}, closed=True),
            answers={200: {"anyOf": [SHOWN, TRIAL]}},
        ),
    ),
    Described(
        "DELETE",
        "/objects/{object}/fields/{field}",
        delete_field,
        Operation(
            name="delete_field",
            summary="A custom field with all its values, into the trash for 30 days",
            tag="objects",
            administers=True,
            query=(TRY,),
            answers={200: TRIAL, 204: None},
        ),
    ),
    Described(
        "DELETE",
        "/objects/{object}/former/{former}",
        free_object_name,
        Operation(
            name="free_object_name",
            summary="A name that the object had before, understood no longer and free for others",
            tag="objects",
            administers=True,
            answers={204: None},
        ),
    ),
    Described(
        "DELETE",
        "/objects/{object}/fields/{field}/former/{former}",
        free_field_name,
        Operation(
            name="free_field_name",
            summary="A name that the field had before, understood no longer and free for others",
            tag="objects",
            administers=True,
            answers={204: None},
        ),
    ),
]
