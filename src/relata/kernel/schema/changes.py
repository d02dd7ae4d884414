"""The changes that administrators can make, each as the edit that `alter` carries out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Conflict, Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import OBJECT_CHANGES, Definition
from relata.kernel.records.statement import row_of
from relata.kernel.schema.alter import Edit, alter, single
from relata.kernel.schema.offenders import Standing
from relata.kernel.schema.reading import MOST_FIELDS, Sent, read_new_field, read_new_object

MOST_OBJECTS = 500


async def create_object(here: Installation, ctx: Ctx, sent: Any) -> Object:
    ctx.access.administer()
    made = read_new_object(sent, Parsing(ctx.workspace.currency))

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        if made.name in catalog.objects:
            raise Invalid([Fault("/name", "duplicate", f"There is already an object «{made.name}».")])
        if len(catalog.objects) >= MOST_OBJECTS:
            raise Conflict(f"A workspace has at most {MOST_OBJECTS} objects; delete one first.")
        fields = tuple(Definition(made.name, field.name, custom=True, value=builtins(field)) for field in made.own)
        return Edit(saves=(Definition(made.name, "", custom=True, value=builtins(replace(made, own=()))), *fields))

    where = {f"/objects/{made.name}/fields/{field.name}": f"/fields/{index}" for index, field in enumerate(made.own)}
    try:
        catalog = await alter(here, ctx, decide)
    except Invalid as error:
        raise relocated(error, {**where, f"/objects/{made.name}": ""}) from None
    return catalog.objects[made.name]


async def change_object(here: Installation, ctx: Ctx, name: str, sent: Any, *, check: bool = False) -> Object:
    """Other labels, icon or colour; the name stays. With `check`, everything is only tried, as in all of these."""
    ctx.access.administer()
    ctx.access.object(name)
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    asked.known(OBJECT_CHANGES)
    changes = {key: asked.text(key) for key in OBJECT_CHANGES if key in asked.document}
    if faults:
        raise Invalid(faults)

    def decide(_catalog: Catalog, definitions: list[Definition]) -> Edit:
        return Edit(saves=(with_more(definitions, name, "", changes),))

    try:
        catalog = await alter(here, ctx, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"/objects/{name}": ""}) from None
    return catalog.objects[name]


async def delete_object(here: Installation, ctx: Ctx, name: str, *, check: bool = False) -> None:
    """A custom object with its records; refused while others point to it."""
    ctx.access.administer()
    if not ctx.access.object(name).custom:
        raise Conflict(f"{ctx.catalog.objects[name].plural} belong to Relata and cannot be deleted.")

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        pointing = [
            f"{o.label}: {f.label}" for o in catalog.objects.values() for f in o.own if name in f.to and o.name != name
        ]
        if pointing:
            raise Conflict(f"Other objects point to it: {', '.join(pointing)}; delete these fields first.")
        return Edit(drops=((name, None),), before=forget)

    async def forget(ctx: Ctx) -> None:
        schema = q(ctx.workspace.schema)
        await ctx.connection.execute(f"delete from {schema}._search where object = %s".encode(), [name])

    await alter(here, ctx, decide, check=check)


async def create_field(here: Installation, ctx: Ctx, name: str, sent: Any, *, check: bool = False) -> Field:
    """A new field; with `check`, only whether it could be made."""
    ctx.access.administer()
    object_ = ctx.access.object(name)
    faults: list[Fault] = []
    parsing = Parsing(ctx.workspace.currency)
    made = read_new_field(sent, "", parsing, faults)
    if faults:
        raise Invalid(faults)

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        if catalog.objects[name].field(made.name) is not None:
            raise Invalid([Fault("/name", "duplicate", f"{object_.label} already has a field «{made.name}».")])
        if len(catalog.objects[name].own) >= MOST_FIELDS:
            raise Conflict(f"An object has at most {MOST_FIELDS} fields; delete one first.")
        return Edit(
            saves=(Definition(name, made.name, custom=True, value=builtins(made)),),
            before=fill if made.required else None,
        )

    async def fill(ctx: Ctx) -> None:
        await fill_column(ctx, object_, made, parsing)

    try:
        catalog = await alter(here, ctx, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"/objects/{name}/fields/{made.name}": ""}) from None
    return catalog.objects[name].by_name[made.name]


async def fill_column(ctx: Ctx, object_: Object, field: Field, parsing: Parsing) -> None:
    """A required field on an object with records needs a value for them: its default, set at once by
    PostgreSQL without touching the rows.
    """
    table = f"{q(ctx.workspace.schema)}.{q(object_.name)}"
    if not await single(ctx, f"select exists (select 1 from {table} where deleted_at is null)", []):
        return
    if field.default is None:
        raise Invalid(
            [
                Fault(
                    "/required",
                    "empty",
                    f"{object_.plural} exist already; give a default that they get, or leave it optional.",
                )
            ]
        )
    kind = KINDS[field.kind]
    row = row_of(replace(object_, own=(*object_.own, field)), {field.name: kind.parse(field, field.default, parsing)})
    for column in kind.columns:
        name = f"{field.name}__{column.suffix}" if column.suffix else field.name
        type_ = 'text collate "C"' if column.type == "text" else column.type
        literal = await single(
            ctx,
            f"select case when x.v is null then 'null' else quote_literal(x.v::text) end from json_to_record(%s::json) as x(v {column.type})",
            [msgspec.json.encode({"v": row[name]}).decode()],
        )
        await ctx.connection.execute(f"alter table {table} add column {q(name)} {type_} default {literal}".encode())
        await ctx.connection.execute(f"alter table {table} alter column {q(name)} drop default".encode())


def with_more(definitions: list[Definition], name: str, field: str, changes: dict[str, Any]) -> Definition:
    """What is stored of an object (`field` empty) or field, with these changes."""
    nothing = Definition(name, field, custom=False, value={})
    kept = next((d for d in definitions if d.object == name and d.field == field), nothing)
    return replace(kept, value={**kept.value, **changes})


def existing(ctx: Ctx, name: str, field: str) -> Field:
    found = next((f for f in ctx.access.object(name).own if f.name == field), None)
    if found is None:
        raise gone(name, field)
    return found


def gone(name: str, field: str) -> NotFound:
    return NotFound(f"«{name}» has no field «{field[:80]}» that can be changed.")


def builtins(value: Any) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(Decimal,))
    return made


def relocated(error: Invalid, places: dict[str, str]) -> Invalid:
    """The faults of a catalog with pointers into what was sent; of records that stand in the way they have none."""
    if isinstance(error, Standing):
        return error
    faults = []
    for fault in error.faults:
        place = next((p for p in places if fault.pointer == p or fault.pointer.startswith(p + "/")), None)
        where = places[place] + fault.pointer[len(place) :] if place else fault.pointer
        faults.append(Fault(where, fault.code, fault.message))
    return Invalid(faults)
