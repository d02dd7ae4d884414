"""Another name for a field or object of the administrators' own. The tables and all stored texts follow in one transaction, the
journal and the other tables of the kernel hold it by its key and need not; the name from before is understood for a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from relata.errors import Conflict, Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.former import GRACE, Former, moment
from relata.kernel.metadata.moving import move
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import KEY, SHAPE, Definition
from relata.kernel.schema.alter import Edit, alter, relocated, with_more
from relata.kernel.schema.changes import existing, gone
from relata.kernel.schema.reading import Sent, stored_form

NAME = "name"
FORMER = "former"


def wants_name(sent: Any) -> bool:
    """Whether a change is that of the name, which is made by itself."""
    return isinstance(sent, dict) and NAME in sent


def read_name(sent: Any) -> str:
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    for key in asked.document:
        if key != NAME:
            asked.fault(
                f"/{key[:80]}", "not_applicable", "Change the name by itself, and the rest before or after that."
            )
    name = asked.text(NAME)
    if not name and not faults:
        asked.fault(f"/{NAME}", "required", "Send the new name.")
    if faults:
        raise Invalid(faults)
    return name


async def rename_field(here: Installation, ctx: Ctx, name: str, field: str, sent: Any, *, check: bool = False) -> Field:
    """The field under its new name; raises Invalid where that is taken, Conflict where it cannot have another."""
    ctx.access.administer()
    existing(ctx, name, field)
    new = read_name(sent)

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        object_ = catalog.objects[name]
        old = object_.field(field)
        if old is None:
            raise gone(name, field)
        refuse_field(object_, old)
        if new == field:
            return Edit()
        if object_.field(new) or catalog.inverse(name, new):
            raise Invalid(
                [Fault(f"/{NAME}", "duplicate", f"{object_.label} already has «{new}»; choose another name.")]
            )
        made = replace(old, name=new, key=old.held, former=formers(old.former, field, new))
        own = tuple(made if one is old else one for one in object_.own)
        then = replace(object_, own=own, title=new if object_.title == field else object_.title)
        stored = next(one for one in definitions if one.field == field)
        value = {**stored.value, NAME: new, KEY: made.key, FORMER: [stored_form(one) for one in made.former]}

        async def aside(ctx: Ctx) -> None:
            await move(ctx.connection, ctx.workspace.schema, object_, then)
            failpoint("rename.moved")
            text = f"update {q(ctx.workspace.schema)}._definition set field = %s where object = %s and field = %s"
            await ctx.connection.execute(text.encode(), [new, name, field])

        saves = [Definition(name, new, custom=True, value=value), *following(object_, definitions, field, new)]
        return Edit(saves=tuple(saves), aside=aside, renamed=field)

    catalog = await renaming(here, ctx, name, decide, f"/objects/{name}/fields/{new}", check=check)
    return catalog.objects[name].by_name[new]


def refuse_field(object_: Object, old: Field) -> None:
    if not old.custom:
        raise Conflict("This field belongs to Relata and keeps its name.")
    if old.name in object_.ends:
        raise Conflict("It is an end of the links: only its label and its help can be changed.")
    if old.building is not None:
        raise Conflict(f"{old.label} is still being built: wait for the job {old.building.job}, or cancel it.")


def following(object_: Object, definitions: list[Definition], old: str, new: str) -> list[Definition]:
    """What names the field of its own object elsewhere than in a text, with its new name; and whoever writes by the old
    catalog is told.
    """
    saves = []
    whole: dict[str, Any] = {SHAPE: object_.shape + 1}
    for one in definitions:
        if one.field and one.field != old and one.value.get("rate_date") == old:
            saves.append(replace(one, value={**one.value, "rate_date": new}))
        if not one.field and one.value.get("title") == old:
            whole["title"] = new
        if not one.field and one.value.get("checks"):
            checks = one.value["checks"]
            whole["checks"] = [{**check, "field": new} if check.get("field") == old else check for check in checks]
    return [*saves, with_more(definitions, object_.name, "", whole)]


async def rename_object(here: Installation, ctx: Ctx, name: str, sent: Any, *, check: bool = False) -> Object:
    """The object under its new name; raises Invalid where that is taken, Conflict where it cannot have another."""
    ctx.access.administer()
    ctx.access.object(name)
    new = read_name(sent)

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        object_ = catalog.objects.get(name)
        if object_ is None:
            raise NotFound(f"There is no object «{name}» any more.")
        refuse_object(catalog, object_)
        if new == name:
            return Edit()
        if new in catalog.objects:
            raise Invalid([Fault(f"/{NAME}", "duplicate", f"There is already an object «{new}»; choose another name.")])
        former = formers(object_.former, name, new)
        then = replace(object_, name=new, key=object_.held, former=former)
        changes = {NAME: new, KEY: then.key, FORMER: [stored_form(one) for one in former], SHAPE: object_.shape + 1}
        stored = with_more(definitions, name, "", changes)

        async def aside(ctx: Ctx) -> None:
            await move(ctx.connection, ctx.workspace.schema, object_, then)
            failpoint("rename.moved")
            schema = q(ctx.workspace.schema)
            targets = "(select jsonb_agg(case when t = %(old)s::text then %(new)s::text else t end) from jsonb_array_elements_text(value -> 'to') t)"
            for text in (
                f"update {schema}._definition set object = %(new)s where object = %(old)s",
                f"update {schema}._definition set value = jsonb_set(value, '{{to}}', {targets}) where value -> 'to' ? %(old)s",
                f"update {schema}._trash set object = %(new)s where object = %(old)s and field <> '' and within is null",
            ):
                await ctx.connection.execute(text.encode(), {"old": name, "new": new})

        return Edit(saves=(replace(stored, object=new),), aside=aside, renamed=name)

    catalog = await renaming(here, ctx, name, decide, f"/objects/{new}", check=check)
    return catalog.objects[new]


def refuse_object(catalog: Catalog, object_: Object) -> None:
    if not object_.custom:
        raise Conflict(f"{object_.plural} belong to Relata and keep their name.")
    if object_.ends:
        raise Conflict("Its records are the links of a many-to-many; rename the fields that show them.")
    if building := next((field for field in object_.own if field.building), None):
        raise Conflict(f"{building.label} is still being built: wait for the job, or cancel it.")
    saying = [
        f"{one.label}: {field.label}"
        for one in catalog.objects.values()
        for field in one.own
        if object_.name in field.to and field.kind in ("about", "reference")
    ]
    if saying:
        raise Conflict(f"The values of {', '.join(saying)} say «{object_.name}», so it keeps its name.")


def formers(known: Iterable[Former], old: str, new: str) -> tuple[Former, ...]:
    """The names from before that are still understood, with the one that it gives up; one that it takes back is none."""
    left = (one for one in known if one.valid and one.name not in (old, new))
    return (*left, Former(name=old, since=moment(), until=moment(GRACE)))


async def renaming(here: Installation, ctx: Ctx, name: str, decide: Any, place: str, *, check: bool) -> Catalog:
    try:
        return await alter(here, ctx, name, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"{place}/{NAME}": f"/{NAME}", place: f"/{NAME}"}) from None


async def free_name(here: Installation, ctx: Ctx, name: str, field: str | None, former: str) -> None:
    """A name from before is understood no longer, and free for others."""
    ctx.access.administer()
    ctx.access.object(name)

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        object_ = catalog.objects[name]
        one = object_.field(field) if field else object_
        if one is None or former not in [known.name for known in one.former]:
            raise NotFound(f"«{field or name}» was not called «{former[:80]}» before.")
        left = [stored_form(known) for known in one.former if known.name != former]
        return Edit(saves=(with_more(definitions, name, field or "", {FORMER: left}),))

    await alter(here, ctx, name, decide)
