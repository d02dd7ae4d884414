"""The SQL of a roll-up: a sub-query over the records that the actor sees, worked out whenever it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.sql import SQL_TYPES, to_sql
from relata.kernel.metadata.kinds.formula import shown_formula
from relata.kernel.metadata.kinds.money import CONVERTED, shown_money
from relata.kernel.query.conversion import wanted

if TYPE_CHECKING:
    from relata.kernel.metadata.figure import Figure
    from relata.kernel.query.frame import Frame

Column = sa.ColumnElement[Any]
NONE: Column = sa.literal_column("0")
FIRST: Column = sa.literal_column("1")
ORDERED = ("first", "last")


def compared_figure(frame: Frame, figure: Figure) -> Column:
    """The value as the expression language sees it."""
    child, reached = frame.across(figure.lists)
    return one(child, figure, reached, measured(child, figure))


def shown_figure(frame: Frame, figure: Figure) -> Column:
    """The value as clients receive it."""
    child, reached = frame.across(figure.lists)
    value = measured(child, figure)
    if figure.source == "money":
        return one(child, figure, reached, shown_sum(child, figure, value))
    return shown_formula(figure.type, one(child, figure, reached, value))


def contributing(frame: Frame, figure: Figure) -> sa.Select[Any]:
    """The ids of the records that are rolled up, numbered in the order of first and last."""
    child, reached = frame.across(figure.lists)
    path, descending = figure.order
    keys = [*child.sorted(path), child.table.c.id]
    order = [(key.desc() if descending else key.asc()).nulls_last() for key in keys]
    where = to_sql(figure.where, child, condition=True)
    number = sa.func.row_number().over(order_by=order).label("number")
    rows: sa.Select[Any] = sa.select(child.table.c.id.label("id"), number)
    return rows.select_from(child.source()).where(reached, where)


def one(child: Frame, figure: Figure, reached: Column, value: Column) -> Column:
    where = to_sql(figure.where, child, condition=True)
    return sa.select(value).select_from(child.source()).where(reached, where).scalar_subquery()


def measured(child: Frame, figure: Figure) -> Column:
    """Money is converted first; where a rate is missing there is no figure."""
    if figure.value is None:
        return sa.cast(sa.func.count(), SQL_TYPES[figure.type])
    money = money_path(child, figure)
    if money:
        column = child.compared((*money, CONVERTED))
        if figure.fn in ORDERED:
            return in_order(child, figure, column)
        return sa.case((rated(child, money), combined(figure.fn, column)))
    column = child.compared(figure.value.path)
    if figure.fn in ORDERED:
        return in_order(child, figure, column)
    return total(column) if figure.fn == "sum" else combined(figure.fn, column)


def shown_sum(child: Frame, figure: Figure, value: Column) -> Column:
    """As money: converted, or as it is where it is of one record or one currency and a rate is missing."""
    money = money_path(child, figure)
    if money is None:
        return shown_money(value, wanted(child.build))
    amount, code = child.compared(money), child.shown((*money, "currency"))
    if figure.fn in ORDERED:
        return shown_money(in_order(child, figure, amount), in_order(child, figure, code))
    alone = sa.func.min(code) == sa.func.max(code)
    bare = sa.case((alone, shown_money(combined(figure.fn, amount), sa.func.min(code))))
    return sa.case((rated(child, money), shown_money(value, wanted(child.build))), else_=bare)


def rated(child: Frame, path: tuple[str, ...]) -> Column:
    """No amount lacks a rate."""
    return sa.func.count(child.compared(path)) == sa.func.count(child.compared((*path, CONVERTED)))


def money_path(child: Frame, figure: Figure) -> tuple[str, ...] | None:
    """The field whose amounts are rolled up, whether it was named itself or by a part; None where there is none, such as
    where the figures of other roll-ups are, which are converted already.
    """
    if figure.source != "money" or figure.value is None:
        return None
    _, found, part = child.at(figure.value.path)
    if found.kind != "money":
        return None
    return figure.value.path[:-1] if part else figure.value.path


def combined(fn: str, column: Column) -> Column:
    """Empty where there are no values."""
    match fn:
        case "sum":
            return invoke("relata.bounded", sa.func.sum(column), type_=sa.Numeric())
        case "average":
            count = sa.cast(sa.func.count(column), sa.Numeric())
            return invoke("relata.divide", sa.func.sum(column), count, type_=sa.Numeric())
        case "max":
            return sa.func.max(column)
        case _:
            return sa.func.min(column)


def total(column: Column) -> Column:
    """The sum of nothing is 0."""
    return sa.func.coalesce(combined("sum", column), NONE, type_=sa.Numeric())


def in_order(child: Frame, figure: Figure, column: Column) -> Column:
    """Of the first record in the order, or the last; records without a value to sort by come after the others."""
    path, descending = figure.order
    backwards = descending != (figure.fn == "last")
    keys = [*child.sorted(path), child.table.c.id]
    order = [(key.desc() if backwards else key.asc()).nulls_last() for key in keys]
    listed = sa.func.array_agg(aggregate_order_by(column, *order), type_=ARRAY(column.type))
    element: Column = sa.type_coerce(listed, ARRAY(column.type))[FIRST]
    return element
