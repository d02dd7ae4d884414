"""How an object is shown: views (a query with a form) and the layout of its record page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A named query of one object in one form. `filter` is in the notation that clients send."""

    name: str
    label: str
    type: str = "table"
    fields: tuple[str, ...] = ()
    filter: Any = None
    sort: tuple[str, ...] = ()
    group: str | None = None
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled group of fields on the record page."""

    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The record page: sections of fields, and the related lists by the names of the inverses."""

    sections: tuple[Section, ...] = ()
    related: tuple[str, ...] = ()


VIEW_TYPES = ("table", "board")
