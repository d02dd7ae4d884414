"""Hypothesis strategies for typed trees and for filter documents."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from relata.kernel.expression.filter import OPERATORS, TO_MANY_OPERATORS
from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.texts import spell
from relata.kernel.expression.tree import Call, Literal, Node, Ref
from relata.kernel.expression.types import ELEMENTS, Type
from tests.kernel.expression.world import FIELDS, RELATIONS, SAMPLES

if TYPE_CHECKING:
    from relata.kernel.expression.function import Function

CHOICES = frozenset(
    {"week", "month", "quarter", "year", "day", "UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"}
)
LISTS = (Type.TEXTS, Type.NUMBERS, Type.DATES, Type.IDS, Type.KEYS)
_storable = st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cn"])
_fresh: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: st.text(_storable, max_size=5),
    Type.NUMBER: st.decimals(-(10**20), 10**20, places=3) | st.integers(-40, 40).map(Decimal),
    Type.DATE: st.dates(),
}


def constants(type_: Type) -> st.SearchStrategy[Any]:
    """In-memory values of a type, never None."""
    if type_ in LISTS:
        return st.lists(constants(ELEMENTS[type_]), max_size=4).map(tuple)
    known = st.sampled_from(SAMPLES[type_])
    return known | _fresh[type_] if type_ in _fresh else known


def constant(text: str) -> Node:
    return Literal(text, Type.TEXT)


def leaves(type_: Type) -> st.SearchStrategy[Node]:
    """A constant or a field of a type."""
    if type_ is Type.JSON:  # no notation has constants of it
        return st.just(Ref(("payload",), type_))
    literal = constants(type_).map(lambda value: Literal(value, type_))
    names = [name for name, given in FIELDS.items() if given is type_]
    if not names:
        return literal
    return st.sampled_from(names).map(lambda name: Ref((name,), type_)) | literal


def trees(type_: Type, depth: int = 3) -> st.SearchStrategy[Node]:
    """A typed tree that gives a type."""
    if depth == 0:
        return leaves(type_)
    makers = [calls(function, type_, depth - 1) for function in FUNCTIONS.values() if gives(function, type_)]
    return st.one_of(leaves(type_), *makers)


def gives(function: Function, type_: Type) -> bool:
    """Whether a function can give a type."""
    if function.gives is not None:
        return function.gives is type_
    return any(argument.alike and type_ in argument.types for argument in function.takes)


@st.composite
def calls(draw: st.DrawFn, function: Function, type_: Type, depth: int) -> Node:
    """A call of a function that gives a type."""
    alike = next((argument.types for argument in function.takes if argument.alike), ())
    common = type_ if function.gives is None else draw(st.sampled_from(alike)) if alike else None
    count = draw(st.integers(max(function.least, 1), len(function.takes))) if function.takes else 0
    if function.repeats:
        count += draw(st.integers(1 if function.notation else 0, 2))
    args: list[Node] = []
    for position in range(count):
        argument = function.argument(position)
        assert argument is not None
        wanted = common if argument.alike and common else draw(st.sampled_from(argument.types))
        if function.name == "in" and position == 1:
            wanted = {
                Type.TEXT: Type.TEXTS,
                Type.NUMBER: Type.NUMBERS,
                Type.DATE: Type.DATES,
                Type.ID: Type.IDS,
            }[args[0].type]
        if argument.choices is not None:
            args.append(draw(st.sampled_from(sorted(argument.choices & CHOICES)).map(constant)))
            continue
        if argument.member:
            wanted = ELEMENTS[args[0].type]
        args.append(draw(leaves(wanted) if wanted in LISTS else trees(wanted, depth)))
    return Call(function.name, tuple(args), type_)


@st.composite
def filters(draw: st.DrawFn, level: int = 0, depth: int = 2) -> Any:
    """A filter document over the fields of one level of the world."""
    kinds = ["condition"] * 3 + (["all", "any", "not"] if depth else []) + (["many"] if RELATIONS[level] else [])
    match draw(st.sampled_from(kinds)):
        case "all" | "any" as group:
            return {group: draw(st.lists(filters(level, depth - 1), max_size=3))}
        case "not":
            return {"not": draw(filters(level, depth - 1))}
        case "many":
            operator = draw(st.sampled_from(TO_MANY_OPERATORS))
            document = {"field": RELATIONS[level], "op": operator}
            if operator in ("some", "none", "every"):
                document["where"] = draw(filters(level + 1, max(depth - 1, 0)))
            return document
        case _:
            name = draw(st.sampled_from(list(FIELDS)))
            operator = draw(st.sampled_from(OPERATORS[FIELDS[name]]))
            return {"field": name, "op": operator, "value": draw(operands(FIELDS[name], operator))}


def operands(type_: Type, operator: str) -> st.SearchStrategy[Any]:
    """The JSON values that an operator takes."""
    if type_ in ELEMENTS:
        type_ = ELEMENTS[type_]
    values = constants(type_)
    if type_ is Type.MOMENT:
        values = values | constants(Type.DATE)
    if type_ not in (Type.NUMBER, Type.BOOLEAN, Type.JSON):
        values = values.map(_json)
    match operator:
        case "in" | "not_in":
            return st.lists(values, max_size=4)
        case "between":
            return st.lists(values, min_size=2, max_size=2)
        case "within":
            direction = st.sampled_from(("last", "next", "this"))
            unit = st.sampled_from(("day", "week", "month", "quarter", "year"))
            return st.builds(lambda d, n, u: {d: n, "unit": u}, direction, st.integers(1, 10_000), unit)
        case "is" | "is_not":
            return st.none() | values
        case _:
            return values


def _json(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return value.isoformat()
    return spell(value)
