"""What the change of a field needs of the database: its table, the past of its values in the journal, and statements that wait for a
lock without losing what is done.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from relata.kernel.context import Ctx
from relata.kernel.metadata.field import MISFIT, Field
from relata.kernel.metadata.locking import TABLE_WAIT, patiently
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Working:
    """Statements about the values of one field as it was."""

    ctx: Ctx
    object: Object
    old: Field

    @property
    def table(self) -> str:
        return f"{q(self.ctx.workspace.schema)}.{q(self.object.name)}"

    @property
    def journal(self) -> str:
        return f"{q(self.ctx.workspace.schema)}._journal"

    @property
    def keys(self) -> dict[str, str]:
        """What the journal calls the object, the field, and what its kind cannot hold."""
        return {"object": self.object.held, "field": self.old.held, "misfit": MISFIT + self.old.held}

    @property
    def held(self) -> str:
        return "object = %(object)s and before ? %(field)s"

    async def execute(self, text: str) -> Any:
        return await self.ctx.connection.execute(text.encode(), self.keys if "%(" in text else None)

    async def one(self, text: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = await (await self.execute(text)).fetchone()
        return row or (None,)

    async def stream(self, text: str) -> AsyncIterator[list[tuple[Any, ...]]]:
        async with self.ctx.connection.transaction(), self.ctx.connection.cursor("values") as cursor:
            await self.execute("set local statement_timeout = '10min'")
            await cursor.execute(text.encode(), self.keys if "%(" in text else None)
            while rows := await cursor.fetchmany(CHUNK):
                yield rows

    async def locked(self, text: str, patience: float | None = None) -> None:
        """A statement that needs a lock: again where others hold the table, without losing what is done."""

        async def once() -> None:
            async with self.ctx.connection.transaction():
                await self.execute(f"set local lock_timeout = '{TABLE_WAIT}'")
                await self.execute(text.format(table=self.table))

        await patiently(once, patience)
