"""Options and countries by what people call them: exact names are taken, near ones offered."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from relata.kernel.expression.fold import fold
from relata.kernel.importing.cleansing.choices import Choices
from relata.kernel.importing.near import offer
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.address import country_names
from relata.kernel.metadata.kinds.base import BadValue

LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs")
OTHERS = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "america": "US", "uk": "GB", "u.k.": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "holland": "NL",
    "the netherlands": "NL", "south korea": "KR", "north korea": "KP", "russia": "RU", "czech republic": "CZ", "turkey": "TR",
    "ivory coast": "CI", "cape verde": "CV", "burma": "MM", "swaziland": "SZ", "macedonia": "MK", "vatican": "VA", "uae": "AE",
    "brd": "DE", "deu": "DE", "gbr": "GB", "fra": "FR", "ita": "IT", "esp": "ES", "aut": "AT", "che": "CH", "nld": "NL",
    "bel": "BE", "pol": "PL", "swe": "SE", "nor": "NO", "dnk": "DK", "fin": "FI", "irl": "IE", "prt": "PT", "cze": "CZ",
    "can": "CA", "aus": "AU", "nzl": "NZ", "jpn": "JP", "chn": "CN", "ind": "IN", "bra": "BR", "mex": "MX", "zaf": "ZA",
}  # fmt: skip
PARTED = re.compile(r"\s*[;|\n]\s*")


def option_of(column: str, one: Field, text: str, choices: Choices) -> str:
    """The key of an option by its key or label, in singular or plural; raises BadValue with what is near."""
    bare = text.strip()
    if one.option(bare):
        return bare
    known = labels(one)
    wanted = fold(bare)
    for way in (wanted, wanted.removesuffix("s"), f"{wanted}s", re.sub(r"[\s_\-]+", " ", wanted)):
        if way in known:
            return known[way]
    names = tuple(option.label for option in one.options)
    near = choices.near(column, bare, names)
    if near is None:
        raise BadValue(f"«{bare[:80]}» is not an option of {one.label}{offer(bare, names)}", "unknown_option")
    return known[fold(near)]


@cache
def labels(one: Field) -> dict[str, str]:
    keys = {fold(option.key).replace("_", " "): option.key for option in one.options}
    return keys | {fold(option.label): option.key for option in one.options}


def options_of(column: str, one: Field, text: str, choices: Choices) -> list[str]:
    """Several of them, parted by semicolons, strokes or lines, and by commas where no option has one."""
    parts = [part for part in PARTED.split(text.strip()) if part]
    if len(parts) == 1 and "," in text and fold(text.strip()) not in labels(one):
        parts = [part.strip() for part in text.split(",") if part.strip()]
    return list(dict.fromkeys(option_of(column, one, part, choices) for part in parts))


@cache
def countries() -> dict[str, str]:
    """Folded names in several languages, and codes → code."""
    found = {
        fold(str(name)): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    }
    known = country_names()
    return (
        {name: code for name, code in found.items() if code in known}
        | OTHERS
        | {fold(name): code for code, name in known.items()}
        | {code.lower(): code for code in known}
    )


def country_of(column: str, text: str, choices: Choices) -> str:
    """The code of a country by its name or code; raises BadValue with what is near."""
    found = countries().get(fold(text.strip()))
    if found is not None:
        return found
    names = tuple(country_names().values())
    near = choices.near(column, text.strip(), names)
    if near is None:
        raise BadValue(f"«{text[:80]}» is not the name of a country{offer(text, names)}", "bad_country")
    return countries()[fold(near)]
