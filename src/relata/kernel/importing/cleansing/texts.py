"""What stands for nothing, and how several values stand in one cell."""

from __future__ import annotations

import re

NOTHING = frozenset(
    {
        "-", "--", "---", "–", "—", ".", "?", "/", "n/a", "na", "n.a.", "#n/a", "none", "-none-", "--none--", "<none>", "null",
        "(null)", "<null>", "nil", "nan", "undefined", "(blank)", "(empty)", "(leer)", "k.a.", "k. a.", "not set", "not available",
        "keine", "keine angabe", "aucun", "ninguno", "\\n", "000000000000000aaa", "0000-00-00", "0000-00-00 00:00:00",
    }
)  # fmt: skip
"""What programs and people write where they have no value, in small letters."""
UNCHOSEN = re.compile(
    r"[\s\-–<\[(]*(please )?(select|choose|pick|bitte (aus)?wählen|auswählen|unknown|unbekannt)\b[^;,|]{0,40}?(\.\.\.|…)?[\s\-–>\])]*",
    re.IGNORECASE,
)
"""What a list of choices says before anybody has chosen."""
ADDRESS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")
MAILS = re.compile(r"\s*(?:;|,|\n|\r| ::: |\||\s/\s)\s*")
PARTING = re.compile(r"[;,\n\r|/]| ::: ")
"""What every way of parting has one of."""
LISTED = re.compile(r"\s*(?:;|\n|\r| ::: )\s*")


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.strip().lower() in NOTHING


def is_unchosen(text: str) -> bool:
    """The same of a choice."""
    return UNCHOSEN.fullmatch(text) is not None


def several(text: str, split: re.Pattern[str] = LISTED) -> list[str]:
    """The values of a cell, each once."""
    if not PARTING.search(text):
        return [text.strip()]
    return list(dict.fromkeys(part.strip() for part in split.split(text.strip()) if part.strip()))


def mails_of(text: str) -> list[str]:
    """The addresses of a cell: «Ada <ada@x.example>; bo@x.example»."""
    found = ADDRESS.findall(text) if "<" in text else None
    if found:
        return list(dict.fromkeys(found))
    return [one.removeprefix("mailto:") for one in several(text, MAILS)]
