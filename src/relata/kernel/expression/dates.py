"""Functions of dates and moments.

Calendar days run from year 1 to 9999; what falls outside is empty.
"""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Date, Numeric, cast, extract

from relata.kernel.expression.define import define
from relata.kernel.expression.function import Argument, Function, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_DATE = Argument("date", (Type.DATE,))
_MONTHS = 12
MOST_DAYS = 3_700_000
_MOST_MONTHS = 120_000


def date_part(name: str, field: str, part: Callable[[dt.date], int], help_: str) -> Function:
    """A function that reads one figure of a date; `field` is what PostgreSQL's extract calls it."""
    return Function(
        name,
        (_DATE,),
        Type.NUMBER,
        plain(lambda date: cast(extract(field, date), Numeric)),
        lambda date: None if date is None else Decimal(part(date)),
        help_,
    )


def _whole(*numbers: Decimal | None) -> tuple[int, ...] | None:
    """The numbers cut towards zero; None if one is empty or too large to be about days."""
    if any(number is None or abs(number) > MOST_DAYS for number in numbers):
        return None
    return tuple(int(number) for number in numbers if number is not None)


def _make_date(year: Decimal | None, month: Decimal | None, day: Decimal | None) -> dt.date | None:
    whole = _whole(year, month, day)
    if whole is None or not (1 <= whole[0] <= dt.MAXYEAR and 1 <= whole[1] <= _MONTHS):
        return None
    last = calendar.monthrange(whole[0], whole[1])[1]
    return dt.date(*whole) if 1 <= whole[2] <= last else None


def _add_days(date: dt.date | None, days: Decimal | None) -> dt.date | None:
    whole = _whole(days)
    if date is None or whole is None:
        return None
    ordinal = date.toordinal() + whole[0]
    return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else None


def add_months(date: dt.date, months: int) -> dt.date | None:
    """So many calendar months later, on the last day of the month if it is shorter.

    None outside years 1 to 9999.
    """
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def _add_months(date: dt.date | None, months: Decimal | None) -> dt.date | None:
    whole = _whole(months)
    return None if date is None or whole is None or abs(whole[0]) > _MOST_MONTHS else add_months(date, whole[0])


def _between(start: dt.date | None, end: dt.date | None) -> Decimal | None:
    return None if start is None or end is None else Decimal((end - start).days)


def _same(present: T) -> T:
    return present


DATES = (
    Function(
        "date",
        tuple(Argument(name, (Type.NUMBER,)) for name in ("year", "month", "day")),
        Type.DATE,
        plain(lambda *args: invoke("relata.make_day", *args, type_=Date())),
        _make_date,
        "The day; empty if there is no such day.",
    ),
    date_part("year", "year", lambda date: date.year, "The year of the date."),
    date_part("month", "month", lambda date: date.month, "The month of the date, 1 to 12."),
    date_part("day", "day", lambda date: date.day, "The day of the month, 1 to 31."),
    date_part(
        "weekday",
        "isodow",
        dt.date.isoweekday,
        "The day of the week, 1 for Monday to 7 for Sunday.",
    ),
    Function(
        "days_between",
        (Argument("start", (Type.DATE,)), Argument("end", (Type.DATE,))),
        Type.NUMBER,
        plain(lambda start, end: cast(end - start, Numeric)),
        _between,
        "The number of days from start to end; negative if the end is earlier.",
    ),
    Function(
        "add_days",
        (_DATE, Argument("days", (Type.NUMBER,))),
        Type.DATE,
        plain(lambda date, days: invoke("relata.add_days", date, days, type_=Date())),
        _add_days,
        "The date so many whole days later, or earlier if negative.",
    ),
    Function(
        "add_months",
        (_DATE, Argument("months", (Type.NUMBER,))),
        Type.DATE,
        plain(lambda date, months: invoke("relata.add_months", date, months, type_=Date())),
        _add_months,
        "The date so many whole months later; on the last day of a shorter month.",
    ),
    # These two are handed the present by the compiler and the evaluator.
    Function("today", (), Type.DATE, plain(_same), _same, "The present day where the person is."),
    Function("now", (), Type.MOMENT, plain(_same), _same, "The present moment."),
)

# Days are counted from the first of the month, because make_date raises an error for 30 February.
_DAY = "make_date(trunc($1)::int, trunc($2)::int, 1) + (trunc($3)::int - 1)"
# Checked as counts, because PostgreSQL's own dates end in 4713 BC with an error.
_DAY_NUMBER = "$1 - date '0001-01-01' + trunc($2)::int"
_MONTH_NUMBER = "(extract(year from $1) - 1) * 12 + extract(month from $1) - 1 + trunc($2)"
_LAST_DAY = dt.date.max.toordinal() - 1
_LAST_MONTH = dt.MAXYEAR * _MONTHS - 1

DATE_SQL: tuple[str, ...] = tuple(
    define(signature, "date", body)
    for signature, body in (
        (
            "make_day(numeric, numeric, numeric)",
            (
                "case when trunc($1) between 1 and 9999 and trunc($2) between 1 and 12 "
                "and trunc($3) between 1 and 31 then "
                f"case when extract(month from {_DAY}) = trunc($2) then {_DAY} end end"
            ),
        ),
        (
            "add_days(date, numeric)",
            (
                f"case when $2 between -{MOST_DAYS} and {MOST_DAYS} then "
                f"case when {_DAY_NUMBER} between 0 and {_LAST_DAY} "
                "then $1 + trunc($2)::int end end"
            ),
        ),
        (
            "add_months(date, numeric)",
            (
                f"case when $2 between -{_MOST_MONTHS} and {_MOST_MONTHS} then "
                f"case when {_MONTH_NUMBER} between 0 and {_LAST_MONTH} "
                "then ($1 + make_interval(months => trunc($2)::int))::date end end"
            ),
        ),
    )
)
