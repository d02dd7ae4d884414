"""Comparisons.

Exact for equality; by folded text, then by the text itself, for the order of texts. Nothing
compares to an empty value: such a comparison is false.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import array

from relata.kernel.expression.define import define
from relata.kernel.expression.fold import fold, fold_sql, pattern_sql
from relata.kernel.expression.function import Argument, Function, Sql, ToSql, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.logic import SINGLE
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERED = (Type.TEXT, Type.NUMBER, Type.DATE, Type.MOMENT)
SETS = (Type.KEYS, Type.TEXTS, Type.IDS)


def order_key(value: object) -> object:
    """What a value is ordered by: for texts the folded text, then the text.

    None if it has no place in the order.
    """
    if isinstance(value, str):
        folded = fold(value)
        return (folded, value) if folded else None
    return value


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def python(left: object, right: object) -> bool:
        one, other = order_key(left), order_key(right)
        return one is not None and other is not None and compare(one, other)

    return python


def _ordered_sql(name: str, compare: Callable[[Any, Any], Any]) -> ToSql:
    def build(types: tuple[Type, ...], left: Sql, right: Sql) -> Sql:
        if types[0] is Type.TEXT:
            return invoke(f"relata.text_{name}", left, right, type_=Boolean())
        return compare(left, right)  # type: ignore[no-any-return]  # of two values of one type

    return build


def _order(name: str, sign: str, compare: Callable[[Any, Any], Any]) -> Function:
    return Function(
        name,
        (Argument("left", ORDERED, alike=True), Argument("right", ORDERED, alike=True)),
        Type.BOOLEAN,
        _ordered_sql(name, compare),
        _ordered(compare),
        "Compares; texts without regard to case and accents. False if either side is empty.",
        nullable=True,
        notation=f"a {sign} b",
    )


def _equal(left: object, right: object) -> bool:
    return left is not None and right is not None and left == right


def _contains_member(values: tuple[object, ...] | None, member: object) -> bool:
    return values is not None and member is not None and member in values


def _has_sql(types: tuple[Type, ...], values: Sql, member: Sql) -> Sql:
    element = ARRAY(Uuid()) if types[0] is Type.IDS else ARRAY(Text())
    return values.op("@>", is_comparison=True)(cast(array([member]), element))


def _same_set_sql(values: Sql, others: Sql) -> Sql:
    return and_(values.op("@>", is_comparison=True)(others), values.op("<@", is_comparison=True)(others))


def _matching(test: Callable[[str, str], bool]) -> Callable[[object, str | None], bool]:
    def python(value: object, part: str | None) -> bool:
        if value is None or part is None:
            return False
        folded = fold(part)
        texts = value if isinstance(value, tuple) else (value,)
        return any(test(fold(text), folded) for text in texts)

    return python


def _matching_sql(before: str, after: str) -> ToSql:
    def like(value: Sql, part: Sql) -> Sql:
        pattern: Sql = pattern_sql(part)
        pattern = literal_column("'%'", Text).concat(pattern) if before else pattern
        pattern = pattern.concat(literal_column("'%'", Text)) if after else pattern
        return fold_sql(value).like(pattern)

    def build(types: tuple[Type, ...], value: Sql, part: Sql) -> Sql:
        if types[0] is Type.TEXT:
            return like(value, part)
        each = func.unnest(value, type_=Text()).alias()
        matching: Select[Any] = select(literal_column("1")).select_from(each).where(like(each.column, part))
        # Left to itself, SQLAlchemy correlates with the next enclosing SELECT only.
        return matching.correlate_except(each).exists()

    return build


def _match(name: str, before: str, after: str, test: Callable[[str, str], bool], what: str) -> Function:
    return Function(
        name,
        (Argument("text", (Type.TEXT, Type.TEXTS)), Argument("part", (Type.TEXT,))),
        Type.BOOLEAN,
        _matching_sql(before, after),
        _matching(test),
        f"True if the text (or one of several) {what}, without regard to case and accents.",
        nullable=True,
    )


_SET = Argument("values", SETS, alike=True)
_OTHER_SET = Argument("others", SETS, alike=True)

COMPARISONS = (
    Function(
        "equal",
        (Argument("left", SINGLE, alike=True), Argument("right", SINGLE, alike=True)),
        Type.BOOLEAN,
        plain(operator.eq),
        _equal,
        "True if both sides are exactly the same. False if either is empty; != is the opposite.",
        nullable=True,
        notation="a == b, a != b",
    ),
    _order("less", "<", operator.lt),
    _order("less_equal", "<=", operator.le),
    _order("greater", ">", operator.gt),
    _order("greater_equal", ">=", operator.ge),
    Function(
        "in",
        (
            Argument("value", (Type.TEXT, Type.NUMBER, Type.DATE, Type.ID)),
            Argument("list", (Type.TEXTS, Type.NUMBERS, Type.DATES, Type.IDS)),
        ),
        Type.BOOLEAN,
        plain(lambda value, members: value == any_(members)),
        lambda value, members: _contains_member(members, value),
        "True if the value is one of the constants.",
        nullable=True,
        notation="a in [b, c]",
    ),
    Function(
        "has",
        (Argument("values", SETS), Argument("member", (Type.TEXT, Type.ID), member=True)),
        Type.BOOLEAN,
        _has_sql,
        _contains_member,
        "True if one of the values is exactly this one.",
        nullable=True,
    ),
    Function(
        "has_any",
        (_SET, _OTHER_SET),
        Type.BOOLEAN,
        plain(lambda values, others: values.op("&&", is_comparison=True)(others)),
        lambda values, others: bool(set(values or ()) & set(others or ())),
        "True if one of the values is in the list.",
        nullable=True,
    ),
    Function(
        "same_set",
        (_SET, _OTHER_SET),
        Type.BOOLEAN,
        plain(_same_set_sql),
        lambda values, others: None not in (values, others) and set(values) == set(others),
        "True if the values are exactly those of the list, in any order.",
        nullable=True,
    ),
    _match("contains", "%", "%", lambda text, part: part in text, "contains the part"),
    _match("starts_with", "", "%", str.startswith, "starts with the part"),
    _match("ends_with", "%", "", str.endswith, "ends with the part"),
)

# As a row comparison, which an index on (sort key, text) serves once the planner has inlined the
# function; and as a
# function, because nested formulas that wrote both sides out twice would double with every level.
COMPARISON_SQL: tuple[str, ...] = tuple(
    define(
        f"text_{name}(text, text)",
        "boolean",
        f"""(relata.sort_key($1), $1) {sign} (relata.sort_key($2) collate "C", $2 collate "C")""",
    )
    for name, sign in (
        ("less", "<"),
        ("less_equal", "<="),
        ("greater", ">"),
        ("greater_equal", ">="),
    )
)
