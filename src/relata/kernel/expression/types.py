"""The types of the language. Small on purpose: every kind of field maps to one of them."""

from __future__ import annotations

import enum


class Type(enum.Enum):
    """What an expression gives.

    Any value may also be empty, which is None in memory and NULL in SQL.

    In memory: TEXT str, NUMBER Decimal, BOOLEAN bool, DATE date, MOMENT datetime (aware, UTC), ID
    UUID; KEYS, TEXTS, IDS, NUMBERS and DATES are tuples of these; JSON is any value of it. NOTHING is the type of `null`.
    """

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    ID = "id"
    KEYS = "keys"
    TEXTS = "texts"
    IDS = "ids"
    NUMBERS = "numbers"
    DATES = "dates"
    JSON = "json"
    NOTHING = "nothing"

    @property
    def phrase(self) -> str:
        """The type as it is called in a sentence."""
        return _PHRASES[self]

    @property
    def many(self) -> bool:
        """Whether a value holds several elements."""
        return self in ELEMENTS


# What a list of constants after `in` becomes, by the type of its members.
LISTS: dict[Type, Type] = {
    Type.TEXT: Type.TEXTS,
    Type.NUMBER: Type.NUMBERS,
    Type.DATE: Type.DATES,
    Type.ID: Type.IDS,
}

ELEMENTS: dict[Type, Type] = {
    Type.KEYS: Type.TEXT,
    Type.TEXTS: Type.TEXT,
    Type.IDS: Type.ID,
    Type.NUMBERS: Type.NUMBER,
    Type.DATES: Type.DATE,
}

_PHRASES = {
    Type.TEXT: "a text",
    Type.NUMBER: "a number",
    Type.BOOLEAN: "true or false",
    Type.DATE: "a date",
    Type.MOMENT: "a moment",
    Type.ID: "an id",
    Type.KEYS: "a set of keys",
    Type.TEXTS: "several texts",
    Type.IDS: "several ids",
    Type.NUMBERS: "several numbers",
    Type.DATES: "several dates",
    Type.JSON: "JSON",
    Type.NOTHING: "nothing",
}
