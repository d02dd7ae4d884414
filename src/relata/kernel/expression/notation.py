"""A tree written out as formula text, which reads back as the same tree."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from relata.kernel.expression.lexer import quote
from relata.kernel.expression.texts import plain_number
from relata.kernel.expression.tree import Call, Literal, Node, Ref
from relata.kernel.expression.types import Type

_SIGNS: dict[str, tuple[int, str]] = {
    "or": (2, "||"),
    "and": (3, "&&"),
    "equal": (5, "=="),
    "less": (5, "<"),
    "less_equal": (5, "<="),
    "greater": (5, ">"),
    "greater_equal": (5, ">="),
    "in": (5, "in"),
    "add": (6, "+"),
    "subtract": (6, "-"),
    "multiply": (7, "*"),
    "divide": (7, "/"),
}
_UNARY = {"not": "!", "negate": "-"}
_UNARY_POWER = 8
_ATOM = 9


def format_formula(node: Node) -> str:
    """The formula that reads back as this tree.

    ValueError for conditions on related records, which have none.
    """
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match node:
        case Literal(value, Type.DATE) if isinstance(value, dt.date):
            return f"date({value.year}, {value.month}, {value.day})", _ATOM
        case Literal(value, _):
            return _constant(value), _ATOM
        case Ref(path, _):
            return ".".join(path), _ATOM
        case Call("and" | "or", ()):
            return ("true" if node.name == "and" else "false"), _ATOM
        case Call(name, (first, second, *rest)) if name in _SIGNS:
            power, sign = _SIGNS[name]
            # A comparison does not chain, and a chain of + or && is one call: so the first part
            # binds tighter too.
            parts = [
                _tight(first, power if name in ("subtract", "multiply", "divide") else power + 1),
                *(_tight(part, power + 1) for part in (second, *rest)),
            ]
            return f" {sign} ".join(parts), power
        case Call(name, (inner,)) if name in _UNARY:
            return _unary(_UNARY[name], inner), _UNARY_POWER
        case Call(name, args):
            return f"{name}({', '.join(format_formula(arg) for arg in args)})", _ATOM
        case _:
            message = "Only filters can ask about related records; a formula has no notation for it."
            raise ValueError(message)


def _tight(node: Node, power: int) -> str:
    text, binding = _written(node)
    return text if binding >= power else f"({text})"


def _unary(sign: str, inner: Node) -> str:
    text = _tight(inner, _UNARY_POWER)
    # -1 is a constant, -(1) the opposite of one.
    return f"{sign}({text})" if sign == "-" and text[0].isdigit() else f"{sign}{text}"


def _constant(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain_number(value)
        case str():
            return quote(value)
        case tuple():
            return f"[{', '.join(_constant(member) for member in value)}]"
        case dt.datetime():
            return quote(value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"))
        case dt.date() | uuid.UUID():
            return quote(str(value))
        case _:
            message = f"There is no constant for {value!r}."
            raise ValueError(message)
