"""Days and calendar units where the person is, as moments and as dates.

What leaves years 1 to 9999 is cut there.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from relata.kernel.expression.dates import add_months

if TYPE_CHECKING:
    import zoneinfo

    from relata.kernel.expression.clock import Clock

UNITS = ("day", "week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def day_start(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The moment at which a day begins in a zone, in UTC."""
    return _moment(dt.datetime.combine(day, dt.time(), tzinfo=zone))


def day_end(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The moment at which the next day begins in a zone, in UTC."""
    return _LAST if day == dt.date.max else day_start(day + dt.timedelta(days=1), zone)


def shift_day(day: dt.date, count: int, unit: str) -> dt.date:
    """The date so many units later, or earlier if the count is negative."""
    if unit in _MONTHS:
        return add_months(day, count * _MONTHS[unit]) or _edge(count)
    ordinal = day.toordinal() + count * _DAYS[unit]
    return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else _edge(count)


def shift_moment(clock: Clock, count: int, unit: str) -> dt.datetime:
    """The present moved by so many units of the person's calendar, at the same time of the day.

    In UTC.
    """
    local = clock.now.astimezone(clock.zone)
    return _moment(dt.datetime.combine(shift_day(local.date(), count, unit), local.timetz()))


def current(day: dt.date, unit: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of the calendar unit that holds a day; weeks start on Monday."""
    match unit:
        case "day":
            return day, day
        case "week":
            first = shift_day(day, 1 - day.isoweekday(), "day")
        case "month":
            first = day.replace(day=1)
        case "quarter":
            first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case _:
            first = dt.date(day.year, 1, 1)
    following = shift_day(first, 1, unit)
    return first, following if following == dt.date.max else following - dt.timedelta(days=1)


def _edge(count: int) -> dt.date:
    return dt.date.max if count > 0 else dt.date.min


def _moment(local: dt.datetime) -> dt.datetime:
    try:
        return local.astimezone(dt.UTC)
    except OverflowError:
        return _FIRST if local.year == dt.MINYEAR else _LAST
