"""Amounts in another currency, as SQL of the statement that reads them: at the last rate on or before the day that
counts for the amount, rounded per amount to the decimals of the currency that it is converted into, so that sums
are the sums of what is shown. What is in that currency already is passed on as it is and asks for no rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from relata.kernel.expression.invoke import invoke
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import money
from relata.kernel.query.past import AS_OF, constant

if TYPE_CHECKING:
    from relata.kernel.query.frame import Build, Frame

Column = sa.ColumnElement[Any]
ONE: Column = sa.literal_column("1", sa.Numeric())
INTO = sa.bindparam("into", type_=sa.Text())
RATE_ON = sa.bindparam("rate_on", type_=sa.Date())
RATES = "rates"
"""Stands among what a statement asks for besides records."""


def worked_out(frame: Frame, found: Field, part: str) -> Column:
    """The amount of a money field in the currency that is wanted, empty where a rate is missing; or the rate of that
    conversion or the day from which it holds, both empty where there is none to do.
    """
    columns, build = frame.columns(found), frame.build
    build.timed.add(RATES)
    day = RATE_ON if build.dated else rate_day(frame, found)
    match part:
        case money.CONVERTED:
            return converted(build, columns["amount"], columns["currency"], day)
        case money.RATE:
            return sa.case((columns["currency"] != wanted(build), applied(build, columns["currency"], day)))
        case _:
            return since(build, columns["currency"], day)


def converted(build: Build, amount: Column, code: Column, day: Column) -> Column:
    into = wanted(build)
    places = sa.select(invoke("relata.places", into, type_=sa.Integer())).scalar_subquery()
    if build.foreign:
        rates = rate(build, code, day), rate(build, into, day)
        figure = invoke("relata.converted", amount, *rates, places, type_=sa.Numeric())
    else:
        figure = sa.func.round(amount * quoted(build, code, day), places, type_=sa.Numeric())
    return sa.case((code == into, amount), else_=figure)


def applied(build: Build, code: Column, day: Column) -> Column:
    """What one unit is worth in the currency that is wanted; of two rates their quotient, to read and not to reckon with."""
    if not build.foreign:
        return quoted(build, code, day)
    digits = sa.literal_column("10", sa.Integer())
    per = sa.func.nullif(rate(build, wanted(build), day), sa.literal_column("0"))
    return sa.func.trim_scale(sa.func.round(rate(build, code, day) / per, digits), type_=sa.Numeric())


def since(build: Build, code: Column, day: Column) -> Column:
    """The day from which the rate holds; of two rates the earlier."""
    first, into = quoted(build, code, day, "valid_from"), wanted(build)
    if not build.foreign:
        return sa.case((code != into, first), else_=sa.null())
    both = sa.func.least(first, quoted(build, into, day, "valid_from"), type_=sa.Date())
    return sa.case((sa.and_(code != into, applied(build, code, day).is_not(None)), both), else_=sa.null())


def wanted(build: Build) -> Column:
    """The code of the currency that is converted into."""
    return INTO if build.foreign else own(build, "currency")


def own(build: Build, name: str) -> Column:
    """The workspace's own currency or time zone, read once in a statement."""
    workspace = sa.table("workspace", sa.column(name, sa.Text()), sa.column("schema_name", sa.Text()), schema="relata")
    chosen = sa.select(workspace.c[name]).where(workspace.c.schema_name == constant(build.schema))
    return chosen.correlate_except(workspace).scalar_subquery()


def rate_day(frame: Frame, found: Field) -> Column:
    """The day whose rate counts: that of the field which the definition names, else that of the record's creation."""
    created = day_of(frame, "created_at")
    return created if found.rate_date is None else sa.func.coalesce(day_of(frame, found.rate_date), created)


def day_of(frame: Frame, name: str) -> Column:
    """A moment's day is that of the workspace's clock, so that everybody gets the same sum."""
    column = frame.compared((name,))
    if frame.object.by_name[name].kind == "date":
        return column
    return sa.cast(sa.func.timezone(own(frame.build, "time_zone"), column), sa.Date())


def rate(build: Build, code: Column, day: Column) -> Column:
    return sa.case((code == own(build, "currency"), ONE), else_=quoted(build, code, day))


def quoted(build: Build, code: Column, day: Column, told: str = "rate") -> Column:
    """The last rate on or before the day, or since when it holds; asked of the past, the last that was known then."""
    names = {"currency": "text", "valid_from": "date", "rate": "numeric"}
    if build.then:
        return known_then(build, code, day, told)
    rates = sa.table("_rate", *(sa.column(n, TYPES[t]) for n, t in names.items()), schema=build.schema)
    named = rates.alias(build.named("r"))
    chosen = sa.select(named.c[told]).where(named.c.currency == code, named.c.valid_from <= day)
    return chosen.order_by(named.c.valid_from.desc()).limit(ONE).correlate_except(named).scalar_subquery()


def known_then(build: Build, code: Column, day: Column, told: str) -> Column:
    names = {"id": "bigint", "currency": "text", "valid_from": "date", "rate": "numeric", "at": "timestamptz"}
    changes = sa.table("_rate_change", *(sa.column(n, TYPES[t]) for n, t in names.items()), schema=build.schema)
    change, later = changes.alias(build.named("r")), changes.alias(build.named("r"))
    same = (later.c.currency == change.c.currency, later.c.valid_from == change.c.valid_from)
    replaced = sa.select(ONE).select_from(later).where(*same, later.c.id > change.c.id, later.c.at <= AS_OF)
    chosen = sa.select(change.c[told]).where(
        change.c.currency == code,
        change.c.valid_from <= day,
        change.c.at <= AS_OF,
        change.c.rate.is_not(None),
        ~sa.exists(replaced.correlate(change)),
    )
    return chosen.order_by(change.c.valid_from.desc()).limit(ONE).correlate_except(change).scalar_subquery()
