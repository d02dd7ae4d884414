"""One to five stars."""

from __future__ import annotations

import re
from typing import Any

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import number_of
from relata.kernel.metadata.kinds.number import Number, checked_decimal, plain

MOST = 5
STARS = re.compile("(★{1,5})☆*")
AROUND = re.compile(r"\s*(★|/\s*5)$")


class Rating(Number):
    name = "rating"
    label = "Rating"
    help = "One to five stars."
    unique_able = False

    def cell(self, text: str) -> Any:
        """«4», «4/5», «4 ★» or «★★★★☆»."""
        bare = text.strip()
        drawn = STARS.fullmatch(bare)
        return len(drawn[1]) if drawn else number_of(AROUND.sub("", bare))

    def schema(self, field: Field) -> Schema:
        return {"type": "integer", "minimum": 1, "maximum": MOST, "examples": [4]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        number = plain(checked_decimal(value))
        if not isinstance(number, int) or not 1 <= number <= MOST:
            raise BadValue(f"A rating is a whole number from 1 to {MOST}.", "out_of_range")
        return number
