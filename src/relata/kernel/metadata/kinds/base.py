"""What every field kind is asked: how its values are checked, stored, shown, compared, sorted and
found. A kind is one file; nothing else in Relata branches on its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from relata.errors import Fault
from relata.kernel.expression.fold import sort_key_sql
from relata.kernel.expression.types import Type
from relata.kernel.expression.values import parse_element
from relata.kernel.metadata.field import Field

SORTED = 250
"""Characters of a text by which it is sorted."""

Columns = Mapping[str, ColumnElement[Any]]
"""The columns of one field by suffix: {"": column} or {"amount": …, "currency": …}."""


Schema = dict[str, Any]
"""A JSON Schema of the dialect 2020-12, which OpenAPI 3.1 takes over."""


@dataclass(frozen=True, slots=True)
class Column:
    """A database column of a field: named as the field, or `field__suffix`; with its type."""

    suffix: str
    type: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a value that is reached with a dot, such as `name.last`. What has no `column` is worked out when it is
    read, and never written.
    """

    name: str
    label: str
    type: Type
    column: str | None


@dataclass(frozen=True, slots=True)
class Parsing:
    """What a value may depend on besides itself: the currency and the time zone of the workspace."""

    currency: str = "EUR"
    zone: str = "UTC"


class BadValue(Exception):
    """A value that a field refuses; `faults` have pointers relative to the value."""

    def __init__(self, message: str, code: str = "wrong_type", pointer: str = "") -> None:
        super().__init__(message)
        self.faults = [Fault(pointer, code, message)]

    @classmethod
    def all(cls, faults: list[Fault]) -> BadValue:
        error = cls("")
        error.faults = faults
        return error


class Kind:
    """The base of all kinds. Values have one canonical form: the one that clients receive. What is `derived` has no
    value of its own: the catalog says what it is worked out from.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    type: ClassVar[Type]
    columns: ClassVar[tuple[Column, ...]] = (Column("", "text"),)
    parts: ClassVar[tuple[Part, ...]] = ()
    takes: ClassVar[frozenset[str]] = frozenset()
    long: ClassVar[bool] = False
    """Takes much room: left out of first views; found by its words, not by parts of them."""
    searched: ClassVar[bool] = False
    """An administrator's own fields of the kind are searched."""
    creatable: ClassVar[bool] = True
    writable: ClassVar[bool] = True
    derived: ClassVar[bool] = False
    unique_able: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = False
    measurable: ClassVar[bool] = False
    calculable: ClassVar[bool] = True
    """A formula can give a value of the kind."""
    textual: ClassVar[bool] = False
    """Free text: a field of it can become one of every kind that is `exchanged`, and the other way round."""
    exchanged: ClassVar[bool] = False
    """A field of the kind can become one of another kind, and be made from one: by way of its text."""
    family: ClassVar[frozenset[str]] = frozenset()
    """Kinds that are not text are exchanged with those that they share a family with."""
    notations: ClassVar[bool] = False
    """A value can be written in several ways that all mean the same, such as 1,234.50 and 1234.5."""

    def define(self, field: Field) -> list[Fault]:
        """What is wrong with a definition, beyond what holds for all kinds."""
        return []

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        """The canonical form of what a client sent (never None); raises BadValue."""
        raise BadValue(f"{self.label} is not written but made by Relata.", "read_only")

    def schema(self, field: Field) -> Schema:
        """The JSON Schema of a canonical value, with an example that is one (links have none: a record must
        be there). Only what `takes` names may make it differ from field to field.
        """
        raise NotImplementedError(f"The kind «{self.name}» tells no JSON schema of its values.")

    def accepted(self, field: Field) -> Schema:
        """The same of what clients may send, which is often more than the canonical form."""
        return self.schema(field)

    def cell(self, text: str) -> Any:
        """What a client would send in JSON, from the text of a cell; raises BadValue. Only the form changes:
        whether the value is right is left to `parse`.
        """
        return text

    def part_cell(self, part: str, text: str) -> Any:
        """The same for a column that holds only a part, such as `name.last`."""
        return text

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """A canonical value written out, for a field that becomes one of another kind: the best way first, then
        those that other kinds may understand.
        """
        return (str(value),)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        """What a client would send in JSON, from such a text; raises BadValue where something would get lost."""
        return self.cell(text)

    def sense(self, value: Any) -> Any:
        """What of a canonical value must still be there when it has been another kind and comes back."""
        return value

    def united(self, now: list[Any], sent: Any) -> list[Any] | None:
        """A list with what of another it has not yet, put at its end; None where that is nothing."""
        more = [one for one in (sent if isinstance(sent, list) else [sent]) if one not in now]
        return [*now, *more] if more else None

    def same(self, one: Any, other: Any) -> bool:
        """Whether two canonical values are no change; asked where Python takes them for equal."""
        return True

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        """Suffix → what goes into the column, as JSON that PostgreSQL casts to its type."""
        return {column.suffix: value for column in self.columns}

    def journaled(self, value: ColumnElement[Any], suffix: str) -> ColumnElement[Any]:
        """What the column with this suffix held, from the canonical form as jsonb; empty columns as JSON null or NULL."""
        return value.op("->", return_type=JSONB())(literal_column(f"'{suffix}'")) if suffix else value

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        """The canonical form, built by PostgreSQL."""
        return columns[""]

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        """The value as the expression language sees it, of the field's expression type."""
        return columns[""]

    def load(self, field: Field, value: Any) -> Any:
        """The value as the expression language sees it in memory, from the canonical form."""
        return value

    def spoken(self, value: Any) -> Any:
        """What a client would send for a value of the expression language (never None)."""
        match value:
            case Decimal():
                return int(value) if value == value.to_integral_value() else value
            case dt.date():
                return value.isoformat()
            case UUID():
                return str(value)
            case tuple():
                return [str(member) for member in value]
            case _:
                return value

    def part(self, field: Field, value: Any, part: str) -> Any:
        """The part of a canonical value, for the expression language in memory."""
        return value.get(part) if value else None

    def filter_value(self, field: Field, value: Any) -> Any:
        """What a filter compares with, from JSON; raises ValueError with a sentence."""
        return parse_element(value, self.expression_type(field))

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        """Sort keys, most significant first; NULL counts as empty."""
        return [columns[""]]

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        """The text under which a record is found, or None."""
        return None

    def marks(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        """An array of texts by which a record is recognised whatever it is called, or None."""
        return None

    def expression_type(self, field: Field) -> Type:
        return self.type


def text_sort(column: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Ä beside A, case ignored; then the text itself. Only its beginning counts: keys of whole texts fit
    neither into an index nor into a cursor.
    """
    most: ColumnElement[int] = literal_column(str(SORTED))
    start = func.left(column, most, type_=Text())
    return [func.left(sort_key_sql(start), most, type_=Text()), start]
