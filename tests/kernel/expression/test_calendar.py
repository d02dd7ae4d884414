"""Days, weeks and months in zones with odd offsets, half hours of daylight saving and a day that never was: PostgreSQL,
which groups, and the evaluator in memory, which filters, mean the same ones.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import cast
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from relata.kernel.expression.calendar import UNITS, current, day_end, day_start
from tests.world import World

ZONES = (
    "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu",
    "America/Sao_Paulo", "Africa/Cairo", "Asia/Tehran", "UTC",
)  # fmt: skip
TURNS = (
    "2011-12-30T10:00", "2018-11-04T03:00", "2018-02-18T02:00", "2024-03-31T01:00", "2024-10-27T01:00", "2024-04-06T15:00",
    "2024-10-05T15:30", "2024-11-03T04:30", "2024-04-25T22:00", "2020-12-31T23:00", "2021-01-03T23:00", "2027-01-01T00:00",
)  # fmt: skip
"""Moments, in UTC, at which the clock of some zone jumps, or a year ends within a week."""
START, END = dt.datetime(2011, 12, 1), dt.datetime(2027, 1, 15)  # noqa: DTZ001  # hypothesis adds the zone
MOMENTS = st.one_of(
    st.datetimes(START, END, timezones=st.just(dt.UTC)),
    st.builds(
        lambda turn, seconds: dt.datetime.fromisoformat(turn + "Z") + dt.timedelta(seconds=seconds),
        st.sampled_from(TURNS),
        st.integers(-100_000, 100_000),
    ),
)
LOCAL = "select array_agg(timezone(%s, m) order by n) from unnest(%s::timestamptz[]) with ordinality x(m, n)"
CUT = "select array_agg(date_trunc(u, timezone(%s, m))::date order by n, k) from unnest(%s::timestamptz[]) with ordinality x(m, n), "
CUT += "unnest(%s::text[]) with ordinality y(u, k)"


@settings(max_examples=150, deadline=None)
@given(zone=st.sampled_from(ZONES), moments=st.lists(MOMENTS, min_size=1, max_size=12))
def test_a_unit_of_the_calendar_is_the_same_in_sql_and_in_memory(
    connection: psycopg.Connection[tuple[object]], zone: str, moments: list[dt.datetime]
) -> None:
    firsts, here = [], ZoneInfo(zone)
    told = connection.execute(LOCAL.encode(), [zone, moments]).fetchone()
    both = zip(moments, cast("list[dt.datetime]", told[0] if told else []), strict=True)
    alike = [moment for moment, local in both if moment.astimezone(here).replace(tzinfo=None) == local]
    assume(alike)  # one of the two may not have heard yet that a country changes its clocks
    row = connection.execute(CUT.encode(), [zone, alike, list(UNITS)]).fetchone()
    for moment in alike:
        for unit in UNITS:
            first, last = current(moment.astimezone(here).date(), unit)
            assert day_start(first, here) <= moment < day_end(last, here), (moment, unit)
            firsts.append(first)
    assert row == (firsts,)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2024-03-31", 23),
        ("Europe/Berlin", "2024-10-27", 25),
        ("Australia/Lord_Howe", "2024-10-06", 23.5),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Pacific/Apia", "2011-12-30", 0),
        ("America/Sao_Paulo", "2018-11-04", 23),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(zone: str, day: str, hours: float) -> None:
    here, date = ZoneInfo(zone), dt.date.fromisoformat(day)
    assert (day_end(date, here) - day_start(date, here)) / dt.timedelta(hours=1) == hours


@pytest.fixture(scope="module")
def connection(module_world: World) -> Iterator[psycopg.Connection[tuple[object]]]:
    with psycopg.connect(module_world.conninfo, autocommit=True) as opened:
        yield opened


def test_a_report_is_cut_by_the_days_of_a_zone_that_it_names(module_world: World) -> None:
    nora = module_world.nora
    nora.create("call", subject="late", started_at="2026-10-31T22:30:00Z")
    question = {"group": [{"field": "started_at", "by": "day", "as": "day"}], "measures": [{"fn": "count"}]}
    for zone, day in ((None, "2026-10-31"), ("Asia/Tokyo", "2026-11-01"), ("America/St_Johns", "2026-10-31")):
        rows = nora.post("/records/call/aggregate", {**question, "time_zone": zone})["rows"]
        assert rows == [{"day": day, "count": 1}]
    assert nora.faults("POST", "/records/call/aggregate", {"time_zone": "Mars/Olympus"}) == {
        "/time_zone": "unknown_option"
    }


def test_zones_are_those_of_the_package_and_not_of_the_machine() -> None:
    assert (zoneinfo.TZPATH, "Europe/Berlin" in zoneinfo.available_timezones()) == ((), True)
