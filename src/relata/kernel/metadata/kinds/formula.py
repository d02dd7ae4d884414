"""A value calculated from other fields whenever it is read; never stored, so never stale."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Schema, text_sort
from relata.kernel.metadata.kinds.derived import Derived
from relata.kernel.metadata.kinds.moment import shown_moment


class Formula(Derived):
    """The catalog types the formula; `columns[""]` is its SQL."""

    name = "formula"
    label = "Formula"
    help = "Calculated from other fields, such as amount * probability / 100."
    takes = frozenset({"formula"})

    def define(self, field: Field) -> list[Fault]:
        return [] if field.formula else [Fault("/formula", "required", "Write the formula.")]


RESULTS: dict[Type, Schema] = {
    Type.TEXT: {"type": "string"},
    Type.NUMBER: {"type": "number"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.MOMENT: {"type": "string", "format": "date-time"},
    Type.ID: {"type": "string", "format": "uuid"},
}


def formula_schema(type_: Type) -> Schema:
    """The JSON Schema of a result of this type."""
    return RESULTS.get(type_, {})


def shown_formula(type_: Type, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The result as clients receive it: numbers without zeros behind the point."""
    if type_ is Type.NUMBER:
        return func.trim_scale(column)
    return shown_moment(column) if type_ is Type.MOMENT else column


def formula_sort(type_: Type, column: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return text_sort(column) if type_ is Type.TEXT else [column]
