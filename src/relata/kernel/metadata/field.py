"""A field of an object, as a frozen value: the same for standard fields declared in code and for a
customer's own, which are loaded from the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from relata.kernel.metadata.former import Former

NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
NAME_LENGTH = 40
MISFIT = "~"
"""Before the name of a field, in what the journal holds: what the field's present kind cannot hold, as text."""

# The order in which new options take their colour (the design language, section 3).
COLOURS = (
    "blue", "green", "amber", "pink", "teal", "violet", "orange", "cyan", "red", "lime", "indigo",
    "grey",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a choice. `probability` (percent) and `outcome` («won», «lost») are for stages."""

    key: str
    label: str
    colour: str = "grey"
    probability: int | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """A figure over the records of the list `of` (through several lists: `contacts.tasks`): `fn` of their `field`, of
    those that meet `filter` (a filter, or the text of a condition); the first and last in the order of `sort`.
    """

    of: str = ""
    fn: str = ""
    field: str | None = None
    filter: Any = None
    sort: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """The junction `object` whose records are the links of a many-to-many: `near` is its relation to the record that
    has the field, `far` the one to the record at the other end.
    """

    object: str
    near: str
    far: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """What a job is finishing in a large table. `rules` are those of «required» and «unique» that were asked for: «required»
    holds for what is written from now on, «unique» only when the job is through.
    """

    job: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a record can hold under one name.

    `to` names the objects that a relation may point to, `inverse` the list that it forms there; `through` is where the
    links of a many-to-many are.
    `default` is in the form that clients send; `default_formula` works one out from the rest of a new record.
    `required_if`, `readonly_if` and `visible_if` are conditions. `rate_date` names the date or moment at whose rate
    money is converted. `indexed` asks for an index for filters and sorts. While `building`, a part of it is not finished.
    `key` is what the kernel's own tables call it (`keys`), if that is not its name; `former` are names from before.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    unique: bool = False
    readonly: bool = False
    custom: bool = False
    indexed: bool = False
    searched: bool = False
    options: tuple[Option, ...] = ()
    to: tuple[str, ...] = ()
    inverse: str | None = None
    inverse_label: str | None = None
    formula: str | None = None
    rollup: Rollup | None = None
    through: Through | None = None
    default: Any = None
    default_formula: str | None = None
    required_if: str | None = None
    readonly_if: str | None = None
    visible_if: str | None = None
    rate_date: str | None = None
    building: Building | None = None
    key: str | None = None
    former: tuple[Former, ...] = ()

    @property
    def held(self) -> str:
        """What the kernel's own tables call it."""
        return self.key or self.name

    @property
    def to_be_unique(self) -> bool:
        """Whether it is unique, or is when the job that builds it is through."""
        return self.unique or (self.building is not None and "unique" in self.building.rules)

    @property
    def many(self) -> bool:
        """Whether the field holds several records of possibly several objects."""
        return self.kind == "about"

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


def humanise(name: str) -> str:
    """«lead_source» → «Lead source»."""
    return name.replace("_", " ").capitalize()


def define(kind: str, name: str, label: str | None = None, **rest: Any) -> Field:
    """A field of `kind`; the label follows from the name where none is given."""
    return Field(name=name, kind=kind, label=label or humanise(name), **rest)


def options(*labels: str | Option) -> tuple[Option, ...]:
    """Options from labels; the keys follow from the labels, the colours from the order."""
    made = []
    for index, label in enumerate(labels):
        colour = COLOURS[index % len(COLOURS)]
        if isinstance(label, Option):
            made.append(label if label.colour != "grey" else replace(label, colour=colour))
        else:
            made.append(Option(key=slug(label), label=label, colour=colour))
    return tuple(made)


def slug(label: str) -> str:
    """A key or name made of a label: «Closed won» → «closed_won»."""
    text = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return text if text[:1].isalpha() else f"n_{text}" if text else "value"


def choice(name: str, label: str | None = None, *labels: str | Option, **rest: Any) -> Field:
    return define("choice", name, label, options=options(*labels), **rest)


def relation(name: str, to: str, label: str | None = None, **rest: Any) -> Field:
    return define("relation", name, label, to=(to,), **rest)
