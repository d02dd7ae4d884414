"""A day of the calendar, without a time zone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.number import sentence

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def checked_date(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(f"Send a date as text, such as 2026-11-22; {kind_of(value)} came.")
    if not DAY.fullmatch(value):
        raise BadValue(f"«{value[:40]}» is not a date; write it as 2026-11-22.", "bad_date")
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        raise BadValue(f"The calendar has no day {value}.", "bad_date") from None
    return value


class Date(Kind):
    name = "date"
    label = "Date"
    help = "A day, without a time."
    type = Type.DATE
    columns = (Column("", "date"),)
    unique_able = True
    groupable = True
    measurable = True
    exchanged = True
    family = frozenset({"day"})

    def schema(self, field: Field) -> Schema:
        return {"type": "string", "format": "date", "examples": ["2026-11-22"]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return checked_date(value)

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else dt.date.fromisoformat(value)

    def filter_value(self, field: Field, value: Any) -> Any:
        return dt.date.fromisoformat(sentence(checked_date, value))
