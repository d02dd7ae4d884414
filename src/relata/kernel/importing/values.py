"""Of which kind the values of a column are, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from relata.kernel.importing.cleansing.dates import EPOCH, ISO, NAMED, PARTS, form_of
from relata.kernel.importing.cleansing.texts import is_nothing
from relata.kernel.metadata.kinds.boolean import NO, YES

MOST = 0.9
"""Share of the values that must be of a kind."""
FEW, LABEL = 24, 60
"""Options of a choice, and characters of each."""
EMAIL = re.compile(r"(?:[^<>]*<)?[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>]{2,}>?(?:\s*[;,]\s*\S+@\S+)*")
LINK = re.compile(
    r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|de|io|eu|fr|uk|at|ch|nl|example|co|info)(?:/\S*)?",
    re.IGNORECASE,
)
PHONE = re.compile(r"'?[+(]?\d[\d\s()./\-–]{5,22}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
SURELY_PHONE = re.compile(r"'?(\+|00|0\d|\()|.*[\s()/\-].*\d{2,}[\s()/\-]")
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[,.'\s\u00a0\u202f]\d{3})+)(?:[.,]\d+)?", re.ASCII)
CODE = re.compile(r"0\d+", re.ASCII)
MONEY = re.compile(r"(?:[$€£¥]|[A-Z]{3})\s*-?[\d.,'\s\u00a0]+|-?[\d.,'\s\u00a0]+\s*(?:[$€£¥]|[A-Z]{3})")
PERCENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*%")
CLOCK = re.compile(r".*\d[T\s,]+\d{1,2}[:.]\d\d.*")
SIGNS = re.compile(r"[.,]")


@dataclass(frozen=True, slots=True)
class Values:
    """`kind` is that of a field for them, or email, phone and link; `digits` says that they could be phone numbers; how dates and
    decimals are written is told where it can be seen.
    """

    kind: str
    count: int
    options: tuple[str, ...] = ()
    date_format: str | None = None
    decimal: str | None = None
    digits: bool = False


def values_of(cells: Sequence[Any]) -> Values:
    """What these cells have in common; text in doubt."""
    if cells and not any(isinstance(cell, str) for cell in cells):
        return Values(typed(cells), len(cells))
    texts = [text for cell in cells if (text := str(cell).strip()) and not is_nothing(text)]
    count = len(texts)
    if not count:
        return Values("text", 0)
    kind = kind_of_texts(texts)
    form = form_of(texts) if kind in ("date", "moment") else None
    decimal = decimal_of(texts) if kind in ("number", "money", "percent") else None
    options = tuple(sorted(set(texts))) if kind == "choice" else ()
    return Values(kind, count, options, form, decimal, share(texts, PHONE) >= MOST)


def typed(cells: Sequence[Any]) -> str:
    """The kind of values that come typed, as from JSON."""
    if all(isinstance(cell, bool) for cell in cells):
        return "boolean"
    if all(isinstance(cell, list) and all(isinstance(one, str) for one in cell) for cell in cells):
        return "tags"
    return "json" if any(isinstance(cell, dict | list) for cell in cells) else "number"


def kind_of_texts(texts: list[str]) -> str:
    for kind, form in (("email", EMAIL), ("link", LINK), ("percent", PERCENT)):
        if share(texts, form) >= MOST:
            return kind
    if dated := kind_of_dates(texts):
        return dated
    if share(texts, PHONE) >= MOST and share(texts, SURELY_PHONE) >= 0.5 and share(texts, NUMBER) < MOST:
        return "phone"
    if {text.lower() for text in texts} <= YES | NO and set(texts) not in ({"0"}, {"1"}):
        return "boolean"
    if share(texts, NUMBER) >= MOST and share(texts, CODE) < 0.1:
        return "number"
    if share(texts, MONEY) >= MOST:
        return "money"
    if any(len(text) > 250 or "\n" in text for text in texts):
        return "long_text"
    return "choice" if is_choice(texts) else "text"


def kind_of_dates(texts: list[str]) -> str | None:
    if share(texts, EPOCH) == 1.0:
        return None  # as likely numbers
    days = [bool(ISO.match(text) or PARTS.match(text) or NAMED.match(text)) for text in texts]
    if sum(days) < MOST * len(texts):
        return None
    timed = [text for text in texts if CLOCK.match(text) and not re.search(r"\b00:00(:00)?(\.0+)?\b(?!.*[1-9]:)", text)]
    return "moment" if timed else "date"


def is_choice(texts: list[str]) -> bool:
    """Few different short texts, each of them often."""
    different = set(texts)
    return (
        1 < len(different) <= FEW
        and len(texts) >= 3 * len(different)
        and all(len(one) <= LABEL for one in different)
        and not any(re.fullmatch(r"[\d\W]+", one) for one in different)
    )


def share(texts: Iterable[str], form: re.Pattern[str]) -> float:
    found = [
        form.fullmatch(text) is not None if form is not SURELY_PHONE else form.match(text) is not None for text in texts
    ]
    return sum(found) / len(found) if found else 0.0


def decimal_of(texts: list[str]) -> str | None:
    """The decimal sign, where the numbers tell."""
    signs = [sign for text in texts if (sign := sign_of(text))]
    comma, point = signs.count(","), signs.count(".")
    if comma == point:
        return None
    return "," if comma > point else "."


def sign_of(text: str) -> str | None:
    """Of two signs the last one parts decimals, and one that comes several times does not; what has three digits behind its only
    sign could be either.
    """
    signs = SIGNS.findall(text)
    if not signs:
        return None
    other = "." if signs[-1] == "," else ","
    if len(set(signs)) == 2:
        return str(signs[-1])
    if len(signs) > 1:
        return other
    before, after = (re.sub(r"\D", "", part) for part in text.split(signs[0]))
    return None if len(after) == 3 and 0 < len(before) <= 3 else str(signs[0])
