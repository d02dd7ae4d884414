"""Remainders, roots, powers and logarithms, equal in PostgreSQL and in Python: both work them out to at
least 30 decimals, and give 10.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from sqlalchemy import Numeric

from relata.kernel.expression.define import define
from relata.kernel.expression.function import Argument, Function, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.numbers import DIGITS_SQL, SCALE, bounded, places_of
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

# Results have at most 28 + 30 digits that count; the rest is for the steps between.
_WIDE = Context(prec=100, traps=[])
_UNIT = Decimal(1).scaleb(-SCALE)
_NUMBER = Argument("number", (Type.NUMBER,))
_GREATEST = 65
"""e^65 is beyond the largest number; below e^-65 nothing is left of 10 decimals."""


def _wide(compute: Callable[..., Decimal | None]) -> Callable[..., Decimal | None]:
    def python(*values: Decimal | None) -> Decimal | None:
        if None in values:
            return None
        with localcontext(_WIDE):
            found = bounded(compute(*values))
            return None if found is None else bounded(found.quantize(_UNIT))

    return python


def _mod(number: Decimal, divisor: Decimal) -> Decimal | None:
    return number % divisor if divisor else None


def _trunc(number: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places_of(digits)), ROUND_DOWN)


def _exp(number: Decimal) -> Decimal | None:
    if number > _GREATEST:
        return None
    return Decimal(0) if number < -_GREATEST else number.exp()


def _power(base: Decimal, exponent: Decimal) -> Decimal | None:
    whole = exponent == exponent.to_integral_value()
    if not base:
        return Decimal(1) if not exponent else Decimal(0) if exponent > 0 else None
    if base < 0 and not whole:
        return None
    size = exponent * abs(base).ln()
    if abs(size) > _GREATEST:
        return Decimal(0) if size < 0 else None
    return base**exponent


def _one(name: str, compute: Callable[[Decimal], Decimal | None], help_: str) -> Function:
    return Function(
        name,
        (_NUMBER,),
        Type.NUMBER,
        plain(lambda number: invoke(f"relata.{name}", number, type_=Numeric())),
        _wide(compute),
        help_,
    )


POWERS = (
    Function(
        "mod",
        (_NUMBER, Argument("divisor", (Type.NUMBER,))),
        Type.NUMBER,
        plain(lambda *args: invoke("relata.mod", *args, type_=Numeric())),
        _wide(_mod),
        "What is left after dividing, with the sign of the number; empty if the divisor is 0.",
    ),
    Function(
        "trunc",
        (_NUMBER, Argument("digits", (Type.NUMBER,))),
        Type.NUMBER,
        plain(lambda *args: invoke("relata.cut_to", *args, type_=Numeric())),
        _wide(_trunc),
        "Cut off after so many decimals (0 if not given, at most 10; -1: tens).",
        optional=1,
    ),
    _one("sqrt", lambda number: None if number < 0 else number.sqrt(), "The square root; empty below 0."),
    _one("exp", _exp, "e raised to the number."),
    _one("ln", lambda number: number.ln() if number > 0 else None, "The natural logarithm; empty unless above 0."),
    _one(
        "log",
        lambda number: number.log10() if number > 0 else None,
        "The logarithm to base 10; empty unless above 0.",
    ),
    Function(
        "power",
        (Argument("base", (Type.NUMBER,)), Argument("exponent", (Type.NUMBER,))),
        Type.NUMBER,
        plain(lambda *args: invoke("relata.power", *args, type_=Numeric())),
        _wide(_power),
        "The base raised to the exponent; empty where that is no number.",
    ),
)

# Added to a number, it makes PostgreSQL work the result out to 30 decimals.
_DECIMALS = f"0.{'0' * 30}"
_ROUNDED = f"relata.bounded(round({{}}, {SCALE}))"
_SIZE = f"$2 * pg_catalog.ln(abs(nullif($1, 0)) + {_DECIMALS})"

POWER_SQL: tuple[str, ...] = tuple(
    define(signature, "numeric", body)
    for signature, body in (
        ("mod(numeric, numeric)", _ROUNDED.format("pg_catalog.mod($1, nullif($2, 0))")),
        ("cut_to(numeric)", "relata.bounded(pg_catalog.trunc($1))"),
        ("cut_to(numeric, numeric)", f"relata.bounded(pg_catalog.trunc($1, {DIGITS_SQL}))"),
        ("sqrt(numeric)", _ROUNDED.format(f"case when $1 >= 0 then pg_catalog.sqrt($1 + {_DECIMALS}) end")),
        (
            "exp(numeric)",
            (
                f"case when $1 < -{_GREATEST} then 0 when $1 <= {_GREATEST} then "
                f"{_ROUNDED.format(f'pg_catalog.exp($1 + {_DECIMALS})')} end"
            ),
        ),
        ("ln(numeric)", _ROUNDED.format(f"case when $1 > 0 then pg_catalog.ln($1 + {_DECIMALS}) end")),
        ("log(numeric)", _ROUNDED.format(f"case when $1 > 0 then pg_catalog.log($1 + {_DECIMALS}) end")),
        (
            "power(numeric, numeric)",
            (
                "case when $1 = 0 then case when $2 = 0 then 1 when $2 > 0 then 0 end "
                "when $1 < 0 and $2 <> pg_catalog.trunc($2) then null "
                f"when {_SIZE} < -{_GREATEST} then 0 when {_SIZE} <= {_GREATEST} then "
                f"{_ROUNDED.format(f'pg_catalog.power($1 + {_DECIMALS}, $2)')} end"
            ),
        ),
    )
)
