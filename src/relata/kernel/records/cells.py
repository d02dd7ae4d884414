"""From the text of a cell to the form that the kinds take from JSON: a column per field, or per part of
one (`name.last`). Only the form changes here; whether a value is right is the kind's own business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.object import Object

Read = Callable[[str], Any]
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
YES = frozenset({"true", "yes", "y", "1", "ja", "t", "x"})
NO = frozenset({"false", "no", "n", "0", "nein", "f"})


def number_of(text: str) -> Decimal:
    """A number such as 1234.5 or 1,234.50; raises BadValue."""
    bare = text.strip()
    if not PLAIN.fullmatch(bare) and not GROUPED.fullmatch(bare):
        raise BadValue(f"«{text[:40]}» is not a number; write it as 1234.5.")
    return Decimal(bare.replace(",", ""))


def truth_of(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES and word not in NO:
        raise BadValue(f"«{text[:40]}» is neither yes nor no; write true or false.")
    return word in YES


def listed(text: str) -> Any:
    """Values with semicolons between them, or a list in JSON."""
    if text.lstrip().startswith("["):
        return json_of(text)
    return [part.strip() for part in text.split(";") if part.strip()]


def json_of(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadValue(f"«{text[:40]}» is not JSON.") from None


def name_of(text: str) -> Any:
    """«Ada Lovelace» or «Lovelace, Ada» as a person's name."""
    if text.lstrip().startswith("{"):
        return json_of(text)
    last, comma, first = (part.strip() for part in text.partition(","))
    if not comma:
        first, _, last = text.strip().rpartition(" ")
    return {part: value for part, value in (("first", first.strip()), ("last", last)) if value}


def money_of(text: str) -> Any:
    return json_of(text) if text.lstrip().startswith("{") else {"amount": number_of(text)}


def address_of(text: str) -> Any:
    return json_of(text) if text.lstrip().startswith("{") else {"street": text}


def as_is(text: str) -> Any:
    return text


READERS: dict[str, Read] = {
    "number": number_of, "percent": number_of, "boolean": truth_of, "money": money_of, "person_name": name_of,
    "address": address_of, "emails": listed, "phones": listed, "links": listed, "tags": listed, "choices": listed,
    "about": json_of,
}  # fmt: skip


def reader(field: Field, part: str | None) -> Read:
    """How the text of a column of this field, or of a part of it, is read."""
    if part is None:
        return READERS.get(field.kind, as_is)
    return number_of if field.kind == "money" and part == "amount" else as_is


def column_of(object_: Object, name: str) -> tuple[Field, str | None] | None:
    """The field, or field and part, that a header such as «name.last» means."""
    first, dot, part = name.partition(".")
    field = object_.field(first)
    if field is None or (dot and part not in {p.name for p in KINDS[field.kind].parts}):
        return None
    return field, part if dot else None


class Cells:
    """Reads the cells of one CSV whose header holds names of fields."""

    def __init__(self, object_: Object, header: Iterable[str]) -> None:
        self.columns: dict[str, tuple[str, str | None, Read]] = {}
        for name in header:
            found = column_of(object_, name)
            self.columns[name] = (name, None, as_is) if found is None else (found[0].name, found[1], reader(*found))

    def read(self, cells: dict[str, str], faults: list[Fault]) -> dict[str, Any]:
        """The row as clients send it in JSON."""
        values: dict[str, Any] = {}
        for name, text in cells.items():
            field, part, read = self.columns[name]
            try:
                value = read(text)
            except BadValue as error:
                faults += [fault.below(f"/{name.replace('.', '/')}") for fault in error.faults]
                continue
            if part is None:
                values[field] = value
            else:
                values.setdefault(field, {})[part] = value
        return values
