"""Functions of texts.

Positions count characters (code points); case changes character by character.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, Integer, Numeric, Text, cast, literal_column

from relata.kernel.expression.define import define
from relata.kernel.expression.fold import WITHOUT_CAPITAL
from relata.kernel.expression.function import Argument, Function, Sql, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

# A bound on what concatenation builds, so that no formula can fill the memory.
LONGEST = 100_000
_BLANK = " \t\n\r\f\v\u00a0"
_TEXT = Argument("text", (Type.TEXT,))
_COUNT = Argument("count", (Type.NUMBER,))


def _concat(*parts: str | None) -> str:
    return "".join([part for part in parts if part is not None])[:LONGEST]


def _upper_char(char: str) -> str:
    if char in WITHOUT_CAPITAL:
        return char
    for form in (char.upper(), char.title()):
        if len(form) == 1:
            return form
    return char


def upper(text: str) -> str:
    """Each character's simple capital: `ß` stays as it is."""
    return text.upper() if text.isascii() else "".join([_upper_char(char) for char in text])


def lower(text: str) -> str:
    """Each character's simple small letter."""
    if text.isascii():
        return text.lower()
    return "".join(["i" if char == "\u0130" else char.lower() for char in text])


def _of_text(change: Callable[[str], object]) -> Callable[[str | None], object]:
    return lambda text: None if text is None else change(text)


def _cut(part: Callable[[str, int], str]) -> Callable[[str | None, Decimal | None], str | None]:
    def python(text: str | None, count: Decimal | None) -> str | None:
        if text is None or count is None:
            return None
        return part(text, int(max(Decimal(0), min(Decimal(LONGEST), count))))

    return python


def plain_number(number: Decimal) -> str:
    """Digits without exponent and without zeros at the end of the decimals."""
    if not number:
        return "0"
    spelled = format(number, "f")
    if "." in spelled:
        spelled = spelled.rstrip("0").rstrip(".")
    return spelled


def spell(value: object) -> str | None:
    """A value as text: `1.5`, `true`, `2026-11-22`, `2026-11-22T10:00:00Z`."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain_number(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"
        case dt.date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case _:
            return str(value)


def _spell_sql(types: tuple[Type, ...], value: Sql) -> Sql:
    match types[0]:
        case Type.NUMBER:
            return cast(invoke("trim_scale", value, type_=Numeric()), Text)
        case Type.BOOLEAN:
            return invoke("relata.spell_boolean", value, type_=Text())
        case Type.DATE:
            return invoke("to_char", value, literal_column("'YYYY-MM-DD'"), type_=Text())
        case Type.MOMENT:
            utc = invoke("timezone", literal_column("'UTC'"), value, type_=DateTime())
            return invoke("to_char", utc, literal_column("""'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""), type_=Text())
        case _:
            return cast(value, Text)


TEXTS = (
    Function(
        "concat",
        (_TEXT,),
        Type.TEXT,
        plain(
            lambda *parts: invoke(
                "left",
                invoke("concat", *parts, type_=Text()),
                literal_column(str(LONGEST)),
                type_=Text(),
            )
        ),
        _concat,
        "The texts one after the other; empty ones add nothing. At most 100,000 characters.",
        repeats=True,
    ),
    Function(
        "upper",
        (_TEXT,),
        Type.TEXT,
        plain(lambda text: invoke("relata.upper", text, type_=Text())),
        _of_text(upper),
        "The text in capitals.",
    ),
    Function(
        "lower",
        (_TEXT,),
        Type.TEXT,
        plain(lambda text: invoke("relata.lower", text, type_=Text())),
        _of_text(lower),
        "The text in small letters.",
    ),
    Function(
        "trim",
        (_TEXT,),
        Type.TEXT,
        plain(lambda text: invoke("relata.trim", text, type_=Text())),
        _of_text(lambda text: text.strip(_BLANK)),
        "The text without white space at its ends.",
    ),
    Function(
        "length",
        (_TEXT,),
        Type.NUMBER,
        plain(
            lambda text: cast(
                invoke(
                    "coalesce",
                    invoke("char_length", text, type_=Integer()),
                    literal_column("0"),
                    type_=Integer(),
                ),
                Numeric,
            )
        ),
        lambda text: Decimal(len(text or "")),
        "The number of characters; 0 if empty.",
    ),
    Function(
        "left",
        (_TEXT, _COUNT),
        Type.TEXT,
        plain(lambda text, count: invoke("relata.left_part", text, count, type_=Text())),
        _cut(lambda text, count: text[:count]),
        "The first so many characters.",
    ),
    Function(
        "right",
        (_TEXT, _COUNT),
        Type.TEXT,
        plain(lambda text, count: invoke("relata.right_part", text, count, type_=Text())),
        _cut(lambda text, count: text[-count:] if count else ""),
        "The last so many characters.",
    ),
    Function(
        "text",
        (Argument("value", (Type.NUMBER, Type.TEXT, Type.BOOLEAN, Type.DATE, Type.MOMENT, Type.ID)),),
        Type.TEXT,
        _spell_sql,
        spell,
        "The value as text: 1.5, true, 2026-11-22, 2026-11-22T10:00:00Z.",
    ),
)

_COUNT_SQL = f"case when $2 < 0 then 0 when $2 > {LONGEST} then {LONGEST} else trunc($2)::int end"

TEXT_SQL: tuple[str, ...] = tuple(
    define(signature, "text", body)
    for signature, body in (
        ("left_part(text, numeric)", f"left($1, {_COUNT_SQL})"),
        ("right_part(text, numeric)", f"right($1, {_COUNT_SQL})"),
        ("spell_boolean(boolean)", "case $1 when true then 'true' when false then 'false' end"),
        ("trim(text)", r"btrim($1, e' \t\n\r\f\v\u00a0')"),
    )
)
