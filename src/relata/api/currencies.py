"""Currencies and their rates: everybody may see them, because sums hang on them; administrators set them."""

from __future__ import annotations

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import LARGEST, answer, decode, opened, read
from relata.api.operation import (
    JSON,
    TEXT,
    WHOLE,
    Described,
    Operation,
    Schema,
    listing,
    nullable,
    query,
    shape,
    whole,
)  # fmt: skip
from relata.errors import Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.date import checked_date
from relata.kernel.query.reading import Reading
from relata.kernel.rates.rate import MOST, Rate, read_csv, read_rates
from relata.kernel.rates.store import active, checked_code, put, rates_of, remove

CSV = "text/csv"
PAGE, LONGEST = 100, 1_000


async def listed(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer({"own": ctx.workspace.currency, "currencies": await active(ctx)})


async def history(request: Request) -> Response:
    async with opened(request) as ctx:
        code = checked_code(ctx, request.path_params["code"])
        reading = Reading(ctx.access, "user", ctx.clock)
        limit = reading.whole(request.query_params.get("limit"), "/limit", PAGE, LONGEST)
        reading.done()
        after = request.query_params.get("after")
        return answer(await rates_of(ctx, code, limit, day_of(after) if after else None))


async def set_rates(request: Request) -> Response:
    sent = await read(request, LARGEST)
    async with opened(request) as ctx:
        ctx.access.administer()
        code = checked_code(ctx, request.path_params["code"]) if "code" in request.path_params else None
        rates = told(ctx, sent, request.headers.get("content-type", JSON), code)
        return answer({"rates": len(rates), "changed": await put(ctx, rates)})


def told(ctx: Ctx, sent: bytes, media: str, code: str | None) -> list[Rate]:
    if media.split(";", maxsplit=1)[0].strip().lower() != CSV:
        return read_rates(decode(sent), ctx.workspace.currency, code)
    try:
        return read_csv(sent.decode("utf-8-sig"), ctx.workspace.currency, code)
    except UnicodeDecodeError:
        raise Invalid([Fault("", "malformed", "Send the CSV as text in UTF-8.")]) from None


async def forget_rate(request: Request) -> Response:
    async with opened(request) as ctx:
        ctx.access.administer()
        code = checked_code(ctx, request.path_params["code"])
        try:
            day = dt.date.fromisoformat(checked_date(request.path_params["date"]))
        except BadValue:
            raise NotFound("There is no rate for this day; name one such as 2026-10-31.") from None
        await remove(ctx, code, day)
        return Response(status_code=204)


async def forget(request: Request) -> Response:
    async with opened(request) as ctx:
        ctx.access.administer()
        await remove(ctx, checked_code(ctx, request.path_params["code"]))
        return Response(status_code=204)


def day_of(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(checked_date(text))
    except BadValue as error:
        raise Invalid([fault.below("/after") for fault in error.faults]) from None


DAY: Schema = {"type": "string", "format": "date"}
WORTH: Schema = {"type": "string", "description": "What one unit is worth in the workspace's currency."}
SENT: Schema = {"anyOf": [WORTH, {"type": "number", "exclusiveMinimum": 0}]}
SETTING: Schema = {"at": nullable(TEXT), "by": nullable(TEXT), "by.name": nullable(TEXT), "through": nullable(TEXT)}
CURRENCY = shape(
    {"currency": TEXT, "first": DAY, "rate": nullable(WORTH), "date": nullable(DAY), **SETTING},
    "currency",
    "first",
    "rate",
    "date",
)
RATE = shape({"date": DAY, "rate": WORTH, **SETTING}, "date", "rate")
OF_ONE = shape({"currency": TEXT, "date": DAY, "rate": SENT}, "date", "rate", closed=True)
OF_ANY = shape({"currency": TEXT, "date": DAY, "rate": SENT}, "currency", "date", "rate", closed=True)
SET = shape({"rates": WHOLE, "changed": WHOLE}, "rates", "changed")
HELP = "One unit is worth `rate` of the workspace's currency from `date` on, until the next rate. As CSV: date,currency,rate."


def several(of: Schema) -> Schema:
    return shape({"rates": {"type": "array", "items": of, "minItems": 1, "maxItems": MOST}}, "rates", closed=True)


ROUTES = [
    Described(
        "GET",
        "/currencies",
        listed,
        Operation(
            name="currencies",
            summary="The workspace's currency, and the others with their rates of today",
            tag="currencies",
            answers={200: listing("currencies", CURRENCY, own=TEXT)},
        ),
    ),
    Described(
        "PUT",
        "/currencies",
        set_rates,
        Operation(
            name="set_rates",
            summary="Rates of several currencies",
            help=HELP,
            tag="currencies",
            administers=True,
            body=several(OF_ANY),
            bodies={CSV: TEXT},
            example={"rates": [{"currency": "CHF", "date": "2026-01-02", "rate": "1.0741"}]},
            answers={200: SET},
        ),
    ),
    Described(
        "DELETE",
        "/currencies/{code}",
        forget,
        Operation(
            name="forget_currency",
            summary="A currency that no record uses, with all of its rates",
            tag="currencies",
            administers=True,
            refusals=(409,),
            answers={204: None},
        ),
    ),
    Described(
        "GET",
        "/currencies/{code}/rates",
        history,
        Operation(
            name="rates",
            summary="The rates of a currency, newest first, and who set them",
            tag="currencies",
            query=(query("limit", "Rates of a page.", whole(1, LONGEST, PAGE)), query("after", "«next» of the page before.", DAY)),
            answers={200: listing("rates", RATE, next=nullable(DAY))},
        ),
    ),
    Described(
        "PUT",
        "/currencies/{code}/rates",
        set_rates,
        Operation(
            name="set_rates_of",
            summary="Rates of one currency",
            help=HELP,
            tag="currencies",
            administers=True,
            body=several(OF_ONE),
            bodies={CSV: TEXT},
            example={"rates": [{"date": "2026-01-02", "rate": "0.8612"}]},
            answers={200: SET},
        ),
    ),
    Described(
        "DELETE",
        "/currencies/{code}/rates/{date}",
        forget_rate,
        Operation(
            name="forget_rate",
            summary="One rate",
            tag="currencies",
            administers=True,
            refusals=(409,),
            answers={204: None},
        ),
    ),
]  # fmt: skip
