"""Yes or no; empty counts as no in conditions."""

from __future__ import annotations

from typing import Any

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.checks import kind_of

YES = frozenset({"true", "yes", "y", "1", "ja", "t", "x"})
NO = frozenset({"false", "no", "n", "0", "nein", "f"})


class Boolean(Kind):
    name = "boolean"
    label = "Yes or no"
    help = "A box to tick."
    type = Type.BOOLEAN
    columns = (Column("", "boolean"),)
    groupable = True
    exchanged = notations = True
    family = frozenset({"one"})

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        return ("Yes" if value else "No",)

    def cell(self, text: str) -> Any:
        word = text.strip().lower()
        if word not in YES and word not in NO:
            raise BadValue(f"«{text[:40]}» is neither yes nor no; write true or false.")
        return word in YES

    def schema(self, field: Field) -> Schema:
        return {"type": "boolean", "examples": [True]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if not isinstance(value, bool):
            raise BadValue(f"Send true or false; {kind_of(value)} came.")
        return value
