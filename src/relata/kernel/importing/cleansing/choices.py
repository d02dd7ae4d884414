"""What whoever imports decided about how cells are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from relata.kernel.importing.near import nearest


@dataclass(slots=True)
class Choices:
    """`replace` leads from column and text to another text; near matches of options, countries and names are taken only with
    `accept_near`, and then counted in `accepted` (column, text, taken as). `country` is that of phone numbers without one.
    """

    replace: Mapping[tuple[str, str], str] = field(default_factory=dict)
    accept_near: bool = False
    date_format: str | None = None
    decimal: str = "."
    country: str | None = None
    currency: str = "EUR"
    time_zone: str = "UTC"
    accepted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def near(self, column: str, text: str, names: tuple[str, ...]) -> str | None:
        """The near match, if near ones are to be taken; it is counted."""
        found = nearest(text, names) if self.accept_near else None
        if found is not None:
            self.accepted[column, text, found] += 1
        return found
