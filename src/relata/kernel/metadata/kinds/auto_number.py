"""A number that Relata gives each new record; never given twice, gaps are possible."""

from __future__ import annotations

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Column, Schema
from relata.kernel.metadata.kinds.number import Number


class AutoNumber(Number):
    name = "auto_number"
    label = "Automatic number"
    help = "1, 2, 3 … given to each new record, such as the number of a case."
    columns = (Column("", "bigint"),)
    writable = False
    unique_able = True

    def schema(self, field: Field) -> Schema:
        return {"type": "integer", "minimum": 1, "examples": [1]}
