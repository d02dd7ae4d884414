"""The identifier of a record: a UUID of version 7 (RFC 9562), so that ids sort by creation."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.number import sentence

CANONICAL = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def checked_id(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(f"Send the id of a record as text; {kind_of(value)} came.")
    if CANONICAL.fullmatch(value):
        return value
    try:
        return str(UUID(value))
    except ValueError:
        raise BadValue(f"«{value[:80]}» is not an id.", "bad_id") from None


class Id(Kind):
    name = "id"
    label = "ID"
    help = "The identifier of a record."
    type = Type.ID
    columns = (Column("", "uuid"),)
    creatable = False
    writable = False

    def schema(self, field: Field) -> Schema:
        """Of links there is no example: the record must be there."""
        return {"type": "string", "format": "uuid"}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return checked_id(value)

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else UUID(value)

    def filter_value(self, field: Field, value: Any) -> Any:
        return UUID(sentence(checked_id, value))
