"""What is stored of objects and fields, with every name as it is now: formulas and conditions are rewritten where their parsed
references stand, filters by their paths. Names from before are understood while this is done, and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import psycopg

from relata.errors import Invalid
from relata.kernel.expression.grammar import rewritten
from relata.kernel.expression.scope import Scope
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.conditions import RuleScope
from relata.kernel.metadata.figure import end_of
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.rule import RULED
from relata.kernel.metadata.scope import ObjectScope
from relata.kernel.metadata.store import Definition, read_rows


def canonical(catalog: Catalog, definition: Definition) -> Definition:
    """The definition with present names; what cannot be read stays, and is told by the check of the catalog."""
    if definition.object not in catalog.objects:
        return definition
    value = dict(definition.value)
    scope, rules = ObjectScope(catalog, definition.object), RuleScope(catalog, definition.object)
    texts: dict[str, Scope] = {"formula": scope, **dict.fromkeys(RULED, rules)}
    for key, of in texts.items():
        if value.get(key):
            value[key] = text(value[key], of)
    if value.get("rollup"):
        value["rollup"] = rollup(value["rollup"], scope)
    if value.get("checks"):
        value["checks"] = [{**check, "refuse_if": text(check["refuse_if"], rules)} for check in value["checks"]]
    return replace(definition, value=value)


def text(source: str, scope: Scope) -> str:
    try:
        return rewritten(source, scope)
    except Invalid:
        return source


def rollup(value: dict[str, Any], scope: Scope) -> dict[str, Any]:
    records, lists = end_of(value.get("of") or "", scope, [])
    if records is None:
        return value
    made = {**value, "of": ".".join(lists)}
    for key in ("field", "sort"):
        if value.get(key):
            made[key] = path(value[key], records)
    given = value.get("filter")
    made["filter"] = text(given, records) if isinstance(given, str) else filter_of(given, records)
    return made


def path(dotted: str, scope: Scope) -> str:
    """A path, which may begin with «-» in a sort."""
    bare = dotted.removeprefix("-")
    found = scope.resolve(tuple(bare.split(".")))
    return dotted if found is None else dotted[: len(dotted) - len(bare)] + ".".join(found.path)


def filter_of(document: Any, scope: Scope) -> Any:
    if isinstance(document, list):
        return [filter_of(part, scope) for part in document]
    if not isinstance(document, dict):
        return document
    made = dict(document)
    for group in ("all", "any", "not"):
        if group in made:
            made[group] = filter_of(made[group], scope)
    if isinstance(made.get("field"), str):
        found = scope.resolve(tuple(made["field"].split(".")))
        made["field"] = path(made["field"], scope)
        if found is not None and found.many is not None and "where" in made:
            made["where"] = filter_of(made["where"], found.many)
    return made


async def outdated(
    connection: psycopg.AsyncConnection[Any], schema: str, catalog: Catalog, objects: Iterable[str], name: str | None
) -> list[Definition]:
    """The definitions that do not say present names, with these: of the objects that were edited, or all that may say `name`."""
    which = "object = any(%s)" if name is None else "position(%s in value::text) > 0"
    rows = f"select coalesce(json_agg(d), '[]') from {q(schema)}._definition d where {which}"
    row = await (await connection.execute(rows.encode(), [sorted(objects) if name is None else name])).fetchone()
    old = {*catalog.formerly, *(name for object_ in catalog.objects.values() for name in object_.formerly)}
    found = [one for one in read_rows(row[0] if row else []) if any(name in str(one.value) for name in old)]
    return [made for one in found if (made := canonical(catalog, one)).value != one.value]
