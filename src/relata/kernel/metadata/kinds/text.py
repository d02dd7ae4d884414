"""One line of text, kept byte for byte."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Columns, Kind, Parsing, Schema, text_sort
from relata.kernel.metadata.kinds.checks import checked_text


class Text(Kind):
    name = "text"
    label = "Text"
    help = "One line: a name, a code, a title."
    type = Type.TEXT
    unique_able = True
    groupable = True
    searched = True
    textual = exchanged = True
    longest = 4_000

    def schema(self, field: Field) -> Schema:
        return {"type": "string", "maxLength": self.longest, "examples": ["Norrvik"]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return checked_text(value, self.longest)

    def sense(self, value: Any) -> Any:
        """Its words: blanks and line breaks may be others."""
        return value.split()

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        return text_sort(columns[""])

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return columns[""]
