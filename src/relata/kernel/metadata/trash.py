"""Deleted fields and objects in the database: their columns and tables are renamed out of the way and back, which takes
no longer for a million records than for none, and dropped when their time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from relata.kernel.failpoint import failpoint
from relata.kernel.metadata.field import MISFIT
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import KEY

Connection = psycopg.AsyncConnection[Any]
KEPT_DAYS = 30
LONGEST = "10min"
LOCK_WAIT = "300ms"
COLUMNS = "id, object, field, tables, columns, within, object_key, definitions"
INDEXES = """
select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = %s::regclass order by 1"""
LINKS = "select conname from pg_constraint where conrelid = %s::regclass and contype = 'f'"


@dataclass(frozen=True, slots=True)
class Trashed:
    """One entry: an object (`field` empty) or a field, with the stored rows that defined it."""

    id: int
    object: str
    field: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    within: int | None
    object_key: str
    definitions: tuple[dict[str, Any], ...]

    @property
    def field_key(self) -> str:
        """What the kernel's own tables call the field."""
        return next(key_of(one) for one in self.definitions if self.is_its_own(one))

    @property
    def table_keys(self) -> list[str]:
        """What they call the objects."""
        return [key_of(one) for one in self.definitions if not one["field"]]

    def is_its_own(self, row: dict[str, Any]) -> bool:
        """Whether a stored row is that of the deleted field, and not of the links that went along."""
        return row["field"] == self.field and row["object"] not in self.tables

    def away(self, name: str) -> str:
        """The name under which something of it lies."""
        return f"~{self.id}~{name}"

    def home(self, schema: str) -> str:
        """The table that has the columns."""
        name = self.object if self.within is None else f"~{self.within}~{self.object}"
        return f"{q(schema)}.{q(name)}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is to be deleted: a field with its columns, or an object (`field` empty); `tables` go along."""

    object: str
    field: str
    label: str
    kind: str | None
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    object_key: str


async def put_away(connection: Connection, schema: str, what: Deleted, actor: str | None, through: str) -> Trashed:
    """Into the trash, in the transaction that takes it out of the catalog; before its definition is forgotten."""
    rows = (
        f"select coalesce(jsonb_agg(d), '[]') from {q(schema)}._definition d where object = any(%(tables)s) "
        "or %(field)s <> '' and object = %(object)s and field = %(field)s"
    )
    text = (
        f"insert into {q(schema)}._trash (object, field, label, kind, definitions, tables, columns, object_key, actor, through) "
        f"values (%(object)s, %(field)s, %(label)s, %(kind)s, ({rows}), %(tables)s, %(columns)s, %(key)s, %(actor)s, %(through)s) returning {COLUMNS}"
    )
    values = {
        "object": what.object, "field": what.field, "label": what.label, "kind": what.kind, "tables": list(what.tables),
        "columns": list(what.columns), "key": what.object_key, "actor": actor, "through": through,
    }  # fmt: skip
    row = await (await connection.execute(text.encode(), values)).fetchone()
    entry = read_entry(row or ())
    failpoint("trash.noted")
    for name in entry.tables:
        table = f"{q(schema)}.{q(name)}"
        for (link,) in await names(connection, LINKS, table):
            await connection.execute(f"alter table {table} drop constraint {q(link)}".encode())
        for (index,) in await names(connection, INDEXES, table):
            await connection.execute(f"alter index {q(schema)}.{q(index)} rename to {q(entry.away(index))}".encode())
        await connection.execute(f"alter table {table} rename to {q(entry.away(name))}".encode())
    text = f"update {q(schema)}._trash set within = %s where object = any(%s) and field <> '' and within is null and id <> %s"
    await connection.execute(text.encode(), [entry.id, list(entry.tables), entry.id])
    await rename_columns(connection, schema, entry, {name: entry.away(name) for name in entry.columns})
    failpoint("trash.put_away")
    return entry


async def bring_back(connection: Connection, schema: str, entry: Trashed, name: str) -> None:
    """Out of the trash under this name, in the transaction that puts it into the catalog again."""
    for table in entry.tables:
        now = name if table == entry.object and not entry.field else table
        there = f"{q(schema)}.{q(entry.away(table))}"
        prefix = entry.away("")
        for (index,) in await names(connection, INDEXES, there) if now == table else []:
            if index.startswith(prefix):
                text = f"alter index {q(schema)}.{q(index)} rename to {q(index.removeprefix(prefix))}"
                await connection.execute(text.encode())
        await connection.execute(f"alter table {there} rename to {q(now)}".encode())
    failpoint("trash.tables_back")
    text = f"update {q(schema)}._trash set within = null, object = case when object = %s then %s else object end where within = %s"
    await connection.execute(text.encode(), [entry.object, entry.object if entry.field else name, entry.id])
    if entry.field:
        columns = {entry.away(column): name + column.removeprefix(entry.field) for column in entry.columns}
        await rename_columns(connection, schema, entry, columns)
    await connection.execute(f"delete from {q(schema)}._trash where id = %s".encode(), [entry.id])
    failpoint("trash.brought_back")


async def drop_for_good(connection: Connection, schema: str, entry: Trashed) -> None:
    """The values, and what the journal, the search and the files hold of them, in a transaction; the entry must be locked."""
    await connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
    await connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'".encode())
    text = f"select {COLUMNS} from {q(schema)}._trash where within = %s for update"
    for row in await (await connection.execute(text.encode(), [entry.id])).fetchall():
        await drop_for_good(connection, schema, read_entry(row))
    for table in entry.tables:
        there = f"{q(schema)}.{q(entry.away(table))}"
        for kept in ("_journal", "_search"):
            text = f"delete from {q(schema)}.{kept} k using {there} t where k.record = t.id"
            await connection.execute(text.encode())
    text = f"delete from {q(schema)}._file where object = any(%s) or object = %s and field = %s"
    field_key = entry.field_key if entry.field else ""
    await connection.execute(text.encode(), [entry.table_keys, entry.object_key, field_key])
    if entry.field and entry.within is None:
        await forget_past(connection, schema, entry)
    failpoint("trash.before_drop")
    if entry.tables:
        gone = ", ".join(f"{q(schema)}.{q(entry.away(table))}" for table in entry.tables)
        await connection.execute(f"drop table {gone}".encode())
    if entry.columns:
        gone = ", ".join(f"drop column {q(entry.away(column))}" for column in entry.columns)
        await connection.execute(f"alter table {entry.home(schema)} {gone}".encode())
    await connection.execute(f"delete from {q(schema)}._trash where id = %s".encode(), [entry.id])
    failpoint("trash.dropped")


async def clean_trash(connection: Connection, schema: str, most: int = 100) -> int:
    """Drop what has had its time, one by one; what somebody uses just now waits for the next cleaning."""
    for number in range(most):
        try:
            async with connection.transaction():
                text = (
                    f"select {COLUMNS} from {q(schema)}._trash where at < now() - interval '{KEPT_DAYS} days' and within is null "
                    "order by at limit 1 for update skip locked"
                )
                row = await (await connection.execute(text.encode())).fetchone()
                if row is None:
                    return number
                await drop_for_good(connection, schema, read_entry(row))
        except psycopg.errors.LockNotAvailable:
            return number
    return most


async def find_entry(connection: Connection, schema: str, id_: int) -> Trashed | None:
    """The entry, locked until the end of the transaction."""
    text = f"select {COLUMNS} from {q(schema)}._trash where id = %s for update"
    row = await (await connection.execute(text.encode(), [id_])).fetchone()
    return read_entry(row) if row else None


def read_entry(row: Sequence[Any]) -> Trashed:
    id_, object_, field, tables, columns, within, key, definitions = row
    return Trashed(id_, object_, field, tuple(tables), tuple(columns), within, key, tuple(definitions))


async def names(connection: Connection, text: str, table: str) -> list[tuple[str]]:
    return await (await connection.execute(text.encode(), [table])).fetchall()


async def rename_columns(connection: Connection, schema: str, entry: Trashed, new: dict[str, str]) -> None:
    for old, now in new.items():
        text = f"alter table {entry.home(schema)} rename column {q(old)} to {q(now)}"
        await connection.execute(text.encode())


async def forget_past(connection: Connection, schema: str, entry: Trashed) -> None:
    held = entry.field_key
    keys = [held, MISFIT + held]
    text = (
        f"update {q(schema)}._journal set before = before - %(keys)s::text[], origin = origin - %(keys)s::text[] "
        "where object = %(object)s and (before ?| %(keys)s::text[] or origin ? %(held)s)"
    )
    await connection.execute(text.encode(), {"keys": keys, "held": held, "object": entry.object_key})


def key_of(row: dict[str, Any]) -> str:
    """What the kernel's own tables call an object or field, of its stored row."""
    key: str = row["value"].get(KEY) or row["field"] or row["object"]
    return key
