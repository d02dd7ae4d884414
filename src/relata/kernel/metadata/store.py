"""The catalog of a workspace from its two sources: what apps declare in code, and what administrators
made or changed, kept as the same values in the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.rule import RULED, Check

# What administrators may change of a standard field; and of any object.
FIELD_CHANGES = ("label", "help", "options", "required", "unique", "default", "rate_date", *RULED)
OBJECT_CHANGES = ("label", "plural", "icon", "colour")

SHAPE = "shape"
BUILDING = "building"

ENCODE = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Definition:
    """One stored row: a custom object (`field` empty) or field, or a change of a standard one."""

    object: str
    field: str
    custom: bool
    value: dict[str, Any]


async def stored_version(connection: psycopg.AsyncConnection[Any], schema: str) -> int | None:
    row = await (await connection.execute(f'select version from "{schema}"._catalog'.encode())).fetchone()
    return row[0] if row else None


async def stored_definitions(connection: psycopg.AsyncConnection[Any], schema: str) -> tuple[int, list[Definition]]:
    """The catalog's version and the stored rows."""
    text = (
        f'select version, (select coalesce(json_agg(d), \'[]\') from "{schema}"._definition d) from "{schema}"._catalog'
    )
    cursor = await connection.execute(text.encode())
    row = await cursor.fetchone()
    version, rows = row or (0, [])
    rows = msgspec.json.decode(rows) if isinstance(rows, bytes) else rows
    return version, [Definition(r["object"], r["field"], r["custom"], r["value"]) for r in rows]


def combine(standard: Iterable[Object], definitions: list[Definition], version: int) -> Catalog:
    """The checked catalog of a workspace."""
    return Catalog.build(combined(standard, definitions), version)


def combined(standard: Iterable[Object], definitions: list[Definition]) -> tuple[Object, ...]:
    objects = {object_.name: object_ for object_ in standard}
    for definition in definitions:
        if definition.custom and not definition.field:
            objects[definition.object] = read_object(definition.value)
    for definition in definitions:
        object_ = objects.get(definition.object)
        if object_ is None:
            continue
        if definition.custom and definition.field:
            own = (*object_.own, read_field(definition.value))
            objects[object_.name] = replace(object_, own=own)
        elif not definition.custom:
            objects[object_.name] = changed(object_, definition)
    return tuple(objects.values())


def changed(object_: Object, definition: Definition) -> Object:
    if not definition.field:
        checks = msgspec.convert(definition.value.get("checks", []), tuple[Check, ...])
        told = {name: definition.value[name] for name in (*OBJECT_CHANGES, SHAPE) if name in definition.value}
        return replace(object_, **told, checks=(*object_.checks, *checks))
    own = tuple(merged(field, definition.value) if field.name == definition.field else field for field in object_.own)
    return replace(object_, own=own)


def merged(field: Field, changes: dict[str, Any]) -> Field:
    """The field with changes in the form in which they are stored."""
    known = {name: changes[name] for name in (*FIELD_CHANGES, BUILDING) if name in changes}
    return read_field({**msgspec.to_builtins(field), **known})


def read_field(value: dict[str, Any]) -> Field:
    known = {item.name for item in fields(Field)}
    return msgspec.convert({name: part for name, part in value.items() if name in known}, Field, strict=False)


def read_object(value: dict[str, Any]) -> Object:
    return msgspec.convert(value, Object)


async def save(connection: psycopg.AsyncConnection[Any], schema: str, definition: Definition) -> None:
    text = (
        f'insert into "{schema}"._definition (object, field, custom, value) values (%s, %s, %s, %s) '
        "on conflict (object, field) do update set custom = excluded.custom, value = excluded.value"
    )
    row = [definition.object, definition.field, definition.custom, Jsonb(definition.value, dumps=ENCODE)]
    await connection.execute(text.encode(), row)


async def drop(connection: psycopg.AsyncConnection[Any], schema: str, object_: str, field: str | None = None) -> None:
    """Forget a field, or an object with all its fields."""
    text = f'delete from "{schema}"._definition where object = %s and (field = %s or %s)'
    await connection.execute(text.encode(), [object_, field or "", field is None])
