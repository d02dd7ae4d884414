"""The catalog as the caller may see it: what there is, and what may be done with it."""

from __future__ import annotations

import asyncio
import operator
from dataclasses import asdict
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import ENCODE, answer, opened
from relata.api.operation import Described, Operation, listing
from relata.api.packing import Kept
from relata.api.schemas import CATALOG
from relata.kernel.access.access import Access
from relata.kernel.expression.filter import OPERATORS
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.former import Former
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Kind, Part
from relata.kernel.metadata.object import SYSTEM_NAMES, Object
from relata.kernel.metadata.rule import RULED
from relata.kernel.metadata.view import View
from relata.kernel.query.totals import Statements
from relata.kernel.schema.conversion import becomes


async def catalog(request: Request) -> Response:
    async with opened(request) as ctx:
        access, statements = ctx.access, ctx.workspace.statements
        key = ("catalog", access.key)
        kept: Kept | None = statements.find(key)
        if kept is None:
            content = ENCODE(shown_catalog(access, ctx.workspace.told))
            # A large one takes long to pack, and meanwhile others are answered.
            kept = await asyncio.to_thread(Kept.of, content, access.catalog.version)
            statements.keep(key, kept)
        return kept.answer(request)


async def kinds(request: Request) -> Response:
    async with opened(request):
        return answer({"kinds": [shown_kind(kind) for kind in KINDS.values() if kind.creatable]})


def shown_kind(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "label": kind.label,
        "help": kind.help,
        "takes": sorted(kind.takes),
        "unique": kind.unique_able,
        "writable": kind.writable,
        "becomes": [name for name, other in KINDS.items() if other.creatable and becomes(kind, other)],
    }


def shown_catalog(access: Access, told: Statements) -> dict[str, Any]:
    names = [name for name in access.catalog.objects if access.may(name)]
    return {"version": access.catalog.version, "objects": [told_object(access, name, told) for name in names]}


def told_object(access: Access, name: str, told: Statements) -> msgspec.Raw:
    """What is said of the object, or was said under an earlier catalog in which all that it is said from was the same."""
    catalog, key = access.catalog, (name, *access.key[1:])
    object_ = catalog.objects[name]
    derived = [catalog.derived(name, field.name) for field in object_.own if KINDS[field.kind].derived]
    source = (object_, catalog.conditions(name), *derived, *catalog.inverses(name))
    found: tuple[tuple[object, ...], msgspec.Raw] | None = told.find(key)
    if found is None or len(found[0]) != len(source) or not all(map(operator.is_, found[0], source)):
        found = source, msgspec.Raw(ENCODE(shown_object(access, object_)))
        told.keep(key, found)
    return found[1]


def shown_object(access: Access, object_: Object) -> dict[str, Any]:
    name = object_.name
    visible = [field for field in object_.fields if access.visible(name, field.name)]
    names = {field.name for field in visible}
    inverses = [i for i in access.catalog.inverses(name) if access.may(i.object) and access.visible(i.object, i.field)]
    return {
        "name": name,
        "label": object_.label,
        "plural": object_.plural,
        "icon": object_.icon,
        "colour": object_.colour,
        "shortcut": object_.shortcut,
        "group": object_.group,
        "custom": object_.custom,
        **shown_former(object_.former),
        "owned": object_.owned,
        "title": object_.title,
        "ends": list(object_.ends),
        "fields": [shown_field(access, object_, field) for field in visible],
        "inverses": [{"name": i.name, "label": i.label, "object": i.object, "field": i.field} for i in inverses],
        "rules": shown_rules(access, object_),
        "views": [shown_view(view, names) for view in views_of(object_)],
        "layout": {
            "sections": [
                {"label": section.label, "fields": [field for field in section.fields if field in names]}
                for section in object_.layout.sections
            ]
            + extra_section(object_, names),
            "related": [r for r in object_.layout.related if any(i.name == r for i in inverses)]
            + [
                i.name
                for i in inverses
                if i.name not in object_.layout.related and access.catalog.objects[i.object].custom
            ],
        },
        "actions": [],
        "permissions": {verb: access.may(name, verb) for verb in ("create", "update", "delete")},
    }


def shown_rules(access: Access, object_: Object) -> list[dict[str, Any]]:
    """The rules whose fields the caller all sees; the others hold as well."""
    return [
        asdict(check)
        for check, condition in access.catalog.conditions(object_.name).checks
        if access.sees(condition) and (check.field is None or access.visible(object_.name, check.field))
    ]


def shown_former(former: tuple[Former, ...]) -> dict[str, Any]:
    """The names from before that are still understood, if there are any."""
    valid = [{"name": one.name, "until": one.until} for one in former if one.valid]
    return {"former": valid} if valid else {}


def shown_conditions(access: Access, object_: Object, field: Field) -> dict[str, str | None]:
    """The texts of a field's conditions and default formula; null also for those that name a hidden field."""
    kept = access.catalog.conditions(object_.name).of_field(field.name)
    return {key: getattr(field, key) if key in kept and access.sees(kept[key]) else None for key in RULED}


def views_of(object_: Object) -> tuple[View, ...]:
    """The declared views; an object without any gets one of its first fields."""
    if object_.views:
        return object_.views
    names = tuple(field.name for field in object_.own if not KINDS[field.kind].long)[:8]
    fields = (object_.title, *(name for name in names if name != object_.title))
    if object_.ends:
        fields = names
    made = [View(name="all", label=f"All {object_.plural.lower()}", fields=fields, sort=(object_.title,))]
    made += [
        View(
            name=f"by_{field.name}",
            label=f"By {field.label.lower()}",
            type="board",
            fields=fields[1:4],
            group=field.name,
        )
        for field in object_.own
        if field.kind == "choice"
    ][:1]
    return tuple(made)


def extra_section(object_: Object, names: set[str]) -> list[dict[str, Any]]:
    """Fields that no section of the layout shows, such as an administrator's own."""
    placed = {field for section in object_.layout.sections for field in section.fields} | SYSTEM_NAMES
    rest = [field.name for field in object_.own if field.name not in placed and field.name in names]
    rest += [] if object_.layout.sections or not object_.owned else ["owner"]
    return [{"label": "Details" if not object_.layout.sections else "More fields", "fields": rest}] if rest else []


def shown_field(access: Access, object_: Object, field: Field) -> dict[str, Any]:
    kind = KINDS[field.kind]
    type_ = access.catalog.expression_type(object_.name, field)
    # What goes by a day that is hidden is hidden too.
    dated = field.rate_date is not None and access.visible(object_.name, field.rate_date)
    return {
        "name": field.name,
        "kind": field.kind,
        "label": field.label,
        "help": field.help,
        "required": field.required,
        "unique": field.unique,
        "state": "building" if field.building else "ready",
        **({"job": field.building.job, "building": list(field.building.rules)} if field.building else {}),
        "custom": field.custom,
        **shown_former(field.former),
        "readonly": not access.writable(object_.name, field.name),
        "options": [shown_option(option) for option in field.options] if "options" in kind.takes else None,
        "to": list(field.to) or None,
        "inverse": field.inverse,
        "formula": field.formula,
        "rate_date": field.rate_date if dated else None,
        **(asdict(field.rollup) if field.rollup else {}),
        **({"through": asdict(field.through)} if field.through else {}),
        "source": access.catalog.source(object_.name, field),
        "type": type_.value,
        "default": field.default,
        **shown_conditions(access, object_, field),
        "filterable": True,
        "sortable": kind.sortable,
        "groupable": kind.groupable,
        "measurable": kind.measurable and type_.value in ("number", "date", "moment"),
        "operators": list(OPERATORS[type_]),
        "parts": [shown_part(part) for part in kind.parts if part.column or dated or not field.rate_date],
    }


def shown_part(part: Part) -> dict[str, Any]:
    """`made` parts are worked out by the server when they are read."""
    made = {"name": part.name, "label": part.label, "type": part.type.value}
    return made if part.column else made | {"made": True}


def shown_option(option: Any) -> dict[str, Any]:
    made = {"key": option.key, "label": option.label, "colour": option.colour}
    if option.probability is not None:
        made["probability"] = option.probability
    if option.outcome is not None:
        made["outcome"] = option.outcome
    return made


def shown_view(view: View, names: set[str]) -> dict[str, Any]:
    return {
        "name": view.name,
        "label": view.label,
        "type": view.type,
        "fields": [field for field in view.fields if field.split(".")[0] in names],
        "filter": view.filter,
        "sort": list(view.sort),
        "group": view.group,
        "sums": list(view.sums),
    }


ROUTES = [
    Described(
        "GET",
        "/catalog",
        catalog,
        Operation(
            name="catalog",
            summary="What there is, as you may see it",
            tag="catalog",
            answers={200: CATALOG, 304: None},
            parameters=("If-None-Match",),
            headers=("ETag",),
        ),
    ),
    Described(
        "GET",
        "/kinds",
        kinds,
        Operation(
            name="kinds",
            summary="The kinds that a field can be of",
            tag="catalog",
            answers={200: listing("kinds", {"type": "object"})},
        ),
    ),
]
