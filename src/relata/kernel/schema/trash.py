"""The trash of fields and objects: what is there, and the way back for thirty days."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import psycopg

from relata.errors import Conflict, Fault, Invalid, NotFound, Unavailable
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.columns import columns_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import KEY, SHAPE, Definition, read_field
from relata.kernel.metadata.sync import LIVE, present
from relata.kernel.metadata.trash import (
    COLUMNS,
    KEPT_DAYS,
    Deleted,
    Trashed,
    bring_back,
    drop_for_good,
    find_entry,
    key_of,
    put_away,
    read_entry,
)
from relata.kernel.schema.alter import Edit, alter, relocated, single, with_more
from relata.kernel.schema.documents import follow
from relata.kernel.schema.linking import Drops
from relata.kernel.schema.offenders import check_stricter
from relata.kernel.schema.reading import MOST_FIELDS, MOST_OBJECTS, Sent

MOST = 500
"""Entries of an answer."""
COUNTING = 3.0
"""Seconds for all the counts of an answer."""
TRIES = 20
SHOWN = ("id", "object", "field", "label", "kind", "deleted_at", "deleted_by", "deleted_by.name", "through")
LISTED = (
    "t.id, t.object, nullif(t.field, ''), t.label, t.kind, replace((t.at at time zone 'UTC')::text, ' ', 'T') || 'Z', "
    "t.actor::text, u.name, t.through"
)


async def trash(ctx: Ctx) -> dict[str, Any]:
    """`{"entries": [{id, object, field, label, kind, within, records, deleted_at, deleted_by, deleted_by.name, through,
    days_left}], "total"}`, newest first, at most 500. `field` and `kind` are null for objects; `records` is how many live
    records it has, or hold something in it, null where nothing is stored or counting takes long.
    """
    ctx.access.administer()
    schema = q(ctx.workspace.schema)
    left = f"{KEPT_DAYS} - extract(epoch from now() - t.at) / 86400"
    entry = ", ".join(f"t.{name}" for name in COLUMNS.split(", "))
    text = (
        f"select {LISTED}, ({left})::float8, count(*) over (), {entry} from {schema}._trash t "
        f'left join {schema}."user" u on u.id = t.actor order by t.id desc limit {MOST}'
    )
    rows = await (await ctx.connection.execute(text.encode())).fetchall()
    until = time.monotonic() + COUNTING
    entries = []
    for row in rows:
        kept = read_entry(row[len(SHOWN) + 2 :])
        told = dict(zip(SHOWN, row, strict=False))
        days = max(0, math.ceil(row[len(SHOWN)]))
        entries.append(told | {"within": kept.within, "records": await held(ctx, kept, until), "days_left": days})
    return {"entries": entries, "total": rows[0][len(SHOWN) + 1] if rows else 0}


async def held(ctx: Ctx, entry: Trashed, until: float) -> int | None:
    left = int((until - time.monotonic()) * 1000)
    schema = q(ctx.workspace.schema)
    if left <= 0 or (entry.field and not entry.columns):
        return None
    if not entry.field:
        text = f"select count(*) from {schema}.{q(entry.away(entry.object))} where {LIVE}"
    else:
        text = f"select count(*) from {entry.home(ctx.workspace.schema)} where {LIVE} and {filled(entry)}"
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local statement_timeout = {left}".encode())
            found: int = await single(ctx, text, [])
    except (psycopg.errors.QueryCanceled, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        return None  # it takes long, or it has just been restored
    return found


def filled(entry: Trashed) -> str:
    """SQL for: the field that lies in the trash holds something."""
    return present(replace(field_of(entry), name=entry.away(entry.field)))


def field_of(entry: Trashed) -> Field:
    return next(read_field(one["value"]) for one in entry.definitions if entry.is_its_own(one))


def trashing(name: str, object_: Object, field: Field | None, drops: Drops) -> Callable[[Ctx], Awaitable[None]]:
    """What puts a field, or the object, into the trash, with the objects that go along."""
    tables = tuple(one for one, part in drops if part is None)
    columns = tuple(columns_of(field)) if field else ()
    label, kind = (field.label, field.kind) if field else (object_.plural, None)
    what = Deleted(name, field.name if field else "", label, kind, tables, columns, object_.held)

    async def put(ctx: Ctx) -> None:
        actor = ctx.access.actor
        await put_away(ctx.connection, ctx.workspace.schema, what, actor.user, actor.through)

    return put


async def emptied(ctx: Ctx, catalog: Catalog, name: str, field: Field) -> None:
    """The search no longer finds records by what a deleted field held."""
    if field.searched and KINDS[field.kind].columns:
        text = f"select max(id) from {q(ctx.workspace.schema)}._trash where object = %s and field = %s"
        id_ = await single(ctx, text, [name, field.name])
        await follow(ctx, catalog, name, present(replace(field, name=f"~{id_}~{field.name}")))


@dataclass(frozen=True, slots=True)
class Wish:
    """How something is to come back: under which name, with which list on the other side, and no longer strict."""

    name: str
    inverse: str
    relaxed: dict[str, bool]


def read_wish(sent: Any, entry: Trashed) -> Wish:
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    asked.known(("name", "inverse", "required", "unique") if entry.field else ("name",))
    for key in ("required", "unique"):
        if asked.document.get(key) not in (None, False):
            asked.fault(f"/{key}", "wrong_type", "It comes back as it was; send false to make it less strict.")
    relaxed = {key: False for key in ("required", "unique") if asked.document.get(key) is False}
    wish = Wish(asked.text("name") or entry.field or entry.object, asked.text("inverse"), relaxed)
    if faults:
        raise Invalid(faults)
    return wish


async def restore(here: Installation, ctx: Ctx, id_: str, sent: Any) -> dict[str, Any]:
    """`{"object", "field"}` under which it is back with all its values. Raises NotFound, Invalid, and Conflict where what
    it needs is no longer there.
    """
    ctx.access.administer()
    entry = await found(ctx, id_)
    wish = read_wish(sent, entry)
    object_ = entry.object if entry.field else wish.name
    rows = renamed(ctx.catalog, entry, wish)

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        refuse(catalog, entry, wish)
        saves = [Definition(one["object"], one["field"], one["custom"], one["value"]) for one in rows]
        if not entry.field:
            return Edit(saves=tuple(saves), before=back, after=as_before)
        shape = with_more(definitions, object_, "", {SHAPE: catalog.objects[object_].shape + 1})
        return Edit(saves=(*saves, shape), before=lambda ctx: strict(ctx, catalog.objects[object_]), after=as_before)

    async def back(ctx: Ctx) -> None:
        if await find_entry(ctx.connection, ctx.workspace.schema, entry.id) != entry:
            raise missing(id_)
        await bring_back(ctx.connection, ctx.workspace.schema, entry, wish.name)

    async def strict(ctx: Ctx, known: Object) -> None:
        await back(ctx)
        was = field_of(entry)
        required, unique = (wish.relaxed.get(key, getattr(was, key)) for key in ("required", "unique"))
        new = replace(was, name=wish.name, required=required, unique=unique)
        if entry.columns:
            await check_stricter(ctx, known, replace(new, required=False, unique=False), new)

    async def as_before(ctx: Ctx, catalog: Catalog) -> None:
        """Its past begins when it was made, not now."""
        text = (
            f"update {q(ctx.workspace.schema)}._definition d set since = x.since from jsonb_to_recordset(%s::jsonb) "
            "as x(object text, field text, since timestamptz) where d.object = x.object and d.field = x.field"
        )
        await ctx.connection.execute(text.encode(), [msgspec.json.encode(rows).decode()])
        field = catalog.objects[object_].field(wish.name) if entry.field else None
        if field is not None and field.searched and entry.columns:
            await follow(ctx, catalog, object_, present(field))

    place = f"/objects/{object_}" + (f"/fields/{wish.name}" if entry.field else "")
    try:
        await alter(here, ctx, object_, decide)
    except Invalid as error:
        raise relocated(error, {place: ""}) from None
    except psycopg.errors.ForeignKeyViolation:
        raise Conflict("It points to records that are gone for good, so it cannot come back.") from None
    return {"object": object_, "field": wish.name if entry.field else None}


def refuse(catalog: Catalog, entry: Trashed, wish: Wish) -> None:
    """Raises what keeps it from coming back that the check of the whole catalog would not say as well."""
    taken = "is there already: send another «name» to restore it under"
    if not entry.field:
        if wish.name in catalog.objects:
            raise Invalid([Fault("/name", "duplicate", f"An object «{wish.name}» {taken}.")])
        if len(catalog.objects) >= MOST_OBJECTS:
            raise Conflict(f"A workspace has at most {MOST_OBJECTS} objects; delete one first.")
    else:
        known = catalog.objects.get(entry.object)
        if known is None or entry.within is not None:
            raise Conflict(f"Its object «{entry.object}» is not there: restore that first.")
        if known.field(wish.name) or catalog.inverse(known.name, wish.name):
            raise Invalid([Fault("/name", "duplicate", f"A field «{wish.name}» of {known.plural} {taken}.")])
        if len(known.own) >= MOST_FIELDS:
            raise Conflict(f"An object has at most {MOST_FIELDS} fields; delete one first.")
        through = field_of(entry).through
        if through and through.object not in (*catalog.objects, *entry.tables):
            raise Conflict("Its links went with the field on the other side: restore that one first.")
    if links := [name for name in entry.tables if name != entry.object and name in catalog.objects]:
        raise Conflict(f"An object «{links[0]}» has the name of its links: delete or rename that first.")


def renamed(catalog: Catalog, entry: Trashed, wish: Wish) -> list[dict[str, Any]]:
    """The stored rows as they will be. What others were called then may have been renamed since."""
    rows = [msgspec.json.decode(msgspec.json.encode(one)) for one in entry.definitions]
    for one in rows:
        one["value"] |= {KEY: key_of(one)} if one["custom"] else {}
        if one["value"].get("to"):
            one["value"]["to"] = [catalog.present(target) for target in one["value"]["to"]]
    if entry.field:
        for one in rows:
            if entry.is_its_own(one):
                one |= {"object": entry.object, "field": wish.name}
                one["value"] |= {"name": wish.name, "former": [], **wish.relaxed} | (
                    {"inverse": wish.inverse} if wish.inverse else {}
                )
        return rows
    for one in rows:
        value = one["value"]
        if one["object"] == entry.object and not one["field"]:
            value["former"] = []
        to = value.get("to") or []
        if entry.object in to and wish.name != entry.object:
            if value.get("kind") in ("about", "reference"):
                raise Conflict(
                    f"The values of «{value.get('label')}» say «{entry.object}»: restore it under that name."
                )
            value["to"] = [wish.name if target == entry.object else target for target in to]
        if one["object"] == entry.object:
            one["object"] = wish.name
            if not one["field"]:
                value["name"] = wish.name
    return rows


async def discard(ctx: Ctx, id_: str) -> None:
    """Drop it for good, now. Raises NotFound."""
    ctx.access.administer()
    await found(ctx, id_)
    for _ in range(TRIES):
        try:
            async with ctx.connection.transaction():
                entry = await find_entry(ctx.connection, ctx.workspace.schema, int(id_))
                if entry is None:
                    raise missing(id_)
                await drop_for_good(ctx.connection, ctx.workspace.schema, entry)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            continue
        return
    raise Unavailable("The object is in heavy use; try again in a moment.")


async def found(ctx: Ctx, id_: str) -> Trashed:
    number = int(id_) if id_.isascii() and id_.isdecimal() and len(id_) < 16 else 0
    async with ctx.connection.transaction():
        entry = await find_entry(ctx.connection, ctx.workspace.schema, number)
    if entry is None:
        raise missing(id_)
    return entry


def missing(id_: str) -> NotFound:
    return NotFound(f"There is nothing with the id {id_[:40]} in the trash of fields and objects.")
