"""Files become part of records. A file that was uploaded belongs to whoever uploaded it until a field of a record holds it; from then
on it belongs to that field of that record, and who sees the field may read it. Any other file is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.file import File
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.records.draft import Draft

Row = tuple[Any, ...]
Place = tuple[Draft, str, int, dict[str, Any]]


async def attach(ctx: Ctx, object_: Object, drafts: Sequence[Draft]) -> None:
    """Complete the files that were sent by what is true of them; a fault for each that may not be there."""
    fields = {field.name: field for field in object_.own if holds_files(field)}
    places = list(sent_files(fields, drafts)) if fields else []
    if not places:
        return
    there = await uploaded(ctx, object_.held, {entry["id"] for *_, entry in places})
    taken = set[str]()
    for draft, name, index, entry in places:
        row = there.get(entry["id"])
        where = f"/{name}/{index}"
        if (
            row is None
            or entry["id"] in taken
            or (row[6] is not None and (str(row[6]), row[7]) != (draft.id, fields[name].held))
        ):
            draft.faults.append(
                Fault(where, "not_found", f"There is no file with the id {entry['id']}: upload it first.")
            )
            continue
        taken.add(entry["id"])
        kind = KINDS[fields[name].kind]
        if isinstance(kind, File) and kind.types and row[2] not in kind.types:
            told = ", ".join(type_.removeprefix("image/").upper() for type_ in kind.types)
            draft.faults.append(Fault(where, "bad_type", f"{fields[name].label} takes {told}; this is {row[2]}."))
        complete_file(entry, row)


def sent_files(fields: dict[str, Field], drafts: Sequence[Draft]) -> Iterator[Place]:
    """(draft, field, place in the list, the file) of what somebody wrote. Lists that are completed are the draft's own."""
    for draft in drafts:
        for name in sorted(draft.sent & fields.keys()):
            if not draft.after.get(name):
                continue
            draft.after[name] = [dict(entry) for entry in draft.after[name]]
            for index, entry in enumerate(draft.after[name]):
                yield draft, name, index, entry


async def uploaded(ctx: Ctx, object_: str, ids: set[str]) -> dict[str, Row]:
    """Id → (id, name, type, size, width, height, record, field) of the files that are the actor's own, or of a record of the object."""
    text = (
        f"select id::text, name, type, size, width, height, record, field from {q(ctx.workspace.schema)}._file "
        "where id = any(%s::uuid[]) and (object = %s or record is null and principal = %s::uuid)"
    )
    rows = await ctx.connection.execute(text.encode(), [sorted(ids), object_, ctx.access.actor.principal])
    return {row[0]: row for row in await rows.fetchall()}


def complete_file(entry: dict[str, Any], row: Row) -> None:
    id_, name, type_, size, width, height, *_ = row
    told = {"id": id_, "name": entry.get("name", name), "type": type_, "size": size}
    entry.clear()
    entry.update(told | ({} if width is None else {"width": width, "height": height}))


def holds_files(field: Field) -> bool:
    return isinstance(KINDS[field.kind], File)


def claiming(schema: str, object_: Object, fields: Sequence[Field]) -> tuple[str, str]:
    """SQL that claims the files of the rows of `input` for their fields, and the condition that a row got all of its own: of two
    writes at once that want one file, the later finds it taken.
    """
    holding = [field for field in fields if holds_files(field)]
    if not holding:
        return "", ""
    values = ", ".join(f"({quote_text(field.held)}, x.{q(field.name)})" for field in holding)
    wanted = (
        f"select x.id as record, v.field, (e.value ->> 'id')::uuid as file from input x cross join lateral (values {values}) v(field, value) "
        "cross join lateral jsonb_array_elements(v.value) e"
    )
    claim = (
        f"claimed as (update {q(schema)}._file f set object = {quote_text(object_.held)}, record = w.record, field = w.field from ({wanted}) w "
        f"where f.id = w.file and (f.record is null and f.principal = %(principal)s::uuid "
        f"or f.object = {quote_text(object_.held)} and f.record = w.record and f.field = w.field) returning f.record), "
    )
    lengths = " + ".join(f"coalesce(jsonb_array_length(x.{q(field.name)}), 0)" for field in holding)
    return claim, f" and (select count(*) from claimed c where c.record = x.id) = {lengths}"
