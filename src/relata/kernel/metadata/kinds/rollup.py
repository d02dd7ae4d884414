"""A figure over the records of a list, worked out whenever it is read; never stored, so never stale."""

from __future__ import annotations

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.derived import Derived


class RollUp(Derived):
    """The catalog types the roll-up; a sub-query works it out."""

    name = "rollup"
    label = "Roll-up"
    help = "A count, sum or other figure over related records, such as the sum of open opportunities."
    takes = frozenset({"rollup"})

    def define(self, field: Field) -> list[Fault]:
        if field.rollup is None:
            return [
                Fault("/of", "required", "Name the list to roll up, such as contacts."),
                Fault("/fn", "required", "Say what is wanted: count, sum, average, min, max, first or last."),
            ]
        return []
