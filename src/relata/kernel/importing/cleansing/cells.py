"""How the cells of one column are read: made once per column, so that a million of them are read quickly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from relata.kernel.importing.cleansing.choices import Choices
from relata.kernel.importing.cleansing.dates import date_of, moment_of
from relata.kernel.importing.cleansing.names import name_of
from relata.kernel.importing.cleansing.numbers import money_of, number_of
from relata.kernel.importing.cleansing.options import country_of, option_of, options_of
from relata.kernel.importing.cleansing.phones import phones_of
from relata.kernel.importing.cleansing.texts import is_nothing, is_unchosen, mails_of, several
from relata.kernel.importing.mapping import LABELLED, RELATIONS, Target
from relata.kernel.metadata.kinds.cell_text import is_json_object
from relata.kernel.records.cells import reader

Clean = Callable[[Any], Any]
"""From a cell to the value as clients send it, None where it holds none; raises BadValue."""
LITERAL = ("text", "long_text", "rich_text", "json", "id")
"""Kinds whose texts are taken to the letter: there «-» may be a value."""
REMEMBERED, SHORT = 5_000, 60
"""Texts of a column whose values are remembered, and their characters."""


def cleanser(column: str, target: Target, choices: Choices) -> Clean:
    """How cells of this column are read. Relations stay texts: they are looked up."""
    read = reading(column, target, choices)
    literal = target.field.kind in LITERAL
    replaced = {old: new for (at, old), new in choices.replace.items() if at == column}
    chosen = target.field.kind in ("choice", "choices")
    known: dict[str, Any] = {}

    def clean(cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell if cell is None or target.field.kind != "money" or isinstance(cell, dict) else read(str(cell))
        if cell in known:
            return known[cell]
        text = replaced.get(cell.strip(), cell) if replaced else cell
        if literal:
            return read(text)
        if not text.strip() or is_nothing(text) or (chosen and is_unchosen(text)):
            return None
        before = choices.accepted.total() if choices.accept_near else 0
        value = read(text)
        if (
            len(cell) <= SHORT
            and len(known) < REMEMBERED
            and before == (choices.accepted.total() if choices.accept_near else 0)
        ):
            known[cell] = value
        return value

    return clean


def reading(column: str, target: Target, choices: Choices) -> Callable[[str], Any]:
    """How a text that is not empty is read."""
    one, part = target.field, target.part
    if one.kind in RELATIONS:
        return str.strip
    if one.kind in LABELLED:
        return entries(target, choices)
    if one.kind == "address" and part == "country":
        return lambda text: country_of(column, text, choices)
    if part == "amount" or (part is None and one.kind in ("number", "percent")):
        return lambda text: number_of(text, choices.decimal)
    if part is not None:
        return reader(one, part)
    kinds: dict[str, Callable[[str], Any]] = {
        "money": lambda text: money_of(text, choices.decimal, choices.currency),
        "date": lambda text: date_of(text, choices.date_format, choices.time_zone),
        "moment": lambda text: moment_of(text, choices.date_format, choices.time_zone),
        "choice": lambda text: option_of(column, one, text, choices),
        "choices": lambda text: options_of(column, one, text, choices),
        "person_name": lambda text: reader(one, None)(text) if is_json_object(text) else name_of(text),
    }
    return kinds.get(one.kind, reader(one, None))


def entries(target: Target, choices: Choices) -> Callable[[str], Any]:
    """E-mail addresses, phone numbers and links: several in a cell, each with the label of the column."""
    one, label = target.field, target.part
    found: dict[str, Callable[[str], list[str]]] = {
        "emails": mails_of,
        "phones": lambda text: phones_of(text, choices.country),
    }
    split = found.get(one.kind, several)

    def read(text: str) -> Any:
        if text.lstrip().startswith("["):
            return reader(one, None)(text)
        return [{"value": value, "label": label} if label else {"value": value} for value in split(text)]

    return read


def place(values: dict[str, Any], target: Target, value: Any) -> None:
    """Put what was read into a row: parts into their value, entries of several columns into one list."""
    name = target.field.name
    if target.joins:
        there = values.get(name)
        values[name] = value if there is None else joined(there, value if isinstance(value, list) else [value])
    elif target.part is None:
        values[name] = value
    else:
        values.setdefault(name, {})[target.part] = value


def joined(there: list[Any], more: list[Any]) -> list[Any]:
    known = [one.get("value") if isinstance(one, dict) else one for one in there]
    return [*there, *(one for one in more if (one.get("value") if isinstance(one, dict) else one) not in known)]


def number_in(value: Any) -> Decimal | None:
    """The figure of a value that has one."""
    number = value.get("amount") if isinstance(value, dict) else value
    return number if isinstance(number, Decimal) else None
