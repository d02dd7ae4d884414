"""Which records others write while all of them are looked at. A trigger notes them, so that only they need another look."""

from __future__ import annotations

from dataclasses import dataclass, field

from relata.kernel.context import uuid7
from relata.kernel.metadata.columns import column_name
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.metadata.sync import NOTING
from relata.kernel.schema.working import Working

AGAIN = "(select id from pg_temp._again)"
"""The records that were taken last; they have numbers from 1 on."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The records of an object in which the field is written, or which are made or removed. Whoever changes the tables of the
    object drops the trigger; so does the next change or start where its maker has died.
    """

    working: Working
    token: str = field(default_factory=uuid7)

    async def begin(self) -> None:
        """From here on every record that is written is noted."""
        working = self.working
        columns = ", ".join(q(column_name(working.old, c.suffix)) for c in KINDS[working.old.kind].columns)
        left = f"not exists (select from pg_trigger where tgname = {quote_text(NOTING)} || token)"
        await working.execute(f"delete from {self.notes} where {left}")
        await working.locked(
            f"create trigger {self.trigger} after insert or delete or update of {columns} on {{table}} "
            f"for each row execute function relata.note_touched({quote_text(self.token)})"
        )

    @property
    def trigger(self) -> str:
        return q(NOTING + self.token)

    @property
    def notes(self) -> str:
        return f"{q(self.working.ctx.workspace.schema)}._touched"

    async def there(self) -> bool:
        """Whether nobody has dropped the trigger."""
        place = f"tgrelid = {quote_text(self.working.table)}::regclass and tgname = {quote_text(NOTING + self.token)}"
        (found,) = await self.working.one(f"select exists (select from pg_trigger where {place})")
        return bool(found)

    async def take(self) -> int:
        """How many records were written since the last time; they are AGAIN."""
        working = self.working
        await working.execute("create temp table if not exists _again (id uuid primary key, number integer)")
        await working.execute("delete from pg_temp._again")
        (count,) = await working.one(
            f"with taken as (delete from {self.notes} where token = {quote_text(self.token)} returning record), "
            "kept as (insert into pg_temp._again select record, row_number() over (order by record) from (select distinct record from taken) x "
            "returning 1) select count(*) from kept"
        )
        await working.execute("analyze pg_temp._again")
        return int(count)

    async def end(self) -> None:
        """No record is noted any more."""
        working = self.working
        await working.locked(f"drop trigger if exists {self.trigger} on {{table}}")
        await working.execute(f"delete from {self.notes} where token = {quote_text(self.token)}")
