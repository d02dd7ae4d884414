"""Several of a list of options, in the order of the options."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Column, Columns, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import list_of, listed, members_of
from relata.kernel.metadata.kinds.checks import checked_list, checked_option, each, option_faults
from relata.kernel.metadata.kinds.choice import key_of, label_of, option_place
from relata.kernel.metadata.kinds.tags import members


class Choices(Kind):
    name = "choices"
    label = "Several choices"
    help = "Any number of a list of options."
    type = Type.KEYS
    columns = (Column("", "text[]"),)
    takes = frozenset({"options"})
    exchanged = notations = True
    family = frozenset({"options"})

    def define(self, field: Field) -> list[Fault]:
        return option_faults(field)

    def cell(self, text: str) -> Any:
        return list_of(text)

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        return listed([label_of(field, key) for key in value]), listed(value)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        return [key_of(field, member) for member in members_of(text)]

    def schema(self, field: Field) -> Schema:
        keys = [option.key for option in field.options]
        members: Schema = {"type": "string", "enum": keys} if keys else {"not": {}}
        return {"type": "array", "items": members, "maxItems": 500, "examples": [keys[:1]]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        chosen = set(each(checked_list(value, 500), lambda key: checked_option(field, key)))
        return [option.key for option in field.options if option.key in chosen]

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        """By the places of the first three in the list of options."""
        return [place for member in members(columns[""], 3) for place in option_place(field, member)]
