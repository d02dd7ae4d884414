"""Which record a row of a bulk means: by its id, or by the values of the key's fields. What the actor does not see is
not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.records.forms import Forms
from relata.kernel.records.lookup import Key, find_by
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken

GUARD = "version"


async def match(  # noqa: PLR0913, PLR0917 — all that a row is matched by
    ctx: Ctx,
    forms: Forms,
    mode: str,
    key: tuple[str, ...],
    rows: Sequence[Row],
    places: Iterable[int],
    taken: list[Taken | None],
) -> dict[int, str]:
    """Place → id of the record that the row means; rows without one are new (upsert) or refused."""
    wanted: dict[int, Key] = {}
    targets: dict[int, str] = {}
    for place in places:
        faults: list[Fault] = []
        if key == ("id",):
            id_ = given_id(rows[place].values.get("id"), faults)
            if id_ is not None:
                targets[place] = id_
        else:
            stored = forms.key(rows[place].values, key, faults)
            empty = [part for part in key if part not in stored]
            if empty and not faults:
                told = f"The row has no {', '.join(empty)}: without it nobody can tell which record it means."
                faults.append(Fault(f"/{empty[0]}", "required", told))
            if not faults:
                wanted[place] = tuple(stored.values())
        if faults:
            taken[place] = Taken(rows[place].line, "refused", None, tuple(faults))
    found = await find_by(ctx, forms.object.name, key, wanted) if wanted else {}
    for place in wanted:
        ids = found.get(place, [])
        if len(ids) == 1:
            targets[place] = ids[0]
        elif ids or mode != "upsert":
            taken[place] = Taken(rows[place].line, "refused", None, (unmatched(key, several=bool(ids)),))
    return targets


def given_id(value: Any, faults: list[Fault]) -> str | None:
    if value is None:
        told = "The row has no id: without it nobody can tell which record it means."
        faults.append(Fault("/id", "required", told))
        return None
    try:
        return checked_id(value)
    except BadValue as error:
        faults += [fault.below("/id") for fault in error.faults]
        return None


def unmatched(key: tuple[str, ...], *, several: bool) -> Fault:
    if several:
        return Fault(f"/{key[0]}", "ambiguous", "Several records have this key; the row could mean any of them.")
    return Fault(f"/{key[0]}", "not_found", "There is no record with this key.")


def guard_of(values: dict[str, Any], faults: list[Fault]) -> int | None:
    """The version that the record must still have, if the row names one."""
    given = values.get(GUARD)
    if isinstance(given, Decimal) and given == given.to_integral_value():
        given = int(given)
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and 0 < given < 2**31):
        return given
    faults.append(Fault(f"/{GUARD}", "wrong_type", "A version is a whole number."))
    return None
