"""The name of a person in its parts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, case, func, literal_column

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Part, Schema, text_sort
from relata.kernel.metadata.kinds.cell_text import is_json_object, json_of
from relata.kernel.metadata.kinds.checks import checked_parts, parts_schema

LABELS = {"first": "First name", "last": "Last name", "middle": "Middle name", "prefix": "Title", "suffix": "Suffix"}
LONGEST = 500


class PersonName(Kind):
    name = "person_name"
    label = "Person name"
    help = "First and last name, with title and suffix."
    type = Type.TEXT
    calculable = False
    columns = tuple(Column(part, "text") for part in LABELS)
    parts = tuple(Part(part, label, Type.TEXT, part) for part, label in LABELS.items())
    searched = True

    def cell(self, text: str) -> Any:
        """«Ada Lovelace» or «Lovelace, Ada»."""
        if is_json_object(text):
            return json_of(text)
        last, comma, first = (part.strip() for part in text.partition(","))
        if not comma:
            first, _, last = text.strip().rpartition(" ")
        return {part: value for part, value in (("first", first.strip()), ("last", last)) if value}

    def schema(self, field: Field) -> Schema:
        made = parts_schema(tuple(LABELS), LONGEST)
        return made | {"examples": [{"first": "Ada", "last": "Lovelace"}]}

    def accepted(self, field: Field) -> Schema:
        made = parts_schema(tuple(LABELS), LONGEST, accepted=True)
        return made | {"examples": [{"first": "Ada", "last": "Lovelace"}]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        found = checked_parts(value, tuple(LABELS), LONGEST)
        if value and not found and any(value.values()):
            raise BadValue("A name has at least one part.", "required")
        return found or None

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return {part: value.get(part) if value else None for part in LABELS}

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        pairs = [item for part in LABELS for item in (literal_column(f"'{part}'"), columns[part])]
        present = func.coalesce(*(columns[part] for part in LABELS))
        return shown_parts(pairs, present)

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return func.relata.full_name(columns["first"], columns["last"])

    def load(self, field: Field, value: Any) -> Any:
        return full_name(value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        return text_sort(func.relata.full_name(columns["first"], columns["last"], type_=Text()))

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        space: ColumnElement[str] = literal_column("' '")
        return func.concat_ws(space, columns["first"], columns["middle"], columns["last"])


def full_name(value: dict[str, str] | None) -> str | None:
    """«Ada Lovelace» from the parts, as `relata.full_name` in the database."""
    if not value:
        return None
    return " ".join(value[part] for part in ("first", "last") if value.get(part)) or None


def shown_parts(pairs: list[ColumnElement[Any]], present: ColumnElement[Any]) -> ColumnElement[Any]:
    """An object of the parts that are set, or NULL where none is."""
    made = func.json_strip_nulls(func.json_build_object(*pairs))
    return case((present.is_not(None), made))
