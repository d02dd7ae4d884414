"""The catalog: every object of a workspace, checked as a whole and immutable. A change makes a new
catalog, which is swapped in; all faults of one are reported together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from relata.errors import Fault, Invalid
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.tree import Node, references
from relata.kernel.expression.types import Type
from relata.kernel.metadata.check import faults_of
from relata.kernel.metadata.expansion import Expansion, Step, expand
from relata.kernel.metadata.field import Field
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

    def __init__(self, objects: Iterable[Object], version: int = 0) -> None:
        self.version = version
        self.objects = MappingProxyType({object_.name: object_ for object_ in objects})
        self._inverses = collect_inverses(self.objects.values())
        self._formulas: dict[tuple[str, str], Node] = {}
        self._typing: list[tuple[str, str]] = []
        self._failed: dict[tuple[str, str], tuple[Fault, ...]] = {}
        """Formulas that cannot be typed; without faults where the fault is of another that they read."""
        self._expansions: dict[tuple[str, str], Expansion] = {}

    @classmethod
    def build(cls, objects: Iterable[Object], version: int = 0) -> Catalog:
        """The checked catalog; raises Invalid with every fault."""
        objects = tuple(objects)
        faults = faults_of(objects, KINDS)
        if faults:
            raise Invalid(faults)
        catalog = cls(objects, version)
        faults = catalog._type_formulas() + catalog._check_views()
        if faults:
            raise Invalid(faults)
        return catalog

    def inverses(self, name: str) -> tuple[Inverse, ...]:
        return tuple(self._inverses.get(name, {}).values())

    def inverse(self, name: str, inverse: str) -> Inverse | None:
        return self._inverses.get(name, {}).get(inverse)

    def formula(self, name: str, field: str) -> Node:
        """The typed tree of a formula field."""
        return self._formulas[name, field]

    def expression_type(self, name: str, field: Field) -> Type:
        """The type of a field as the expression language sees it."""
        if field.kind != "formula":
            return KINDS[field.kind].expression_type(field)
        return self._typed(name, field).type

    def steps(self, name: str, path: tuple[str, ...]) -> tuple[Step, ...]:
        """(object, field) of each field that a path goes through, its last one included; a part is none."""
        found: list[Step] = []
        for part, following in zip(path, (*path[1:], None), strict=True):
            field = self.objects[name].by_name[part]
            found.append((name, part))
            if following is None or following in {one.name for one in KINDS[field.kind].parts}:
                break
            name = field.to[0]
        return tuple(found)

    def _typed(self, name: str, field: Field) -> Node:
        key = (name, field.name)
        if key not in self._formulas:
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
                self._formulas[key] = parse_formula(field.formula or "", ObjectScope(self, name))
            except Invalid as error:
                self._failed.setdefault(key, error.faults)
                raise Invalid([]) from error
            finally:
                self._typing.pop()
        return self._formulas[key]

    def _type_formulas(self) -> list[Fault]:
        faults = []
        for object_ in self.objects.values():
            for field in object_.own:
                if field.kind != "formula":
                    continue
                where = f"/objects/{object_.name}/fields/{field.name}/formula"
                try:
                    self._typed(object_.name, field)
                except Invalid:
                    failed = self._failed[object_.name, field.name]
                    faults += [Fault(where, fault.code, fault.message) for fault in failed]
                else:
                    faults += self._expanded(object_.name, field.name).faults(where)
        return faults

    def _expanded(self, name: str, field: str) -> Expansion:
        key = (name, field)
        if key not in self._expansions:
            tree = self._formulas[key]
            steps = {path: self.steps(name, path) for path in references(tree)}
            inner = {
                walked[-1]: self._expanded(*walked[-1]) for walked in steps.values() if walked[-1] in self._formulas
            }
            self._expansions[key] = expand(tree, steps, inner)
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
            if field.inverse:
                for target in field.to:
                    label = field.inverse_label or object_.plural
                    inverse = Inverse(field.inverse, label, object_.name, field.name)
                    found.setdefault(target, {})[field.inverse] = inverse
    return found
