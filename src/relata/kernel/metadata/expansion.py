"""How large a formula is once the formulas that it reads are written out in its place: what PostgreSQL has
to work out for each record. Bounded, because formulas of formulas double with each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from relata.errors import Fault
from relata.kernel.expression.tree import Call, Node, Ref, Some, references
from relata.kernel.metadata.figure import Figure

PARTS, RELATIONS = 5_000, 12
"""At most so many parts, and so many relations that are followed to other records."""

Path: TypeAlias = tuple[str, ...]
Step: TypeAlias = tuple[str, str]
Steps: TypeAlias = Mapping[Path, tuple[Step, ...]]
Derived: TypeAlias = Node | Figure
"""What a field without a value of its own is worked out from."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """Parts of the formula, and the paths of the relations that it follows."""

    parts: int
    relations: frozenset[Path]

    def faults(self, where: str) -> list[Fault]:
        found = []
        if self.parts > PARTS:
            message = f"With the formulas that it reads it has {self.parts:,} parts; at most {PARTS:,} are possible."
            found.append(Fault(where, "too_many", message))
        if len(self.relations) > RELATIONS:
            message = f"It follows {len(self.relations)} relations to other records; at most {RELATIONS} are possible."
            found.append(Fault(where, "too_many", message))
        return found


def paths_of(derived: Derived) -> frozenset[Path]:
    """Every path that is read, from the record in question."""
    return derived.reads if isinstance(derived, Figure) else references(derived)


def expand(derived: Derived, steps: Steps, inner: Mapping[Step, Expansion]) -> Expansion:
    """The expansion. `steps` has the (object, field) pairs of each path that is read, `inner` the expansions of the
    formulas among the last of them.
    """
    relations: set[Path] = set()
    for path in paths_of(derived):
        walked = steps[path]
        hops = len(walked) - 1
        relations |= {path[: hop + 1] for hop in range(hops)}
        below = inner.get(walked[-1])
        if below is not None:
            relations |= {path[:hops] + further for further in below.relations}
    if isinstance(derived, Figure):
        relations.add(derived.lists)
        of_value = 0 if derived.value is None else parts(derived.value, derived.lists, steps, inner)
        count = 1 + of_value + parts(derived.where, derived.lists, steps, inner)
    else:
        count = parts(derived, (), steps, inner)
    return Expansion(count, frozenset(relations))


def parts(tree: Node, prefix: Path, steps: Steps, inner: Mapping[Step, Expansion]) -> int:
    match tree:
        case Ref(path, _):
            below = inner.get(steps[prefix + path][-1])
            return 1 if below is None else below.parts
        case Call(_, args, _):
            return 1 + sum(parts(arg, prefix, steps, inner) for arg in args)
        case Some(path, where) if where is not None:
            return 1 + parts(where, prefix + path, steps, inner)
        case _:
            return 1
