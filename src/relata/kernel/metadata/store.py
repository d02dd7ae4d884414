"""The catalog of a workspace from its two sources: what apps declare in code, and what administrators
made or changed, kept as the same values in the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.rule import RULED, Check

# What administrators may change of a standard field; and of any object.
FIELD_CHANGES = ("label", "help", "options", "required", "unique", "default", "rate_date", *RULED)
OBJECT_CHANGES = ("label", "plural", "icon", "colour")

SHAPE = "shape"
BUILDING = "building"
KEY = "key"

KNOWN = frozenset(item.name for item in fields(Field))
# A row that is written gets another version and place; so what is unchanged is known without being read.
CHANGED = """
with marks as (
  select object, md5(string_agg(field || ' ' || xmin::text || ctid::text, ',' order by field)) as mark
  from {schema}._definition group by object
)
select version, (select coalesce(json_object_agg(object, mark), '{{}}') from marks),
  (select coalesce(json_agg(d), '[]') from {schema}._definition d
   where object in (select object from marks where mark is distinct from %(known)s::jsonb ->> object))
from {schema}._catalog"""

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
    return version, read_rows(rows)


async def definitions_of(connection: psycopg.AsyncConnection[Any], schema: str, name: str) -> list[Definition]:
    """The stored rows of one object."""
    text = f"select coalesce(json_agg(d), '[]') from \"{schema}\"._definition d where object = %s"
    row = await (await connection.execute(text.encode(), [name])).fetchone()
    return read_rows(row[0] if row else [])


async def stored_catalog(
    connection: psycopg.AsyncConnection[Any],
    schema: str,
    standard: Iterable[Object],
    before: Catalog | None = None,
) -> Catalog:
    """The checked catalog as it is stored. Of the one `before`, whatever has not changed since is taken over, and of the
    stored rows only the others are read.
    """
    known = {} if before is None else dict(before.marks)
    cursor = await connection.execute(CHANGED.format(schema=q(schema)).encode(), {"known": Jsonb(known)})
    version, found, rows = await cursor.fetchone() or (0, b"{}", b"[]")
    marks: dict[str, str] = msgspec.json.decode(found) if isinstance(found, bytes) else found
    if before is None:
        return Catalog.build(combined(standard, read_rows(rows)), version, marks)
    if version == before.version and marks == known:
        return before
    other = {name for name in known.keys() | marks.keys() if known.get(name) != marks.get(name)}
    made = combined((object_ for object_ in standard if object_.name in other), read_rows(rows))
    new = {object_.name: object_ for object_ in made}
    kept = {name: object_ for name, object_ in before.objects.items() if name not in other or name in new}
    return Catalog.build((kept | new).values(), version, marks, before)


def read_rows(rows: Any) -> list[Definition]:
    rows = msgspec.json.decode(rows) if isinstance(rows, bytes) else rows
    return [Definition(r["object"], r["field"], r["custom"], r["value"]) for r in rows]


def combine(standard: Iterable[Object], definitions: list[Definition], version: int) -> Catalog:
    """The checked catalog of a workspace."""
    return Catalog.build(combined(standard, definitions), version)


def combined(standard: Iterable[Object], definitions: list[Definition]) -> tuple[Object, ...]:
    objects = {object_.name: object_ for object_ in standard}
    of_fields: dict[str, list[Definition]] = {}
    for definition in definitions:
        if definition.custom and not definition.field:
            objects[definition.object] = read_object(definition.value)
    for definition in definitions:
        if definition.field:
            of_fields.setdefault(definition.object, []).append(definition)
        elif not definition.custom and definition.object in objects:
            objects[definition.object] = changed(objects[definition.object], definition.value)
    for name, rows in of_fields.items():
        if name in objects:
            objects[name] = replace(objects[name], own=with_fields(objects[name].own, rows))
    return tuple(objects.values())


def changed(object_: Object, value: Mapping[str, Any]) -> Object:
    checks = msgspec.convert(value.get("checks", []), tuple[Check, ...])
    told = {name: value[name] for name in (*OBJECT_CHANGES, SHAPE, KEY) if name in value}
    return replace(object_, **told, checks=(*object_.checks, *checks))


def with_fields(own: tuple[Field, ...], definitions: list[Definition]) -> tuple[Field, ...]:
    """Standard fields as they were changed, then the custom ones."""
    changes = {one.field: one.value for one in definitions if not one.custom}
    standard = [merged(field, changes[field.name]) if field.name in changes else field for field in own]
    return (*standard, *(read_field(one.value) for one in definitions if one.custom))


def merged(field: Field, changes: dict[str, Any]) -> Field:
    """The field with changes in the form in which they are stored."""
    known = {name: changes[name] for name in (*FIELD_CHANGES, BUILDING, KEY) if name in changes}
    return read_field({**msgspec.to_builtins(field), **known})


def read_field(value: dict[str, Any]) -> Field:
    return msgspec.convert({name: part for name, part in value.items() if name in KNOWN}, Field, strict=False)


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
