"""What one actor may do, worked out once per catalog and role: the planner and the writer ask here
and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from relata.errors import Denied, NotFound
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Grant
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.filter import parse_filter
from relata.kernel.expression.sql import sql_value
from relata.kernel.expression.tree import TRUE, Node, parameterise
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.conditions import Condition
from relata.kernel.metadata.former import Noticed
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.scope import ObjectScope

# Row predicates know no time: this clock is never asked.
TIMELESS = Clock(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), ZoneInfo("UTC"))


def predicate_name(object_: str) -> str:
    """The beginning of the names of an object's predicate constants."""
    return f"a_{object_}_"


class Access:
    """The rights of an actor over a catalog."""

    def __init__(self, catalog: Catalog, actor: Actor) -> None:
        self.catalog = catalog
        self.actor = actor
        self.key = (catalog.version, actor.role.name, actor.user is None)
        self._predicates: dict[str, tuple[Node, tuple[Any, ...]] | None] = {}
        self._hidden: dict[tuple[str, str], bool] = {}
        self._links: dict[str, Grant] = {}
        self.noticed: Noticed | None = None

    def noticing(self) -> Access:
        """The same for one operation, which is told of the names from before that it was sent."""
        if not self.catalog.renamed:
            return self
        made = copy(self)
        made.noticed = Noticed()
        return made

    def present_object(self, name: str) -> str:
        """What an object is called now that was called so before, if the actor may know it; any other name is itself."""
        now = self.catalog.present(name)
        return self.catalog.present(name, self.noticed) if now != name and self.may(now) else name

    def present(self, object_: Object, field: str) -> str:
        """The same of a field."""
        now = object_.present(field)
        return object_.present(field, self.noticed) if now != field and self.visible(object_.name, now) else field

    def object(self, name: str, verb: str = "read") -> Object:
        """The object, if the actor may do this with it; NotFound or Denied otherwise."""
        object_ = self.catalog.objects.get(name)
        grant = self.grant(name)
        if object_ is None or not grant.read:
            known = ", ".join(sorted(other for other in self.catalog.objects if self.may(other)))
            raise NotFound(f"There is no object «{name[:80]}»; there are: {known}.")
        if not grant.allows(verb):
            raise Denied(
                f"Your role «{self.actor.role.label}» may not {verb} {object_.plural.lower()}; ask an administrator."
            )
        return object_

    def may(self, name: str, verb: str = "read") -> bool:
        return self.grant(name).allows(verb)

    def grant(self, name: str) -> Grant:
        """What the role may do with the object. Rights on the links of a many-to-many follow from the fields that show
        them, where the role does not name the junction itself.
        """
        given = self.actor.role.grant(name)
        object_ = self.catalog.objects.get(name)
        if object_ is None or not object_.ends or given.object == name:
            return given
        if name not in self._links:
            ends = dict.fromkeys(object_.by_name[end].to[0] for end in object_.ends)
            grants = [self.actor.role.grant(end) for end in ends]
            fields = [(grant, field) for grant, field in self._fields_through(name, ends) if field not in grant.hidden]
            read = all(grant.read for grant in grants) and bool(fields)
            write = read and any(grant.update and field not in grant.readonly for grant, field in fields)
            self._links[name] = Grant(object=name, read=read, create=write, update=write, delete=write)
        return self._links[name]

    def _fields_through(self, name: str, ends: Iterable[str]) -> list[tuple[Grant, str]]:
        return [
            (self.actor.role.grant(end), field.name)
            for end in ends
            for field in self.catalog.objects[end].links
            if field.through is not None and field.through.object == name
        ]

    def administer(self) -> None:
        """Raises Denied unless the actor administers the workspace."""
        if not self.actor.role.administers:
            raise Denied("Only administrators may do this; ask one of them.")

    def predicate(self, name: str) -> tuple[Node, tuple[Any, ...]] | None:
        """The rows that the actor sees, as a shape with its constants; None for all rows."""
        if name not in self._predicates:
            self._predicates[name] = self._make(name)
        return self._predicates[name]

    def limited(self, name: str) -> bool:
        """Whether there can be records of the object that the actor does not see; of a link, both ends count."""
        object_ = self.catalog.objects[name]
        ends = (object_.by_name[end].to[0] for end in object_.ends)
        return self.predicate(name) is not None or any(self.limited(end) for end in ends)

    @cached_property
    def constants(self) -> dict[str, Any]:
        """The constants of all row predicates, by the names that they have in statements."""
        found: dict[str, Any] = {}
        for name in self.catalog.objects:
            predicate = self.predicate(name)
            for index, value in enumerate(predicate[1] if predicate else ()):
                found[f"{predicate_name(name)}{index}"] = sql_value(value)
        return found

    def _make(self, name: str) -> tuple[Node, tuple[Any, ...]] | None:
        role = self.actor.role
        conditions = [] if self.grant(name).where is None else [self._meant(self.grant(name).where)]
        if self.catalog.objects[name].guarded and not role.sees_private:
            conditions.append({"any": [{"field": "private", "op": "is_not", "value": True}, *self._own()]})
        if not conditions:
            return None
        node = parse_filter({"all": conditions}, ObjectScope(self.catalog, name), TIMELESS)
        return None if node == TRUE else parameterise(node)

    def _own(self) -> list[Any]:
        return [{"field": "owner", "op": "is", "value": self.actor.user}] if self.actor.user else []

    def _meant(self, condition: Any) -> Any:
        """A row filter with «@me» replaced; for a key without a user nothing is its own."""
        if isinstance(condition, dict):
            if condition.get("value") == "@me" and self.actor.user is None:
                return {"any": []}
            return {key: self._meant(value) for key, value in condition.items()}
        if isinstance(condition, list):
            return [self._meant(member) for member in condition]
        return self.actor.user if condition == "@me" else condition

    def visible(self, name: str, field: str) -> bool:
        """Whether the field exists for the actor; a formula over a hidden field is hidden too."""
        key = (name, field)
        if key not in self._hidden:
            self._hidden[key] = not self._seen(name, field)
        return not self._hidden[key]

    def _seen(self, name: str, field: str) -> bool:
        grant = self.grant(name)
        found = self.catalog.objects[name].field(field)
        if not grant.read or field in grant.hidden or found is None:
            return False
        if KINDS[found.kind].derived:
            return all(self.visible(*step) for step in self.catalog.reads(name, field))
        if found.through is not None and not self.visible(found.through.object, found.through.near):
            return False
        return all(self.may(target) for target in found.to) if len(found.to) == 1 else True

    def sees(self, condition: Condition) -> bool:
        """Whether every field that the text of a rule names exists for the actor."""
        return all(self.visible(*step) for step in condition.steps)

    def writable(self, name: str, field: str) -> bool:
        found = self.catalog.objects[name].field(field)
        if found is None or found.readonly or not KINDS[found.kind].writable:
            return False
        if found.through is not None and not self.may(found.through.object, "update"):
            return False
        return field not in self.grant(name).readonly and self.visible(name, field)

    def scope(self, name: str) -> ObjectScope:
        """The fields that the actor may name in filters, sorts, groups and formulas."""
        return ObjectScope(self.catalog, name, self.visible, noticed=self.noticed)
