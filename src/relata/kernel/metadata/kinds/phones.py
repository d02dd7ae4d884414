"""Phone numbers, kept as they were written."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Text, func

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Columns
from relata.kernel.metadata.kinds.entries import Entries
from relata.kernel.metadata.kinds.marks import PHONE

NUMBER = re.compile(r"[-+0-9A-Za-z ().,/#*;=\u00a0]{2,60}")
TWO_DIGITS = re.compile("[0-9].*[0-9]")


class Phones(Entries):
    name = "phones"
    label = "Phone numbers"
    help = "One or several numbers, each with a label."
    searched = True
    pattern = NUMBER.pattern
    marked = PHONE
    example = "+49 30 1234567"

    def check(self, value: str) -> str:
        number = value.strip()
        if not NUMBER.fullmatch(number) or not TWO_DIGITS.search(number):
            raise BadValue(f"«{value[:80]}» is not a phone number.", "bad_phone")
        return number

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        """As written and as bare digits, so that a number is found in any form."""
        return func.relata.phone_words(columns[""], type_=Text())
