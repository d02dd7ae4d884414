"""The local times of a recurrence rule, period by period: an hour, a day, a week, a month or a year. Whatever the rule says, what
is looked at is bounded by the days between two moments; dateutil goes on to the year 9999 where nothing meets a rule.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap, monthrange
from collections.abc import Iterator

from relata.kernel.jobs.recurrence import Recurrence

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CHOOSING = ("BYMONTHDAY", "BYYEARDAY")


def recurring(rule: Recurrence, starts: dt.datetime, near: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    """Its times in order that are neither before `starts` or `near` nor after `last`."""
    first = max(starts, near)
    if rule.frequency == "HOURLY":
        times = hourly(rule, starts, first, last)
    else:
        times = (time for days in periods(rule, starts, first, last) for time in times_of(rule, starts, days))
    return (time for time in times if first <= time <= last)


def hourly(rule: Recurrence, starts: dt.datetime, first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    step = HOUR * rule.interval
    hour = starts.replace(minute=minute_of(rule, starts))
    hour += max((first - hour) // step, 0) * step
    hours = rule.by.get("BYHOUR")
    while hour <= last:
        if (not hours or hour.hour in hours) and meets(rule, starts, hour.date()):
            yield hour
        hour += step


def times_of(rule: Recurrence, starts: dt.datetime, days: list[dt.date]) -> list[dt.datetime]:
    """The times of one period, of which BYSETPOS may choose."""
    hours = rule.by.get("BYHOUR", (starts.hour,))
    minute = minute_of(rule, starts)
    found = [
        dt.datetime.combine(day, dt.time(hour, minute, starts.second))
        for day in days
        if meets(rule, starts, day)
        for hour in hours
    ]
    places = rule.by.get("BYSETPOS")
    if not places:
        return found
    count = len(found)
    chosen = {place - 1 if place > 0 else count + place for place in places}
    return [found[index] for index in sorted(chosen) if 0 <= index < count]


def minute_of(rule: Recurrence, starts: dt.datetime) -> int:
    return rule.by.get("BYMINUTE", (starts.minute,))[0]


def periods(rule: Recurrence, starts: dt.datetime, first: dt.datetime, last: dt.datetime) -> Iterator[list[dt.date]]:
    """The days of each period that counts, from the one of `first` on."""
    match rule.frequency:
        case "YEARLY":
            passed = (first.year - starts.year) // rule.interval * rule.interval
            for year in range(starts.year + passed, last.year + 1, rule.interval):
                yield days_from(dt.date(year, 1, 1), 366 if isleap(year) else 365)
        case "MONTHLY":
            begin, now = month_number(starts), month_number(first)
            for number in range(
                begin + (now - begin) // rule.interval * rule.interval, month_number(last) + 1, rule.interval
            ):
                year, month = divmod(number, 12)
                yield days_from(dt.date(year, month + 1, 1), monthrange(year, month + 1)[1])
        case _:
            length = 7 if rule.frequency == "WEEKLY" else 1
            begin_day = starts.date() - DAY * ((starts.weekday() - rule.week_start) % 7 if length == 7 else 0)
            step = DAY * length * rule.interval
            day = begin_day + (first.date() - begin_day) // step * step
            while day <= last.date():
                yield days_from(day, length)
                day += step


def month_number(moment: dt.datetime) -> int:
    return moment.year * 12 + moment.month - 1


def days_from(day: dt.date, count: int) -> list[dt.date]:
    return [day + DAY * number for number in range(count)]


def meets(rule: Recurrence, starts: dt.datetime, day: dt.date) -> bool:
    """Whether the day is one of the rule, where it is silent as `starts` is."""
    by, often = rule.by, rule.frequency
    silent = not rule.days and not any(name in by for name in CHOOSING)
    if "BYMONTH" in by:
        if day.month not in by["BYMONTH"]:
            return False
    elif silent and often == "YEARLY" and day.month != starts.month:
        return False
    if silent and often in ("MONTHLY", "YEARLY"):
        return day.day == starts.day
    if silent and often == "WEEKLY":
        return day.weekday() == starts.weekday()
    if "BYMONTHDAY" in by and not among(by["BYMONTHDAY"], day.day, monthrange(day.year, day.month)[1]):
        return False
    if "BYYEARDAY" in by and not among(by["BYYEARDAY"], day.timetuple().tm_yday, 366 if isleap(day.year) else 365):
        return False
    return not rule.days or on_a_day(rule, day)


def on_a_day(rule: Recurrence, day: dt.date) -> bool:
    of_year = rule.frequency == "YEARLY" and "BYMONTH" not in rule.by
    for one in rule.days:
        if one.day != day.weekday():
            continue
        if not one.nth:
            return True
        length = (366 if isleap(day.year) else 365) if of_year else monthrange(day.year, day.month)[1]
        place = day.timetuple().tm_yday if of_year else day.day
        if one.nth in ((place + 6) // 7, -((length - place) // 7 + 1)):
            return True
    return False


def among(numbers: tuple[int, ...], place: int, length: int) -> bool:
    """Counted from the beginning, or from the end where negative."""
    return place in numbers or place - length - 1 in numbers
