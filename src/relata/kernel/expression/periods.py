"""Weeks, quarters and working days, and how much time lies between dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Date, Numeric

from relata.kernel.expression.calendar import UNITS, current
from relata.kernel.expression.dates import MOST_DAYS, date_part
from relata.kernel.expression.define import define
from relata.kernel.expression.function import Argument, Function, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE = Argument("date", (Type.DATE,))
_UNIT = Argument("unit", (Type.TEXT,), choices=frozenset(UNITS))
_SPAN = (Argument("start", (Type.DATE,)), Argument("end", (Type.DATE,)))
_WEEK, _WORKING = 7, 5


def _start_of(date: dt.date | None, unit: str | None) -> dt.date | None:
    return None if date is None or unit is None else current(date, unit)[0]


def _end_of(date: dt.date | None, unit: str | None) -> dt.date | None:
    if date is None or unit is None:
        return None
    # Only a week of the last year can end beyond the calendar.
    if unit == "week" and date.toordinal() - date.isoweekday() + _WEEK > dt.date.max.toordinal():
        return None
    return current(date, unit)[1]


def _months(start: dt.date, end: dt.date) -> int:
    """Whole months; a month is over on the day of the same number."""
    if end < start:
        return -_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def _span(name: str, count: Callable[[dt.date, dt.date], int], help_: str) -> Function:
    return Function(
        name,
        _SPAN,
        Type.NUMBER,
        plain(lambda *args: invoke(f"relata.{name}", *args, type_=Numeric())),
        lambda start, end: None if start is None or end is None else Decimal(count(start, end)),
        help_,
    )


def _working_days_before(date: dt.date) -> int:
    """How many there were since Monday, 1 January 1."""
    weeks, days = divmod(date.toordinal() - 1, _WEEK)
    return weeks * _WORKING + min(days, _WORKING)


def _add_workdays(date: dt.date | None, days: Decimal | None) -> dt.date | None:
    if date is None or days is None or abs(days) > MOST_DAYS:
        return None
    weeks, rest = divmod(_working_days_before(date) + int(days), _WORKING)
    ordinal = weeks * _WEEK + rest + 1
    return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else None


PERIODS = (
    date_part("quarter", "quarter", lambda date: (date.month + 2) // 3, "The quarter of the year, 1 to 4."),
    date_part("week", "week", lambda date: date.isocalendar().week, "The week of the year by ISO 8601, 1 to 53."),
    date_part(
        "week_year",
        "isoyear",
        lambda date: date.isocalendar().year,
        "The year to which the week belongs by ISO 8601.",
    ),
    date_part("day_of_year", "doy", lambda date: date.timetuple().tm_yday, "The day of the year, 1 to 366."),
    Function(
        "start_of",
        (_DATE, _UNIT),
        Type.DATE,
        plain(lambda *args: invoke("relata.start_of", *args, type_=Date())),
        _start_of,
        'The first day of the "week" (a Monday), "month", "quarter" or "year" around the date.',
    ),
    Function(
        "end_of",
        (_DATE, _UNIT),
        Type.DATE,
        plain(lambda *args: invoke("relata.end_of", *args, type_=Date())),
        _end_of,
        'The last day of the "week" (a Sunday), "month", "quarter" or "year" around the date.',
    ),
    _span("months_between", _months, "The number of whole months from start to end; negative if the end is earlier."),
    _span(
        "years_between",
        lambda start, end: int(_months(start, end) / 12),
        "The number of whole years from start to end, as an age is told; negative if the end is earlier.",
    ),
    _span(
        "workdays_between",
        lambda start, end: _working_days_before(end) - _working_days_before(start),
        "The number of days from Monday to Friday from start to the day before end; negative if the end is earlier.",
    ),
    Function(
        "add_workdays",
        (_DATE, Argument("days", (Type.NUMBER,))),
        Type.DATE,
        plain(lambda *args: invoke("relata.add_workdays", *args, type_=Date())),
        _add_workdays,
        "The date so many days from Monday to Friday later, or earlier if negative; a weekend counts as its Monday.",
    ),
)

_NEXT = {
    "day": "days => 1",
    "week": "days => 7",
    "month": "months => 1",
    "quarter": "months => 3",
    "year": "years => 1",
}
_FIRST = "0001-01-01"
_LAST_DAY = dt.date.max.toordinal() - 1
_SINCE = f"($1 - date '{_FIRST}')"


def _start(unit: str) -> str:
    return f"date_trunc('{unit}', $1::timestamp)"


def _cases(body: Callable[[str], str]) -> str:
    return " ".join(f"when '{unit}' then {body(unit)}" for unit in UNITS)


_ENDS = _cases(lambda unit: f"({_start(unit)} + make_interval({_NEXT[unit]}))::date - 1")
_COUNT = "extract(year from {b}) * 12 + extract(month from {b}) - extract(year from {a}) * 12 - extract(month from {a})"


def _whole_months(a: str, b: str) -> str:
    months = _COUNT.format(a=a, b=b)
    return f"{months} - case when extract(day from {b}) < extract(day from {a}) then 1 else 0 end"


PERIOD_SQL: tuple[str, ...] = tuple(
    define(signature, returns, body)
    for signature, returns, body in (
        ("start_of(date, text)", "date", f"case $2 {_cases(lambda unit: f'{_start(unit)}::date')} end"),
        (
            "last_day(date)",
            "date",
            f"case when $1 <= date '{dt.date.max.isoformat()}' then $1 end",
        ),
        ("end_of(date, text)", "date", f"relata.last_day(case $2 {_ENDS} end)"),
        (
            "months_between(date, date)",
            "numeric",
            f"case when $2 >= $1 then {_whole_months('$1', '$2')} else -({_whole_months('$2', '$1')}) end",
        ),
        ("years_between(date, date)", "numeric", "trunc(relata.months_between($1, $2) / 12)"),
        ("workdays_before(date)", "integer", f"{_SINCE} / 7 * 5 + least({_SINCE} % 7, 5)"),
        (
            "workdays_between(date, date)",
            "numeric",
            "(relata.workdays_before($2) - relata.workdays_before($1))::numeric",
        ),
        (
            "workday(integer)",
            "date",
            (
                f"case when $1 >= 0 then case when $1 / 5 * 7 + $1 % 5 <= {_LAST_DAY} "
                f"then date '{_FIRST}' + ($1 / 5 * 7 + $1 % 5) end end"
            ),
        ),
        (
            "add_workdays(date, numeric)",
            "date",
            (
                f"case when $2 between -{MOST_DAYS} and {MOST_DAYS} "
                "then relata.workday(relata.workdays_before($1) + trunc($2)::int) end"
            ),
        ),
    )
)
