"""The rules of an object, typed: its checks, the conditions of its fields and the formulas of their defaults. The
formulas that a rule reads are written out in it, so that what is left names stored values only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from relata.errors import Fault, Invalid
from relata.kernel.expression.fitting import coerce
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.scope import Reference
from relata.kernel.expression.tree import FALSE, Call, Node, Ref, references
from relata.kernel.expression.types import Type
from relata.kernel.metadata.expansion import PARTS, RELATIONS, Path, Step
from relata.kernel.metadata.figure import Figure
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.rule import CONDITIONS, Check
from relata.kernel.metadata.scope import ObjectScope

if TYPE_CHECKING:
    from relata.kernel.metadata.catalog import Catalog
    from relata.kernel.metadata.field import Field
    from relata.kernel.metadata.object import Object

BEFORE, IS_NEW = "before", "is_new"
MADE = frozenset({"id", "created_at", "updated_at", "created_by", "updated_by", "version"})
"""What the change itself sets: of the record in question no rule can read it."""


class RuleScope(ObjectScope):
    """The fields of the record after the change; `before.x` is what x was, and `is_new` tells whether there was none."""

    def resolve(self, path: Path) -> Reference | None:
        if path == (IS_NEW,):
            return Reference(path, Type.BOOLEAN)
        if path[:1] != (BEFORE,):
            return super().resolve(path)
        found = super().resolve(path[1:])
        return None if found is None or found.many is not None else replace(found, path=(BEFORE, *found.path))


@dataclass(frozen=True, slots=True)
class Condition:
    """`tree` names stored values only. `own` are the fields of the record that it reads, `paths` all of them without
    «before», `steps` the (object, field) pairs that its text names.
    """

    tree: Node
    own: frozenset[str]
    paths: frozenset[Path]
    steps: frozenset[Step]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Of one object. `defaults` come in turns: each reads only what was sent or a turn before it gave."""

    checks: tuple[tuple[Check, Condition], ...] = ()
    required: Mapping[str, Condition] = field(default_factory=dict)
    readonly: Mapping[str, Condition] = field(default_factory=dict)
    visible: Mapping[str, Condition] = field(default_factory=dict)
    defaults: tuple[tuple[tuple[str, Condition], ...], ...] = ()

    @property
    def judging(self) -> tuple[Condition, ...]:
        """All that a change is judged by."""
        fields = (*self.required.values(), *self.readonly.values(), *self.visible.values())
        return (*(condition for _, condition in self.checks), *fields)

    @property
    def steps(self) -> frozenset[Step]:
        """All (object, field) pairs that are named."""
        defaults = (condition for turn in self.defaults for _, condition in turn)
        return frozenset(step for condition in (*self.judging, *defaults) for step in condition.steps)

    def of_field(self, name: str) -> dict[str, Condition]:
        """Key of the field → the condition or default formula that stands there."""
        found = {"required_if": self.required, "readonly_if": self.readonly, "visible_if": self.visible}
        default = {"default_formula": {made: one for turn in self.defaults for made, one in turn}}
        return {key: of[name] for key, of in (found | default).items() if name in of}


NONE = Conditions()


def read_conditions(catalog: Catalog, object_: Object, faults: list[Fault]) -> Conditions:
    """The rules of an object; what is wrong with them goes to `faults`."""
    where = f"/objects/{object_.name}"
    checks = []
    for check in object_.checks:
        condition = read(catalog, object_.name, check.refuse_if, f"{where}/rules/{check.name}/refuse_if", faults)
        if condition is not None:
            checks.append((check, condition))
    by_key: dict[str, dict[str, Condition]] = {key: {} for key in CONDITIONS}
    defaults: dict[str, Condition] = {}
    for one in object_.own:
        at = f"{where}/fields/{one.name}"
        texts = {"required_if": one.required_if, "readonly_if": one.readonly_if, "visible_if": one.visible_if}
        for key, text in texts.items():
            found = None if text is None else read(catalog, object_.name, text, f"{at}/{key}", faults)
            if found is not None:
                by_key[key][one.name] = found
        if one.default_formula is not None:
            found = read(catalog, object_.name, one.default_formula, f"{at}/default_formula", faults, one)
            if found is not None:
                defaults[one.name] = found
    turns = in_turns(defaults, where, faults)
    return Conditions(tuple(checks), by_key["required_if"], by_key["readonly_if"], by_key["visible_if"], turns)


def read(
    catalog: Catalog, name: str, text: str, where: str, faults: list[Fault], given: Field | None = None
) -> Condition | None:
    """The condition; with `given`, the formula of a value for that field."""
    try:
        tree = parse_formula(text, RuleScope(catalog, name))
        return typed(catalog, name, tree, given)
    except Invalid as error:
        faults += [fault.below(where) for fault in error.faults]
        return None


def typed(catalog: Catalog, name: str, tree: Node, given: Field | None) -> Condition:
    wanted = Type.BOOLEAN if given is None else catalog.expression_type(name, given)
    fitted = coerce(tree, wanted)
    if fitted is None:
        message = (
            f"A condition gives true or false, but this one gives {tree.type.phrase}; compare it with something."
            if given is None
            else f"{given.label} takes {wanted.phrase}, but this formula gives {tree.type.phrase}."
        )
        raise Invalid([Fault("", "wrong_type", message)])
    writing = Writing(catalog)
    written = writing.out(fitted, name, ())
    every = {bare(path) for path in references(written) if path != (IS_NEW,)}
    for path in sorted(every):
        if path[0] in MADE:
            message = f"«{path[0]}» is set by the change itself, so a rule cannot read it; read another field."
            raise Invalid([Fault("", "not_applicable", message)])
    relations = {path[: hop + 1] for path in every for hop in range(len(catalog.steps(name, path)) - 1)}
    if len(relations) > RELATIONS:
        message = f"It follows {len(relations)} relations to other records; at most {RELATIONS} are possible."
        raise Invalid([Fault("", "too_many", message)])
    named = {bare(path) for path in references(fitted) if path != (IS_NEW,)}
    steps = frozenset(step for path in named for step in catalog.steps(name, path))
    return Condition(written, frozenset(path[0] for path in every), frozenset(every), steps)


def bare(path: Path) -> Path:
    return path[1:] if path[0] == BEFORE else path


@dataclass(slots=True)
class Writing:
    """Writes out the formulas that a tree reads, within the limit of one formula."""

    catalog: Catalog
    parts: int = 0

    def out(self, tree: Node, name: str, prefix: Path) -> Node:
        self.parts += 1
        if self.parts > PARTS:
            message = f"With the formulas that it reads it has more than {PARTS:,} parts."
            raise Invalid([Fault("", "too_many", message)])
        match tree:
            case Ref(path, _):
                return self.ref(tree, name, prefix + path)
            case Call(_, args, _):
                return replace(tree, args=tuple(self.out(arg, name, prefix) for arg in args))
            case _:
                return tree

    def ref(self, ref: Ref, name: str, path: Path) -> Node:
        """`path` begins at the record in question, whose object is `name`."""
        if path == (IS_NEW,):
            return ref
        walked = self.catalog.steps(name, bare(path))
        found = self.catalog.objects[walked[-1][0]].by_name[walked[-1][1]]
        if self.catalog.is_dated(name, bare(path)):
            message = (
                f"What {found.label} is when converted hangs on rates that change; compare the amount and its currency."
            )
            raise Invalid([Fault("", "not_applicable", message)])
        if not KINDS[found.kind].derived:
            return replace(ref, path=path)
        formula = self.catalog.derived(*walked[-1])
        if isinstance(formula, Figure):
            message = f"{found.label} is worked out from other records, which a rule does not read; check it there."
            raise Invalid([Fault("", "not_applicable", message)])
        return self.out(formula, name, path[:-1])


def in_turns(
    defaults: Mapping[str, Condition], where: str, faults: list[Fault]
) -> tuple[tuple[tuple[str, Condition], ...], ...]:
    """The defaults in the order in which they can be worked out."""
    turns = []
    left = dict(defaults)
    while left:
        turn = tuple((name, one) for name, one in left.items() if not one.own & left.keys())
        if not turn:
            names = ", ".join(sorted(left))
            message = f"These defaults wait for each other: {names}."
            faults += [Fault(f"{where}/fields/{name}/default_formula", "cycle", message) for name in sorted(left)]
            return ()
        turns.append(turn)
        left = {name: one for name, one in left.items() if name not in dict(turn)}
    return tuple(turns)


def of_existing(tree: Node) -> Node:
    """The tree for a record that nobody is changing: what it was before is what it is."""
    match tree:
        case Ref((first, *_)) if first == IS_NEW:
            return FALSE
        case Ref(path, _):
            return replace(tree, path=bare(path))
        case Call(_, args, _):
            return replace(tree, args=tuple(of_existing(arg) for arg in args))
        case _:
            return tree


def ruled(conditions: Iterable[Condition]) -> frozenset[Path]:
    """Every path that these read, from the record."""
    return frozenset(path for one in conditions for path in one.paths)
