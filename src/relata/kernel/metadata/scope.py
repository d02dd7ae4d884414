"""Which fields an expression may name: those of one object, their parts, and fields of related
records. A hidden field resolves to nothing, exactly like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from relata.kernel.expression.scope import Reference, Scope
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.former import Noticed
from relata.kernel.metadata.kinds import KINDS

if TYPE_CHECKING:
    from relata.kernel.metadata.catalog import Catalog

HOPS = 3

Visible = Callable[[str, str], bool]
"""Whether a field of an object may be named: (object, field) → bool."""


def every(_object: str, _field: str) -> bool:
    return True


class ObjectScope(Scope):
    """The fields of `name`; `hops` more relations may be followed. What is named as it was called before is found as well,
    with its present path, and `noticed`.
    """

    def __init__(
        self, catalog: Catalog, name: str, visible: Visible = every, hops: int = HOPS, noticed: Noticed | None = None
    ) -> None:
        self.catalog = catalog
        self.object = catalog.objects[name]
        self.visible = visible
        self.hops = hops
        self.noticed = noticed

    def resolve(self, path: tuple[str, ...]) -> Reference | None:
        if not path:
            return None
        field = self.object.field(path[0])
        if field is None:
            return self._inverse(path) or self._former(path)
        if not self.visible(self.object.name, field.name):
            return None
        if len(path) == 1:
            return self._whole(path, field)
        kind = KINDS[field.kind]
        if len(path) == 2:
            part = next((part for part in kind.parts if part.name == path[1]), None)
            if part and part.column is None and not self._dated(field):
                return None
            if part:
                return Reference(path, part.type)
        return self._related(path, field)

    def _former(self, path: tuple[str, ...]) -> Reference | None:
        now = self.object.present(path[0])
        found = self.resolve((now, *path[1:])) if now != path[0] else None
        if found is not None:
            self.object.present(path[0], self.noticed)
        return found

    def _below(self, name: str) -> ObjectScope:
        return ObjectScope(self.catalog, name, self.visible, self.hops - 1, self.noticed)

    def _whole(self, path: tuple[str, ...], field: Field) -> Reference | None:
        kind = KINDS[field.kind]
        parse = None if kind.derived else lambda value: kind.filter_value(field, value)
        found = Reference(path, self.catalog.expression_type(self.object.name, field), parse)
        if field.through is None:
            return found
        listed = self._inverse(path)
        return None if listed is None else replace(found, many=listed.many)

    def _dated(self, field: Field) -> bool:
        """Whether the day that a conversion goes by may be known."""
        return field.rate_date is None or self.visible(self.object.name, field.rate_date)

    def _related(self, path: tuple[str, ...], field: Field) -> Reference | None:
        if self.hops == 0 or field.kind not in ("relation", "user") or field.to[0] not in self.catalog.objects:
            return None
        found = self._below(field.to[0]).resolve(path[1:])
        if found is None or found.many is not None:
            return None
        return Reference((path[0], *found.path), found.type, found.parse)

    def _inverse(self, path: tuple[str, ...]) -> Reference | None:
        inverse = self.catalog.inverse(self.object.name, path[0])
        if inverse is None or len(path) > 1 or self.hops == 0:
            return None
        if not self.visible(inverse.object, inverse.field):
            return None
        return Reference(path, Type.IDS, None, self._below(inverse.object))
