"""A person who works in this workspace."""

from __future__ import annotations

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.relation import Relation


class User(Relation):
    name = "user"
    label = "Person"
    help = "Somebody of your team, such as the one in charge."

    def define(self, field: Field) -> list[Fault]:
        if field.to != ("user",):
            return [Fault("/to", "bad_target", "A person field always points to users; leave «to» out.")]
        return []
