"""The one place where names and constants become SQL text; everything else is a bound parameter."""

from __future__ import annotations


def quote_name(name: str) -> str:
    """An identifier, quoted for PostgreSQL."""
    if "\0" in name:
        msg = "an identifier cannot hold NUL"
        raise ValueError(msg)
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text constant, quoted for PostgreSQL with standard_conforming_strings."""
    if "\0" in text:
        msg = "a text constant cannot hold NUL"
        raise ValueError(msg)
    return "'" + text.replace("'", "''") + "'"
