"""Phone numbers in their international form (E.164). What cannot be read as one stays as it was written: nothing gets lost."""

from __future__ import annotations

import re

import phonenumbers

from relata.kernel.importing.cleansing.texts import several

PLAIN = re.compile(r"\+[1-9][\d \-]{6,20}", re.ASCII)
SHORTEST = 6
"""Digits that each of several numbers has at least."""
EXTENSION = " ext. "
SPLIT = re.compile(r"\s*(?:;|\n|\r| ::: | / |\||,(?=\s*[+(\d]))\s*")


def phones_of(text: str, country: str | None) -> list[str]:
    """The numbers of a cell, each in its international form where that is known."""
    parts = several(text, SPLIT)
    if any(sum(map(str.isdigit, part)) < SHORTEST for part in parts):  # «030 / 123 456» is one
        parts = [" ".join(text.split())]
    return [phone_of(one, country) for one in parts]


def phone_of(text: str, country: str | None) -> str:
    bare = text.strip().removeprefix("'").removeprefix("tel:").strip()
    if PLAIN.fullmatch(bare):
        digits = re.sub(r"\D", "", bare)
        if 8 <= len(digits) <= 15:
            return f"+{digits}"
    try:
        number = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        return bare
    if not phonenumbers.is_valid_number(number):
        return bare
    made = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{made}{EXTENSION}{number.extension}" if number.extension else made
