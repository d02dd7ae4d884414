"""Taking texts apart and putting them together. Positions count characters from 1, as in spreadsheets."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Numeric, Text

from relata.kernel.expression.define import define
from relata.kernel.expression.fold import fold
from relata.kernel.expression.function import Argument, Function, plain
from relata.kernel.expression.invoke import invoke
from relata.kernel.expression.numbers import parse_number
from relata.kernel.expression.texts import LONGEST, lower, upper
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT = Argument("text", (Type.TEXT,))
_word = re.compile(r"[^ \t\n\r-]+")


def _number(name: str) -> Argument:
    return Argument(name, (Type.NUMBER,))


def _words(name: str) -> Argument:
    return Argument(name, (Type.TEXT,))


def _clamp(count: Decimal, least: int = 0) -> int:
    return int(max(Decimal(least), min(Decimal(LONGEST), count)))


def _given(compute: Callable[..., object]) -> Callable[..., object]:
    """Empty where any of the values is."""
    return lambda *values: None if None in values else compute(*values)


def _mid(text: str, start: Decimal, count: Decimal) -> str:
    first = _clamp(start, 1) - 1
    return text[first : first + _clamp(count)]


def _find(text: str, part: str, start: Decimal = Decimal(1)) -> Decimal:
    return Decimal(text.find(part, _clamp(start, 1) - 1) + 1) if part else Decimal(0)


def _replace(text: str, old: str, new: str) -> str:
    return (text.replace(old, new) if old else text)[:LONGEST]


def _pad(*, left: bool) -> Callable[..., str]:
    def pad(text: str, length: Decimal, fill: str = " ") -> str:
        wanted = _clamp(length)
        if len(text) >= wanted or not fill:
            return text[:wanted]
        missing = wanted - len(text)
        padding = (fill * (missing // len(fill) + 1))[:missing]
        return padding + text if left else text + padding

    return pad


def _split(text: str, separator: str, position: Decimal) -> str | None:
    number = int(max(Decimal(-LONGEST), min(Decimal(LONGEST), position)))
    if not number:
        return None
    parts = text.split(separator) if separator else [text]
    index = number - 1 if number > 0 else len(parts) + number
    return parts[index] if 0 <= index < len(parts) else ""


def _capitalise(text: str) -> str:
    return _word.sub(lambda word: upper(word[0][0]) + lower(word[0][1:]), text)


def _matches(text: str, pattern: str) -> bool:
    """By the classic two-pointer walk: linear in practice, never exponential."""
    given, wanted = fold(text), fold(pattern)
    star = -1
    at = mark = index = 0
    while index < len(given):
        if at < len(wanted) and wanted[at] == "*":
            star, mark, at = at, index, at + 1
        elif at < len(wanted) and wanted[at] in ("?", given[index]):
            at, index = at + 1, index + 1
        elif star >= 0:
            mark += 1
            at, index = star + 1, mark
        else:
            return False
    return not wanted[at:].strip("*")


def _text(
    name: str, takes: tuple[Argument, ...], compute: Callable[..., object], help_: str, optional: int = 0
) -> Function:
    return Function(
        name,
        takes,
        Type.TEXT,
        plain(lambda *args: invoke(f"relata.{name}", *args, type_=Text())),
        _given(compute),
        help_,
        optional=optional,
    )


PARTS = (
    _text(
        "mid",
        (_TEXT, _number("start"), _number("count")),
        _mid,
        "So many characters from a position on; the first has position 1.",
    ),
    Function(
        "find",
        (_TEXT, _words("part"), _number("start")),
        Type.NUMBER,
        plain(lambda *args: invoke("relata.find", *args, type_=Numeric())),
        _given(_find),
        "The position at which the part begins, from a start on; 0 if it is not there. Capitals count.",
        optional=1,
    ),
    _text(
        "replace",
        (_TEXT, _words("old"), _words("new")),
        _replace,
        "The text with every old part replaced by the new one. Capitals count.",
    ),
    _text(
        "pad_left",
        (_TEXT, _number("length"), _words("fill")),
        _pad(left=True),
        "Filled at its beginning to the length, with blanks if nothing else is given; what is longer is cut.",
        optional=1,
    ),
    _text(
        "pad_right",
        (_TEXT, _number("length"), _words("fill")),
        _pad(left=False),
        "Filled at its end to the length, with blanks if nothing else is given; what is longer is cut.",
        optional=1,
    ),
    _text(
        "repeat",
        (_TEXT, _number("count")),
        lambda text, count: text * min(_clamp(count), LONGEST // len(text)) if text else "",
        "The text so many times, as often as 100,000 characters hold it.",
    ),
    _text("reverse", (_TEXT,), lambda text: text[::-1], "The characters in opposite order."),
    _text(
        "split",
        (_TEXT, _words("separator"), _number("position")),
        _split,
        "The part between separators at a position: 1 is the first, -1 the last.",
    ),
    _text(
        "capitalise",
        (_TEXT,),
        _capitalise,
        "Each word with a capital first and small letters after it; blanks and hyphens end a word.",
    ),
    Function(
        "matches",
        (_TEXT, _words("pattern")),
        Type.BOOLEAN,
        plain(lambda *args: invoke("relata.matches", *args, type_=Boolean())),
        lambda text, pattern: text is not None and pattern is not None and _matches(text, pattern),
        "True if the whole text is like the pattern, where * is any text and ? any character; case and accents do not "
        "count.",
    ),
    Function(
        "is_number",
        (_TEXT,),
        Type.BOOLEAN,
        plain(lambda text: invoke("relata.is_number", text, type_=Boolean())),
        lambda text: parse_number(text) is not None,
        "True if number(text) would read a number.",
    ),
)


def _between(number: str, least: int) -> str:
    return (
        f"case when {number} < {least} then {least} when {number} > {LONGEST} then {LONGEST} "
        f"else trunc({number})::int end"
    )


_FROM = _between("$3", 1)
_PATTERN = r"translate(replace(replace(replace(relata.fold($2), '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_')"
_PADDED = (
    "case when $3 = '' or char_length($1) >= {n} and $3 <> '' then left($1, {n}) "
    "when char_length($1) < {n} then {pad} end"
)


def _padded(pad: str) -> str:
    return _PADDED.format(n=_between("$2", 0), pad=f"{pad}($1, {_between('$2', 0)}, $3)")


PART_SQL: tuple[str, ...] = (
    *(
        define(signature, "text", body)
        for signature, body in (
            ("mid(text, numeric, numeric)", f"substr($1, {_between('$2', 1)}, {_between('$3', 0)})"),
            ("replace(text, text, text)", f"left(pg_catalog.replace($1, $2, $3), {LONGEST})"),
            ("pad_left(text, numeric, text)", _padded("lpad")),
            ("pad_left(text, numeric)", "relata.pad_left($1, $2, ' ')"),
            ("pad_right(text, numeric, text)", _padded("rpad")),
            ("pad_right(text, numeric)", "relata.pad_right($1, $2, ' ')"),
            (
                "repeat(text, numeric)",
                (
                    f"case when $2 is not null then pg_catalog.repeat($1, least({_between('$2', 0)}, "
                    f"{LONGEST} / greatest(char_length($1), 1))) end"
                ),
            ),
            ("reverse(text)", "pg_catalog.reverse($1)"),
            (
                "split(text, text, numeric)",
                (
                    "case when trunc($3) <> 0 and $1 is not null then case when $2 = '' then "
                    "case when trunc($3) in (1, -1) then $1 else '' end else "
                    f"split_part($1, $2, greatest(least(trunc($3), {LONGEST}), -{LONGEST})::int) end end"
                ),
            ),
            (
                "capitalise(text)",
                (
                    "case when $1 = '' then '' else (select string_agg(relata.upper(left(w.part[1], 1)) || "
                    "relata.lower(substr(w.part[1], 2)), '' order by w.at) from "
                    r"regexp_matches($1, '[^ \t\n\r-]+|[ \t\n\r-]+', 'g') with ordinality w(part, at)) end"
                ),
            ),
        )
    ),
    *(
        define(signature, "numeric", body)
        for signature, body in (
            (
                "find(text, text, numeric)",
                (
                    "case when $1 is null or $3 is null then null when $2 = '' then 0 when $2 is not null then "
                    f"coalesce(nullif(strpos(substr($1, {_FROM}), $2), 0) + {_FROM} - 1, 0) end"
                ),
            ),
            ("find(text, text)", "relata.find($1, $2, 1)"),
        )
    ),
    define("matches(text, text)", "boolean", rf"coalesce(relata.fold($1) like {_PATTERN}, false)"),
    define(
        "is_number(text)",
        "boolean",
        "coalesce($1 ~ '^ *[+-]?[0-9]{1,28}([.][0-9]{1,10})? *$', false)",
    ),
)
