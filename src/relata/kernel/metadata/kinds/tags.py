"""Free labels, each once, in the order given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, func, literal_column, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema, text_sort
from relata.kernel.metadata.kinds.cell_text import list_of, listed, members_of
from relata.kernel.metadata.kinds.checks import LIST, checked_list, checked_text, each

LONGEST = 100


def checked_tag(value: Any) -> str:
    text = checked_text(value, LONGEST, "a tag")
    if not text:
        raise BadValue("A tag has at least one character.", "required")
    return text


class Tags(Kind):
    name = "tags"
    label = "Tags"
    help = "Free labels that people make as they go."
    type = Type.KEYS
    columns = (Column("", "text[]"),)
    exchanged = notations = True
    family = frozenset({"options"})

    def cell(self, text: str) -> Any:
        return list_of(text)

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        return (listed(value),)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        return members_of(text)

    def sense(self, value: Any) -> Any:
        return set(value)

    def schema(self, field: Field) -> Schema:
        return {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": LONGEST},
            "maxItems": LIST,
            "examples": [["Key customer"]],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return list(dict.fromkeys(each(checked_list(value), checked_tag)))

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        """By the first tag, then the second."""
        first, second = members(columns[""], 2)
        return [*text_sort(first), *text_sort(second)]

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return func.array_to_string(columns[""], literal_column("' '"))


def members(column: ColumnElement[Any], count: int) -> list[ColumnElement[Any]]:
    """The first members of a list: a whole list fits into no cursor."""
    listed = type_coerce(column, ARRAY(Text()))
    return [listed[literal_column(str(place), Integer())] for place in range(1, count + 1)]
