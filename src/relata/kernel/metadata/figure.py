"""Roll-ups, typed: a figure over the records that a list leads to, such as the sum of an account's open
opportunities.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from relata.errors import Fault, Invalid
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.filter import parse_filter
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.logic import SINGLE
from relata.kernel.expression.scope import Scope
from relata.kernel.expression.tree import TRUE, Node, Ref, references
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from relata.kernel.metadata.field import Rollup

FUNCTIONS: dict[str, tuple[Type, ...]] = {
    "count": (),
    "sum": (Type.NUMBER,),
    "average": (Type.NUMBER,),
    "min": (Type.NUMBER, Type.DATE, Type.MOMENT),
    "max": (Type.NUMBER, Type.DATE, Type.MOMENT),
    "first": SINGLE,
    "last": SINGLE,
}
"""What a roll-up can work out, and the types of the fields that it takes; a count takes none."""
MOST_LISTS = 3
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A roll-up. `lists` leads to the records, step by step; `value`, `where` and `order` are theirs. `source` is the
    kind of the field that is rolled up, None for a count.
    """

    fn: str
    lists: Path
    value: Ref | None
    where: Node
    order: tuple[Path, bool]
    source: str | None
    type: Type

    @property
    def reads(self) -> frozenset[Path]:
        """Every path that it reads, from the record."""
        inner = references(self.where) | {self.order[0]} | ({self.value.path} if self.value else set())
        steps = {self.lists[: index + 1] for index in range(len(self.lists))}
        return frozenset(steps | {self.lists + path for path in inner})


def read_figure(rollup: Rollup, scope: Scope, kind_of: Any) -> Figure:
    """The typed roll-up; raises Invalid with every fault. `kind_of` gives the kind of the last field of a path of the
    records that are rolled up.
    """
    faults: list[Fault] = []
    records, lists = end_of(rollup.of, scope, faults)
    taken = FUNCTIONS.get(rollup.fn)
    if taken is None:
        faults.append(Fault("/fn", "unknown_option", f"Use one of {', '.join(FUNCTIONS)}."))
    if records is None or taken is None:
        raise Invalid(faults)
    value = value_of(rollup, records, taken, faults)
    where = condition(rollup.filter, records, faults)
    order = order_of(rollup.sort, records, faults)
    if faults:
        raise Invalid(faults)
    source = kind_of(lists, value.path) if value else None
    return Figure(rollup.fn, lists, value, where, order, source, value.type if value else Type.NUMBER)


def end_of(of: str, scope: Scope, faults: list[Fault]) -> tuple[Scope | None, Path]:
    """The scope of the records that the lists lead to."""
    lists = tuple(of.split(".")) if of else ()
    if not lists:
        faults.append(Fault("/of", "required", "Name the list to roll up, such as contacts."))
        return None, lists
    if len(lists) > MOST_LISTS:
        faults.append(Fault("/of", "too_many", f"A roll-up goes through at most {MOST_LISTS} lists."))
        return None, lists
    records: Scope | None = scope
    walked: list[str] = []
    for name in lists:
        reference = records.resolve((name,)) if records else None
        records = reference.many if reference else None
        if reference is None or records is None:
            faults.append(Fault("/of", "unknown_field", f"There is no list «{name[:80]}» to roll up."))
            return None, lists
        walked += reference.path
    return records, tuple(walked)


def value_of(rollup: Rollup, records: Scope, taken: tuple[Type, ...], faults: list[Fault]) -> Ref | None:
    if not taken:
        if rollup.field:
            faults.append(Fault("/field", "not_applicable", "A count counts records: leave the field out."))
        return None
    if not rollup.field:
        faults.append(Fault("/field", "required", f"Name the field of which the {rollup.fn} is wanted."))
        return None
    reference = records.resolve(tuple(rollup.field.split(".")))
    if reference is None or reference.many:
        faults.append(Fault("/field", "unknown_field", f"The records have no field «{rollup.field[:80]}»."))
        return None
    if reference.type not in taken:
        wanted = " or ".join(type_.phrase for type_ in taken)
        message = f"The {rollup.fn} wants {wanted}; «{rollup.field}» is {reference.type.phrase}."
        faults.append(Fault("/field", "wrong_type", message))
        return None
    return Ref(reference.path, reference.type)


def condition(document: Any, records: Scope, faults: list[Fault]) -> Node:
    """A filter, or the text of a condition."""
    clock = Clock(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), ZoneInfo("UTC"))
    try:
        if not isinstance(document, str):
            node = parse_filter(document, records, clock)
        else:
            node = parse_formula(document, records) if document.strip() else TRUE
    except Invalid as error:
        faults += [fault.below("/filter") for fault in error.faults]
        return TRUE
    if clock.asked:
        message = "Days counted from today move on: write the condition as text, such as due_date < today()."
        faults.append(Fault("/filter", "wrong_type", message))
    elif node.type is not Type.BOOLEAN:
        faults.append(Fault("/filter", "wrong_type", f"A condition is true or false; this is {node.type.phrase}."))
    return node


def order_of(sort: str | None, records: Scope, faults: list[Fault]) -> tuple[Path, bool]:
    """The field by which the first and the last are told, and whether it descends."""
    name = sort or "created_at"
    path = tuple(name.removeprefix("-").split("."))
    reference = records.resolve(path)
    if reference is None or reference.many or reference.type not in SINGLE:
        faults.append(Fault("/sort", "unknown_field", f"The records cannot be sorted by «{name[:80]}»."))
        return path, name.startswith("-")
    return reference.path, name.startswith("-")
