"""Exact decimal numbers."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import number_of
from relata.kernel.metadata.kinds.checks import kind_of

BOUND = Decimal(10) ** 18
PLACES = 10
CODE = re.compile(r"\+|-?0\d")


def checked_decimal(value: Any) -> Decimal:
    """An exact decimal below 10^18 with at most 10 places, from a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue(f"Send a number; {kind_of(value)} came.")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise BadValue("This is not a number.") from None
    if not number.is_finite() or abs(number) >= BOUND:
        raise BadValue("A number lies between -10^18 and 10^18.", "out_of_range")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        raise BadValue(f"A number has at most {PLACES} decimal places.", "out_of_range")
    return number


class Number(Kind):
    name = "number"
    label = "Number"
    help = "An exact number: a quantity, a size, a year."
    type = Type.NUMBER
    columns = (Column("", "numeric"),)
    unique_able = True
    groupable = True
    measurable = True
    exchanged = notations = True
    family = frozenset({"amount"})

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        return (f"{Decimal(str(value)):f}",)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        """Not what only looks like a number: a code with zeros in front, a phone number with a plus."""
        if CODE.match(text.strip()):
            raise BadValue(f"«{text[:40]}» begins with a plus or with zeros, which a number does not keep.", "misfit")
        return self.cell(text)

    def cell(self, text: str) -> Any:
        return number_of(text)

    def schema(self, field: Field) -> Schema:
        return {
            "type": "number",
            "exclusiveMinimum": -int(BOUND),
            "exclusiveMaximum": int(BOUND),
            "description": f"At most {PLACES} decimal places.",
            "examples": [12.5],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return plain(checked_decimal(value))

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else Decimal(str(value))

    def filter_value(self, field: Field, value: Any) -> Any:
        return sentence(checked_decimal, value)


def plain(number: Decimal) -> Decimal | int:
    """Without an exponent and without zeros behind the point, so that equal numbers are equal text."""
    if number == number.to_integral_value():
        return int(number)
    return Decimal(f"{number.normalize():f}")


def sentence(check: Any, value: Any) -> Any:
    """A check of a kind as a filter wants it: with a ValueError."""
    try:
        return check(value)
    except BadValue as error:
        raise ValueError(error.faults[0].message) from None
