"""The search documents of records, after a field that stands in them has changed: at once, of many records by a job."""

from __future__ import annotations

from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.jobs.queue import enqueue
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import LIVE
from relata.kernel.query.facts import SYSTEM
from relata.kernel.records.documents import DOCUMENTS, MANY
from relata.kernel.records.statement import Writer
from relata.kernel.records.write import write_values
from relata.kernel.schema.alter import single


async def follow(ctx: Ctx, catalog: Catalog, name: str, condition: str) -> None:
    """The documents of the live records for which the condition in SQL holds."""
    table = f"{q(ctx.workspace.schema)}.{q(name)}"
    text = f"select count(*) from (select from {table} where {LIVE} and {condition} limit {MANY + 1}) x"
    if (await single(ctx, text, [])) > MANY:
        await enqueue(ctx, DOCUMENTS.kind, {"object": name})
        return
    writer = Writer(Access(catalog, SYSTEM), ctx.workspace.schema, name)
    made = writer.refreshed(condition)
    await ctx.connection.execute(made.text.encode(), write_values(ctx, made))
