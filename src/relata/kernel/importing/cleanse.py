"""The value of a cell in the form of its field's kind. Exact meanings are taken (key or label of a
choice, name of a country); near ones are offered, and taken only where whoever imports said so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from relata.kernel.expression.fold import fold
from relata.kernel.importing.mapping import Target
from relata.kernel.importing.near import nearest, offer
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.address import country_names
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.cell_text import number_of
from relata.kernel.metadata.kinds.moment import write_moment
from relata.kernel.records.cells import reader

SYMBOLS = re.compile(r"^[$€£¥]\s*|\s*[$€£¥]$")
ORDERS = {
    "dd.mm.yyyy": ("d", "m", "y"),
    "d/m/yyyy": ("d", "m", "y"),
    "m/d/yyyy": ("m", "d", "y"),
    "yyyy-mm-dd": ("y", "m", "d"),
}
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
PARTS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})", re.ASCII)
RELATIONS = ("relation", "user")


@dataclass(slots=True)
class Choices:
    """What whoever imports decided: replacements by column, near matches taken, form of dates."""

    replace: Mapping[tuple[str, str], str] = field(default_factory=dict)
    accept_near: bool = False
    date_format: str | None = None
    currency: str = "EUR"
    time_zone: str = "UTC"
    accepted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def near(self, column: str, text: str, names: tuple[str, ...]) -> str | None:
        """The near match, if near ones are to be taken; it is counted."""
        found = nearest(text, names) if self.accept_near else None
        if found is not None:
            self.accepted[column, text, found] += 1
        return found


def cleansed(column: str, target: Target, value: Any, choices: Choices) -> Any:
    """The value as clients send it; raises BadValue. Relations stay texts: they are looked up."""
    if isinstance(value, str):
        value = choices.replace.get((column, value.strip()), value)
    one = target.field
    if one.kind == "money" and target.part is None and not isinstance(value, dict):
        return {"amount": amount_of(value), "currency": choices.currency}
    if not isinstance(value, str):
        return value
    if target.part == "country":
        return country_of(column, value, choices)
    if one.kind == "choice":
        return option_of(column, one, value, choices)
    if one.kind == "choices":
        return [option_of(column, one, part, choices) for part in value.split(";") if part.strip()]
    if one.kind == "date":
        return date_of(value, choices.date_format)
    if one.kind == "moment":
        return moment_of(value, choices)
    if one.kind in ("number", "percent") or target.part == "amount":
        return amount_of(value)
    return value if one.kind in RELATIONS else reader(one, target.part)(value)


def amount_of(value: Any) -> Decimal:
    """A number, its currency sign or percent sign left aside."""
    return number_of(SYMBOLS.sub("", value.strip()).rstrip("% ")) if isinstance(value, str) else Decimal(str(value))


def option_of(column: str, one: Field, text: str, choices: Choices) -> str:
    bare = text.strip()
    if one.option(bare):
        return bare
    labels = {fold(option.label): option.key for option in one.options} | {
        fold(option.key): option.key for option in one.options
    }
    if fold(bare) in labels:
        return labels[fold(bare)]
    names = tuple(option.label for option in one.options)
    near = choices.near(column, bare, names)
    if near is None:
        raise BadValue(f"«{bare[:80]}» is not an option of {one.label}{offer(bare, names)}", "unknown_option")
    return labels[fold(near)]


@cache
def countries() -> dict[str, str]:
    """Folded English name, or code → code."""
    names = {fold(name): code for code, name in country_names().items()}
    return (
        names
        | {code.lower(): code for code in country_names()}
        | {"usa": "US", "uk": "GB", "united states of america": "US"}
    )


def country_of(column: str, text: str, choices: Choices) -> str:
    found = countries().get(fold(text.strip()))
    if found is not None:
        return found
    names = tuple(country_names().values())
    near = choices.near(column, text.strip(), names)
    if near is None:
        raise BadValue(f"«{text[:80]}» is not the name of a country{offer(text, names)}", "bad_country")
    return countries()[fold(near)]


def date_of(text: str, form: str | None) -> str:
    """A date in the form of the kind: ISO as it is, days with dots, others only in the form named."""
    bare = text.strip()
    parts = PARTS.fullmatch(bare)
    if parts is None or re.fullmatch(r"\d{4}-\d\d-\d\d", bare):
        return bare
    if form is None and not DOTTED.fullmatch(bare):
        raise BadValue(
            f"«{bare}» could be several dates; say how to read it with --date-format, such as m/d/yyyy.", "bad_date"
        )
    order = ORDERS[form or "dd.mm.yyyy"]
    found = dict(zip(order, (int(part) for part in parts.groups()), strict=True))
    try:
        return dt.date(found["y"], found["m"], found["d"]).isoformat()
    except ValueError:
        raise BadValue(f"The calendar has no day «{bare}».", "bad_date") from None


def moment_of(text: str, choices: Choices) -> str:
    """A moment; without an offset it is one in the time zone of the workspace."""
    bare = text.strip()
    try:
        moment = dt.datetime.fromisoformat(bare)
    except ValueError:
        return bare
    return write_moment(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(choices.time_zone)))
