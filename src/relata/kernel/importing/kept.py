"""An import as it is stored: what was uploaded, the plan of each table, and the accounts of its runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Conflict, NotFound
from relata.kernel.context import Ctx, uuid7
from relata.kernel.importing.plan import TablePlan, stored_plan
from relata.kernel.importing.reading import source_from
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.results import speakable
from relata.kernel.records.source import Source

COLUMNS = (
    "i.id::text, i.label, i.tables::text, i.numbered, i.checked::text, i.ran::text, i.job::text, i.cause::text, i.actor::text, "
    "i.principal::text, i.created_at"
)
ENCODE = msgspec.json.Encoder(decimal_format="number").encode
DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
RUNNING = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """A table of an import. `source` is how its rows are read, as JSON, `columns` what was seen of them: column, kind,
    filled, samples, why, sure, options.
    """

    number: int
    file: str
    sheet: str | None
    format: str
    notes: tuple[str, ...]
    rows: int
    source: Mapping[str, Any]
    layout: str | None
    columns: tuple[Mapping[str, Any], ...]
    plan: TablePlan

    @property
    def header(self) -> list[str]:
        return [str(one["column"]) for one in self.columns]

    @property
    def name(self) -> str:
        return f"{self.file} › {self.sheet}" if self.sheet else self.file

    def open(self, folder: Path) -> Source:
        return source_from(self.source, folder)

    def told(self) -> dict[str, Any]:
        document = {name: getattr(self, name) for name in self.__slots__}
        return document | {"notes": list(self.notes), "columns": list(self.columns), "plan": self.plan.told()}


@dataclass(frozen=True, slots=True)
class Kept:
    """An import of `principal`, a user (`actor`) or a key; `job` is its newest job, `cause` that of its run."""

    id: str
    label: str
    tables: tuple[KeptTable, ...]
    numbered: int
    checked: dict[str, Any] | None
    ran: dict[str, Any] | None
    job: str | None
    cause: str | None
    actor: str | None
    principal: str
    created_at: dt.datetime

    @property
    def chosen(self) -> list[KeptTable]:
        """The tables that are taken, in their order."""
        return [table for table in self.tables if table.plan.object is not None]

    def table(self, number: int) -> KeptTable:
        """Raises NotFound."""
        found = next((one for one in self.tables if one.number == number), None)
        if found is None:
            raise NotFound(f"This import has no table {number}.")
        return found


def stored_table(document: Mapping[str, Any]) -> KeptTable:
    made = {"notes": tuple(document["notes"]), "columns": tuple(document["columns"])}
    return KeptTable(**{**document, **made, "plan": stored_plan(document["plan"])})


def kept(row: Sequence[Any]) -> Kept:
    values = list(row)
    values[2] = tuple(stored_table(one) for one in DECODE(values[2]))
    values[4:6] = [None if one is None else DECODE(one) for one in values[4:6]]
    return Kept(*values)


async def add_import(ctx: Ctx, label: str) -> Kept:
    """A new one of the actor's, without tables."""
    actor = ctx.access.actor
    id_ = uuid7()
    text = f"insert into {q(ctx.workspace.schema)}._import (id, label, actor, principal) values (%s, %s, %s, %s)"
    await ctx.connection.execute(text.encode(), [id_, label, actor.user, actor.principal])
    return await find_import(ctx, id_)


async def find_import(ctx: Ctx, id_: str, *, lock: bool = False) -> Kept:
    """An import of the actor's, any for administrators; raises NotFound."""
    actor = ctx.access.actor
    text = f"select {COLUMNS} from {q(ctx.workspace.schema)}._import i where id = %s and (principal = %s or %s)"
    text += " for update" if lock else ""
    cursor = await ctx.connection.execute(text.encode(), [id_, actor.principal, actor.role.administers])
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"There is no import {id_}.")
    return kept(row)


async def save_import(ctx: Ctx, one: Kept) -> Kept:
    """What may have changed of it."""
    text = (
        f"update {q(ctx.workspace.schema)}._import set label = %s, tables = %s, numbered = %s, checked = %s, ran = %s, job = %s, "
        "cause = %s, touched_at = now() where id = %s"
    )
    tables = storable([table.told() for table in one.tables])
    accounts = [None if account is None else storable(account) for account in (one.checked, one.ran)]
    values = [one.label, tables, one.numbered, *accounts, one.job, one.cause, one.id]
    await ctx.connection.execute(text.encode(), values)
    return one


def storable(document: Any) -> str:
    """As jsonb takes it: what a file holds may be no text for PostgreSQL."""
    return ENCODE(without_nul(speakable(msgspec.to_builtins(document, builtin_types=(Decimal,))))).decode()


def without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(part) for key, part in value.items()}
    return [without_nul(part) for part in value] if isinstance(value, list) else value


async def check_still(ctx: Ctx, one: Kept) -> None:
    """Raises Conflict while a job of it runs, or once it has been carried out."""
    if one.job is not None:
        text = f"select 1 from {q(ctx.workspace.schema)}._job where id = %s and status = any(%s)"
        if await (await ctx.connection.execute(text.encode(), [one.job, list(RUNNING)])).fetchone() is not None:
            raise Conflict("This import is at work; cancel that first, or wait for its end.")
    if one.cause is not None:
        raise Conflict("This import has been carried out; begin a new one.")


def with_table(one: Kept, table: KeptTable) -> Kept:
    """The import with another state of a table; what was found out of it before holds no more."""
    tables = tuple(table if other.number == table.number else other for other in one.tables)
    return replace(one, tables=tables, checked=None)
