"""A recurrence rule of RFC 5545 (section 3.3.10) as text, read so that every fault is told, and bounded: from hourly to yearly,
at one minute of the hour, so that an hour lies between two times. Its times are `recurring.py`.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from relata.errors import Fault, Invalid

LONGEST = 400
Frequency = Literal["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
FREQUENCIES: dict[str, Frequency] = {name: name for name in get_args(Frequency)}
DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
WHEREFORE = {
    "COUNT": "Say the last day with UNTIL, such as UNTIL=20271231, instead of COUNT.",
    "BYSECOND": "Leave BYSECOND out: the seconds are those of «starts».",
    "BYWEEKNO": "Leave BYWEEKNO out: say the months with BYMONTH or the days with BYYEARDAY.",
}
EXAMPLE = "such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=30"


@dataclass(frozen=True, slots=True)
class WeekDay:
    """Monday is 0; `nth` of the month or year, from its end where negative, 0 for each."""

    day: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`text` is what was written; the rest is what it says. `until` is local or an instant."""

    text: str
    frequency: Frequency
    interval: int = 1
    until: dt.datetime | None = None
    week_start: int = 0
    days: tuple[WeekDay, ...] = ()
    by: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The numbers of the other BY… parts."""

    def last(self, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
        """The last local time that counts."""
        until = self.until
        return until.astimezone(zone).replace(tzinfo=None) if until and until.tzinfo else until


def read_recurrence(given: Any) -> Recurrence:
    """Raises Invalid with every fault."""
    if not isinstance(given, str) or not given.strip():
        raise Invalid([Fault("", "required", f"Send a rule of RFC 5545, {EXAMPLE}.")])
    if len(given) > LONGEST:
        raise Invalid([Fault("", "too_long", f"A rule has at most {LONGEST} characters.")])
    text = re.sub("^RRULE:", "", given.strip(), flags=re.IGNORECASE)
    faults: list[Fault] = []
    read: dict[str, Any] = {}
    for part in filter(None, text.split(";")):
        sent_name, _, sent = part.partition("=")
        name, value = sent_name.upper(), sent.upper()
        if name in read:
            faults.append(Fault("", "duplicate", f"{name} comes twice."))
        elif name not in PARTS:
            known = f"«{sent_name[:40]}» cannot be used; there are {', '.join(PARTS)}."
            faults.append(Fault("", "unknown_part", WHEREFORE.get(name, known)))
        else:
            reader, told = PARTS[name]
            try:
                read[name] = reader(value)
            except (ValueError, KeyError):
                faults.append(Fault("", "bad_part", f"{name} is {told}; «{sent[:40]}» came."))
    if "FREQ" not in read and not any(fault.message.startswith("FREQ") for fault in faults):
        faults.append(Fault("", "required", f"Say how often with FREQ, {EXAMPLE}."))
    faults += [] if faults else misfits(read)
    if faults:
        raise Invalid(faults)
    by = {name: value for name, value in read.items() if name.startswith("BY") and name != "BYDAY"}
    return Recurrence(
        text.upper(),
        read["FREQ"],
        read.get("INTERVAL", 1),
        read.get("UNTIL"),
        read.get("WKST", 0),
        read.get("BYDAY", ()),
        by,
    )


def misfits(read: dict[str, Any]) -> list[Fault]:
    """What the table of RFC 5545, section 3.3.10, does not let go together."""
    often = read["FREQ"]
    wrong = {
        "BYYEARDAY goes with FREQ=YEARLY or FREQ=HOURLY only.": "BYYEARDAY" in read
        and often not in ("YEARLY", "HOURLY"),
        "BYMONTHDAY does not go with FREQ=WEEKLY.": "BYMONTHDAY" in read and often == "WEEKLY",
        "A number before a day, such as 2MO, goes with FREQ=MONTHLY or FREQ=YEARLY only.": often
        not in ("MONTHLY", "YEARLY")
        and any(one.nth for one in read.get("BYDAY", ())),
        "BYSETPOS does not go with FREQ=HOURLY.": "BYSETPOS" in read and often == "HOURLY",
    }
    return [Fault("", "misfit", message) for message, is_wrong in wrong.items() if is_wrong]


def whole_numbers(least: int, most: int, *, signed: bool = False) -> Callable[[str], tuple[int, ...]]:
    def read(text: str) -> tuple[int, ...]:
        found = [one_number(part) for part in text.split(",")]
        if not all(least <= (abs(n) if signed else n) <= most for n in found):
            raise ValueError
        return tuple(sorted(set(found)))

    return read


def one_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", text):
        raise ValueError
    return int(text)


def one_minute(text: str) -> tuple[int, ...]:
    return (interval(text, least=0, most=59),)


def interval(text: str, least: int = 1, most: int = 1_000) -> int:
    number = one_number(text)
    if not least <= number <= most:
        raise ValueError
    return number


def week_days(text: str) -> tuple[WeekDay, ...]:
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"([+-]?[0-9]{1,2})?([A-Z]{2})", part)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise ValueError
        found.append(WeekDay(DAYS[match[2]], int(match[1] or 0)))
    return tuple(dict.fromkeys(found))


def last_time(text: str) -> dt.datetime:
    """A day counts wholly."""
    match = re.fullmatch(r"([0-9]{8})(?:T([0-9]{6}))?(Z)?", text)
    if match is None or (match[3] and not match[2]):
        raise ValueError
    moment = dt.datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    if not dt.MINYEAR + 1 < moment.year < dt.MAXYEAR:
        raise ValueError
    return moment if match[3] else moment.replace(tzinfo=None)


Reader = Callable[[str], Any]
PARTS: dict[str, tuple[Reader, str]] = {
    "FREQ": (FREQUENCIES.__getitem__, f"one of {', '.join(FREQUENCIES)}"),
    "INTERVAL": (interval, "a whole number from 1 to 1,000"),
    "UNTIL": (last_time, "a day such as 20271231, a local time such as 20271231T080000, or one in UTC with Z"),
    "BYMONTH": (whole_numbers(1, 12), "months from 1 to 12, parted by commas"),
    "BYMONTHDAY": (whole_numbers(1, 31, signed=True), "days from 1 to 31, or -1 for the last one"),
    "BYYEARDAY": (whole_numbers(1, 366, signed=True), "days from 1 to 366, or -1 for the last one"),
    "BYDAY": (week_days, "days such as MO,TH; of months and years also 2MO or -1FR"),
    "BYHOUR": (whole_numbers(0, 23), "hours from 0 to 23, parted by commas"),
    "BYMINUTE": (one_minute, "one minute from 0 to 59: an hour lies between two times"),
    "BYSETPOS": (whole_numbers(1, 366, signed=True), "places from 1 to 366, or -1 for the last one"),
    "WKST": (DAYS.__getitem__, "the day with which weeks begin, such as MO"),
}
