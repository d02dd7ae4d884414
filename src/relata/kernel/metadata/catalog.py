"""The catalog: every object of a workspace, checked as a whole and immutable. A change makes a new
catalog, which is swapped in; all faults of one are reported together. What neither changed itself nor reads
from what did is taken over from the one before, so that a change costs by its own size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from relata.errors import Fault, Invalid
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.types import Type
from relata.kernel.metadata.check import faults_of
from relata.kernel.metadata.conditions import NONE, Conditions, read_conditions
from relata.kernel.metadata.expansion import Derived, Expansion, Step, expand, paths_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.figure import Figure, read_figure
from relata.kernel.metadata.former import Noticed, now_called
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.scope import ObjectScope


@dataclass(frozen=True, slots=True)
class Inverse:
    """A list of records of `object` that point here through `field`."""

    name: str
    label: str
    object: str
    field: str


class Catalog:
    """Objects by name, with their inverses and typed formulas. Make one with `Catalog.build`."""

    def __init__(self, objects: Iterable[Object], version: int = 0, marks: Mapping[str, str] | None = None) -> None:
        self.version = version
        self.marks: Mapping[str, str] = marks or {}
        """Object → what tells its stored definitions from later ones."""
        self.objects = MappingProxyType({object_.name: object_ for object_ in objects})
        self.names = {object_.held: name for name, object_ in self.objects.items()}
        """Key → name of every object."""
        self.formerly = {former.name: (former, name) for name, one in self.objects.items() for former in one.former}
        self.renamed = bool(self.formerly) or any(object_.formerly for object_ in self.objects.values())
        """Whether anything has a name from before."""
        self._inverses = collect_inverses(self.objects.values())
        self._derived: dict[tuple[str, str], Derived] = {}
        self._typing: list[tuple[str, str]] = []
        self._failed: dict[tuple[str, str], tuple[Fault, ...]] = {}
        """Formulas that cannot be typed; without faults where the fault is of another that they read."""
        self._expansions: dict[tuple[str, str], Expansion] = {}
        self._conditions: dict[str, Conditions] = {}
        self._around: dict[tuple[str, str], frozenset[str]] = {}
        """The objects that hold what a formula reads, and those that hold what its rules read of an object («»)."""

    @classmethod
    def build(
        cls,
        objects: Iterable[Object],
        version: int = 0,
        marks: Mapping[str, str] | None = None,
        before: Catalog | None = None,
    ) -> Catalog:
        """The checked catalog; raises Invalid with every fault."""
        objects = tuple(objects)
        catalog = cls(objects, version, marks)
        same = catalog._unchanged(before)
        faults = faults_of(objects, KINDS, same)
        if faults:
            raise Invalid(faults)
        if before is not None:
            catalog._take_over(before, same)
        faults = catalog._type_formulas() + catalog._check_views()
        if faults:
            raise Invalid(faults)
        for object_ in objects:
            if object_.name not in catalog._conditions:
                catalog._conditions[object_.name] = read_conditions(catalog, object_, faults)
        if faults:
            raise Invalid(faults)
        catalog._look_around()
        return catalog

    def _unchanged(self, before: Catalog | None) -> frozenset[str]:
        """The objects that are what they were, where none is gone to which they might point."""
        if before is None or not before.objects.keys() <= self.objects.keys():
            return frozenset()
        return frozenset(name for name, object_ in self.objects.items() if before.objects.get(name) is object_)

    def _take_over(self, before: Catalog, same: frozenset[str]) -> None:
        for name, inverses in self._inverses.items():
            if before._inverses.get(name) == inverses:
                self._inverses[name] = before._inverses[name]
        for key, around in before._around.items():
            if not around <= same:
                continue
            self._around[key] = around
            if key in before._derived:
                self._derived[key] = before._derived[key]
                self._expansions[key] = before._expansions[key]
            else:
                self._conditions[key[0]] = before._conditions[key[0]]

    def _look_around(self) -> None:
        for key in self._derived:
            self._objects_around(key)
        for name, conditions in self._conditions.items():
            if (name, "") not in self._around:
                named = conditions.steps
                self._around[name, ""] = frozenset({name}).union(*map(self._objects_around, named))

    def _objects_around(self, key: Step) -> frozenset[str]:
        if key not in self._derived:
            return frozenset({key[0]})
        if key not in self._around:
            self._around[key] = frozenset({key[0]}).union(*map(self._objects_around, self.reads(*key)))
        return self._around[key]

    def present(self, name: str, noticed: Noticed | None = None) -> str:
        """What an object is called now that was called so before; any other name is itself."""
        return now_called(name, self.objects, self.formerly, noticed)

    def conditions(self, name: str) -> Conditions:
        """The rules that are kept as data, typed."""
        return self._conditions.get(name, NONE)

    def inverses(self, name: str) -> tuple[Inverse, ...]:
        return tuple(self._inverses.get(name, {}).values())

    def inverse(self, name: str, inverse: str) -> Inverse | None:
        return self._inverses.get(name, {}).get(inverse)

    def derived(self, name: str, field: str) -> Derived:
        """What a formula or roll-up is worked out from."""
        return self._derived[name, field]

    def source(self, name: str, field: Field) -> str | None:
        """The kind of the field whose values a roll-up takes over."""
        derived = self._derived.get((name, field.name))
        return derived.source if isinstance(derived, Figure) else None

    def reads(self, name: str, field: str) -> frozenset[Step]:
        """(object, field) of every field that a formula or roll-up is worked out from."""
        derived = self._derived[name, field]
        found = {step for path in paths_of(derived) for step in (*self.steps(name, path), *self.lists(name, path))}
        if isinstance(derived, Figure) and derived.value is not None:
            return frozenset(found | self._dates(name, derived.lists + derived.value.path, rolled=True))
        return frozenset(found.union(*(self._dates(name, path) for path in paths_of(derived))))

    def _dates(self, name: str, path: tuple[str, ...], *, rolled: bool = False) -> set[Step]:
        """The field whose day tells the rate at which money is converted."""
        object_, last = self.steps(name, path)[-1]
        found = self.objects[object_].by_name[last]
        return {(object_, found.rate_date)} if found.rate_date and (rolled or self.is_dated(name, path)) else set()

    def is_dated(self, name: str, path: tuple[str, ...]) -> bool:
        """Whether a path leads to a part that is worked out by the rates of a day."""
        steps = self.steps(name, path)
        found = self.objects[steps[-1][0]].by_name[steps[-1][1]]
        return any(part.column is None and path[len(steps) :] == (part.name,) for part in KINDS[found.kind].parts)

    def lists(self, name: str, path: tuple[str, ...]) -> tuple[Step, ...]:
        """(object, field) of each many-to-many that a path goes through."""
        found: list[Step] = []
        for part, (object_, _) in zip(path, self.steps(name, path), strict=False):
            field = self.objects[name].by_name.get(part)
            if field is not None and field.through is not None:
                found.append((name, part))
            name = object_ if field is None or field.through else (*field.to, name)[0]
        return tuple(found)

    def expression_type(self, name: str, field: Field) -> Type:
        """The type of a field as the expression language sees it."""
        if not KINDS[field.kind].derived:
            return KINDS[field.kind].expression_type(field)
        return self._typed(name, field).type

    def steps(self, name: str, path: tuple[str, ...]) -> tuple[Step, ...]:
        """(object, field) of each field that a path goes through, its last one included; a part is none."""
        found: list[Step] = []
        for part, following in zip(path, (*path[1:], None), strict=True):
            field = self.objects[name].by_name.get(part)
            if field is None or field.through is not None:
                inverse = self._inverses[name][part]
                name = inverse.object
                found.append((name, inverse.field))
                continue
            found.append((name, part))
            if following is None or following in {one.name for one in KINDS[field.kind].parts}:
                break
            name = field.to[0]
        return tuple(found)

    def _typed(self, name: str, field: Field) -> Derived:
        key = (name, field.name)
        if key not in self._derived:
            if key in self._failed:
                raise Invalid([])
            if key in self._typing:
                circle = self._typing[self._typing.index(key) :]
                names = " → ".join(part for _, part in [*circle, key])
                fault = Fault("", "cycle", f"The formula would depend on itself: {names}.")
                self._failed |= dict.fromkeys(circle, (fault,))
                raise Invalid([])
            self._typing.append(key)
            try:
                self._derived[key] = self._read(name, field)
            except Invalid as error:
                self._failed.setdefault(key, error.faults)
                raise Invalid([]) from error
            finally:
                self._typing.pop()
        return self._derived[key]

    def _read(self, name: str, field: Field) -> Derived:
        scope = ObjectScope(self, name)
        if field.rollup is None:
            return parse_formula(field.formula or "", scope)
        return read_figure(field.rollup, scope, lambda lists, path: self._kind_at(name, lists + path))

    def _kind_at(self, name: str, path: tuple[str, ...]) -> str | None:
        """The kind of the field at the end of a path; None where that is only a part of it. An amount is money."""
        walked = self.steps(name, path)
        object_, field = walked[-1]
        found = self.objects[object_].by_name[field]
        derived = self._typed(object_, found) if KINDS[found.kind].derived else None
        if len(walked) < len(path):
            return "money" if found.kind == "money" and path[-1] != "currency" else None
        return derived.source if isinstance(derived, Figure) else found.kind

    def _type_formulas(self) -> list[Fault]:
        faults = []
        for object_ in self.objects.values():
            for field in object_.own:
                if not KINDS[field.kind].derived:
                    continue
                where = f"/objects/{object_.name}/fields/{field.name}"
                where += "" if field.rollup else "/formula"
                try:
                    self._typed(object_.name, field)
                except Invalid:
                    failed = self._failed[object_.name, field.name]
                    faults += [fault.below(where) for fault in failed]
                else:
                    faults += self._expanded(object_.name, field.name).faults(where)
        return faults

    def _expanded(self, name: str, field: str) -> Expansion:
        key = (name, field)
        if key not in self._expansions:
            derived = self._derived[key]
            steps = {path: self.steps(name, path) for path in paths_of(derived)}
            inner = {
                walked[-1]: self._expanded(*walked[-1]) for walked in steps.values() if walked[-1] in self._derived
            }
            self._expansions[key] = expand(derived, steps, inner)
        return self._expansions[key]

    def _check_views(self) -> list[Fault]:
        faults = []
        for object_ in self.objects.values():
            scope = ObjectScope(self, object_.name)
            for view in object_.views:
                named = [*view.fields, *(key.removeprefix("-") for key in view.sort), *view.sums]
                named += [view.group] if view.group else []
                faults += [
                    Fault(f"/objects/{object_.name}/views/{view.name}", "unknown_field", f"There is no field «{name}».")
                    for name in named
                    if scope.resolve(tuple(name.split("."))) is None
                ]
            for section in object_.layout.sections:
                faults += [
                    Fault(f"/objects/{object_.name}/layout", "unknown_field", f"There is no field «{name}».")
                    for name in section.fields
                    if object_.field(name) is None
                ]
            faults += [
                Fault(f"/objects/{object_.name}/layout/related", "unknown_field", f"There is no list «{name}».")
                for name in object_.layout.related
                if self.inverse(object_.name, name) is None
            ]
        return faults


def collect_inverses(objects: Iterable[Object]) -> dict[str, dict[str, Inverse]]:
    """Object → inverse's name → inverse."""
    found: dict[str, dict[str, Inverse]] = {}
    for object_ in objects:
        for field in object_.own:
            if field.through is not None:
                through = field.through
                inverse = Inverse(field.name, field.label, through.object, through.near)
                found.setdefault(object_.name, {})[field.name] = inverse
            elif field.inverse:
                for target in field.to:
                    label = field.inverse_label or object_.plural
                    inverse = Inverse(field.inverse, label, object_.name, field.name)
                    found.setdefault(target, {})[field.inverse] = inverse
    return found
