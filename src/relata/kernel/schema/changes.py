"""The changes that administrators can make, each as the edit that `alter` carries out."""

from __future__ import annotations

from dataclasses import replace
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
from relata.kernel.schema.alter import Edit, alter, relocated, single, with_more
from relata.kernel.schema.linking import Drops, junctions_of, made_of, pointing, read_attributes
from relata.kernel.schema.reading import MOST_FIELDS, MOST_OBJECTS, Sent, read_new_field, read_new_object, stored_form
from relata.kernel.schema.trash import trashing

LINKS = "many"


async def create_object(here: Installation, ctx: Ctx, sent: Any) -> Object:
    ctx.access.administer()
    parsing = Parsing(ctx.workspace.currency)
    made = read_new_object(sent, parsing)
    made = replace(made, own=tuple(aimed(ctx, field) for field in made.own))
    attributes = attributes_of(made, sent, parsing)
    places: dict[str, str] = {}

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        if made.name in catalog.objects:
            raise Invalid([Fault("/name", "duplicate", f"There is already an object «{made.name}».")])
        if len(catalog.objects) >= MOST_OBJECTS:
            raise Conflict(f"A workspace has at most {MOST_OBJECTS} objects; delete one first.")
        saves = [Definition(made.name, "", custom=True, value=stored_form(replace(made, own=())))]
        for index, field in enumerate(made.own):
            if field.kind == LINKS:
                linked = made_of(catalog, made, field, attributes[index], f"/fields/{index}")
                places.update(linked.places)
                saves += linked.saves
            else:
                saves.append(Definition(made.name, field.name, custom=True, value=stored_form(field)))
        return Edit(saves=tuple(saves))

    where = {f"/objects/{made.name}/fields/{field.name}": f"/fields/{index}" for index, field in enumerate(made.own)}
    try:
        catalog = await alter(here, ctx, made.name, decide)
    except Invalid as error:
        raise relocated(error, {**where, **places, f"/objects/{made.name}": ""}) from None
    return catalog.objects[made.name]


def attributes_of(made: Object, sent: Any, parsing: Parsing) -> list[tuple[Field, ...]]:
    """Of each field in the order in which they were sent; raises Invalid."""
    faults: list[Fault] = []
    given = (sent.get("fields") or [])[: len(made.own)]
    found = [read_attributes(item, f"/fields/{index}", parsing, faults) for index, item in enumerate(given)]
    if faults:
        raise Invalid(faults)
    return found


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
        catalog = await alter(here, ctx, name, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"/objects/{name}": ""}) from None
    return catalog.objects[name]


async def delete_object(here: Installation, ctx: Ctx, name: str, *, check: bool = False) -> None:
    """A custom object with its records, into the trash; refused while others point to it."""
    ctx.access.administer()
    if not ctx.access.object(name).custom:
        raise Conflict(f"{ctx.catalog.objects[name].plural} belong to Relata and cannot be deleted.")

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        if catalog.objects[name].ends:
            raise Conflict("Its records are the links of a many-to-many; delete the fields that show them.")
        others = pointing(catalog, name)
        gone = [name, *junctions_of(catalog, name)]
        others += [other for one in gone[1:] for other in pointing(catalog, one)]
        if others:
            raise Conflict(f"Other objects point to it: {', '.join(others)}; delete these fields first.")
        drops: Drops = tuple((one, None) for one in gone)
        return Edit(drops=drops, aside=trashing(name, catalog.objects[name], None, drops))

    await alter(here, ctx, name, decide, check=check)


async def create_field(here: Installation, ctx: Ctx, name: str, sent: Any, *, check: bool = False) -> Field:
    """A new field; with `check`, only whether it could be made."""
    ctx.access.administer()
    object_ = ctx.access.object(name)
    faults: list[Fault] = []
    parsing = Parsing(ctx.workspace.currency)
    made = aimed(ctx, read_new_field(sent, "", parsing, faults))
    if made.rate_date is not None:
        made = replace(made, rate_date=ctx.access.present(object_, made.rate_date))
    attributes = read_attributes(sent, "", parsing, faults)
    places: dict[str, str] = {}
    defaults: dict[tuple[str, str], str] = {}
    if faults:
        raise Invalid(faults)

    def decide(catalog: Catalog, _definitions: list[Definition]) -> Edit:
        if catalog.objects[name].field(made.name) is not None:
            raise Invalid([Fault("/name", "duplicate", f"{object_.label} already has a field «{made.name}».")])
        if len(catalog.objects[name].own) >= MOST_FIELDS:
            raise Conflict(f"An object has at most {MOST_FIELDS} fields; delete one first.")
        if made.kind == LINKS:
            if object_.ends:
                raise Invalid([Fault("/kind", "not_applicable", "A link has no many-to-many of its own.")])
            linked = made_of(catalog, catalog.objects[name], made, attributes)
            places.update(linked.places)
            return Edit(saves=linked.saves)
        saved = Definition(name, made.name, custom=True, value=stored_form(made))
        return Edit(saves=(saved,), before=fill if made.required else None, defaults=defaults)

    async def fill(ctx: Ctx) -> None:
        defaults.update(await filled_columns(ctx, object_, made, parsing))

    try:
        catalog = await alter(here, ctx, name, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"/objects/{name}/fields/{made.name}": "", **places}) from None
    return catalog.objects[name].by_name[made.name]


def aimed(ctx: Ctx, field: Field) -> Field:
    """The field with the present names of the objects that it points to."""
    return replace(field, to=tuple(ctx.access.present_object(target) for target in field.to))


async def filled_columns(ctx: Ctx, object_: Object, field: Field, parsing: Parsing) -> dict[tuple[str, str], str]:
    """A required field on an object with records needs a value for them: its default, set at once by
    PostgreSQL without touching the rows. Object and column → the value as SQL.
    """
    table = f"{q(ctx.workspace.schema)}.{q(object_.name)}"
    if not await single(ctx, f"select exists (select 1 from {table} where deleted_at is null)", []):
        return {}
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
    found = {}
    for column in kind.columns:
        name = f"{field.name}__{column.suffix}" if column.suffix else field.name
        found[object_.name, name] = await single(
            ctx,
            f"select case when x.v is null then 'null' else quote_literal(x.v::text) end from json_to_record(%s::json) as x(v {column.type})",
            [msgspec.json.encode({"v": row[name]}).decode()],
        )
    return found


def existing(ctx: Ctx, name: str, field: str) -> Field:
    found = next((f for f in ctx.access.object(name).own if f.name == field), None)
    if found is None:
        raise gone(name, field)
    return found


def gone(name: str, field: str) -> NotFound:
    return NotFound(f"«{name}» has no field «{field[:80]}» that can be changed.")
