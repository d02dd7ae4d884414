"""The moment and place from which relative time is told; given, never read from the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    import zoneinfo


@dataclass(slots=True)
class Clock:
    """An aware moment and the person's time zone. `asked` tells whether anybody wanted to know the time:
    what was worked out without it stays true later.
    """

    moment: dt.datetime
    zone: zoneinfo.ZoneInfo
    asked: bool = False

    @property
    def now(self) -> dt.datetime:
        self.asked = True
        return self.moment

    @property
    def today(self) -> dt.date:
        """The present day where the person is."""
        return self.now.astimezone(self.zone).date()
