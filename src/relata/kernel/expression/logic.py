"""Logic is two-valued: a condition over empty values is false, and `not` of it is true."""

from __future__ import annotations

from sqlalchemy import Integer, Text, and_, case, false, literal_column, null, or_, true

from relata.kernel.expression.function import Argument, Function, Sql, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

SINGLE = (Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.DATE, Type.MOMENT, Type.ID)
MANY = (Type.KEYS, Type.TEXTS, Type.IDS)
_CONDITION = Argument("condition", (Type.BOOLEAN,), condition=True)


def is_empty(value: object) -> bool:
    """Whether a value is missing, a text without characters, or a list without members."""
    return value is None or value in ("", ())


def _is_empty_sql(types: tuple[Type, ...], value: Sql) -> Sql:
    if types[0] is Type.TEXT:
        return (value == literal_column("''", Text)).is_not(false())
    if types[0].many:
        return (invoke("cardinality", value, type_=Integer()) == literal_column("0")).is_not(false())
    return value.is_(null())


def _first(*values: object) -> object:
    return next((value for value in values if value is not None), None)


def _all(*values: object) -> bool:
    return all(value is True for value in values)


def _any(*values: object) -> bool:
    return any(value is True for value in values)


LOGIC = (
    Function(
        "and",
        (_CONDITION,),
        Type.BOOLEAN,
        plain(lambda *args: and_(true(), *args)),
        _all,
        "True if every condition holds.",
        repeats=True,
        nullable=True,
        notation="a && b, a and b",
    ),
    Function(
        "or",
        (_CONDITION,),
        Type.BOOLEAN,
        plain(lambda *args: or_(false(), *args)),
        _any,
        "True if at least one condition holds.",
        repeats=True,
        nullable=True,
        notation="a || b, a or b",
    ),
    Function(
        "not",
        (_CONDITION,),
        Type.BOOLEAN,
        plain(lambda arg: arg.is_not(true())),
        lambda value: value is not True,
        "True if the condition does not hold, also because of an empty value.",
        notation="!a, not a",
    ),
    Function(
        "if",
        (
            _CONDITION,
            Argument("then", SINGLE, alike=True),
            Argument("otherwise", SINGLE, alike=True),
        ),
        None,
        plain(lambda test, yes, no: case((test, yes), else_=no)),
        lambda test, yes, no: yes if test is True else no,
        "The second value if the condition holds, otherwise the third. Also written a ? b : c.",
    ),
    Function(
        "coalesce",
        (Argument("value", SINGLE, alike=True),),
        None,
        plain(lambda *args: invoke("coalesce", *args, type_=args[0].type)),
        _first,
        "The first value that is not missing; a text without characters is not missing.",
        repeats=True,
    ),
    Function(
        "is_empty",
        (Argument("value", (*SINGLE, *MANY, Type.JSON)),),
        Type.BOOLEAN,
        _is_empty_sql,
        is_empty,
        "True if the value is missing, a text without characters, or a list without members.",
    ),
)
