"""What a row adds to a record that is there: nothing that the record has gets lost where the row knows only a part of it."""

from __future__ import annotations

from typing import Any

from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.records.validate import EMPTY


def merged(object_: Object, sent: dict[str, Any], current: dict[str, Any], *, fill: bool) -> dict[str, Any]:
    """The values to write: parts and entries of lists are put beside those that are there. With `fill` only what is
    empty gets a value, else the row wins where both have one.
    """
    made: dict[str, Any] = {}
    for name, value in sent.items():
        field = object_.field(name)
        now = current.get(name)
        if field is None or now in EMPTY or value in EMPTY:
            if field is None or now in EMPTY or not fill:
                made[name] = value
        elif isinstance(now, list):
            added = KINDS[field.kind].united(now, value)
            if added is not None:
                made[name] = added
        elif isinstance(now, dict) and isinstance(value, dict) and KINDS[field.kind].parts:
            both = {**value, **filled(now)} if fill else {**now, **filled(value)}
            made |= {name: both} if both != now else {}
        elif not fill:
            made[name] = value
    return made


def filled(value: dict[str, Any]) -> dict[str, Any]:
    return {part: one for part, one in value.items() if one not in EMPTY}
