"""From the tree to PostgreSQL.

In the position of a condition plain comparisons come out bare, so that indexes serve them: there
NULL counts as false. As a value the same comparison is wrapped to be true or false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Text,
    Uuid,
    bindparam,
    cast,
    false,
    null,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.tree import Call, Literal, Node, Param, Ref, Some
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.types import TypeEngine

SQL_TYPES: dict[Type, TypeEngine[Any]] = {
    Type.TEXT: Text(),
    Type.NUMBER: Numeric(),
    Type.BOOLEAN: Boolean(),
    Type.DATE: Date(),
    Type.MOMENT: DateTime(timezone=True),
    Type.ID: Uuid(),
    Type.KEYS: ARRAY(Text()),
    Type.TEXTS: ARRAY(Text()),
    Type.IDS: ARRAY(Uuid()),
    Type.NUMBERS: ARRAY(Numeric()),
    Type.DATES: ARRAY(Date()),
    Type.JSON: JSONB(),
    Type.NOTHING: Text(),
}


class SqlResolver(Protocol):
    """Where the fields of one record are in the statement that is being built."""

    def column(self, ref: Ref) -> ColumnElement[Any]:
        """The value of a field; joins are the resolver's affair."""

    def exists(self, some: Some, compile_where: Callable[[SqlResolver], ColumnElement[Any]]) -> ColumnElement[bool]:
        """An EXISTS over the related records.

        The resolver makes the sub-query and a child resolver for the related record, and puts
        `compile_where(child)`, a condition, into its WHERE clause. It is `true` where `some.where`
        is None.
        """

    def param(self, index: int, type: Type) -> ColumnElement[Any]:
        """The bind parameter for the constant with this index.

        `SQL_TYPES[type]` is its type in SQL.
        """

    def now(self) -> ColumnElement[Any]:
        """The present moment, timestamptz."""

    def today(self) -> ColumnElement[Any]:
        """The present day of the person, date."""


_PRESENT: dict[str, Callable[[SqlResolver], ColumnElement[Any]]] = {
    "today": lambda resolver: resolver.today(),
    "now": lambda resolver: resolver.now(),
}


def to_sql(node: Node, resolver: SqlResolver, condition: bool = False) -> ColumnElement[Any]:  # noqa: FBT001, FBT002
    """Compile a tree.

    With `condition`, to an expression of which only «true or not» counts (WHERE, ON, HAVING).
    """
    match node:
        case Literal(value, type_):
            return _constant(value, type_)
        case Param(index, type_):
            return resolver.param(index, type_)
        case Ref():
            return resolver.column(node)
        case Some():
            return resolver.exists(node, lambda child: _where(node, child))
        case Call():
            return _call(node, resolver, condition=condition)


def sql_value(value: object) -> object:
    """An in-memory value as the database driver takes it: lists for tuples."""
    return list(value) if isinstance(value, tuple) else value


def _call(node: Call, resolver: SqlResolver, *, condition: bool) -> ColumnElement[Any]:
    function = FUNCTIONS[node.name]
    if node.name in _PRESENT:
        return function.sql((), _PRESENT[node.name](resolver))
    args = [
        to_sql(arg, resolver, condition=_is_condition(node.name, position)) for position, arg in enumerate(node.args)
    ]
    compiled = function.sql(tuple(arg.type for arg in node.args), *args)
    if function.nullable and not condition:
        return invoke("coalesce", compiled, false(), type_=Boolean())
    return compiled


def _is_condition(name: str, position: int) -> bool:
    argument = FUNCTIONS[name].argument(position)
    return argument is not None and argument.condition


def _where(some: Some, child: SqlResolver) -> ColumnElement[Any]:
    return true() if some.where is None else to_sql(some.where, child, condition=True)


def _constant(value: object, type_: Type) -> ColumnElement[Any]:
    sql_type = SQL_TYPES[type_]
    if value is None:
        return cast(null(), sql_type)
    return cast(bindparam(None, sql_value(value), type_=sql_type, unique=True), sql_type)
