"""Rows that do not fit together: search documents, history, events, jobs and their files."""

from __future__ import annotations

import asyncio
from pathlib import Path

from relata.kernel.drift.finding import MOST, Connection, Drift, Repair, counted, running, single
from relata.kernel.jobs.files import BULK, folders_in, job_of, looked_up
from relata.kernel.jobs.queue import tell_schedule, tell_workers
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.records.statement import Writer
from relata.kernel.workspace import Workspace

OLDEST = (
    "select pid from pg_stat_activity where datname = current_database() and backend_xid is not null "
    "and xact_start < now() - interval '1 minute' order by xact_start limit 1"
)
BATCH = 1_000
BEHIND = 60
"""Seconds after which an event should have its number."""
SILENT = 300
"""Seconds without a sign of life after which a job counts as stuck."""


async def documents(connection: Connection, workspace: Workspace, writer: Writer) -> list[Drift]:
    """Search documents of an object without a record, and records without one."""
    schema, name = q(workspace.schema), writer.object.name
    key = quote_text(writer.object.held)
    table = f"{schema}.{q(name)}"
    alive = f"select from {table} r where r.id = s.record and r.deleted_at is null"
    left = f"from {schema}._search s where object = {key} and not exists ({alive})"
    lacking = (
        f"from {table} r where deleted_at is null and not exists (select from {schema}._search s where s.record = r.id)"
    )
    found = []
    place = f"{workspace.schema}.{name}"
    if count := await single(connection, f"select count(*) from (select {left} limit {MOST}) x"):
        text = f"delete {left}"
        found.append(Drift(place, counted(count, "search documents are of no record: delete them."), running(text)))
    if count := await single(connection, f"select count(*) from (select {lacking} limit {MOST}) x"):
        found.append(Drift(place, counted(count, "records are not found by search: make their documents."), written(writer)))  # fmt: skip
    return found


def written(writer: Writer) -> Repair:
    async def repair(connection: Connection) -> None:
        made = writer.missing_documents(BATCH)
        while True:
            row = await (await connection.execute(made.text.encode(), made.constants)).fetchone()
            if not row or row[0] < BATCH:
                return

    return repair


async def strangers(connection: Connection, workspace: Workspace) -> list[Drift]:
    """Search documents of objects that there are not."""
    names = ", ".join(map(quote_text, workspace.catalog.names))
    schema = q(workspace.schema)
    trashed = (
        f"select from {schema}._trash t cross join jsonb_array_elements(t.definitions) d where d ->> 'field' = '' "
        "and s.object = coalesce(d -> 'value' ->> 'key', d ->> 'object')"
    )
    left = f"from {schema}._search s where object not in ({names}) and not exists ({trashed})"
    count = await single(connection, f"select count(*) from (select {left} limit {MOST}) x")
    what = counted(count, "search documents are of objects that are not there: delete them.")
    return [Drift(workspace.schema, what, running(f"delete {left}"))] if count else []


async def history(connection: Connection, workspace: Workspace) -> list[Drift]:
    """Records with a change missing between others."""
    text = (
        f"select count(*) from (select record from {q(workspace.schema)}._journal group by record "
        f"having max(version) - min(version) + 1 <> count(*) limit {MOST}) x"
    )
    count = await single(connection, text)
    what = counted(
        count, "records have gaps in their history: their past is not known there, and a backup may have it."
    )
    return [Drift(workspace.schema, what)] if count else []


async def events(connection: Connection, workspace: Workspace) -> list[Drift]:
    schema = q(workspace.schema)
    text = (
        f"select extract(epoch from now() - o.at)::bigint from {schema}._outbox o where o.xid > (select xid from {schema}._sequence) "
        "order by o.xid limit 1"
    )
    waited = await single(connection, text)
    if waited is None or waited < BEHIND:
        return []
    oldest = await single(connection, OLDEST)
    why = "nothing serves: start the server, which numbers them"
    if oldest:
        why = f"process {oldest} of the database holds a transaction open: end it"
    return [Drift(workspace.schema, f"Events have waited for their numbers for {waited:,} s; {why}.", note=not oldest)]


async def jobs(connection: Connection, workspace: Workspace) -> list[Drift]:
    """Jobs that no worker knows of, and those that give no sign of life."""
    schema = q(workspace.schema)
    unknown = (
        f"select j.id::text from {schema}._job j where status in ('queued', 'running') and created_at < now() - interval '{SILENT} s' and "
        "not exists (select from relata.procrastinate_jobs p where p.args ->> 'job_id' = j.id::text and p.status in ('todo', 'doing')) "
        f"order by created_at limit {MOST}"
    )
    lost = [row[0] for row in await (await connection.execute(unknown.encode())).fetchall()]
    found = []
    if lost:

        async def queue(connection: Connection) -> None:
            for id_ in lost:
                await tell_workers(connection, workspace, id_)

        what = counted(len(lost), "jobs wait and no worker knows of them: queue them again.")
        found.append(Drift(workspace.schema, what, queue))
    forgotten = (
        f"select s.id::text, s.next_at from {schema}._schedule s where active and not exists (select from relata.procrastinate_jobs p "
        "where p.args ->> 'schedule' = s.id::text and p.args ->> 'at' is not null and (p.args ->> 'at')::timestamptz = s.next_at "
        "and p.status in ('todo', 'doing'))"
    )
    if due := await (await connection.execute(forgotten.encode())).fetchall():

        async def queue_again(connection: Connection) -> None:
            for id_, at in due:
                await tell_schedule(connection, workspace, id_, at)

        what = counted(len(due), "schedules wait and no worker knows of them: queue them again.")
        found.append(Drift(workspace.schema, what, queue_again))
    silent = (
        f"select count(*) from {schema}._job where status = 'running' and beat_at < now() - interval '{SILENT} s' "
        "and id <> all(%s::uuid[])"
    )
    if count := await single(connection, silent, [lost]):
        what = counted(count, "jobs give no sign of life: start a worker, which takes them up again.")
        found.append(Drift(workspace.schema, what))
    return found


async def folders(connection: Connection, folder: Path) -> list[Drift]:
    """Folders of jobs that there are not; the cleaning takes them after a day, where something serves."""
    found = await asyncio.to_thread(folders_in, folder / BULK)
    names = [name for path in found if (name := job_of(path))]
    needed, ended = await looked_up(connection, names)
    count = sum(name not in needed and name not in ended for name in names)
    what = f"{count:,} folders belong to no job: the hourly cleaning of a running server takes those of yesterday."
    return [Drift(str(folder / BULK), what, note=True)] if count else []
