"""The operators of filters.

Which types allow which, and what tree each one makes of a field and a JSON value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relata.kernel.expression.conditions import call, compare, every_of, negate, one_of, same
from relata.kernel.expression.relative import within
from relata.kernel.expression.tree import Literal, Node, Ref
from relata.kernel.expression.types import ELEMENTS, LISTS, Type
from relata.kernel.expression.values import parse_element, parse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from relata.kernel.expression.clock import Clock
    from relata.kernel.expression.scope import Reference

LIST_LIMIT = 1_000

_EXACT = ("is", "is_not")
_LIST = ("in", "not_in")
_ORDER = ("lt", "lte", "gt", "gte", "between")
_PART = ("contains", "not_contains")
_ENDS = ("starts_with", "ends_with")
_TIME = ("before", "after", "within")
_EMPTY = ("is_empty", "is_not_empty")

OPERATORS: dict[Type, tuple[str, ...]] = {
    Type.TEXT: (*_EXACT, *_LIST, *_ORDER, *_PART, *_ENDS, *_EMPTY),
    Type.NUMBER: (*_EXACT, *_LIST, *_ORDER, *_EMPTY),
    Type.BOOLEAN: (*_EXACT, *_EMPTY),
    Type.DATE: (*_EXACT, *_LIST, *_ORDER, *_TIME, *_EMPTY),
    Type.MOMENT: (*_EXACT, *_ORDER, *_TIME, *_EMPTY),
    Type.ID: (*_EXACT, *_LIST, *_EMPTY),
    Type.KEYS: (*_EXACT, *_LIST, *_PART, *_EMPTY),
    Type.TEXTS: (*_EXACT, *_LIST, *_PART, *_ENDS, *_EMPTY),
    Type.IDS: (*_EXACT, *_LIST, *_PART, *_EMPTY),
    Type.JSON: _EMPTY,
}

# The operators of a to-many relation; the first three take "where".
TO_MANY_OPERATORS: tuple[str, ...] = ("some", "none", "every", *_EMPTY)

NO_VALUE = frozenset(_EMPTY)

_SIGNS = {"lt": "less", "before": "less", "lte": "less_equal", "gte": "greater_equal"} | {
    "gt": "greater",
    "after": "greater",
}
_OPPOSITES = {
    "is_not": "is",
    "not_in": "in",
    "not_contains": "contains",
    "is_not_empty": "is_empty",
}


class ListTooLong(ValueError):
    """More members than LIST_LIMIT."""


@dataclass(frozen=True, slots=True)
class Operand:
    """The field that a condition is about, and how its values are read."""

    reference: Reference
    clock: Clock

    @property
    def ref(self) -> Ref:
        """The field in the tree."""
        return Ref(self.reference.path, self.reference.type)

    def element(self, value: object) -> object:
        """One JSON value as an in-memory element; ValueError with a sentence otherwise."""
        if isinstance(value, str):
            parse_text(value)
        parse = self.reference.parse
        return parse(value) if parse else parse_element(value, self.reference.type)

    def members(self, value: object) -> tuple[object, ...]:
        """A JSON list of such values."""
        if not isinstance(value, list | tuple):
            raise ValueError("Give a list of values.")  # noqa: TRY004
        if len(value) > LIST_LIMIT:
            raise ListTooLong(f"The list is too long: at most {LIST_LIMIT:,} values.")
        return tuple(self.element(member) for member in value)


def build(operator: str, operand: Operand, value: object) -> Node:
    """The condition of one operator that the field's type allows.

    ValueError with a sentence for a wrong value.
    """
    if operator in _OPPOSITES:
        return negate(build(_OPPOSITES[operator], operand, value))
    return _BUILDERS[operator](operand, value)


def _is(operand: Operand, value: object) -> Node:
    if value is None:
        return call("is_empty", operand.ref)
    if operand.ref.type is Type.KEYS and isinstance(value, list | tuple):
        return same(operand.ref, operand.members(value))
    return compare(operand.ref, "equal", operand.element(value), operand.clock)


def _in(operand: Operand, value: object) -> Node:
    type_ = operand.ref.type
    return one_of(operand.ref, operand.members(value), type_ if type_ in ELEMENTS else LISTS[type_])


def _ordered(operator: str) -> Callable[[Operand, object], Node]:
    return lambda operand, value: compare(operand.ref, _SIGNS[operator], operand.element(value), operand.clock)


def _between(operand: Operand, value: object) -> Node:
    ends = operand.members(value)
    if len(ends) != 2:
        raise ValueError("Give a list of two values: the lowest and the highest.")
    return every_of(
        compare(operand.ref, sign, end, operand.clock)
        for sign, end in zip(("greater_equal", "less_equal"), ends, strict=True)
    )


def _contains(operand: Operand, value: object) -> Node:
    if operand.ref.type in (Type.KEYS, Type.IDS):
        element = operand.element(value)
        return call("has", operand.ref, Literal(element, ELEMENTS[operand.ref.type]))
    return _part("contains")(operand, value)


def _part(name: str) -> Callable[[Operand, object], Node]:
    return lambda operand, value: call(name, operand.ref, Literal(parse_text(value), Type.TEXT))


_BUILDERS: dict[str, Callable[[Operand, object], Node]] = {
    "is": _is,
    "in": _in,
    **{operator: _ordered(operator) for operator in _SIGNS},
    "between": _between,
    "contains": _contains,
    "starts_with": _part("starts_with"),
    "ends_with": _part("ends_with"),
    "is_empty": lambda operand, _value: call("is_empty", operand.ref),
    "within": lambda operand, value: within(operand.ref, value, operand.clock),
}
