"""What becomes of the values of a field that gets another kind, or some of whose options become another one: every different
value is converted once, in chunks; what does not fit refuses the change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.metadata.columns import bare_columns, column_name
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import literal_sql
from relata.kernel.records.statement import row_of
from relata.kernel.schema.conversion import Conversion, Merging
from relata.kernel.schema.offenders import SHOWN, Offender, Offenders, Standing
from relata.kernel.schema.touched import AGAIN
from relata.kernel.schema.working import Working

MOST_OPTIONS = 500
MOVING, OTHER = "_stays is not true and _fits", "not _same"
"""Values that do not stay as they are in the table; values that formulas would take for other ones."""
DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
ENCODE = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Judging(Working):
    """The values of one field of an object, as they are and as they would be: noted in a temporary table."""

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
        """A name that no field has and that backups leave out, nor is it that of a preparation for another kind."""
        return f"~{self.new.kind}~{column_name(self.new, suffix)}"

    async def judged(self) -> Conversion:
        conversion = await self.begun()
        await self.understand(conversion)
        await self.check(conversion)
        await self.check_users()
        return conversion

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
            names = await self.names(conversion)
            if not names:
                raise Invalid(
                    [Fault("/options", "required", "There are no values to make options of; send the options.")]
                )
            return conversion.with_options(names)
        return conversion

    async def extended(self, conversion: Conversion) -> Conversion:
        """With options for what was taken last, where they are made of the values."""
        if self.new.options or self.old.options or not conversion.new.options:
            return conversion
        labels = [option.label for option in conversion.new.options]
        more = [name for name in await self.names(conversion, again=True) if name not in labels]
        return conversion.with_options([*labels, *more]) if more else conversion

    async def currency(self) -> str:
        """The one in which all amounts are, or the workspace's."""
        known = self.ctx.workspace.currency
        if self.old.kind != "money":
            return known
        column = q(column_name(self.old, "currency"))
        text = f"select min({column}), max({column}) from {self.table}"
        least, most = await self.one(text)
        return str(least) if least is not None and least == most else known

    async def names(self, conversion: Conversion, *, again: bool = False) -> list[str]:
        """What the options of a new choice are called: the different values, the most frequent first."""
        counts: dict[str, int] = {option.label: 0 for option in conversion.new.options}
        which = f" and t.id in {AGAIN}" if again else ""
        text = (
            f"select {self.value}::text, count(*) from {self.table} t where {self.value} is not null{which} group by 1"
        )
        async for rows in self.stream(text):
            for value, count in rows:
                for name in conversion.names(DECODE(value)):
                    counts[name] = counts.get(name, 0) + count
            if len(counts) > MOST_OPTIONS:
                message = f"It holds more than {MOST_OPTIONS} different values, and a choice has at most so many options; keep it, or use tags."
                raise Invalid([Fault("/kind", "too_many", message)])
        if self.old.default is not None:
            counts |= {name: counts.get(name, 0) for name in conversion.names(self.old.default)}
        return sorted(counts, key=lambda name: (-counts[name], name))

    async def understand(self, conversion: Conversion, *, again: bool = False) -> None:
        """Note what becomes of each different value that is not noted yet: of all, or of the records that were taken `again`."""
        definitions = ", ".join(f"{q(name)} {type_}" for name, type_ in self.columns.items())
        shape = f"_was jsonb, _now jsonb, _fits boolean, _same boolean, _stays boolean, _reason text, _shown text, {definitions}"
        await self.execute(f"create temp table if not exists _conversion ({shape})")
        known = "not exists (select 1 from pg_temp._conversion c where c._was = v)"
        text = (
            f"select v::text from (select {self.value} from {self.table} t where {f't.id in {AGAIN}' if again else 'true'} "
            f"union select before -> %(field)s from {self.journal} where {self.held}{f' and record in {AGAIN}' if again else ''}) x(v) "
            f" where v is not null and v <> 'null' and {known}"
        )
        async for rows in self.stream(text):
            made = await asyncio.to_thread(self.understood_all, conversion, rows)
            insert = f"insert into pg_temp._conversion select * from json_to_recordset(%s::json) as x({shape})"
            await self.ctx.connection.execute(insert.encode(), [ENCODE(made).decode()])
        if again:
            return
        await self.execute("create index _conversion_was on pg_temp._conversion using hash (_was)")
        for name, condition in (("moving", MOVING), ("other", OTHER)):
            await self.execute(f"create index _conversion_{name} on pg_temp._conversion (_stays) where {condition}")
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

    async def check(self, conversion: Conversion, *, again: bool = False) -> None:
        """Raises Standing for the records, in the trash or not, whose values do not fit."""
        title = Offenders(self.ctx, self.object).title
        which = f" and t.id in {AGAIN}" if again else ""
        source = f"from {self.table} t join pg_temp._conversion c on c._was = {self.value} where not c._fits{which}"
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
        (other,) = await self.one(f"select exists (select from pg_temp._conversion where {OTHER})")
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


def misfit(one: Offender) -> Fault:
    where = " in the trash" if one.trashed else ""
    return Fault("/kind", "misfit", f"{one.title} ({one.id}){where} holds «{one.value[:80]}»: {one.reason}")
