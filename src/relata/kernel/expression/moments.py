"""Functions of moments. What the clock on the wall shows depends on a zone, which is written into the
formula, so that everybody reads the same.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Date, DateTime, Numeric, cast, extract, literal_column

from relata.kernel.expression.define import define
from relata.kernel.expression.function import Argument, Function, Sql, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

_MOMENT = Argument("moment", (Type.MOMENT,))
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
_MOST_SECONDS = 320_000_000_000
"""More than lie between years 1 and 9999."""
_MICRO = Decimal(1_000_000)


@cache
def zones() -> frozenset[str]:
    """Every zone of the IANA data base that this Python knows, such as Europe/Berlin."""
    return frozenset(name for name in zoneinfo.available_timezones() if name not in ("localtime", "Factory"))


_ZONE = Argument("zone", (Type.TEXT,), choices=zones())


def _local(moment: dt.datetime | None, zone: str | None) -> dt.datetime | None:
    if moment is None or zone is None:
        return None
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone))
    except OverflowError:
        return None


_UTC: Sql = literal_column("'UTC'")


def _local_sql(moment: Sql, zone: Sql = _UTC) -> Sql:
    return invoke("relata.local_time", moment, zone, type_=DateTime())


def _clock(name: str, part: Callable[[dt.datetime], int], help_: str) -> Function:
    def python(moment: dt.datetime | None, zone: str | None = "UTC") -> Decimal | None:
        local = _local(moment, zone)
        return None if local is None else Decimal(part(local))

    return Function(
        name,
        (_MOMENT, _ZONE),
        Type.NUMBER,
        plain(lambda *args: cast(extract(name, _local_sql(*args)), Numeric)),
        python,
        help_,
        optional=1,
    )


def _date_of(moment: dt.datetime | None, zone: str | None = "UTC") -> dt.date | None:
    local = _local(moment, zone)
    return None if local is None else local.date()


def _microseconds(span: dt.timedelta) -> Decimal:
    return Decimal(span // dt.timedelta(microseconds=1))


def _seconds_between(start: dt.datetime | None, end: dt.datetime | None) -> Decimal | None:
    return None if start is None or end is None else _microseconds(end - start) / _MICRO


def _add_seconds(moment: dt.datetime | None, seconds: Decimal | None) -> dt.datetime | None:
    if moment is None or seconds is None or abs(seconds) > _MOST_SECONDS:
        return None
    try:
        made = moment + dt.timedelta(seconds=int(seconds))
    except OverflowError:
        return None
    return made if _FIRST <= made <= _LAST else None


MOMENTS = (
    Function(
        "date_of",
        (_MOMENT, _ZONE),
        Type.DATE,
        plain(lambda *args: cast(_local_sql(*args), Date)),
        _date_of,
        'The day of the moment in a zone such as "Europe/Berlin"; in UTC if none is given.',
        optional=1,
    ),
    _clock("hour", lambda local: local.hour, "The hour of the day in a zone, 0 to 23; in UTC if none is given."),
    _clock("minute", lambda local: local.minute, "The minute of the hour in a zone, 0 to 59; in UTC if none is given."),
    Function(
        "seconds_between",
        (Argument("start", (Type.MOMENT,)), Argument("end", (Type.MOMENT,))),
        Type.NUMBER,
        plain(lambda start, end: cast(extract("epoch", end - start), Numeric)),
        _seconds_between,
        "The number of seconds from start to end; negative if the end is earlier.",
    ),
    Function(
        "add_seconds",
        (_MOMENT, Argument("seconds", (Type.NUMBER,))),
        Type.MOMENT,
        plain(lambda *args: invoke("relata.add_seconds", *args, type_=DateTime(timezone=True))),
        _add_seconds,
        "The moment so many whole seconds later, or earlier if negative.",
    ),
)

# Checked as counts of seconds, because PostgreSQL's own moments end in 4713 BC with an error.
_BOUNDS = f"{int(_FIRST.timestamp())} and {int(_LAST.replace(microsecond=0).timestamp())}.999999"
_LOCAL_BOUNDS = "timestamp '0001-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999'"

MOMENT_SQL: tuple[str, ...] = tuple(
    define(signature, returns, body)
    for signature, returns, body in (
        ("known(timestamp)", "timestamp", f"case when $1 between {_LOCAL_BOUNDS} then $1 end"),
        ("local_time(timestamptz, text)", "timestamp", "relata.known(timezone($2, $1))"),
        (
            "add_seconds(timestamptz, numeric)",
            "timestamptz",
            (
                f"case when extract(epoch from $1) + trunc($2) between {_BOUNDS} then $1 + make_interval(secs => "
                # Guarded once more, because PostgreSQL works constants out before it looks at the first condition.
                f"case when abs($2) <= {_MOST_SECONDS} then trunc($2)::double precision end) end"
            ),
        ),
    )
)
