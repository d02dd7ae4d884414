"""What names mean while parsing.

The kernel's catalog (as one actor may see it) implements `Scope`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from relata.kernel.expression.types import Type


class Scope(Protocol):
    """The fields that an expression may name."""

    def resolve(self, path: tuple[str, ...]) -> Reference | None:
        """What the path names; None if there is no such field or the caller may not see it."""


@runtime_checkable
class NamedScope(Scope, Protocol):
    """A scope that can also list its names, so that faults suggest the nearest one."""

    def names(self) -> Iterable[str]:
        """The dotted paths worth suggesting."""


@dataclass(frozen=True)
class Reference:
    """One field in a scope.

    `parse` turns one JSON value of a filter (one member, for lists) into one in-memory element, and
    raises ValueError with a sentence if it cannot; by default the type decides. For a MOMENT it may
    give a date, which then stands for that whole day. `many` is the scope of the related records if
    the path names a to-many relation.
    """

    path: tuple[str, ...]
    type: Type
    parse: Callable[[object], object] | None = None
    many: Scope | None = None
