"""Which currency the money of a question is converted into, and at the rates of which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.date import checked_date
from relata.kernel.metadata.kinds.money import currencies
from relata.kernel.query.reading import Reading

KEYS = ("to", "on")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`to` is None for the workspace's own currency, `on` None for the day that each field's definition names."""

    to: str | None = None
    on: dt.date | None = None

    @property
    def shape(self) -> tuple[bool, bool]:
        """What of it a statement's text depends on."""
        return self.to is not None, self.on is not None

    @property
    def values(self) -> dict[str, Any]:
        """What is bound to the places of a statement."""
        return ({"into": self.to} if self.to else {}) | ({"rate_on": self.on} if self.on else {})


OWN = Wanted()


def read_wanted(reading: Reading, given: Any) -> Wanted:
    if given is None:
        return OWN
    if isinstance(given, str):
        given = {"to": given}
    if not isinstance(given, dict):
        reading.fault("/currency", "wrong_type", f'Send {{"to": "USD", "on": "today"}}; {kind_of(given)} came.')
        return OWN
    for key in given:
        if key not in KEYS:
            reading.fault(f"/currency/{pointer(key)}", "unknown_parameter", f"Use {', '.join(KEYS)}.")
    to = given.get("to")
    if to is not None and (not isinstance(to, str) or to not in currencies()):
        reading.fault("/currency/to", "bad_currency", "Use a currency code of ISO 4217, such as EUR.")
        to = None
    return Wanted(to, day_of(reading, given.get("on")))


def day_of(reading: Reading, given: Any) -> dt.date | None:
    if given is None or given == "field":
        return None
    if given == "today":
        return reading.clock.today
    try:
        return dt.date.fromisoformat(checked_date(given))
    except BadValue:
        message = "Send a date such as 2026-10-31, «today», or «field» for the day that the field's definition names."
        reading.fault("/currency/on", "bad_date", message)
        return None
