"""From the cells of a row to the values that clients send: each cell cleansed into its field. Names of other records stay
texts, to be looked up with those of many rows at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from relata.errors import Fault
from relata.kernel.access.access import Access
from relata.kernel.expression.types import Type
from relata.kernel.importing.cleansing.cells import Clean, cleanser, number_in, place
from relata.kernel.importing.cleansing.choices import Choices
from relata.kernel.importing.mapping import RELATIONS, Target
from relata.kernel.importing.plan import TablePlan
from relata.kernel.importing.targets import target_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.records.naming import ID
from relata.kernel.records.source import Row
from relata.kernel.records.turns import Token


@dataclass(frozen=True, slots=True)
class Link:
    """A relation column: its field, the object that it points to, and by what its cells name the records there (anything)."""

    column: str
    field: Field
    way: str | None
    create: bool

    @property
    def object(self) -> str:
        return self.field.to[0]


@dataclass(slots=True)
class ReadRow:
    """A row that has been read: its cells, values, the texts that name other records by field, and faults at columns; the
    numbers of columns that are summed, and near matches (column, text, taken as). `looked_up` and `tokens` are found out once: by
    what records the row is looked up, and what no other row may share with it.
    """

    raw: Row
    values: dict[str, Any]
    links: dict[str, str]
    faults: list[Fault]
    id: str | None = None
    numbers: dict[str, Decimal] = field(default_factory=dict)
    near: Counter[tuple[str, str, str]] | None = None
    looked_up: dict[str, list[str]] = field(default_factory=dict)
    tokens: set[Token] | None = None


@dataclass(slots=True)
class Reader:
    """Reads the rows of one table. `made` are fields that are not there yet, by their columns: only tried."""

    access: Access
    object: Object
    plan: TablePlan
    made: Mapping[str, Field]
    currency: str
    choices: Choices = field(init=False)
    targets: dict[str, list[Target]] = field(init=False)
    links: dict[str, Link] = field(init=False)
    clean: dict[str, list[tuple[Target, Clean]]] = field(init=False)
    tried: dict[str, Clean] = field(init=False)
    measured: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.choices = self.plan.choices()
        self.targets, self.links, self.clean = {}, {}, {}
        self.tried = {column: cleanser(column, Target(one), self.choices) for column, one in self.made.items()}
        for one in self.plan.columns:
            found = [target_of(self.access, self.object, to) for to in one.to]
            self.targets[one.column] = [target for target in found if target is not None]
            self.clean[one.column] = [(t, cleanser(one.column, t, self.choices)) for t in self.targets[one.column]]
            for target in self.targets[one.column]:
                if target.field.kind in RELATIONS:
                    link = Link(one.column, target.field, target.part, one.create_missing)
                    self.links.setdefault(target.field.name, link)

        self.measured = {one.name for one in self.object.fields if measured(one)}

    @property
    def columns(self) -> dict[str, str]:
        """Field → the first column that goes into it."""
        pairs = [(target.field.name, column) for column, targets in self.targets.items() for target in targets]
        return dict(reversed(pairs))

    @property
    def names_parts(self) -> list[str]:
        """The columns of the first and the last name, where the title is the name of a person in parts."""
        parts = {
            target.part: column
            for column, targets in self.targets.items()
            for target in targets
            if target.field.name == self.object.title and target.field.kind == "person_name"
        }
        return [parts[part] for part in ("first", "last") if part in parts]

    def read(self, row: Row) -> ReadRow:
        read = ReadRow(row, {}, {}, list(row.faults))
        for column, value in row.values.items():
            if column in self.made:
                self.attempt(column, value, read.faults)
            for target, clean in self.clean.get(column, ()):
                try:
                    self.take(column, target, clean(value), read)
                except BadValue as error:
                    read.faults += [at_column(column, fault) for fault in error.faults]
        if self.choices.accepted:
            read.near = Counter(self.choices.accepted)
            self.choices.accepted.clear()
        return read

    def take(self, column: str, target: Target, made: Any, read: ReadRow) -> None:
        if made is None:
            return
        if target.field.name == ID:
            read.id = str(made) or None
        elif target.field.kind in RELATIONS:
            if made != "" and target.field.name not in read.links:
                read.links[target.field.name] = str(made).strip()
        else:
            place(read.values, target, made)
            number = number_in(made) if target.field.name in self.measured else None
            if number is not None:
                read.numbers[column] = number

    def attempt(self, column: str, value: Any, faults: list[Fault]) -> None:
        """Whether a field that does not exist yet would take the value."""
        field_ = self.made[column]
        try:
            made = self.tried[column](value)
            if made is not None:
                KINDS[field_.kind].parse(field_, made, Parsing(self.currency))
        except BadValue as error:
            faults += [at_column(column, fault) for fault in error.faults]


def measured(field: Field) -> bool:
    """Whether the values of a field are figures, whose sum is held against that of the file."""
    return KINDS[field.kind].measurable and KINDS[field.kind].type is Type.NUMBER


def at_column(column: str, fault: Fault) -> Fault:
    """A fault with the column of the file as its place."""
    return Fault(f"/{column}", fault.code, fault.message)
