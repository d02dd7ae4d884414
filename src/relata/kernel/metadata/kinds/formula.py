"""A value calculated from other fields whenever it is read; never stored, so never stale."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Column, Kind, text_sort
from relata.kernel.metadata.kinds.moment import shown_moment


class Formula(Kind):
    """The catalog types the formula; `columns[""]` is its SQL."""

    name = "formula"
    label = "Formula"
    help = "Calculated from other fields, such as amount * probability / 100."
    type = Type.NOTHING
    columns: ClassVar[tuple[Column, ...]] = ()
    takes = frozenset({"formula"})
    writable = False
    derived = True
    groupable = True
    measurable = True

    def define(self, field: Field) -> list[Fault]:
        return [] if field.formula else [Fault("/formula", "required", "Write the formula.")]


def shown_formula(type_: Type, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The result as clients receive it: numbers without zeros behind the point."""
    if type_ is Type.NUMBER:
        return func.trim_scale(column)
    return shown_moment(column) if type_ is Type.MOMENT else column


def formula_sort(type_: Type, column: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return text_sort(column) if type_ is Type.TEXT else [column]
