"""A point in time, kept in UTC to the microsecond."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.date import DAY, checked_date
from relata.kernel.metadata.kinds.number import sentence

RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
ADVICE = "write it as 2026-11-22T10:00:00Z, with Z or an offset such as +01:00"


def read_moment(value: Any) -> dt.datetime:
    """A moment in UTC from its text after RFC 3339; raises BadValue."""
    if not isinstance(value, str):
        raise BadValue(f"Send a moment as text: {ADVICE}; {kind_of(value)} came.")
    if not RFC3339.fullmatch(value):
        raise BadValue(f"«{value[:40]}» is not a moment; {ADVICE}.", "bad_moment")
    try:
        moment = dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise BadValue(f"The calendar has no moment {value[:40]}.", "bad_moment") from None
    return moment


def write_moment(moment: dt.datetime) -> str:
    """As clients receive it: 2026-11-22T10:00:00Z, with a fraction only where there is one."""
    text = moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def shown_moment(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The SQL that writes a timestamptz as `write_moment` does."""
    local = cast(func.timezone(literal_column("'UTC'"), column), Text)
    spaced = func.replace(local, literal_column("' '"), literal_column("'T'"))
    return spaced.op("||")(literal_column("'Z'"))


class Moment(Kind):
    name = "moment"
    label = "Date and time"
    help = "A point in time, shown in each person's own time zone."
    type = Type.MOMENT
    columns = (Column("", "timestamptz"),)
    groupable = True
    measurable = True
    exchanged = notations = True
    family = frozenset({"day"})

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """The moment; of a midnight also the day that begins with it."""
        local = read_moment(value).astimezone(ZoneInfo(parsing.zone))
        return (value, local.date().isoformat()) if local.time() == dt.time() else (value,)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        """A day is the moment at which it begins."""
        bare = text.strip()
        if not DAY.fullmatch(bare):
            return bare
        day = dt.date.fromisoformat(checked_date(bare))
        try:
            return write_moment(dt.datetime.combine(day, dt.time(), ZoneInfo(parsing.zone)))
        except OverflowError:
            raise BadValue(f"The calendar has no moment at which {bare} begins.", "bad_moment") from None

    def schema(self, field: Field) -> Schema:
        return {"type": "string", "format": "date-time", "examples": ["2026-11-22T10:00:00Z"]}

    def accepted(self, field: Field) -> Schema:
        """Any offset; a space for the T, and seconds left out."""
        loose = {"type": "string", "pattern": f"^{RFC3339.pattern}$"}
        return {"anyOf": [{"type": "string", "format": "date-time"}, loose], "examples": self.schema(field)["examples"]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return write_moment(read_moment(value))

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return shown_moment(columns[""])

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else read_moment(value)

    def filter_value(self, field: Field, value: Any) -> Any:
        if isinstance(value, str) and DAY.fullmatch(value):
            return dt.date.fromisoformat(sentence(checked_date, value))
        return sentence(read_moment, value)
