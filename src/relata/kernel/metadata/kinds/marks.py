"""Marks: what e-mail addresses, phone numbers and web addresses stand for, however they are written. Records are recognised by
them. The same function twice, in Python and as `relata.mark` in PostgreSQL.
"""

from __future__ import annotations

import re

from relata.kernel.expression.define import define

EMAIL, PHONE, LINK = "e", "p", "l"
SIGNIFICANT = 9
"""Digits from the end by which phone numbers are taken for the same: country and trunk zero are not always written."""
START = r"^(https?://)?(www\.)?"
NO_DIGIT = "[^0-9]"


def mark(sort: str, value: str) -> str:
    """The mark of a value: `e:`, `p:` or `l:` and what is the same in all ways of writing it."""
    bare = value.strip(" ").lower()
    if sort == PHONE:
        bare = re.sub(NO_DIGIT, "", value)[-SIGNIFICANT:]
    elif sort == LINK:
        bare = re.sub(START, "", bare).rstrip("/")
    return f"{sort}:{bare}"


MARKS_SQL = (
    define(
        "mark(value text, sort text)",
        "text",
        f"sort || ':' || case sort when '{PHONE}' then right(regexp_replace(value, '{NO_DIGIT}', '', 'g'), {SIGNIFICANT}) "
        f"when '{LINK}' then rtrim(regexp_replace(relata.lower(btrim(value)), '{START}', ''), '/') "
        "else relata.lower(btrim(value)) end",
    ),
    define(
        "marks(entries jsonb, sort text)",
        "text[]",
        "(select array_agg(relata.mark(e ->> 'value', sort)) from jsonb_array_elements(entries) e)",
    ),
)
