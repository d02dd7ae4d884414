"""When something is to happen again and again, by the clock on the wall: a rule of RFC 5545 from a local time on, in a named
zone. Pure: it knows no workspace and reads no clock.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from relata.kernel.jobs.recurrence import Recurrence
from relata.kernel.jobs.recurring import recurring

AHEAD = dt.timedelta(days=3_660)
"""How far is looked for the next time: ten years, within which a 29th of February always comes but once in a century."""
AROUND = dt.timedelta(days=2)
"""More than any clock was ever put forward or back: by a day, in Samoa in 2011."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`starts` is a local time without offset."""

    recurrence: Recurrence
    starts: dt.datetime
    zone: zoneinfo.ZoneInfo

    def next(self, after: dt.datetime) -> dt.datetime | None:
        """The first instant later than `after`, in UTC; None where there is none within ten years.

        A local time that does not exist stands for the first instant after it that does, one that exists twice for the first.
        """
        found = (instant_of(local, self.zone) for local in self._around(after))
        return next((instant for instant in found if instant > after), None)

    def upcoming(self, after: dt.datetime, most: int) -> list[dt.datetime]:
        """The next ones, at most so many."""
        found: list[dt.datetime] = []
        while len(found) < most and (one := self.next(found[-1] if found else after)):
            found.append(one)
        return found

    def _around(self, after: dt.datetime) -> Iterator[dt.datetime]:
        """The local times of the rule from a little before that instant on."""
        near = after.astimezone(self.zone).replace(tzinfo=None) - AROUND
        last, until = max(near, self.starts) + AHEAD, self.recurrence.last(self.zone)
        return recurring(self.recurrence, self.starts, near, min(last, until) if until else last)


def instant_of(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The first instant at which clocks there show this, or have just jumped over it."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # With the offset from before the jump (fold 0, PEP 495) the instant lies behind it, with that from after it before.
    early = int(local.replace(tzinfo=zone, fold=1).timestamp())
    late = int(first.timestamp())
    then = first.astimezone(zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == then:
            late = middle
        else:
            early = middle
    return dt.datetime.fromtimestamp(late, dt.UTC)
