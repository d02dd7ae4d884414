"""The evaluator in memory, for rules, automations and previews.

It gives what the compiled SQL gives for the same record, and raises no error for any tree that a
parser made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.tree import Call, Literal, Node, Param, Ref, Some

if TYPE_CHECKING:
    from relata.kernel.expression.clock import Clock

ValueOf: TypeAlias = Callable[[Ref], object]


class Related(Protocol):
    """Finds the records at the end of a to-many relation of one record."""

    def __call__(self, some: Some, /) -> Iterable[tuple[ValueOf, Related]]:
        """For each related record.

        What reads its fields, and what finds the records related to it.
        """


def evaluate(
    node: Node,
    value_of: ValueOf,
    related: Related,
    clock: Clock,
    params: Sequence[object] = (),
) -> object:
    """The value of a tree for one record.

    An in-memory value of the node's type, or None if it is empty.
    """
    return _Evaluation(clock, params).value(node, value_of, related)


def nothing_related(_some: Some, /) -> Iterable[tuple[ValueOf, Related]]:
    """For trees without to-many relations."""
    return ()


@dataclass(frozen=True, slots=True)
class _Evaluation:
    clock: Clock
    params: Sequence[object]

    def value(self, node: Node, value_of: ValueOf, related: Related) -> object:
        match node:
            case Literal(value, _):
                return value
            case Param(index, _):
                return self.params[index]
            case Ref():
                return value_of(node)
            case Some():
                return self._some(node, related)
            case Call("and", args):
                return all(self.value(arg, value_of, related) is True for arg in args)
            case Call("or", args):
                return any(self.value(arg, value_of, related) is True for arg in args)
            case Call("today"):
                return self.clock.today
            case Call("now"):
                return self.clock.now
            case Call(name, args):
                return FUNCTIONS[name].python(*[self.value(arg, value_of, related) for arg in args])

    def _some(self, some: Some, related: Related) -> bool:
        return any(some.where is None or self.value(some.where, child, below) is True for child, below in related(some))
