"""The base of e-mails, phones and links: several values, each with a label, one of them primary."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY

from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema, text_sort
from relata.kernel.metadata.kinds.cell_text import list_of, listed, members_of
from relata.kernel.metadata.kinds.checks import checked_entry, checked_list, checked_text, each, kind_of
from relata.kernel.metadata.kinds.marks import mark

MOST, LONGEST, LABEL = 50, 2_000, 100
"""Values of a field, characters of a value and of its label."""


class Entries(Kind, ABC):
    type = Type.TEXTS
    columns = (Column("", "jsonb"),)
    pattern: ClassVar[str]
    marked: ClassVar[str]
    """The sort of its marks."""
    naming: ClassVar[bool] = False
    """Whoever writes one of its values may mean the record that has it."""
    example: ClassVar[str]

    @abstractmethod
    def check(self, value: str) -> str:
        """The value as it is kept; raises BadValue."""

    def cell(self, text: str) -> Any:
        return list_of(text)

    exchanged = notations = True

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """The values alone; labels do not come back from them."""
        return (listed([entry["value"] for entry in value]),)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        return members_of(text)

    def sense(self, value: Any) -> Any:
        """A value that is alone is the primary one anyway."""
        alone = len(value) == 1
        return [(entry["value"], entry.get("label"), entry.get("primary", False) and not alone) for entry in value]

    def united(self, now: list[Any], sent: Any) -> list[Any] | None:
        """By what the entries stand for, however they are written; there is one primary one."""
        known = {self.mark(entry["value"]) for entry in now}
        entries = [
            {"value": one} if isinstance(one, str) else one for one in (sent if isinstance(sent, list) else [sent])
        ]
        more = [{**one, "primary": False} for one in entries if self.mark(str(one.get("value"))) not in known]
        return [*now, *more] if more else None

    def mark(self, value: str) -> str:
        """What a value stands for, by which records are recognised: the same for all ways of writing it."""
        return mark(self.marked, value)

    def marks(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return invoke("relata.marks", columns[""], literal_column(f"'{self.marked}'"), type_=ARRAY(Text()))

    def schema(self, field: Field) -> Schema:
        entry = self.entry_schema({"type": "boolean", "const": True}, {"type": "string", "minLength": 1})
        return {"type": "array", "items": entry, "maxItems": MOST, "examples": [[{"value": self.example}]]}

    def accepted(self, field: Field) -> Schema:
        """One value alone as text, a list of texts, and what is empty."""
        text = self.value_schema()
        entry = self.entry_schema({"type": ["boolean", "null"]}, {"type": ["string", "null"]})
        listed = {"type": "array", "items": {"anyOf": [text, entry]}, "maxItems": MOST}
        return {"anyOf": [text, listed], "examples": self.schema(field)["examples"]}

    def entry_schema(self, primary: Schema, label: Schema) -> Schema:
        parts = {"value": self.value_schema(), "label": {**label, "maxLength": LABEL}, "primary": primary}
        return {"type": "object", "properties": parts, "required": ["value"], "additionalProperties": False}

    def value_schema(self) -> Schema:
        return {"type": "string", "maxLength": LONGEST, "pattern": rf"^\s*{self.pattern}\s*$"}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if isinstance(value, str):
            value = [value]
        entries = each(checked_list(value, MOST), self.entry)
        if sum(1 for entry in entries if entry.get("primary")) > 1:
            raise BadValue("Only one of the values can be the primary one.", "duplicate")
        return entries

    def entry(self, value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            return {"value": self.checked(value)}
        if not isinstance(value, dict):
            raise BadValue(f"Send text or an object with value and label; {kind_of(value)} came.")
        made = checked_entry(value, {"value": self.checked, "label": checked_label, "primary": checked_flag})
        return {key: part for key, part in made.items() if key == "value" or part}

    def checked(self, value: Any) -> str:
        return self.check(checked_text(value, LONGEST))

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return func.relata.entry_values(columns[""])

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(entry["value"] for entry in value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        return text_sort(func.relata.entry_primary(columns[""], type_=Text()))

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return func.relata.entry_words(columns[""], type_=Text())


def checked_label(value: Any) -> str:
    return checked_text(value, LABEL, "a label")


def checked_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"Send true or false; {kind_of(value)} came.")
    return value
