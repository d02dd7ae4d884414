"""The job that makes the search documents of an object anew, after a field that stands in them has changed its kind:
in chunks by id. Taken up again, it begins anew, which changes nothing.
"""

from __future__ import annotations

from relata.kernel.access.access import Access
from relata.kernel.jobs.job import Job, Run
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.facts import SYSTEM
from relata.kernel.records.statement import Writer
from relata.kernel.records.write import write_values

MANY = 1_000
"""So many records are not worth a job; others wait for the table meanwhile."""
CHUNK = 2_000
FIRST = "00000000-0000-0000-0000-000000000000"


async def run_documents(run: Run) -> None:
    last, done = FIRST, 0
    asked = run.arguments["object"]
    while (name := present(run.workspace.catalog, asked)) in run.workspace.catalog.objects:
        async with run.context() as ctx:
            table = f"{q(run.workspace.schema)}.{q(name)}"
            text = f"select max(id::text), count(*) from (select id from {table} where id > %s order by id limit {CHUNK}) x"
            row = await (await ctx.connection.execute(text.encode(), [last])).fetchone()
            if row is None or row[0] is None:
                return
            writer = Writer(Access(ctx.catalog, SYSTEM), run.workspace.schema, name)
            made = writer.refreshed("t.id > %(last)s::uuid and t.id <= %(upto)s::uuid")
            await ctx.connection.execute(made.text.encode(), write_values(ctx, made) | {"last": last, "upto": row[0]})
        last, done = row[0], done + row[1]
        await run.progress(done)


def present(catalog: Catalog, asked: str) -> str:
    """What an object is called now that is named, or that the kernel's own tables call so."""
    return catalog.names.get(asked) or catalog.present(asked)


DOCUMENTS = Job(kind="documents", run=run_documents)
