"""Arithmetic on decimals, equal to the last digit in PostgreSQL and in Python.

Products and quotients are rounded to SCALE places, half away from zero. What is empty, divided by
zero or reaches LIMIT in size is empty.
"""

from __future__ import annotations

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    localcontext,
)
from typing import TYPE_CHECKING, Any

from sqlalchemy import Numeric

from relata.kernel.expression.define import define
from relata.kernel.expression.function import Argument, Function, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

SCALE = 10
LIMIT = Decimal(10) ** 28

# Wide enough that nothing below is ever rounded by the context itself.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP, traps=[])
_UNIT = Decimal(1).scaleb(-SCALE)
_NUMBER = Argument("number", (Type.NUMBER,))
_COMPARABLE = (Type.NUMBER, Type.DATE, Type.MOMENT)
_number_text = re.compile(r" *[+-]?[0-9]{1,28}(\.[0-9]{1,10})? *", re.ASCII)


def bounded(value: Decimal | None) -> Decimal | None:
    """The number, or None if it is too large to be kept; never minus zero."""
    if value is None or not abs(value) < LIMIT:
        return None
    return value or abs(value)


def _exact(compute: Callable[..., Decimal | None]) -> Callable[..., Decimal | None]:
    def python(*values: Decimal | None) -> Decimal | None:
        if None in values:
            return None
        with localcontext(_EXACT):
            return bounded(compute(*values))

    return python


def _divide(left: Decimal, right: Decimal) -> Decimal | None:
    if not right:
        return None
    # The integer quotient is cut towards zero, so that its last digit alone decides the rounding.
    cut = left.scaleb(SCALE + 1) // right
    return cut.scaleb(-SCALE - 1).quantize(_UNIT)


def places_of(digits: Decimal) -> int:
    """Decimal places as a whole number from -28 to SCALE."""
    return int(max(Decimal(-28), min(Decimal(SCALE), digits)).to_integral_value(ROUND_DOWN))


def _round(number: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    places = places_of(digits)
    rounded = number.quantize(Decimal(1).scaleb(-places))
    return rounded.quantize(Decimal(1)) if places < 0 else rounded


def _total(*numbers: Decimal) -> Decimal:
    return sum(numbers, Decimal(0))


def _extreme(choose: Callable[[Any], object]) -> Callable[..., object]:
    def python(*values: object) -> object:
        present = [value for value in values if value is not None]
        return choose(present) if present else None

    return python


def parse_number(text: str | None) -> Decimal | None:
    """The number that a text spells; None if it is none."""
    return Decimal(text.strip(" ")) if text is not None and _number_text.fullmatch(text) else None


def _infix(name: str, sign: str, compute: Callable[..., Decimal | None], help_: str, **more: bool) -> Function:
    return Function(
        name,
        (_NUMBER,) if more.get("repeats") else (_NUMBER, _NUMBER),
        Type.NUMBER,
        plain(lambda *args: invoke(f"relata.{name}", *args, type_=Numeric())),
        _exact(compute),
        help_,
        notation=f"a {sign} b",
        **more,
    )


NUMBERS = (
    Function(
        "add",
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda first, *rest: invoke("relata.bounded", sum(rest, first), type_=Numeric())),
        _exact(_total),
        "The sum; between texts, the same as concat.",
        repeats=True,
        notation="a + b",
    ),
    _infix("subtract", "-", lambda a, b: a - b, "The difference."),
    _infix("multiply", "*", lambda a, b: (a * b).quantize(_UNIT), "The product, to 10 decimal places."),
    _infix("divide", "/", _divide, "The quotient, to 10 decimal places; empty if the divisor is 0."),
    Function(
        "negate",
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda number: invoke("relata.negate", number, type_=Numeric())),
        _exact(lambda number: -number),
        "The number with the opposite sign.",
        notation="-a",
    ),
    Function(
        "abs",
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda number: invoke("abs", number, type_=Numeric())),
        _exact(abs),
        "The number without its sign.",
    ),
    Function(
        "round",
        (_NUMBER, Argument("digits", (Type.NUMBER,))),
        Type.NUMBER,
        plain(lambda *args: invoke("relata.round_to", *args, type_=Numeric())),
        _exact(_round),
        "Rounded half away from zero to so many decimals (0 if not given, at most 10; -1: tens).",
        optional=1,
    ),
    Function(
        "floor",
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda number: invoke("relata.bounded", invoke("floor", number, type_=Numeric()), type_=Numeric())),
        _exact(lambda number: number.to_integral_value(ROUND_FLOOR)),
        "The largest whole number that is not above.",
    ),
    Function(
        "ceil",
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda number: invoke("relata.bounded", invoke("ceil", number, type_=Numeric()), type_=Numeric())),
        _exact(lambda number: number.to_integral_value(ROUND_CEILING)),
        "The smallest whole number that is not below.",
    ),
    Function(
        "min",
        (Argument("value", _COMPARABLE, alike=True),),
        None,
        plain(lambda *args: invoke("least", *args, type_=args[0].type)),
        _extreme(min),
        "The smallest of the values that are not empty.",
        repeats=True,
    ),
    Function(
        "max",
        (Argument("value", _COMPARABLE, alike=True),),
        None,
        plain(lambda *args: invoke("greatest", *args, type_=args[0].type)),
        _extreme(max),
        "The largest of the values that are not empty.",
        repeats=True,
    ),
    Function(
        "number",
        (Argument("text", (Type.TEXT,)),),
        Type.NUMBER,
        plain(lambda text: invoke("relata.to_number", text, type_=Numeric())),
        parse_number,
        "The number that the text spells (at most 28 digits, 10 decimals); otherwise empty.",
    ),
)

_CUT = SCALE + 1
DIGITS_SQL = f"case when $2 < -28 then -28 when $2 > {SCALE} then {SCALE} else trunc($2)::int end"

NUMBER_SQL: tuple[str, ...] = tuple(
    define(signature, "numeric", body)
    for signature, body in (
        # Clamping and then removing the bounds names the argument once: deep formulas stay small
        # when inlined.
        ("bounded(numeric)", "nullif(nullif(greatest(least($1, 1e28), -1e28), 1e28), -1e28)"),
        ("subtract(numeric, numeric)", "relata.bounded($1 - $2)"),
        ("multiply(numeric, numeric)", f"relata.bounded(round($1 * $2, {SCALE}))"),
        (
            "divide(numeric, numeric)",
            f"relata.bounded(round(div($1 * 1e{_CUT}, nullif($2, 0)) * 1e-{_CUT}, {SCALE}))",
        ),
        ("negate(numeric)", "- $1"),
        ("round_to(numeric)", "relata.bounded(round($1))"),
        (
            "round_to(numeric, numeric)",
            f"relata.bounded(round($1, {DIGITS_SQL}))",
        ),
        (
            "to_number(text)",
            "case when $1 ~ '^ *[+-]?[0-9]{1,28}([.][0-9]{1,10})? *$' then $1::numeric end",
        ),
    )
)
