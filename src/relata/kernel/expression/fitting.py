"""Fits arguments to a function.

Constants take the type that their place wants, and what does not fit is explained.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from relata.kernel.expression.suggest import nearest
from relata.kernel.expression.tree import Call, Literal, Node
from relata.kernel.expression.types import ELEMENTS, Type
from relata.kernel.expression.values import parse_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relata.kernel.expression.function import Argument, Function


_SHOWN = 10


class Mismatch(ValueError):
    """An argument does not fit; `position` counts from 0, None means the call as a whole."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def apply(function: Function, args: Sequence[Node]) -> Call:
    """The typed call; raises Mismatch."""
    declared = [_declared(function, args, position) for position in range(len(args))]
    if len(args) < function.least:
        raise Mismatch(f"{function.name} needs {function.least} values: {function.signature}.")
    common = _common(args, declared)
    fitted = tuple(
        _fit(arg, argument, common, position, function)
        for position, (arg, argument) in enumerate(zip(args, declared, strict=True))
    )
    return Call(function.name, fitted, function.gives or common or Type.NOTHING)


def coerce(node: Node, wanted: Type) -> Node | None:
    """The node as the wanted type, which only constants can take on; None if it cannot."""
    if node.type is wanted:
        return node
    if not isinstance(node, Literal):
        return None
    if node.value is None or (node.value == () and wanted in ELEMENTS):
        return replace(node, type=wanted)
    try:
        if node.type is Type.TEXT and wanted in (Type.DATE, Type.MOMENT, Type.ID):
            return _exact(parse_element(node.value, wanted), wanted)
        if isinstance(node.value, tuple) and wanted in (Type.KEYS, Type.IDS, Type.DATES):
            members = tuple(parse_element(member, wanted) for member in node.value)
            return Literal(members, wanted) if node.type is Type.TEXTS else None
    except ValueError:
        return None
    return None


def _exact(value: object, wanted: Type) -> Node | None:
    # Formulas keep days and moments apart: a day is no moment without a zone.
    return None if wanted is Type.MOMENT and not isinstance(value, dt.datetime) else Literal(value, wanted)


def _declared(function: Function, args: Sequence[Node], position: int) -> Argument:
    argument = function.argument(position)
    if argument is None:
        most = len(function.takes)
        raise Mismatch(f"{function.name} takes at most {most} values: {function.signature}.", position)
    holder = args[position - 1].type
    if argument.member and holder in ELEMENTS:
        return replace(argument, types=(ELEMENTS[holder],))
    return argument


def _common(args: Sequence[Node], declared: Sequence[Argument]) -> Type | None:
    """The type of the alike arguments.

    What a field or call among them has, else what their constants have.
    """
    alike = [
        (position, arg) for position, (arg, argument) in enumerate(zip(args, declared, strict=True)) if argument.alike
    ]
    if not alike:
        return None
    firm = [arg.type for _, arg in alike if not _pliable(arg)]
    loose = [arg.type for _, arg in alike if arg.type is not Type.NOTHING]
    if not firm and not loose:
        raise Mismatch("at least one of these values must be other than null.", alike[0][0])
    return (firm or loose)[0]


def _pliable(node: Node) -> bool:
    return isinstance(node, Literal) and node.type in (Type.TEXT, Type.TEXTS, Type.NOTHING)


def _fit(node: Node, argument: Argument, common: Type | None, position: int, function: Function) -> Node:
    wanted = (common,) if argument.alike and common else argument.types
    fitted = next((found for type_ in wanted if (found := coerce(node, type_))), None)
    if fitted is not None and fitted.type in argument.types:
        _check_choice(fitted, argument, position, function)
        return fitted
    choices = (*dict.fromkeys(type_.phrase for type_ in (argument.types if fitted else wanted)),)
    expected = choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
    given = "null" if node.type is Type.NOTHING else node.type.phrase
    raise Mismatch(f"{_shown(function)} wants {expected} here, not {given}.{_hint(node, wanted)}", position)


def _check_choice(node: Node, argument: Argument, position: int, function: Function) -> None:
    choices = argument.choices
    if choices is None or (isinstance(node, Literal) and node.value in choices):
        return
    shown = ", ".join(f'"{choice}"' for choice in sorted(choices)) if len(choices) <= _SHOWN else "a known one"
    given = nearest(str(node.value), choices) if isinstance(node, Literal) else ", written into the formula."
    raise Mismatch(f"the {argument.name} of {_shown(function)} is {shown}{given}", position)


def _shown(function: Function) -> str:
    return function.notation or function.name


def _hint(node: Node, wanted: Sequence[Type]) -> str:
    if node.type is Type.MOMENT and Type.DATE in wanted:
        return " date_of makes a date of a moment."
    if node.type is not Type.TEXT and Type.TEXT in wanted:
        return " text makes a text of a value."
    if node.type is Type.TEXT and Type.NUMBER in wanted:
        return " number reads a number from a text."
    return ""
