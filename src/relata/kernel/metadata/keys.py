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
        key = unused(taken, homes[one.object] if one.field else None, one.field or one.object)
        homes |= {} if one.field else {one.object: key}
        given[one.object, one.field] = replace(one, value={**one.value, KEY: key})
    await give(connection, schema, taken - before)
    return tuple(given.get((one.object, one.field), one) for one in saves)


async def keep_apart(connection: psycopg.AsyncConnection[Any], schema: str, catalog: Catalog) -> bool:
    """Give what an upgrade brings under a name that was a key before one of its own; whether there was such a thing."""
    standard = [object_ for object_ in catalog.objects.values() if not object_.custom]
    text = f"select object, field from {q(schema)}._key_given where object = any(%s)"
    before = set(await pairs(connection, text, [object_.held for object_ in standard]))
    taken, found = set(before), []
    for object_ in standard:
        if object_.held == object_.name and (object_.name, "") in before:
            found.append((object_.name, "", unused(taken, None, object_.name)))
            continue
        found += [
            (object_.name, field.name, unused(taken, object_.held, field.name))
            for field in object_.own
            if not field.custom and field.held == field.name and (object_.held, field.name) in before
        ]
    if not found:
        return False
    await give(connection, schema, taken - before)
    text = (
        f"insert into {q(schema)}._definition as d (object, field, custom, value)"
        f" select object, field, false, jsonb_build_object('{KEY}', key)"
        " from unnest(%s::text[], %s::text[], %s::text[]) as n (object, field, key)"
        " on conflict (object, field) do update set value = d.value || excluded.value"
    )
    await connection.execute(text.encode(), [list(part) for part in zip(*found, strict=True)])
    await connection.execute(f"update {q(schema)}._catalog set version = version + 1".encode())
    return True


def unused(taken: set[tuple[str, str]], home: str | None, name: str) -> str:
    """The key for what is called so: an object, or a field of the one with the key `home`. It is taken then."""
    key, number = name, 1
    while (place := (key, "") if home is None else (home, key)) in taken:
        number += 1
        key = f"{name}~{number}"
    taken.add(place)
    return key


async def give(connection: psycopg.AsyncConnection[Any], schema: str, new: set[tuple[str, str]]) -> None:
    if new:
        text = f"insert into {q(schema)}._key_given (object, field) select * from unnest(%s::text[], %s::text[])"
        objects, fields = zip(*sorted(new), strict=True)
        await connection.execute(text.encode(), [list(objects), list(fields)])


async def pairs(connection: psycopg.AsyncConnection[Any], text: str, objects: list[str]) -> list[tuple[str, str]]:
    rows = await (await connection.execute(text.encode(), [objects])).fetchall()
    return [(object_, field) for object_, field in rows]
