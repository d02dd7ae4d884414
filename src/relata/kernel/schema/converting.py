"""A field of live data becomes one of another kind, or some of its options become another one. New columns are filled beside the
old ones while everybody works; in the transaction of the change they take their place, and what the journal holds of the past
follows as a set: killed anywhere, all is old or all is new. Others wait only while the records are looked at again that were
written last.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from functools import partial

import psycopg

from relata.errors import Conflict, Unavailable
from relata.kernel.failpoint import failpoint
from relata.kernel.metadata.columns import column_name
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.metadata.sync import ddl
from relata.kernel.schema.conversion import Conversion
from relata.kernel.schema.judging import MOVING, Judging
from relata.kernel.schema.touched import AGAIN, Touched

NOBODY = "00000000-0000-0000-0000-000000000000"
FILLED = 1_000
"""Records that are filled at once; who writes one of them waits as long."""
FEW, MOST_TURNS = 100, 20
"""So few records may be left to be looked at while others wait; after so many turns it is tried with more."""
LOCK_PATIENCE = 2.0
"""Seconds for which the table is asked for within the transaction: the events of others are not numbered before its end."""
MOVED = "create temp table if not exists _moved (record uuid, version integer, primary key (record, version)) on commit drop"


class Overtaken(Unavailable):
    """What was made ready for the change is not there any more."""

    def __init__(self) -> None:
        super().__init__("The object was changed by somebody else at the same time; try again in a moment.")


@dataclass(slots=True)
class Ready:
    """What is made before the transaction of the change."""

    conversion: Conversion
    touched: Touched
    moves: bool
    columns: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Converting(Judging):
    """The change of one field of an object: `prepare` as long as there is time, then `run` in one transaction."""

    @contextlib.asynccontextmanager
    async def prepared(self) -> AsyncIterator[Ready]:
        """What is ready for the change, for as long as the block runs; where it fails, all of it is taken away."""
        touched = Touched(self)
        try:
            yield await self.prepare(touched)
        except BaseException:
            await self.give_up(touched)
            raise
        finally:
            await self.forget()

    async def prepare(self, touched: Touched) -> Ready:
        """Before the transaction of the change, while everybody reads and writes: judge all values and fill the new columns
        beside the old ones, in chunks; then again those of the records that were written meanwhile, until few are left. What a
        process leaves over that dies is taken away with the next change or start. Raises Standing and Invalid.
        """
        await touched.begin()
        conversion = await self.judged()
        ready = Ready(conversion, touched, moves=await self.moves())
        if ready.moves:
            await self.locked("alter table {table} " + self.without_columns)
            await self.locked("alter table {table} " + self.with_columns)
            last: str | None = NOBODY
            while last is not None:
                last = await self.fill_next(last)
        ready.columns = await self.places()
        for _ in range(MOST_TURNS):
            many = await touched.take()
            await self.catch_up(ready, many)
            if many <= FEW:
                break
        failpoint("convert.prepared")
        return ready

    async def fill_next(self, last: str) -> str | None:
        """Fill a chunk of the records after this one; the last of them."""
        text = f"select max(id::text) from (select id from {self.table} where id > %s order by id limit {FILLED}) x"
        row = await (await self.ctx.connection.execute(text.encode(), [last])).fetchone()
        upto: str | None = row[0] if row else None
        if upto is not None:
            async with self.ctx.connection.transaction():
                await self.execute("set local statement_timeout = '60s'")
                await self.fill(f"t.id > '{last}' and t.id <= '{upto}'")
        return upto

    async def catch_up(self, ready: Ready, many: int) -> None:
        """Judge and fill the records that were taken last."""
        ready.conversion = await self.extended(ready.conversion)
        await self.understand(ready.conversion, again=True)
        await self.check(ready.conversion, again=True)
        await self.check_users()
        if ready.moves:
            for first in range(1, many + 1, FILLED):
                numbers = f"number between {first} and {first + FILLED - 1}"
                await self.fill(f"t.id in (select id from pg_temp._again where {numbers})")

    async def trial(self) -> Field:
        """What `run` would give, with everything judged and nothing changed."""
        conversion = await self.judged()
        return replace(conversion.new, default=self.default(conversion))

    async def run(self, ready: Ready) -> Field:
        """The change, in its transaction; the new field, with the options that were made. Nobody waits for it but while the
        records are looked at that were written last. Raises Overtaken.
        """
        failpoint("convert.before_past")
        await self.move_past()
        await self.locked("lock table {table} in access exclusive mode", LOCK_PATIENCE)
        failpoint("convert.before_records")
        if not await ready.touched.there() or ready.columns != await self.places():
            raise Overtaken
        await self.catch_up(ready, await ready.touched.take())
        await self.move_past(again=True)
        await ready.touched.end()
        if ready.moves:
            await self.exchange()
        elif await self.moves():
            raise Overtaken
        return replace(ready.conversion.new, default=self.default(ready.conversion))

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nobody else gets this field ready for a change; raises Conflict where somebody does."""
        name = quote_text(f"{self.table}.{self.old.name}")
        (mine,) = await self.one(f"select pg_try_advisory_lock(hashtextextended({name}, 2))")
        if not mine:
            raise Conflict(f"{self.old.label} is just being changed by another administrator; look at it in a moment.")
        try:
            yield
        finally:
            with contextlib.suppress(psycopg.OperationalError):
                await self.execute(f"select pg_advisory_unlock(hashtextextended({name}, 2))")

    async def forget(self) -> None:
        await self.execute("drop table if exists pg_temp._conversion, pg_temp._again")

    async def give_up(self, touched: Touched) -> None:
        """Take away what `prepare` made."""
        for one in (touched.end, partial(self.locked, "alter table {table} " + self.without_columns)):
            with contextlib.suppress(psycopg.Error):
                await one()

    async def moves(self) -> bool:
        """Whether values go into other columns, or change where they are."""
        alike = [(c.suffix, c.type) for c in KINDS[self.old.kind].columns] == [
            (c.suffix, c.type) for c in KINDS[self.new.kind].columns
        ]
        return not alike or bool((await self.one(f"select exists (select from pg_temp._conversion where {MOVING})"))[0])

    async def places(self) -> list[int]:
        """The numbers of the new columns; who makes them anew gives them others."""
        text = (
            "select coalesce(array_agg(attnum::int order by attnum), '{}') from pg_attribute "
            "where attrelid = %s::regclass and attname = any(%s) and not attisdropped"
        )
        row = await (await self.ctx.connection.execute(text, [self.table, list(self.columns)])).fetchone()
        return row[0] if row else []

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

    async def move_past(self, *, again: bool = False) -> None:
        """What the journal holds of the field: in the form of its new kind, or empty and beside it as text. Nothing twice."""
        await self.execute(MOVED)
        moved = "select from pg_temp._moved m where m.record = j.record and m.version = j.version"
        which = f" and j.record in {AGAIN} and not exists ({moved})" if again else ""
        text = (
            f"with moved as (update {self.journal} j set before = before || case when c._fits then jsonb_build_object(%(field)s::text, c._now) "
            f"else jsonb_build_object(%(field)s::text, null, %(misfit)s::text, c._shown) end "
            f"from pg_temp._conversion c where c._was = before -> %(field)s and {self.held}{which} returning j.record, j.version) "
            "insert into pg_temp._moved select record, version from moved"
        )
        await self.execute(text)
