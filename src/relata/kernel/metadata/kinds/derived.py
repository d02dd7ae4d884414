"""What the kinds have in common whose values are worked out whenever they are read; never stored, so never stale."""

from __future__ import annotations

from typing import ClassVar

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Column, Kind, Schema


class Derived(Kind):
    """The catalog types what such a field is worked out from."""

    type = Type.NOTHING
    columns: ClassVar[tuple[Column, ...]] = ()
    writable = False
    derived = True
    groupable = True
    measurable = True

    def schema(self, field: Field) -> Schema:
        """Of any type: which, the catalog knows (`formula_schema`)."""
        return {}
