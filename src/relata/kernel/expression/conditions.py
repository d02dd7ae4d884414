"""How the conditions of both notations are put together from the registry's calls."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from relata.kernel.expression.calendar import day_end, day_start
from relata.kernel.expression.tree import Call, Literal, Node, Some
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relata.kernel.expression.clock import Clock


def call(name: str, *args: Node) -> Call:
    """A condition from the registry."""
    return Call(name, args, Type.BOOLEAN)


def every_of(conditions: Iterable[Node]) -> Node:
    """All conditions hold; a single one stands for itself."""
    return _combined("and", tuple(conditions))


def any_of(conditions: Iterable[Node]) -> Node:
    """At least one condition holds."""
    return _combined("or", tuple(conditions))


def negate(condition: Node) -> Node:
    """Exactly the rest; twice is nothing."""
    match condition:
        case Call("not", (Call() | Some() as inner,)):
            return inner
        case _:
            return call("not", condition)


def one_of(value: Node, members: tuple[object, ...], list_type: Type) -> Node:
    """The value (or one of several) is in a list of constants."""
    name = "has_any" if value.type.many else "in"
    return call(name, value, Literal(members, list_type))


def same(value: Node, constant: object) -> Node:
    """Exactly the constant: for KEYS the very set, for TEXTS and IDS one of the values."""
    if value.type is Type.KEYS:
        members = constant if isinstance(constant, tuple) else (constant,)
        return call("same_set", value, Literal(members, Type.KEYS)) if members else call("is_empty", value)
    if value.type.many:
        return call("has", value, Literal(constant, Type.ID if value.type is Type.IDS else Type.TEXT))
    return call("equal", value, Literal(constant, value.type))


def compare(value: Node, sign: str, constant: object, clock: Clock) -> Node:
    """`sign` is `equal` or one of the orders.

    A date against a moment means that whole day in the clock's zone.
    """
    if value.type is not Type.MOMENT or isinstance(constant, dt.datetime) or not isinstance(constant, dt.date):
        return same(value, constant) if sign == "equal" else call(sign, value, Literal(constant, value.type))
    start = Literal(day_start(constant, clock.zone), Type.MOMENT)
    end = replace(start, value=day_end(constant, clock.zone))
    match sign:
        case "equal":
            return every_of((call("greater_equal", value, start), call("less", value, end)))
        case "less":
            return call("less", value, start)
        case "greater_equal":
            return call("greater_equal", value, start)
        case "less_equal":
            return call("less", value, end)
        case _:
            return call("greater_equal", value, end)


def _combined(name: str, conditions: tuple[Node, ...]) -> Node:
    return conditions[0] if len(conditions) == 1 else call(name, *conditions)
