"""What must hold for customers and activities whoever writes them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from relata.errors import Fault
from relata.kernel.records.rule import Record, Rule, Verdict


def ends_after_start(start: str, end: str, label: str) -> Rule:
    """`end` is not before `start`; both are written in forms that compare as text."""

    def run(_before: Record | None, after: Record, _now: dt.datetime) -> Verdict:
        first, last = after.get(start), after.get(end)
        if first and last and last < first:
            return Verdict(
                faults=(Fault(f"/{end}", "before_start", f"{label} ends before it starts; change one of the two."),)
            )
        return Verdict()

    return Rule(name=f"{end}_after_{start}", object=label.lower(), run=run)


def known_zone(_before: Record | None, after: Record, _now: dt.datetime) -> Verdict:
    """A zone nobody knows would leave the person without a clock, and so without any answer."""
    zone = after.get("time_zone")
    if zone and zone not in zoneinfo.available_timezones():
        message = f"There is no time zone «{str(zone)[:80]}»; name one as Europe/Berlin or America/New_York."
        return Verdict(faults=(Fault("/time_zone", "unknown_option", message),))
    return Verdict()


RULES = (
    ends_after_start("starts_at", "ends_at", "Meeting"),
    Rule(name="known_time_zone", object="user", run=known_zone),
)
