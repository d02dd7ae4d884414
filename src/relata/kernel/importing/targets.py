"""What a column can go into: a field, a part of one, an entry of a list with a label, a record by one of its names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relata.errors import Fault
from relata.kernel.access.access import Access
from relata.kernel.importing.mapping import LABELLED, RELATIONS, Target
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.records.cells import column_of
from relata.kernel.records.naming import ID

MATCHABLE = ("text", "number", "date", "choice", "auto_number", "emails", "phones", "links", "person_name")


def target_of(access: Access, object_: Object, to: str) -> Target | None:
    """What `to` names, if the actor may write it; the id of the record itself is for matching only."""
    if to == ID:
        return Target(object_.by_name[ID])
    first, dot, rest = to.partition(".")
    field = object_.field(access.present(object_, first))
    if field is None or not access.writable(object_.name, field.name) or field.through is not None:
        return None
    if not dot:
        return Target(field)
    if field.kind in RELATIONS:
        other = access.catalog.objects[field.to[0]]
        found = other.field(rest)
        return Target(field, rest) if found is not None and access.visible(other.name, rest) else None
    if field.kind in LABELLED:
        return Target(field, rest)
    return Target(field, rest) if column_of(object_, f"{field.name}.{rest}") else None


def targets(access: Access, object_: Object) -> Iterator[dict[str, Any]]:
    """All of them: to, label, kind, required, and whether several columns may go into it."""
    for field in object_.fields:
        if not access.writable(object_.name, field.name) or field.through is not None:
            continue
        kind = KINDS[field.kind]
        parts = [part for part in kind.parts if part.column and f"{field.name}.{part.name}"]
        told = {"kind": field.kind, "required": field.required, "many_columns": field.kind in (*LABELLED, "tags")}
        yield {"to": field.name, "label": field.label, **told}
        for part in parts:
            label = f"{field.label} › {part.label}"
            yield {"to": f"{field.name}.{part.name}", "label": label, **told, "required": False, "many_columns": False}


def matchable(access: Access, object_: Object) -> list[dict[str, str]]:
    """Fields by which rows can find their records."""
    first = [{"field": ID, "label": object_.by_name[ID].label}]
    names = sorted(
        (field for field in object_.fields if field.kind in MATCHABLE and access.visible(object_.name, field.name)),
        key=lambda field: (field.name != "external_id", not field.unique, field.name != object_.title),
    )
    good = [field for field in names if not KINDS[field.kind].derived and field.name not in (ID, "version")]
    return first + [{"field": field.name, "label": field.label} for field in good]


def check_match(access: Access, object_: Object, match: tuple[str, ...]) -> list[Fault]:
    """What is wrong with the fields of `match`."""
    known = {one["field"] for one in matchable(access, object_)}
    told = f"takes no part in finding records; take one of {', '.join(sorted(known))}."
    return [
        Fault(f"/match/{index}", "bad_key", f"«{name[:80]}» {told}")
        for index, name in enumerate(match)
        if access.present(object_, name) not in known
    ]
