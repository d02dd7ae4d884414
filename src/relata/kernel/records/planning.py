"""From a row of a bulk and the record that it means to what is to be written: as `plan_create` and `plan_update` of a
single write, with the checks that `Forms` has prepared.
"""

from __future__ import annotations

from typing import Any

from relata.errors import Fault
from relata.kernel.context import uuid7
from relata.kernel.history.origin import noted
from relata.kernel.query.load import Current
from relata.kernel.records.draft import Draft
from relata.kernel.records.forms import Forms
from relata.kernel.records.matching import GUARD, guard_of
from relata.kernel.records.statement import ORIGIN
from relata.kernel.records.taken import Planned
from relata.kernel.records.write import base_row


def draft_create(forms: Forms, mode: str, sent: dict[str, Any]) -> Draft:
    """A new record, to be completed."""
    faults: list[Fault] = []
    if mode == "upsert" and GUARD in sent:
        told = "There is no record with this key yet: leave the version out, or find out where the record went."
        if guard_of(sent, faults) is not None:
            faults.append(Fault(f"/{GUARD}", "stale", told))
        sent = {name: value for name, value in sent.items() if name != GUARD}
    draft = forms.create(sent)
    draft.faults[:0] = faults
    return draft


def draft_update(
    forms: Forms, row: tuple[dict[str, Any], set[str]], current: Current | None, faults: list[Fault]
) -> Draft | None:
    """Other values of the record, to be completed. The row comes with the names that are no fields to write."""
    values, apart = row
    there = still(forms, values, current, faults)
    if there is None:
        return None
    return forms.update({name: value for name, value in values.items() if name not in apart}, there)


def planned(
    forms: Forms, place: int, line: int, draft: Draft, current: Current | None, linked: tuple[str, ...] = ()
) -> Planned | None:
    """What is to be written of a completed draft without faults; None where nothing differs. `linked` are the lists
    of which links were changed before.
    """
    if current is None:
        row = {"id": uuid7(), ORIGIN: noted(draft.origins, line=line), **forms.row(draft.after)}
        return Planned(place, ("create",), row)
    if not draft.changed and not linked:
        return None
    names = tuple(sorted((*draft.changed, *linked)))
    before = {name: current.values.get(name) for name in names}
    row = base_row(current.id, current, before) | forms.row(draft.changed)
    row[ORIGIN] = noted(draft.origins, names, line)
    return Planned(place, ("update", *names), row)


def plan_delete(
    forms: Forms, place: int, sent: dict[str, Any], current: Current | None, faults: list[Fault]
) -> Planned | None:
    there = still(forms, sent, current, faults, trashed="already")
    return None if there is None else Planned(place, ("delete",), base_row(there.id, there, there.values))


def still(
    forms: Forms, sent: dict[str, Any], current: Current | None, faults: list[Fault], trashed: str = "now"
) -> Current | None:
    """The record, if it is there, live, and of the version that the row names."""
    label = forms.object.label.lower()
    version = guard_of(sent, faults)
    if current is None:
        faults.append(Fault("/id", "not_found", f"There is no {label} with this id."))
    elif current.deleted:
        faults.append(Fault("/id", "not_found", f"This {label} is in the trash {trashed}."))
    elif version is not None and version != current.version:
        told = f"The record has version {current.version}, not {version}: read it again and repeat the change."
        faults.append(Fault(f"/{GUARD}", "stale", told))
    return None if faults else current
