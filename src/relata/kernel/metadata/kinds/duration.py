"""How long something lasts: a number of seconds, written by people as «1 h 30 min»."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import number_of
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.number import Number, checked_decimal, plain

LONGEST = 10**10
PLACES = Decimal("0.001")

# The words of a unit (English and German) → its seconds.
UNITS = {
    word: seconds
    for words, seconds in (
        ("w week weeks wo woche wochen", 604_800),
        ("d day days t tag tage tagen", 86_400),
        ("h hr hrs hour hours std stunde stunden", 3_600),
        ("m min mins minute minutes minuten", 60),
        ("s sec secs second seconds sek sekunde sekunden", 1),
    )
    for word in words.split()
}
TERM = r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]+)\.?"
TERMS = re.compile(rf"{TERM}(?:[\s,]*(?:and|und)?\s*{TERM})*", re.ASCII)
EACH = re.compile(TERM, re.ASCII)
CLOCK = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d(?:[.,]\d+)?))?", re.ASCII)
HOURS = re.compile(r"(\d+)\s*h\s*([0-5]?\d)", re.ASCII)
NUMBER = r"(\d+(?:[.,]\d+)?)"
ISO = re.compile(rf"p(?:{NUMBER}w)?(?:{NUMBER}d)?(?:t(?:{NUMBER}h)?(?:{NUMBER}m)?(?:{NUMBER}s)?)?", re.ASCII)
ISO_SECONDS = (604_800, 86_400, 3_600, 60, 1)


class Duration(Number):
    name = "duration"
    label = "Duration"
    help = "How long something lasts: 1 h 30 min, 2 d 4 h."
    unique_able = False

    def cell(self, text: str) -> Any:
        return seconds_of(text)

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """«1 h 30 min», or the bare seconds."""
        return (spelled(Decimal(str(value))), *super().texts(field, value, parsing))

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        return self.cell(text)

    def schema(self, field: Field) -> Schema:
        return {
            "type": "number",
            "minimum": 0,
            "exclusiveMaximum": LONGEST,
            "description": "Seconds, to the thousandth.",
            "examples": [5400],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if isinstance(value, str):
            raise BadValue(f"Send the seconds as a number, such as 5400 for 1 h 30 min; {kind_of(value)} came.")
        seconds = checked_decimal(value)
        if not 0 <= seconds < LONGEST:
            raise BadValue("A duration lies between 0 and 10^10 seconds, some 317 years.", "out_of_range")
        if seconds != seconds.quantize(PLACES):
            raise BadValue("A duration is exact to a thousandth of a second.", "out_of_range")
        return plain(seconds)


def seconds_of(text: str) -> Decimal:
    """The seconds of «1 h 30 min», «1:30», «1,5 h», «2d 4h», «1h30», of an ISO 8601 duration (PT1H30M), or of
    a bare number, which counts seconds as everywhere; raises BadValue.
    """
    bare = text.strip().lower()
    if found := CLOCK.fullmatch(bare):
        return added(zip(found.groups(), (3_600, 60, 1), strict=True))
    if found := HOURS.fullmatch(bare):
        return added(zip(found.groups(), (3_600, 60), strict=True))
    if (found := ISO.fullmatch(bare)) and any(found.groups()):
        return added(zip(found.groups(), ISO_SECONDS, strict=True))
    if TERMS.fullmatch(bare):
        terms = [(amount, UNITS.get(unit)) for amount, unit in EACH.findall(bare)]
        known = [(amount, seconds) for amount, seconds in terms if seconds is not None]
        if len(known) == len(terms):
            return added(known)
    try:
        return number_of(bare)
    except BadValue:
        raise BadValue(f"«{text[:40]}» is not a duration; write it as 1 h 30 min, 1:30 or PT1H30M.") from None


def added(terms: Any) -> Decimal:
    """The sum of amounts in their units, to the thousandth."""
    total = sum((Decimal(amount.replace(",", ".")) * seconds for amount, seconds in terms if amount), Decimal(0))
    return total.quantize(PLACES) if total < LONGEST else total


def spelled(seconds: Decimal) -> str:
    """The seconds in days, hours, minutes and what is left, as `seconds_of` reads them."""
    left, terms = seconds, []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        count, left = divmod(left, size)
        terms += [f"{count:f} {unit}"] if count else []
    terms += [f"{plain(left):f} s"] if left or not terms else []
    return " ".join(terms)
