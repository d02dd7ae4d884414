"""One of the options that an administrator listed; stored and sent as the option's key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, func, literal_column

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Columns, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.checks import checked_option, option_faults
from relata.kernel.metadata.quoting import quote_text


class Choice(Kind):
    name = "choice"
    label = "Choice"
    help = "One of a list of options, such as a status. Makes a board."
    type = Type.TEXT
    takes = frozenset({"options"})
    groupable = True
    exchanged = True
    family = frozenset({"one", "options"})

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """What people read, or the key."""
        return label_of(field, value), value

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        return key_of(field, text)

    def define(self, field: Field) -> list[Fault]:
        return option_faults(field)

    def schema(self, field: Field) -> Schema:
        keys = [option.key for option in field.options]
        return {"type": "string", "enum": keys, "examples": keys[:1]} if keys else {"not": {}}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return checked_option(field, value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        """By the place in the list of options: low before high, first stage before last."""
        return option_place(field, columns[""])


def option_place(field: Field, column: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The place of a key in the list of options, as a sort key."""
    keys = ",".join(quote_text(option.key) for option in field.options)
    return [func.array_position(literal_column(f"ARRAY[{keys}]::text[]"), column, type_=Integer())]


def label_of(field: Field, key: str) -> str:
    """What people call an option; of one that is there no more, its key."""
    option = field.option(key)
    return option.label if option else key


def key_of(field: Field, text: str) -> str:
    """The key of the option that a text names by its label or key; raises BadValue where two are called that."""
    bare = text.strip()
    named = [option.key for option in field.options if option.label.strip() == bare]
    if len(named) > 1:
        raise BadValue(f"{len(named)} options are called «{bare[:80]}»; give them different labels first.", "misfit")
    return named[0] if named else bare
