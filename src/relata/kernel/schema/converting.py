"""A field of live data becomes one of another kind, or some of its options become another one. Every different value is
converted once, in chunks; what does not fit refuses the change. Then the records and what the journal holds of the past
follow as sets, in the transaction of the change: killed anywhere, all is old or all is new.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import msgspec
import psycopg

from relata.errors import Fault, Invalid
from relata.kernel.failpoint import failpoint
from relata.kernel.metadata.columns import bare_columns, column_name
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import ddl, literal_sql
from relata.kernel.records.statement import row_of
from relata.kernel.schema.conversion import Conversion, Merging
from relata.kernel.schema.offenders import SHOWN, Offender, Offenders, Standing
from relata.kernel.schema.working import CHUNK, Working

MOST_OPTIONS = 500
NOBODY = "00000000-0000-0000-0000-000000000000"
DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
ENCODE = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Converting(Working):
    """The change of one field of an object: `prepare` as long as there is time, then `run` in one transaction."""

    new: Field
    users: tuple[str, ...] = ()
    """The formulas and rules that read the field."""
    into: Mapping[str, str] = field(default_factory=dict)
    """Options that are merged → the option that each becomes."""

    @property
    def value(self) -> str:
        """SQL of the canonical value as jsonb."""
        return f"to_jsonb({literal_sql(KINDS[self.old.kind].shown(self.old, bare_columns(self.old)))})"

    @property
    def columns(self) -> dict[str, str]:
        """The new columns' names while both are there → their types."""
        return {self.passing(column.suffix): column.type for column in KINDS[self.new.kind].columns}

    def passing(self, suffix: str) -> str:
        """Two administrators who make different kinds of a field do not get into each other's columns."""
        return f"~{self.new.kind}~{column_name(self.new, suffix)}"

    async def prepare(self) -> None:
        """Before the transaction of the change, while everybody reads and writes: fill the new columns beside the old
        ones, in chunks. What is left over by a process that dies is taken away with the next change or start. Raises
        Standing and Invalid.
        """
        await self.judged()
        if not await self.moves():
            return
        await self.locked("alter table {table} " + self.without_columns)
        await self.locked("alter table {table} " + self.with_columns)
        last: str | None = NOBODY
        while last is not None:
            text = f"select max(id::text) from (select id from {self.table} where id > %s order by id limit {CHUNK}) x"
            row = await (await self.ctx.connection.execute(text.encode(), [last])).fetchone()
            upto = row[0] if row else None
            if upto is not None:
                async with self.ctx.connection.transaction():
                    await self.execute("set local statement_timeout = '60s'")
                    await self.fill(f"t.id > '{last}' and t.id <= '{upto}'")
            last = upto

    async def trial(self) -> Field:
        """What `run` would give, with everything judged and nothing changed."""
        conversion = await self.judged()
        return replace(conversion.new, default=self.default(conversion))

    async def run(self) -> Field:
        """The change, in its transaction; the new field, with the options that were made."""
        await self.lock()
        conversion = await self.judged()
        failpoint("convert.before_past")
        await self.move_past()
        failpoint("convert.before_records")
        if await self.moves():
            if not await self.prepared():
                await self.execute(f"alter table {self.table} {self.with_columns}")
            await self.fill("true")
            await self.exchange()
        return replace(conversion.new, default=self.default(conversion))

    async def judged(self) -> Conversion:
        conversion = await self.begun()
        await self.understand(conversion)
        await self.check(conversion)
        await self.check_users()
        return conversion

    async def forget(self) -> None:
        await self.execute("drop table if exists pg_temp._conversion")

    async def give_up(self) -> None:
        """Take away what `prepare` made."""
        with contextlib.suppress(psycopg.Error):
            await self.locked("alter table {table} " + self.without_columns)

    async def begun(self) -> Conversion:
        workspace = self.ctx.workspace
        parsing = Parsing(await self.currency(), workspace.time_zone)
        if self.into:
            return Merging(self.old, self.new, parsing, self.into)
        conversion = Conversion(self.old, self.new, parsing)
        takes = KINDS[self.new.kind].takes
        if "options" in takes and not self.new.options:
            if "options" in KINDS[self.old.kind].takes:
                return replace(conversion, new=replace(self.new, options=self.old.options))
            return conversion.with_options(await self.names(conversion))
        return conversion

    async def currency(self) -> str:
        """The one in which all amounts are, or the workspace's."""
        known = self.ctx.workspace.currency
        if self.old.kind != "money":
            return known
        column = q(column_name(self.old, "currency"))
        text = f"select min({column}), max({column}) from {self.table}"
        least, most = await self.one(text)
        return str(least) if least is not None and least == most else known

    async def names(self, conversion: Conversion) -> list[str]:
        """What the options of a new choice are called: the different values, the most frequent first."""
        counts: dict[str, int] = {}
        text = f"select {self.value}::text, count(*) from {self.table} where {self.value} is not null group by 1"
        async for rows in self.stream(text):
            for value, count in rows:
                for name in conversion.names(DECODE(value)):
                    counts[name] = counts.get(name, 0) + count
            if len(counts) > MOST_OPTIONS:
                message = f"It holds more than {MOST_OPTIONS} different values, and a choice has at most so many options; keep it, or use tags."
                raise Invalid([Fault("/kind", "too_many", message)])
        if self.old.default is not None:
            counts |= {name: counts.get(name, 0) for name in conversion.names(self.old.default)}
        if not counts:
            raise Invalid([Fault("/options", "required", "There are no values to make options of; send the options.")])
        return sorted(counts, key=lambda name: (-counts[name], name))

    # -- the values ---------------------------------------------------------------------------

    async def understand(self, conversion: Conversion) -> None:
        """Note what becomes of each different value that is not noted yet."""
        definitions = ", ".join(f"{q(name)} {type_}" for name, type_ in self.columns.items())
        shape = f"_was jsonb, _now jsonb, _fits boolean, _same boolean, _stays boolean, _reason text, _shown text, {definitions}"
        await self.execute(f"create temp table if not exists _conversion ({shape})")
        known = "not exists (select 1 from pg_temp._conversion c where c._was = v)"
        text = (
            f"select v::text from (select {self.value} from {self.table} union select before -> %(field)s "
            f"from {self.journal} where {self.held}) x(v) where v is not null and v <> 'null' and {known}"
        )
        async for rows in self.stream(text):
            made = await asyncio.to_thread(self.understood_all, conversion, rows)
            insert = f"insert into pg_temp._conversion select * from json_to_recordset(%s::json) as x({shape})"
            await self.ctx.connection.execute(insert.encode(), [ENCODE(made).decode()])
        await self.execute("create index if not exists _conversion_was on pg_temp._conversion using hash (_was)")
        await self.execute("analyze pg_temp._conversion")

    def understood_all(self, conversion: Conversion, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [self.understood(conversion, row[0]) for row in rows]

    def understood(self, conversion: Conversion, value: str) -> dict[str, Any]:
        was = DECODE(value)
        row: dict[str, Any] = {"_was": was, "_fits": True, "_same": True}
        try:
            made = conversion.convert(was)
        except BadValue as error:
            return row | {"_fits": False, "_shown": conversion.shown(was)[:4_000], "_reason": error.faults[0].message}
        if made is None:
            return row | {"_stays": was == ""}
        object_ = replace(
            self.object, own=tuple(conversion.new if f.name == self.new.name else f for f in self.object.own)
        )
        stored = row_of(object_, {self.new.name: made})
        stays = stored == row_of(self.object, {self.old.name: was})
        old, new = KINDS[self.old.kind], KINDS[self.new.kind]
        same = old.load(self.old, was) == new.load(conversion.new, made)
        columns = dict(zip(self.columns, stored.values(), strict=True))
        return row | {"_now": made, "_same": same, "_stays": stays} | columns

    async def check(self, conversion: Conversion) -> None:
        """Raises Standing for the records, in the trash or not, whose values do not fit."""
        title = Offenders(self.ctx, self.object).title
        source = f"from {self.table} t join pg_temp._conversion c on c._was = {self.value} where not c._fits"
        (count,) = await self.one(f"select count(*) {source}")
        if not count:
            return
        text = (
            f"select id::text, left(({title})::text, 80), left(c._shown, 200), c._reason, deleted_at is not null {source} "
            f"order by deleted_at is not null, id limit {SHOWN}"
        )
        rows = await (await self.ctx.connection.execute(text.encode())).fetchall()
        first = [Offender(row[0], row[1] or "untitled", "/kind", *row[2:]) for row in rows]
        more = f", of which these are the first {len(first)}" if count > len(first) else ""
        label = KINDS[conversion.new.kind].label
        what = "record holds a value that does" if count == 1 else "records hold values that do"
        told = f"{count:,} {what} not fit into «{label}»{more}; change {'it' if count == 1 else 'these'} first."
        raise Standing([Fault("/kind", "misfit", told), *(misfit(one) for one in first)], first)

    async def check_users(self) -> None:
        """A formula that compares with «Red» must not find «red» instead; its types would not tell."""
        if not self.users:
            return
        (other,) = await self.one("select exists (select from pg_temp._conversion where not _same)")
        if other:
            message = f"It is used by {', '.join(self.users)}, which would meet other values; change these first."
            raise Invalid([Fault("/kind", "in_use", message)])

    def default(self, conversion: Conversion) -> Any:
        """The default that was sent, or the old one converted."""
        if self.new.default is None or self.new.default != self.old.default:
            return self.new.default
        try:
            parsed = KINDS[self.old.kind].parse(self.old, self.old.default, conversion.parsing)
            return conversion.convert(parsed)
        except BadValue as error:
            raise Invalid([fault.below("/default") for fault in error.faults]) from None

    # -- the records --------------------------------------------------------------------------

    async def lock(self) -> None:
        """From here on nobody writes records of the object; who reads goes on reading."""
        await self.locked("lock table {table} in share row exclusive mode")

    async def moves(self) -> bool:
        """Whether values go into other columns, or change where they are."""
        alike = [(c.suffix, c.type) for c in KINDS[self.old.kind].columns] == [
            (c.suffix, c.type) for c in KINDS[self.new.kind].columns
        ]
        return not alike or bool(
            (await self.one("select exists (select from pg_temp._conversion where _stays is not true and _fits)"))[0]
        )

    async def prepared(self) -> bool:
        """Whether the new columns are there; to add them again would shut readers out, even where that does nothing."""
        text = (
            "select count(*) from pg_attribute where attrelid = %s::regclass and attname = any(%s) and not attisdropped"
        )
        row = await (await self.ctx.connection.execute(text, [self.table, list(self.columns)])).fetchone()
        return row is not None and row[0] == len(self.columns)

    @property
    def with_columns(self) -> str:
        return ", ".join(
            f"add column if not exists {q(name)} {ddl(name, type_)}" for name, type_ in self.columns.items()
        )

    @property
    def without_columns(self) -> str:
        return ", ".join(f"drop column if exists {q(name)}" for name in self.columns)

    async def fill(self, which: str) -> None:
        """The new columns of these rows, where they do not hold the right thing yet."""
        new = ", ".join(f"c.{q(name)}" for name in self.columns)
        old = ", ".join(f"t.{q(name)}" for name in self.columns)
        sets = ", ".join(f"{q(name)} = c.{q(name)}" for name in self.columns)
        gone = ", ".join(f"{q(name)} = null" for name in self.columns)
        held = " or ".join(f"t.{q(name)} is not null" for name in self.columns)
        text = f"update {self.table} t set {sets} from pg_temp._conversion c where c._was = {self.value} and {which}"
        await self.execute(f"{text} and ({old}) is distinct from ({new})")
        await self.execute(f"update {self.table} t set {gone} where {self.value} is null and ({held}) and {which}")

    async def exchange(self) -> None:
        """Put the new columns in the place of the old ones, which take their indexes and checks along."""
        for column in KINDS[self.old.kind].columns:
            await self.execute(f"alter table {self.table} drop column {q(column_name(self.old, column.suffix))}")
        for column in KINDS[self.new.kind].columns:
            name = q(column_name(self.new, column.suffix))
            await self.execute(f"alter table {self.table} rename column {q(self.passing(column.suffix))} to {name}")

    async def move_past(self) -> None:
        """What the journal holds of the field: in the form of its new kind, or empty and beside it as text."""
        text = (
            f"update {self.journal} set before = before || case when c._fits then jsonb_build_object(%(field)s::text, c._now) "
            f"else jsonb_build_object(%(field)s::text, null, %(misfit)s::text, c._shown) end "
            f"from pg_temp._conversion c where c._was = before -> %(field)s and {self.held}"
        )
        await self.execute(text)


def misfit(one: Offender) -> Fault:
    where = " in the trash" if one.trashed else ""
    return Fault("/kind", "misfit", f"{one.title} ({one.id}){where} holds «{one.value[:80]}»: {one.reason}")
