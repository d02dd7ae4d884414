"""The keys under which the kernel's own tables (journal, events, search, files) hold objects and fields. A key is the name
at the time when something was made, or «name~2» where another one has had that; it stays when the name changes, and is never
given twice. So the past belongs to what it is the past of, whatever that is called now and whoever has its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg

from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import MISFIT
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import KEY, Definition


def held(object_: Object, values: dict[str, Any]) -> dict[str, Any]:
    """What is told of fields by their names, by their keys."""
    keys = object_.keys
    return {keys.get(name, name): value for name, value in values.items()} if keys else values


def told(object_: Object, values: dict[str, Any]) -> dict[str, Any]:
    """The way back, without fields that are not there."""
    if not object_.keys:
        return values
    found = {}
    for key, value in values.items():
        mark = MISFIT if key.startswith(MISFIT) else ""
        if name := object_.names.get(key.removeprefix(mark)):
            found[mark + name] = value
    return found


async def with_keys(
    connection: psycopg.AsyncConnection[Any], schema: str, catalog: Catalog, saves: Sequence[Definition]
) -> tuple[Definition, ...]:
    """What is to be stored, each custom object and field that is new with a key; what comes back has its own."""
    text = f"select object, field from {q(schema)}._definition where object = any(%s)"
    stored = set(await pairs(connection, text, [one.object for one in saves if one.custom]))
    new = [one for one in saves if one.custom and (one.object, one.field) not in stored and not one.value.get(KEY)]
    if not new:
        return tuple(saves)
    homes = {name: object_.held for name, object_ in catalog.objects.items()}
    text = f"select object, field from {q(schema)}._key_given where field = '' or object = any(%s)"
    before = set(await pairs(connection, text, [homes[one.object] for one in new if one.object in homes]))
    taken, given = set(before), {}
    for one in sorted(new, key=lambda one: one.field):  # objects before their fields
        key, number = one.field or one.object, 1
        while (place := (homes[one.object], key) if one.field else (key, "")) in taken:
            number += 1
            key = f"{one.field or one.object}~{number}"
        taken.add(place)
        homes |= {} if one.field else {one.object: key}
        given[one.object, one.field] = replace(one, value={**one.value, KEY: key})
    text = f"insert into {q(schema)}._key_given (object, field) select * from unnest(%s::text[], %s::text[])"
    added = sorted(taken - before)
    await connection.execute(text.encode(), [[object_ for object_, _ in added], [field for _, field in added]])
    return tuple(given.get((one.object, one.field), one) for one in saves)


async def pairs(connection: psycopg.AsyncConnection[Any], text: str, objects: list[str]) -> list[tuple[str, str]]:
    rows = await (await connection.execute(text.encode(), [objects])).fetchall()
    return [(object_, field) for object_, field in rows]
