"""Names that objects and fields had before they were renamed. They are understood for a time, so that programs and lists
that say them go on working, and nothing else can have them meanwhile.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

GRACE = dt.timedelta(days=90)


def moment(after: dt.timedelta = dt.timedelta()) -> str:
    """Now, or so much later, as it is stored: in the order of time."""
    return (dt.datetime.now(dt.UTC) + after).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A name from before, since when it is none any more, and how long it is understood."""

    name: str
    since: str
    until: str

    @property
    def valid(self) -> bool:
        return self.until > moment()


@dataclass(slots=True)
class Noticed:
    """The names from before that an operation was sent, with what they are called now."""

    names: dict[Former, str] = field(default_factory=dict)
