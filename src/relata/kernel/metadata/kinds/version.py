"""The version of a record: 1 when created, one more with each change."""

from __future__ import annotations

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Column, Schema
from relata.kernel.metadata.kinds.number import Number


class Version(Number):
    name = "version"
    label = "Version"
    help = "Counts the changes of a record."
    columns = (Column("", "integer"),)
    creatable = False
    writable = False
    unique_able = False

    def schema(self, field: Field) -> Schema:
        return {"type": "integer", "minimum": 1, "examples": [1]}
