"""Schedules keep to the clock on the wall, in every zone and over every change of clocks."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.jobs.recurrence import read_recurrence
from relata.kernel.jobs.recurring import recurring
from relata.kernel.jobs.schedule import Schedule, instant_of

ZONES = (
    "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "UTC"
)  # fmt: skip
NUMBERS = st.sets(st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=4)
FIRST, LAST = dt.datetime.fromisoformat("2005-01-01T00:00"), dt.datetime.fromisoformat("2031-01-01T00:00")
STARTS = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))
DAYS = st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3)


def joined(values: set[int] | set[str]) -> str:
    return ",".join(str(value) for value in values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    often = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={often}"]

    def maybe(name: str, values: st.SearchStrategy[str]) -> None:
        if draw(st.booleans()):
            parts.append(f"{name}={draw(values)}")

    maybe("INTERVAL", st.integers(1, 5).map(str))
    maybe("BYHOUR", st.sets(st.integers(0, 23), min_size=1, max_size=3).map(joined))
    maybe("BYMINUTE", st.integers(0, 59).map(str))
    maybe("BYMONTH", st.sets(st.integers(1, 12), min_size=1, max_size=4).map(joined))
    if often != "WEEKLY":
        maybe("BYMONTHDAY", NUMBERS.map(joined))
    numbered = often in ("MONTHLY", "YEARLY") and draw(st.booleans())
    nth = st.sampled_from(["1", "2", "-1", "-2"])
    maybe(
        "BYDAY",
        st.builds(lambda n, days: joined({n + day for day in days}), nth, DAYS) if numbered else DAYS.map(joined),
    )
    if often == "WEEKLY":
        maybe("WKST", st.sampled_from(["MO", "SU", "WE"]))
    if often in ("DAILY", "MONTHLY", "YEARLY") and any(part.startswith("BY") for part in parts):
        maybe("BYSETPOS", st.sampled_from(["1", "-1", "2,-2"]))
    return ";".join(parts)


def schedule(rule: str, starts: str | dt.datetime, zone: str) -> Schedule:
    begin = dt.datetime.fromisoformat(starts) if isinstance(starts, str) else starts
    return Schedule(read_recurrence(rule), begin, ZoneInfo(zone))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@settings(deadline=None, max_examples=150)
@given(rule=rules(), starts=STARTS)
def test_a_rule_means_what_dateutil_reads_in_it(rule: str, starts: dt.datetime) -> None:
    last = starts + dt.timedelta(days=800)
    ours = list(islice(recurring(read_recurrence(rule), starts, starts, last), 200))
    assume(ours)  # where nothing meets a rule dateutil searches until the year 9999
    theirs = []
    for at in rrulestr(f"RRULE:{rule}", dtstart=starts):
        theirs.append(at)
        if at >= ours[-1]:
            break
    assert ours == theirs


@settings(deadline=None, max_examples=150)
@given(rule=rules(), starts=STARTS, zone=st.sampled_from(ZONES), ahead=st.integers(-2_000_000, 60_000_000))
def test_instants_increase_and_show_the_local_time_of_the_rule(
    rule: str, starts: dt.datetime, zone: str, ahead: int
) -> None:
    one = schedule(rule, starts, zone)
    after = starts.replace(tzinfo=dt.UTC) + dt.timedelta(seconds=ahead)
    found = one.upcoming(after, 6)
    assert all(left < right for left, right in zip([after, *found], found, strict=False))
    for at in found:
        local = at.astimezone(one.zone).replace(tzinfo=None)
        before = local - dt.timedelta(days=2)
        times = list(recurring(one.recurrence, starts, before, local))
        if local not in times:  # the clock has just jumped over a time of the rule
            assert (at - dt.timedelta(seconds=1)).astimezone(one.zone).utcoffset() != at.astimezone(
                one.zone
            ).utcoffset()
            assert any(instant_of(time, one.zone) == at for time in times)
        else:
            assert at.astimezone(one.zone).fold == 0
    for at in found[:-1]:  # from whatever moment one starts, the same ones follow
        between = at + (found[found.index(at) + 1] - at) / 2
        assert one.next(between) == one.next(at)


@pytest.mark.parametrize(
    ("rule", "starts", "zone", "after", "expected"),
    [
        (
            "FREQ=DAILY", "2026-03-01T02:30", "Europe/Berlin", "2026-03-28T00:00Z",
            ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
        ),
        (
            "FREQ=DAILY", "2026-10-01T02:30", "Europe/Berlin", "2026-10-24T00:00Z",
            ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
        ),
        (
            "FREQ=DAILY", "2026-09-01T02:15", "Australia/Lord_Howe", "2026-10-02T20:00Z",
            ["2026-10-03T15:30Z", "2026-10-04T15:15Z"],
        ),
        (
            "FREQ=HOURLY", "2011-12-29T22:00", "Pacific/Apia", "2011-12-30T08:30Z",
            ["2011-12-30T09:00Z", "2011-12-30T10:00Z", "2011-12-30T11:00Z"],
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-01T09:00", "UTC", "2026-02-01T00:00Z", ["2026-03-31T09:00Z"]),
        ("FREQ=YEARLY", "2024-02-29T09:00", "UTC", "2024-03-01T00:00Z", ["2028-02-29T09:00Z", "2032-02-29T09:00Z"]),
        ("FREQ=DAILY;UNTIL=20260102", "2026-01-01T23:00", "UTC", "2025-12-01T00:00Z", ["2026-01-01T23:00Z", "2026-01-02T23:00Z"]),
    ],
)  # fmt: skip
def test_clocks_that_jump(rule: str, starts: str, zone: str, after: str, expected: list[str]) -> None:
    assert schedule(rule, starts, zone).upcoming(utc(after), len(expected)) == [utc(one) for one in expected]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=1;BYSETPOS=9",
    ],
)
def test_a_rule_that_nothing_meets_is_found_out(rule: str) -> None:
    assert schedule(rule, "2026-01-01T09:00", "Europe/Berlin").next(utc("2026-01-01T00:00Z")) is None


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("", ["required"]),
        ("FREQ=MINUTELY", ["bad_part"]),
        ("FREQ=DAILY;COUNT=3;BYMINUTE=1,2;BYEASTER=1", ["unknown_part", "bad_part", "unknown_part"]),
        ("FREQ=DAILY;INTERVAL=0;BYHOUR=24", ["bad_part", "bad_part"]),
        ("FREQ=WEEKLY;BYDAY=2MO;BYMONTHDAY=1", ["misfit", "misfit"]),
        ("BYDAY=MO", ["required"]),
        ("FREQ=DAILY;UNTIL=99999999;FREQ=DAILY", ["bad_part", "duplicate"]),
        ("FREQ=DAILY;" + "BYHOUR=1" * 100, ["too_long"]),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_all_of_its_faults(rule: str, codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_recurrence(rule)
    assert sorted(fault.code for fault in refused.value.faults) == sorted(codes)
