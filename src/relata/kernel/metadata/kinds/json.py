"""Any JSON: what another system sent along, a configuration. Numbers keep all their digits; what is equal
in JSON is no change, however it is written.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import json_of
from relata.kernel.metadata.kinds.checks import checked_text, pointer

LARGEST = 64 * 1024
DEEPEST = 32
DIGITS = 100
EMPTY: tuple[Any, ...] = ("", [], {})
ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class Json(Kind):
    name = "json"
    label = "JSON"
    help = "Any JSON, such as what another system sent along."
    type = Type.JSON
    columns = (Column("", "jsonb"),)
    sortable = False
    long = True

    def cell(self, text: str) -> Any:
        return json_of(text)

    def schema(self, field: Field) -> Schema:
        return {
            "description": f"Any JSON of at most {LARGEST:,} bytes.",
            "maxLength": LARGEST,
            "examples": [{"plan": "gold"}],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        """An empty text, list or object leaves the field empty, as everywhere."""
        faults: list[Fault] = []
        found = exact(value, "", 1, faults)
        if faults:
            raise BadValue.all(faults[:20])
        if (size := len(ENCODE(found))) > LARGEST:
            raise BadValue(f"At most {LARGEST:,} bytes of JSON fit; {size:,} came.", "too_large")
        return None if found in EMPTY else found

    def same(self, one: Any, other: Any) -> bool:
        return bool(one == other) and bool(shape(one) == shape(other))


def exact(value: Any, where: str, depth: int, faults: list[Fault]) -> Any:
    """The value with its numbers in one form; faults are noted with pointers."""
    if depth > DEEPEST:
        faults.append(Fault(where, "too_deep", f"JSON nests at most {DEEPEST} levels deep."))
        return None
    match value:
        case None | bool():
            return value
        case dict():
            names = [exact(name, f"{where}/{pointer(name)}", depth, faults) for name in value]
            parts = [exact(part, f"{where}/{pointer(name)}", depth + 1, faults) for name, part in value.items()]
            return dict(zip(names, parts, strict=True))
        case list():
            return [exact(part, f"{where}/{index}", depth + 1, faults) for index, part in enumerate(value)]
    try:
        return checked_text(value, LARGEST) if isinstance(value, str) else exact_number(value)
    except BadValue as error:
        faults += [fault.below(where) for fault in error.faults]
        return None


def exact_number(value: Any) -> Decimal | int:
    """With all its digits, without an exponent and without zeros behind the point."""
    number = Decimal(str(value))
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() >= DIGITS or exponent < -DIGITS:
        raise BadValue(f"A number has at most {DIGITS} digits before and behind the point.", "out_of_range")
    if number == number.to_integral_value():
        return int(number)
    return Decimal(f"{number:f}".rstrip("0"))


def shape(value: Any) -> Any:
    """Where true and false are: for Python these equal 1 and 0, for JSON they do not."""
    match value:
        case dict():
            return {name: shape(part) for name, part in value.items()}
        case list():
            return [shape(part) for part in value]
    return isinstance(value, bool)
