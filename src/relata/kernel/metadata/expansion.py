"""How large a formula is once the formulas that it reads are written out in its place: what PostgreSQL has
to work out for each record. Bounded, because formulas of formulas double with each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relata.errors import Fault
from relata.kernel.expression.tree import Call, Node, Ref, references

PARTS, RELATIONS = 5_000, 12
"""At most so many parts, and so many relations that are followed to other records."""

Key = tuple[str, str]
Step = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Expansion:
    """Parts of the formula, and the paths of the relations that it follows."""

    parts: int
    relations: frozenset[tuple[str, ...]]

    def faults(self, where: str) -> list[Fault]:
        found = []
        if self.parts > PARTS:
            message = f"With the formulas that it reads it has {self.parts:,} parts; at most {PARTS:,} are possible."
            found.append(Fault(where, "too_many", message))
        if len(self.relations) > RELATIONS:
            message = f"It follows {len(self.relations)} relations to other records; at most {RELATIONS} are possible."
            found.append(Fault(where, "too_many", message))
        return found


def expand(tree: Node, steps: Mapping[tuple[str, ...], tuple[Step, ...]], inner: Mapping[Key, Expansion]) -> Expansion:
    """The expansion of a tree. `steps` has the (object, field) pairs of each path that it reads, `inner` the
    expansions of the formulas among the last of them.
    """
    relations: set[tuple[str, ...]] = set()
    for path in references(tree):
        walked = steps[path]
        hops = len(walked) - 1
        relations |= {path[: hop + 1] for hop in range(hops)}
        below = inner.get(walked[-1])
        if below is not None:
            relations |= {path[:hops] + further for further in below.relations}
    return Expansion(parts(tree, steps, inner), frozenset(relations))


def parts(tree: Node, steps: Mapping[tuple[str, ...], tuple[Step, ...]], inner: Mapping[Key, Expansion]) -> int:
    match tree:
        case Ref(path, _):
            below = inner.get(steps[path][-1])
            return 1 if below is None else below.parts
        case Call(_, args, _):
            return 1 + sum(parts(arg, steps, inner) for arg in args)
        case _:
            return 1
