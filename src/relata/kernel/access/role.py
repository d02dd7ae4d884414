"""Roles as frozen values: what people of a role may do with which objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a role may do with one object (or «*», all that no other grant names).

    `where` limits rows, as a filter; the value «@me» stands for the acting user. `hidden` fields do
    not exist for the role; `readonly` ones cannot be written.
    """

    object: str = "*"
    read: bool = True
    create: bool = True
    update: bool = True
    delete: bool = True
    where: Any = None
    hidden: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()

    def allows(self, verb: str) -> bool:
        return bool(getattr(self, verb))


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A named set of grants. `administers` opens the settings; `sees_private` other people's
    private records.
    """

    name: str
    label: str
    grants: tuple[Grant, ...] = (Grant(),)
    administers: bool = False
    sees_private: bool = False

    def grant(self, object_: str) -> Grant:
        exact = next((grant for grant in self.grants if grant.object == object_), None)
        return exact or next((grant for grant in self.grants if grant.object == "*"), NOTHING)


NOTHING = Grant(read=False, create=False, update=False, delete=False)
