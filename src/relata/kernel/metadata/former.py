"""Names that objects and fields had before they were renamed. They are understood for a time, so that programs and lists
that say them go on working, and nothing else can have them meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
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


def now_called(
    name: str, known: Container[str], formerly: Mapping[str, tuple[Former, str]], noticed: Noticed | None
) -> str:
    """What is called so now, or was before, with that `noticed`; a name that nothing has or had is itself."""
    found = None if name in known else formerly.get(name)
    if found is None or not found[0].valid:
        return name
    if noticed is not None:
        noticed.names[found[0]] = found[1]
    return found[1]
