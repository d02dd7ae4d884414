"""From the text of a cell to the form that the kinds take from JSON: a column per field, or per part of
one (`name.last`). Only the form changes here; whether a value is right is the kind's own business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.object import Object

Read = Callable[[str], Any]


def as_is(text: str) -> Any:
    return text


def reader(field: Field, part: str | None) -> Read:
    """How the text of a column of this field, or of a part of it, is read."""
    kind = KINDS[field.kind]
    return kind.cell if part is None else partial(kind.part_cell, part)


def column_of(object_: Object, name: str) -> tuple[Field, str | None] | None:
    """The field, or field and part, that a header such as «name.last» means."""
    first, dot, part = name.partition(".")
    field = object_.field(object_.present(first))
    if field is None or (dot and part not in {p.name for p in KINDS[field.kind].parts if p.column}):
        return None
    return field, part if dot else None


class Cells:
    """Reads the cells of one CSV whose header holds names of fields."""

    def __init__(self, object_: Object, header: Iterable[str]) -> None:
        self.columns: dict[str, tuple[str, str | None, Read]] = {}
        for name in header:
            found = column_of(object_, name)
            column = name.partition(".")[0]
            self.columns[name] = (name, None, as_is) if found is None else (column, found[1], reader(*found))

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
