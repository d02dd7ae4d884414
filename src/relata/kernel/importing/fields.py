"""The fields that an import makes for columns that fit none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relata.errors import Conflict, Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.expression.fold import fold
from relata.kernel.importing.kept import Kept, KeptTable, find_import, save_import
from relata.kernel.importing.plan import ColumnPlan, TablePlan
from relata.kernel.installation import Installation
from relata.kernel.jobs.job import Run
from relata.kernel.metadata.field import Field, slug
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.schema.changes import create_field
from relata.kernel.schema.reading import read_new_field

LEFT_OUT = ("relation", "user", "reference", "about", "many", "file", "image")
"""Kinds that a column alone does not define."""


def kinds_to_make(access: Access) -> list[str]:
    """The kinds of which the actor may make fields for columns."""
    if not access.actor.role.administers:
        return []
    return [name for name, kind in KINDS.items() if kind.creatable and kind.writable and name not in LEFT_OUT]


def definition(column: ColumnPlan, taken: set[str]) -> dict[str, Any]:
    """What would be sent to make the field of a column, under a name that is free."""
    new = dict(column.new or {})
    label = str(new.get("label") or column.column.strip() or "Column")[:100]
    wanted = slug(fold(str(new.get("name") or label)))[:40].strip("_") or "column"
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return {**new, "name": name, "label": label}


def planned_fields(access: Access, object_: Object, plan: TablePlan) -> dict[str, Field]:
    """Column → the field that would be made for it; raises Invalid with every fault."""
    faults: list[Fault] = []
    found: dict[str, Field] = {}
    taken = {one.name for one in object_.fields} | set(object_.formerly)
    for index, column in enumerate(plan.columns):
        if column.new is None:
            continue
        if not kinds_to_make(access):
            told = "Only administrators make fields; leave the column out, or ask one of them."
            faults.append(Fault(f"/columns/{index}/new", "denied", told))
            continue
        sent = definition(column, taken)
        mine: list[Fault] = []
        made = read_new_field(sent, "", Parsing(), mine)
        if not mine and made.kind not in kinds_to_make(access):
            mine.append(Fault("/kind", "not_applicable", f"A column becomes no field of the kind «{made.kind}»."))
        faults += [fault.below(f"/columns/{index}/new") for fault in mine]
        if not mine:
            taken.add(made.name)
            found[column.column] = made
    if faults:
        raise Invalid(faults)
    return found


async def make_fields(run: Run, kept: Kept) -> tuple[Kept, list[str]]:
    """Make the fields of all tables that are not there yet; the plans then say where the columns go. What was made, in words."""
    made: list[str] = []
    for table in kept.tables:
        for column in table.plan.columns if table.plan.object else ():
            if column.new is None:
                continue
            if not isinstance(run.host, Installation):
                raise Conflict("Fields are made where the workspaces are: start this on the server itself.")
            async with run.context() as ctx:
                object_ = ctx.access.object(ctx.access.present_object(table.plan.object or ""))
                taken = {one.name for one in object_.fields} | set(object_.formerly)
                field = await create_field(run.host, ctx, object_.name, definition(column, taken))
            made.append(f"{column.column} → {field.label} ({KINDS[field.kind].label.lower()})")
            async with run.context() as ctx, ctx.connection.transaction():
                kept = await find_import(ctx, kept.id, lock=True)
                kept = await save_import(ctx, with_field(kept, kept.table(table.number), column, field.name))
    return kept, made


def with_field(kept: Kept, table: KeptTable, column: ColumnPlan, name: str) -> Kept:
    """The plan in which the column goes into the field that is there now."""
    columns = tuple(
        replace(one, new=None, to=(name,)) if one.column == column.column else one for one in table.plan.columns
    )
    changed = replace(table, plan=replace(table.plan, columns=columns))
    return replace(kept, tables=tuple(changed if one.number == table.number else one for one in kept.tables))
