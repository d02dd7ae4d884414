"""Rules that are kept as data: what records of an object must not be."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from relata.api.catalog import shown_rules
from relata.api.edge import answer, body, checking, installation, opened
from relata.api.objects import OFFENDER
from relata.api.operation import FLAG, TEXT, WHOLE, Described, Operation, listing, nullable, query, shape
from relata.api.schemas import NAME
from relata.kernel.schema import rules
from relata.kernel.schema.rules import Made


async def list_rules(request: Request) -> Response:
    async with opened(request) as ctx:
        ctx.access.administer()
        return answer({"rules": shown_rules(ctx.access, ctx.access.object(request.path_params["object"]))})


async def create_rule(request: Request) -> Response:
    sent = await body(request)
    check = checking(request)
    async with opened(request) as ctx:
        made = await rules.create_rule(installation(request), ctx, request.path_params["object"], sent, check=check)
        return told(made, check=check, status=201)


async def change_rule(request: Request) -> Response:
    sent = await body(request)
    name, rule = request.path_params["object"], request.path_params["rule"]
    check = checking(request)
    async with opened(request) as ctx:
        made = await rules.change_rule(installation(request), ctx, name, rule, sent, check=check)
        return told(made, check=check, status=200)


async def delete_rule(request: Request) -> Response:
    async with opened(request) as ctx:
        await rules.delete_rule(installation(request), ctx, request.path_params["object"], request.path_params["rule"])
        return Response(status_code=204)


def told(made: Made, *, check: bool, status: int) -> Response:
    if check:
        offenders = [asdict(one) for one in made.offenders]
        return answer({"valid": True, "name": made.check.name, "breaking": made.breaking, "offenders": offenders})
    return answer({**asdict(made.check), "breaking": made.breaking}, status)


CHECK = query("check", "Only try whether it could be made.", {"enum": ["true", "false"]})
CHANGE = {
    "label": {"type": "string", "maxLength": 100},
    "refuse_if": {"type": "string", "maxLength": 4_000, "description": "A record for which it holds is refused."},
    "message": {"type": "string", "maxLength": 500, "description": "What is wrong, and how to mend it."},
    "field": {**nullable(NAME), "description": "The field at which it is told; null for the record."},
}
RULE = shape({"name": NAME, **CHANGE, "custom": FLAG}, "name", "label", "refuse_if", "message", "field", "custom")
BREAKING = {**nullable(WHOLE), "description": "How many records it would refuse as they are; null if that takes long."}
OFFENDERS = {"type": "array", "items": OFFENDER, "description": "The first of the records that it would refuse."}
TRIED = {"valid": FLAG, "name": TEXT, "breaking": BREAKING, "offenders": OFFENDERS}
KEPT = shape({**RULE["properties"], "breaking": BREAKING}, *RULE["required"], "breaking")
ROUTES = [
    Described(
        "GET",
        "/objects/{object}/rules",
        list_rules,
        Operation(
            name="list_rules",
            summary="The rules of an object",
            tag="objects",
            administers=True,
            answers={200: listing("rules", RULE)},
        ),
    ),
    Described(
        "POST",
        "/objects/{object}/rules",
        create_rule,
        Operation(
            name="create_rule",
            summary="A new rule: which records are refused, and with what message",
            tag="objects",
            administers=True,
            query=(CHECK,),
            body=shape({"name": NAME, **CHANGE}, "label", "refuse_if", "message", closed=True),
            example={"label": "Never", "refuse_if": "false", "message": "This cannot happen."},
            answers={200: shape(TRIED, *TRIED), 201: KEPT},
        ),
    ),
    Described(
        "PATCH",
        "/objects/{object}/rules/{rule}",
        change_rule,
        Operation(
            name="change_rule",
            summary="Another label, condition, message or field of a rule",
            tag="objects",
            administers=True,
            query=(CHECK,),
            body=shape(CHANGE, closed=True),
            answers={200: {"anyOf": [KEPT, shape(TRIED, *TRIED)]}},
        ),
    ),
    Described(
        "DELETE",
        "/objects/{object}/rules/{rule}",
        delete_rule,
        Operation(
            name="delete_rule",
            summary="A rule, for good",
            tag="objects",
            administers=True,
            answers={204: None},
        ),
    ),
]
