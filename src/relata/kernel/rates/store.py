"""The rates of a workspace. A currency is active while it has a rate: so none is without one. The workspace's own has
none, and does not change: every rate and every roll-up means it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from relata.errors import Conflict, Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import column_name
from relata.kernel.metadata.kinds.money import currencies
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.rates.rate import Rate

ENCODE = msgspec.json.Encoder(decimal_format="string").encode


async def active(ctx: Ctx) -> list[dict[str, Any]]:
    """Each active currency with its rate of today (none, where the first is still to come) and the day of its first."""
    table = f"{q(ctx.workspace.schema)}._rate"
    text = (
        "select c.code, f.valid_from::text, r.rate::text, r.valid_from::text from unnest(%(codes)s::text[]) c(code) "
        f"cross join lateral (select valid_from from {table} where currency = c.code order by valid_from limit 1) f "
        f"left join lateral (select rate, valid_from from {table} where currency = c.code and valid_from <= %(today)s "
        "order by valid_from desc limit 1) r on true order by c.code"
    )
    rows = await ctx.rows(text, {"codes": list(currencies()), "today": ctx.clock.today})
    return [{"currency": code, "first": first, "rate": rate, "date": day} for code, first, rate, day in rows]


async def rates_of(ctx: Ctx, code: str, limit: int, after: dt.date | None) -> dict[str, Any]:
    """The rates of a currency, newest first: `next` is the day after which the rest follows."""
    schema = q(ctx.workspace.schema)
    text = (
        "select r.valid_from::text, r.rate::text, replace((r.at at time zone 'UTC')::text, ' ', 'T') || 'Z', r.actor::text, u.name, r.through "
        f'from {schema}._rate r left join {schema}."user" u on u.id = r.actor where r.currency = %(code)s '
        "and (%(after)s::date is null or r.valid_from < %(after)s::date) order by r.valid_from desc limit %(most)s"
    )
    rows = await ctx.rows(text, {"code": code, "after": after, "most": limit + 1})
    names = ("date", "rate", "at", "by", "by.name", "through")
    shown = [dict(zip(names, row, strict=True)) for row in rows[:limit]]
    return {"rates": shown, "next": shown[-1]["date"] if len(rows) > limit else None}


async def put(ctx: Ctx, rates: Sequence[Rate]) -> int:
    """Set these rates; how many are new or other than before. Each change is noted with who made it."""
    ctx.access.administer()
    schema = q(ctx.workspace.schema)
    text = f"""
        with kept as (
          insert into {schema}._rate as r (currency, valid_from, rate, actor, through)
          select x.currency, x.valid_from, x.rate, %(actor)s::uuid, %(through)s
          from json_to_recordset(%(rows)s::json) as x(currency text, valid_from date, rate numeric)
          on conflict (currency, valid_from) do update
          set rate = excluded.rate, at = now(), actor = excluded.actor, through = excluded.through where r.rate <> excluded.rate
          returning r.currency, r.valid_from, r.rate),
        noted as (
          insert into {schema}._rate_change (currency, valid_from, rate, actor, through)
          select currency, valid_from, rate, %(actor)s::uuid, %(through)s from kept returning 1)
        select count(*) from noted"""
    row = await ctx.row(text, who(ctx) | {"rows": ENCODE(rates).decode()})
    return int(row[0]) if row else 0


async def remove(ctx: Ctx, code: str, day: dt.date | None = None) -> None:
    """Forget a rate, or a currency with all of its rates; refused while records hold amounts that had no rate then."""
    ctx.access.administer()
    schema = q(ctx.workspace.schema)
    async with ctx.connection.transaction():
        # A rate that comes meanwhile must not leave a currency that was found unused.
        await ctx.connection.execute(f"lock table {schema}._rate in share row exclusive mode".encode())
        text = f"select count(*), count(*) filter (where valid_from = %(day)s::date) from {schema}._rate where currency = %(code)s"
        row = await ctx.row(text, {"code": code, "day": day})
        every, here = row or (0, 0)
        if not every or (day and not here):
            raise NotFound(f"There is no rate of {code[:10]}" + (f" for {day}." if day else "."))
        if (day is None or every == 1) and (users := await holders(ctx, code)):
            raise Conflict(
                f"{', '.join(users)} hold amounts in {code}, which could not be converted any longer: change these first, "
                "or give another rate."
            )
        await ctx.row(
            f"with gone as (delete from {schema}._rate where currency = %(code)s and (%(day)s::date is null or valid_from = %(day)s::date) "
            f"returning currency, valid_from) insert into {schema}._rate_change (currency, valid_from, actor, through) "
            "select currency, valid_from, %(actor)s::uuid, %(through)s from gone returning 1",
            who(ctx) | {"code": code, "day": day},
        )


async def holders(ctx: Ctx, code: str) -> list[str]:
    """The plurals of the objects with records that hold amounts in the currency."""
    parts, names = [], []
    for object_ in ctx.catalog.objects.values():
        columns = [q(column_name(field, "currency")) for field in object_.fields if field.kind == "money"]
        if columns:
            table = f"{q(ctx.workspace.schema)}.{q(object_.name)}"
            parts.append(
                f"exists (select from {table} where deleted_at is null and %(code)s in ({', '.join(columns)}))"
            )
            names.append(object_.plural)
    row = await ctx.row(f"select {', '.join(parts)}", {"code": code}) if parts else None
    return [name for name, held in zip(names, row or (), strict=True) if held]


def who(ctx: Ctx) -> dict[str, Any]:
    return {"actor": ctx.access.actor.user, "through": ctx.access.actor.through}


def checked_code(ctx: Ctx, code: str) -> str:
    """A currency that can have rates; raises NotFound or Invalid."""
    if code not in currencies():
        raise NotFound(f"There is no currency «{code[:10]}»; use a code of ISO 4217, such as USD.")
    if code == ctx.workspace.currency:
        raise Invalid([Fault("", "own_currency", f"{code} is the workspace's own currency: its rate is always 1.")])
    return code
