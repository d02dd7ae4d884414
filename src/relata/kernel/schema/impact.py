"""What a change of an object, a field or an option touches: who uses it, and how many records hold something in it. One
walk finds the users; what uses fields in another way joins it as one more line of `FINDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import psycopg

from relata.kernel.context import Ctx
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import LIVE, present
from relata.kernel.schema.planned import planned
from relata.kernel.schema.scheduled import scheduled
from relata.kernel.schema.users import SORTS, Target, User

COUNTING = "3s"


@dataclass(frozen=True, slots=True)
class Held:
    """How many live records there are and how many hold something; None where counting takes too long."""

    records: int | None
    of: int | None

    @property
    def rate(self) -> float | None:
        return round(self.records / self.of, 4) if self.records is not None and self.of else None


def users_of(catalog: Catalog, target: Target) -> list[User]:
    return [user for object_ in catalog.objects.values() for find in FINDERS for user in find(catalog, object_, target)]


def derived(catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    """Formulas and roll-ups, also those that read it by way of other records."""
    for field in object_.own:
        if not KINDS[field.kind].derived or target.itself(object_.name, field.name):
            continue
        if target.among(catalog.reads(object_.name, field.name)):
            written = field.rollup.filter if field.rollup else field.formula
            if target.named_in(written):
                told = field.label if object_.name == target.object else f"{object_.label}: {field.label}"
                yield User("rollups" if field.rollup else "formulas", object_.name, field.name, field.label, told)


def rules(catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    for check, condition in catalog.conditions(object_.name).checks:
        points = check.field is not None and target.itself(object_.name, check.field) and not target.options
        if points or (target.among(condition.steps) and target.named_in(check.refuse_if)):
            told = f"the rule «{check.label}» of {object_.plural}"
            yield User("rules", object_.name, check.name, check.label, told)


def conditions(catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    """Conditions and default formulas of other fields; those of the field itself go with it."""
    for field in object_.own:
        if target.itself(object_.name, field.name) and not target.options:
            continue
        kept = catalog.conditions(object_.name).of_field(field.name)
        if any(target.among(one.steps) and target.named_in(getattr(field, key)) for key, one in kept.items()):
            told = f"a condition of {object_.label}: {field.label}"
            yield User("conditions", object_.name, field.name, field.label, told)


def views(catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    if target.field is None:
        return
    for view in object_.views:
        named = [*view.fields, *(key.removeprefix("-") for key in view.sort), *view.sums]
        named += [view.group] if view.group and not target.options else []
        paths = [tuple(one.split(".")) for one in named] if not target.options else []
        steps = [step for p in paths for step in (*catalog.steps(object_.name, p), *catalog.lists(object_.name, p))]
        filtered = target.object == object_.name and f'"{target.field}"' in msgspec.json.encode(view.filter).decode()
        if target.among(steps) or (filtered and target.named_in(view.filter)):
            yield User("views", object_.name, view.name, view.label, f"the view «{view.label}» of {object_.plural}")


def layouts(_catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    if target.field is None or target.object != object_.name or target.options:
        return
    for section in object_.layout.sections:
        if target.field in section.fields:
            told = f"the section «{section.label}» of {object_.plural}"
            yield User("layouts", object_.name, section.label, section.label, told)


def titles(_catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    if target.field == object_.title and target.object == object_.name and not target.options:
        yield User("titles", object_.name, object_.title, object_.plural, f"the title of {object_.plural}")


def rates(_catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    """Money that is converted by the rates of a day that the field tells."""
    for field in object_.own:
        if target.field is not None and target.itself(object_.name, field.rate_date or ""):
            yield User("rates", object_.name, field.name, field.label, f"the rates of {field.label}")


def relations(_catalog: Catalog, object_: Object, target: Target) -> Iterator[User]:
    """Fields of other objects that point to the object."""
    if target.field is not None or object_.name == target.object:
        return
    for field in object_.own:
        if target.object in field.to and field.name not in object_.ends:
            yield User("relations", object_.name, field.name, field.label, f"{object_.label}: {field.label}")


Finder = Callable[[Catalog, Object, Target], Iterator[User]]
FINDERS: tuple[Finder, ...] = (derived, rules, conditions, views, layouts, titles, rates, relations)


def others(users: Iterable[User], *sorts: str) -> list[str]:
    """How these users are called in a sentence."""
    return [user.told for user in users if user.sort in sorts]


async def impact(ctx: Ctx, *targets: Target) -> dict[str, Any]:
    """`{"touches", "records", "of", "fill_rate", "filter", "formulas": [{object, name, label}], "rules": …}`: each sort of
    user has its list. `touches` tells whether there is anything at all, `filter` which records. Of several targets the
    records are those of the first.
    """
    held = await held_by(ctx, targets[0])
    users = (user for target in targets for user in users_of(ctx.catalog, target) if user.sort in target.sorts)
    found = list(dict.fromkeys([*users, *await scheduled(ctx, *targets), *await planned(ctx, *targets)]))
    lists = {
        sort: [
            {k: v for k, v in asdict(user).items() if k not in ("sort", "told")} for user in found if user.sort == sort
        ]
        for sort in SORTS
    }
    told = {"touches": bool(found) or held.records != 0, "records": held.records, "of": held.of}
    return {**told, "fill_rate": held.rate, "filter": filter_of(ctx, targets[0]), **lists}


def filter_of(ctx: Ctx, target: Target) -> dict[str, Any] | None:
    """The filter that finds the records that are counted; None where all of them are."""
    field = ctx.catalog.objects[target.object].field(target.field) if target.field else None
    if field is None or target.records != "holding" or not KINDS[field.kind].columns:
        return None
    if not target.options:
        return {"field": field.name, "op": "is_not_empty"}
    keys = sorted(target.options)
    if holds_several(field):
        return {"any": [{"field": field.name, "op": "contains", "value": key} for key in keys]}
    return {"field": field.name, "op": "in", "value": keys}


async def held_by(ctx: Ctx, target: Target) -> Held:
    """How many live records hold something in the field, or one of the options."""
    object_ = ctx.catalog.objects[target.object]
    field = object_.field(target.field) if target.field else None
    whole = field is None or target.records == "all"
    condition = "true" if whole or field is None else present(field) if KINDS[field.kind].columns else "false"
    if field is not None and field.through is not None:
        schema, link = q(ctx.workspace.schema), field.through
        mine = f"l.{q(link.near)} = {schema}.{q(target.object)}.id and l.{LIVE}"
        condition = f"exists (select 1 from {schema}.{q(link.object)} l where {mine})"
    values: dict[str, Any] = {}
    if target.records == "none":
        condition = "false"
    elif field is not None and target.options:
        condition, values = holds(field), {"options": sorted(target.options)}
    table = f"{q(ctx.workspace.schema)}.{q(target.object)}"
    text = f"select count(*) filter (where {condition}), count(*) from {table} where {LIVE}"
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local statement_timeout = '{COUNTING}'".encode())
            row = await (await ctx.connection.execute(text.encode(), values or None)).fetchone()
    except psycopg.errors.QueryCanceled:
        return Held(None, None)
    return Held(row[0], row[1]) if row else Held(0, 0)


def holds(field: Field) -> str:
    """SQL for: the field holds one of %(options)s."""
    several = holds_several(field)
    return f"{q(field.name)} && %(options)s::text[]" if several else f"{q(field.name)} = any(%(options)s::text[])"


def holds_several(field: Field) -> bool:
    return KINDS[field.kind].columns[0].type == "text[]"
