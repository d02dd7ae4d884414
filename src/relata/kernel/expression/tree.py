"""The typed tree that both notations parse into.

Values are frozen and hashable, so that a shape (the tree without its constants) can be the key of
a cache of compiled statements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, held as its in-memory value."""

    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class Param:
    """The place of a constant that was taken out by `parameterise`."""

    index: int
    type: Type


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a field, reached by its path from the record in question."""

    path: tuple[str, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator from the registry in `functions`, applied to its arguments."""

    name: str
    args: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Some:
    """There is at least one related record (for which `where` holds).

    Paths in `where` start at that record.
    """

    path: tuple[str, ...]
    where: Node | None = None

    @property
    def type(self) -> Type:
        """A condition."""
        return Type.BOOLEAN


Node: TypeAlias = Literal | Param | Ref | Call | Some

TRUE = Call("and", (), Type.BOOLEAN)
FALSE = Call("or", (), Type.BOOLEAN)


def parameterise(node: Node) -> tuple[Node, tuple[object, ...]]:
    """Split a tree into its shape and its constants.

    The shape has a Param for each Literal; the constants stand in the order of their indices.

    A list of constants is one parameter, whatever its length.
    """
    values: list[object] = []

    def shape(part: Node) -> Node:
        match part:
            case Literal(value, type_):
                values.append(value)
                return Param(len(values) - 1, type_)
            case Call(_, args, _):
                return replace(part, args=tuple(shape(arg) for arg in args))
            case Some(_, where) if where is not None:
                return replace(part, where=shape(where))
            case _:
                return part

    return shape(node), tuple(values)


def references(node: Node) -> frozenset[tuple[str, ...]]:
    """Every path that the tree reads; below a to-many relation, with its path before them."""
    return frozenset(_paths(node, ()))


def _paths(node: Node, prefix: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    match node:
        case Ref(path, _):
            yield prefix + path
        case Call(_, args, _):
            for arg in args:
                yield from _paths(arg, prefix)
        case Some(path, where):
            yield prefix + path
            if where is not None:
                yield from _paths(where, prefix + path)
        case _:
            return
