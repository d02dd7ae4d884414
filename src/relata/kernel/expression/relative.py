"""`within`.

Time told from the present, such as the last 7 days, as two comparisons with fixed ends.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from relata.kernel.expression.calendar import (
    UNITS,
    current,
    day_end,
    day_start,
    shift_day,
    shift_moment,
)
from relata.kernel.expression.conditions import call, every_of
from relata.kernel.expression.tree import Literal, Node, Ref
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from relata.kernel.expression.clock import Clock

_MOST = 10_000
_DIRECTIONS = ("last", "next", "this")
_DAY = dt.timedelta(days=1)


def within(ref: Ref, value: object, clock: Clock) -> Node:
    """The condition for `{"last" | "next" | "this": n, "unit": …}`.

    ValueError with a sentence if it is not that.

    For dates: whole days of the person, the last ones with today, the next ones from tomorrow. For
    moments: from n units ago to now, from now to n units ahead. `this` is the present calendar
    unit.
    """
    direction, count, unit = _read(value)
    if direction == "this":
        first, last = current(clock.today, unit)
        return _days(ref, first, last) if ref.type is Type.DATE else _whole_days(ref, first, last, clock)
    if ref.type is Type.DATE:
        return _dates(ref, count if direction == "next" else -count, unit, clock.today)
    if direction == "last":
        ends = (("greater_equal", shift_moment(clock, -count, unit)), ("less_equal", clock.now))
    else:
        ends = (("greater", clock.now), ("less_equal", shift_moment(clock, count, unit)))
    return every_of(call(sign, ref, Literal(end, Type.MOMENT)) for sign, end in ends)


def _read(value: object) -> tuple[str, int, str]:
    given = value if isinstance(value, dict) else {}
    directions = [name for name in _DIRECTIONS if name in given]
    unit = given.get("unit")
    if len(directions) != 1 or len(given) != 2 or unit not in UNITS:
        message = (
            f'Give {{"last": 7, "unit": "day"}}: one of last, next and this, and one of the units {", ".join(UNITS)}.'
        )
        raise ValueError(message)
    count = given[directions[0]]
    if directions[0] == "this":
        return "this", 1, unit
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST:
        raise ValueError(f"Give a whole number of units from 1 to {_MOST:,}.")
    return directions[0], count, unit


def _dates(ref: Ref, count: int, unit: str, today: dt.date) -> Node:
    far = shift_day(today, count, unit)
    if count > 0:
        return _days(ref, shift_day(today, 1, "day"), far)
    return _days(ref, far if far == dt.date.min else far + _DAY, today)


def _days(ref: Ref, first: dt.date, last: dt.date) -> Node:
    return every_of(
        (
            call("greater_equal", ref, Literal(first, Type.DATE)),
            call("less_equal", ref, Literal(last, Type.DATE)),
        )
    )


def _whole_days(ref: Ref, first: dt.date, last: dt.date, clock: Clock) -> Node:
    return every_of(
        (
            call("greater_equal", ref, Literal(day_start(first, clock.zone), Type.MOMENT)),
            call("less", ref, Literal(day_end(last, clock.zone), Type.MOMENT)),
        )
    )
