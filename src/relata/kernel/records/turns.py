"""Which rows can be taken at once, and which must wait for others, so that the outcome is that of taking them one
after the other: rows that mean the same record, and rows that take a unique value which another one takes or lets go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.object import Object
from relata.kernel.records.forms import Forms
from relata.kernel.records.source import Row

Token = tuple[Any, ...]
"""A record that is meant, or a field and a value of it that one record at a time can have."""


def unique_names(object_: Object, mode: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of which a row may take or let go a value; those that it is matched by stay as they are."""
    return tuple(one.name for one in object_.fields if one.unique and one.name not in key and mode != "delete")


def record_token(forms: Forms, key: tuple[str, ...], row: Row) -> Token | None:
    """Which record a row means, however it spells that; None if it cannot be told."""
    values = row.values
    if key == ("id",):
        try:
            return ("id", checked_id(values.get("id")))
        except BadValue:
            return None
    stored = forms.key(values, key, [])
    return ("key", *stored.values()) if len(stored) == len(key) else None


def turns(records: Sequence[Token | None], sent: Sequence[set[Token]], held: Mapping[Token, set[Token]]) -> list[int]:
    """The turn of each row, from 0: after every earlier row that shares something with it. `held` are the unique
    values that records have now; with each row that sends some, its record has more of them to let go.
    """
    last: dict[Token, int] = {}
    had = {record: set(values) for record, values in held.items()}
    found = []
    for record, values in zip(records, sent, strict=True):
        mine = set(values)
        if record is not None:
            if values:
                mine |= had.get(record, set())
                had.setdefault(record, set()).update(values)
            mine.add(record)
        turn = max((last[token] + 1 for token in mine if token in last), default=0)
        last |= dict.fromkeys(mine, turn)
        found.append(turn)
    return found
