"""Days and moments as people and programs write them. What could be two days is read only in the form that was said."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from relata.kernel.expression.fold import fold
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.moment import write_moment

ORDERS = {
    "dd.mm.yyyy": ("d", "m", "y"),
    "d/m/yyyy": ("d", "m", "y"),
    "m/d/yyyy": ("m", "d", "y"),
    "yyyy-mm-dd": ("y", "m", "d"),
}
"""How dates are written that could mean several."""
ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PARTS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)
NAMED = re.compile(
    r"(?:[^\W\d]{2,}\.?,?\s+)?(?:(\d{1,2})\.?[\s-]*([^\W\d]{3,})\.?[\s,-]*(\d{4}|\d\d)|([^\W\d]{3,})\.?\s*(\d{1,2})\.?,?\s+(\d{4}))"
)
SERIAL = re.compile(r"[1-9]\d{4}(\.\d+)?", re.ASCII)
EPOCH = re.compile(r"1\d{9}(\d{3})?", re.ASCII)
TIME = re.compile(
    r"(\d{1,2})[:.h](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,6})\d*)?)?\s*(am|pm|a\.m\.|p\.m\.|uhr)?\s*(z|utc|gmt|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
FIRST = dt.date(1899, 12, 30)
"""Day 0 of spreadsheets (Lotus and Excel count 1900 as a leap year, so days from March 1900 on fit)."""
PIVOT = 69
"""Years of two digits from here on are of the last century, as POSIX has it."""
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
AMBIGUOUS = "«{text}» could be several dates; say how dates are written in this file, such as m/d/yyyy."


@cache
def months() -> dict[str, int]:
    """Folded names of months, whole and short, of several languages."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).months["format"][width].items():
                found.setdefault(fold(name).rstrip("."), number)
    return found | {"sept": 9, "mrz": 3, "maerz": 3}


def date_of(text: str, form: str | None, zone: str = "UTC") -> str:
    """The day as ISO has it, of a moment that in the time zone; raises BadValue."""
    bare = text.strip()
    if ISO.fullmatch(bare):
        return bare
    day = day_of(bare, form)
    if day is not None:
        return day.isoformat()
    if SERIAL.fullmatch(bare):
        return (FIRST + dt.timedelta(days=int(Decimal(bare)))).isoformat()
    moment = moment_in(bare, form, zone)
    if moment is None:
        raise BadValue(f"«{bare[:40]}» is not a date; write it as 2026-11-23.", "bad_date")
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def moment_of(text: str, form: str | None, zone: str) -> str:
    """The moment; without an offset it is one in the time zone. Raises BadValue."""
    moment = moment_in(text.strip(), form, zone)
    if moment is None:
        raise BadValue(f"«{text.strip()[:40]}» is not a moment; write it as 2026-11-23 14:30.", "bad_moment")
    return write_moment(moment)


def moment_in(bare: str, form: str | None, zone: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(bare)
    except ValueError:
        pass
    else:
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    if EPOCH.fullmatch(bare):
        return dt.datetime.fromtimestamp(int(bare) / (1000 if len(bare) == 13 else 1), dt.UTC)
    if SERIAL.fullmatch(bare):
        whole = dt.datetime.combine(FIRST, dt.time(), ZoneInfo(zone))
        return whole + dt.timedelta(seconds=round(float(bare) * 86_400))
    said = re.split(r"[T,\s]+(?=\d{1,2}[:.h]\d\d)", bare, maxsplit=1)
    day = day_of(said[0].strip(), form)
    if day is None:
        return None
    time = TIME.fullmatch(said[1].strip()) if len(said) == 2 else None
    if len(said) == 2 and time is None:
        return None
    return at(day, time, zone)


def at(day: dt.date, time: re.Match[str] | None, zone: str) -> dt.datetime:
    if time is None:
        return dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    hour, minute, second = (int(part or 0) for part in time.groups()[:3])
    half = (time[5] or "").lower().replace(".", "")
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        moment = dt.datetime.combine(day, dt.time(hour, minute, second, int((time[4] or "").ljust(6, "0") or 0)))
    except ValueError:
        raise BadValue(f"The clock has no «{time[0][:20]}».", "bad_moment") from None
    offset = (time[6] or "").lower()
    if not offset:
        return moment.replace(tzinfo=ZoneInfo(zone))
    if offset in ("z", "utc", "gmt"):
        return moment.replace(tzinfo=dt.UTC)
    return dt.datetime.fromisoformat(f"{moment.isoformat()}{offset}")


def day_of(bare: str, form: str | None) -> dt.date | None:
    """The day that a text without a time says; None where it is none, raises BadValue where it could be several."""
    named = NAMED.fullmatch(bare)
    if named:
        day, month, year = (named[1], named[2], named[3]) if named[1] else (named[5], named[4], named[6])
        number = months().get(fold(month))
        return None if number is None else made(bare, full(year), number, int(day))
    parts = PARTS.fullmatch(bare)
    if parts is None:
        return None
    order = order_of(bare, (parts[1], parts[3], parts[4]), parts[2], form)
    found = dict(zip(order, (parts[1], parts[3], parts[4]), strict=True))
    return made(bare, full(found["y"]), int(found["m"]), int(found["d"]))


def order_of(bare: str, parts: tuple[str, str, str], sign: str, form: str | None) -> tuple[str, str, str]:
    if len(parts[0]) == 4:
        return ("y", "m", "d")
    if sign == ".":
        return ("d", "m", "y")
    if form in ("d/m/yyyy", "m/d/yyyy"):
        return ORDERS[form]
    first, second = int(parts[0]), int(parts[1])
    if first > 12 >= second:
        return ("d", "m", "y")
    if second > 12 >= first:
        return ("m", "d", "y")
    raise BadValue(AMBIGUOUS.format(text=bare[:40]), "bad_date")


def full(year: str) -> int:
    number = int(year)
    return number if len(year) == 4 else number + (1900 if number >= PIVOT else 2000)


def made(text: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise BadValue(f"The calendar has no day «{text[:40]}».", "bad_date") from None


def form_of(texts: list[str]) -> str | None:
    """How the dates of a column are written, where their parts tell: a part beyond 12 is no month."""
    found = [match for text in texts if (match := PARTS.match(text.strip())) and len(match[1]) < 3]
    if not found:
        return None
    if found[0][2] == ".":
        return "dd.mm.yyyy"
    first, second = any(int(one[1]) > 12 for one in found), any(int(one[3]) > 12 for one in found)
    if first != second:
        return "d/m/yyyy" if first else "m/d/yyyy"
    return None
