"""Folded text, by which texts are sorted and searched.

Without case, accents and the letters' national forms.

The same function twice, in Python and as `relata.fold` in PostgreSQL, where it is one expression
that the planner can inline and index.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Text

from relata.kernel.expression.define import define
from relata.kernel.expression.invoke import invoke

# Combining marks: general (five blocks), Hebrew points, Arabic vowel signs.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
    "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ς": "σ",
}  # fmt: skip

# Two letters whose capitals came with Unicode 16, which not every Python and PostgreSQL knows: left
# as they are.
WITHOUT_CAPITAL = "\u019b\u0264"
_THEIR_CAPITAL = "\ua7dc\ua7cb"

_mark = re.compile(f"[{_MARKS}]+")
_special = str.maketrans(_LETTERS)


def fold(text: str) -> str:
    """The text without case and accents, for comparing and sorting by code point."""
    if text.isascii():
        return text.lower()
    bare = _mark.sub("", unicodedata.normalize("NFKD", text))
    # str.lower minds the end of a word only for sigma, whose two forms fold to one.
    return bare.lower().translate(_special)


def _folding() -> str:
    bare = f"pg_catalog.regexp_replace(normalize($1, nfkd), '[{_MARKS}]+', '', 'g')"
    folded = f"relata.lower({bare})"
    # A replace that finds nothing costs next to nothing; one translate of all letters took a third
    # of the time.
    for letter, spelled in _LETTERS.items():
        folded = f"replace({folded}, '{letter}', '{spelled}')"
    return folded


# Built-in collations with Unicode case mapping came with PostgreSQL 17; before, the database's own
# one decides.
_CASE_SQL = """
do $do$
declare mapped text := case when current_setting('server_version_num')::int >= 170000
    then '$1 collate pg_catalog.pg_c_utf8' else '$1' end;
begin
    execute replace($create$LOWER$create$, '$1', mapped);
    execute replace($create$UPPER$create$, '$1', mapped);
end
$do$
""".replace("LOWER", define("lower(text)", "text", 'pg_catalog.lower($1) collate "C"')).replace(
    "UPPER",
    define(
        "upper(text)",
        "text",
        f"translate(pg_catalog.upper($1), '{_THEIR_CAPITAL}', '{WITHOUT_CAPITAL}') collate \"C\"",
    ),
)

FOLD_SQL: tuple[str, ...] = (
    _CASE_SQL,
    define(
        "fold(text)",
        "text",
        'case when octet_length($1) = char_length($1) then pg_catalog.lower($1 collate "C") '
        f'else {_folding()} end collate "C"',
    ),
    define("sort_key(text)", "text", "nullif(relata.fold($1), '')"),
    define(
        "like_pattern(text)",
        "text",
        r"replace(replace(replace(relata.fold($1), '\', '\\'), '%', '\%'), '_', '\_')",
    ),
)


def fold_sql(column: ColumnElement[Any]) -> ColumnElement[str]:
    """`relata.fold(column)`."""
    return invoke("relata.fold", column, type_=Text())


def sort_key_sql(column: ColumnElement[Any]) -> ColumnElement[str]:
    """`relata.sort_key(column)`.

    The folded text, NULL if nothing is left of it, so that it sorts last.
    """
    return invoke("relata.sort_key", column, type_=Text())


def pattern_sql(part: ColumnElement[Any]) -> ColumnElement[str]:
    """The folded text with the wild cards of LIKE escaped."""
    return invoke("relata.like_pattern", part, type_=Text())
