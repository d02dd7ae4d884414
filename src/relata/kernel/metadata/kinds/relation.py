"""A link to one record of another object; there it forms a list under the inverse's name."""

from __future__ import annotations

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.id import Id


class Relation(Id):
    name = "relation"
    label = "Relation"
    help = "A link to a record of another object, such as the account of a contact."
    takes = frozenset({"to", "inverse"})
    creatable = True
    writable = True
    groupable = True

    def define(self, field: Field) -> list[Fault]:
        if len(field.to) != 1:
            return [Fault("/to", "required", "Name the one object that the relation points to.")]
        return []
