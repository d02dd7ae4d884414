"""Changing very many records by jobs, beside bare PostgreSQL doing the same with a row of a journal for each.

    bench/bulk.py [--rows 1000000] [--steps update,undo,filter,delete] [--work bench-bulk]

Starts a PostgreSQL of its own, fills one object by SQL, then changes every record by a file of ids, undoes that, changes
all by a filter and deletes all by a file; prints records per second of each, and what Python took of it.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo

from relata.assembly import APPS
from relata.database import open_database
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx, uuid7
from relata.kernel.installation import Installation
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.jobs.execute import execute
from relata.kernel.jobs.queue import enqueue
from relata.kernel.records.chunks import SIZE
from relata.kernel.records.results import folder_of
from relata.kernel.records.selection import Selection
from relata.kernel.records.undo import Wish
from relata.kernel.records.undo_job import queue_undo
from relata.kernel.records.undoing import Undone
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.settings import read_settings

NAME = "bulk"
FILL = """
    with r as (
        insert into ws_bulk.contact (id, name__first, name__last, title, external_id, created_at, updated_at, version)
        select relata.uuid_v7(n), 'First ' || n %% 1000, 'Last ' || n %% 5000, 'Engineer', n::text, now(), now(), 1
        from generate_series(1, %s) n returning *),
      j as (insert into ws_bulk._journal (object, record, version, at, op, through) select 'contact', id, 1, now(), 'c', 'bench' from r)
    insert into ws_bulk._search (record, object, title, key, last, grams, words, at)
    select id, 'contact', name__first || ' ' || name__last, lower(name__last), lower(name__last), lower(name__last),
      to_tsvector('simple', lower(name__last)), now() from r"""
BARE = """
    create schema bare;
    create table bare.contact as select id, name__first as first, name__last as last, title, 1 as version, now() as updated_at,
      null::timestamptz as deleted_at from ws_bulk.contact;
    alter table bare.contact add primary key (id);
    create index on bare.contact (updated_at);
    create table bare.journal (record uuid, version integer, at timestamptz, op "char", before jsonb, primary key (record, version));
    vacuum analyze bare.contact"""
BARE_CHANGES = {
    "update": "title = 'T' || t.version, version = t.version + 1, updated_at = now()",
    "delete": "deleted_at = now(), version = t.version + 1, updated_at = now()",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--work", type=Path, default=Path("bench-bulk"), help="Folder for the database and files; emptied."
    )
    parser.add_argument("--steps", default="update,undo,filter,delete")
    wanted = parser.parse_args()
    work: Path = wanted.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with open_database(read_settings({"RELATA_DATA_DIR": str(work)}, work)) as running:
        with psycopg.connect(running.conninfo, autocommit=True) as connection:
            connection.execute("create database bulk")
        asyncio.run(measure(make_conninfo(running.conninfo, dbname=NAME), work, wanted.rows, wanted.steps.split(",")))


async def measure(conninfo: str, work: Path, rows: int, steps: list[str]) -> None:
    async with Installation.open(conninfo, APPS, most=6, folder=work / "files") as installation:
        workspace = await create_workspace(installation, Plan(name=NAME, label="Bulk"))
        actor = Actor(principal=SYSTEM, role=workspace.role("administrator"), through="bench")
        async with installation.connection() as connection:
            ctx = Ctx(workspace, workspace.access(actor), connection)
            ids = await filled(ctx, rows)
            bare(conninfo, ids)
            up = await job(installation, ctx, "update", [{"id": id_, "title": f"T{id_[-1]}"} for id_ in ids])
            if "undo" in steps:
                wish = Wish(Undone(cause=up))
                await timed(installation, "undo of that", await queue_undo(ctx, wish) or "", rows)
            if "filter" in steps:
                chosen = Selection("update", {"all": []}, {"title": "X"}, ctx.now)
                await job(installation, ctx, "update", None, selection=chosen.packed())
            if "delete" in steps:
                await job(installation, ctx, "delete", [{"id": id_} for id_ in ids])


async def filled(ctx: Ctx, rows: int) -> list[str]:
    """The ids of records made by SQL."""
    await ctx.connection.execute("set statement_timeout = 0")
    make = "create or replace function relata.uuid_v7(n bigint) returns uuid language sql as $$ select lpad(to_hex(n), 32, '0')::uuid $$"
    await ctx.connection.execute(make.encode())
    await ctx.connection.execute(FILL.encode(), [rows])
    await ctx.connection.execute(b"analyze")
    found = await (await ctx.connection.execute(b"select id::text from ws_bulk.contact order by id")).fetchall()
    return [row[0] for row in found]


def bare(conninfo: str, ids: list[str]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in BARE.split(";"):
            connection.execute(statement.encode())
        for verb, sets in BARE_CHANGES.items():
            text = (
                "with old as (select * from bare.contact where id = any(%s::uuid[])), "
                f"r as (update bare.contact t set {sets} from old where old.id = t.id returning t.*, to_jsonb(old) as before) "
                f"insert into bare.journal select id, version, updated_at, '{verb[0]}', before from r"
            )
            began = time.perf_counter()
            for start in range(0, len(ids), SIZE):
                connection.execute(text.encode(), [ids[start : start + SIZE]])
            print(f"bare    {verb:<14} {len(ids) / (time.perf_counter() - began):>9,.0f} records/s", flush=True)


async def job(installation: Installation, ctx: Ctx, mode: str, rows: list[Any] | None, **more: str) -> str:
    """The id of a job that was run."""
    id_ = uuid7()
    if rows is not None:
        folder = folder_of(installation.folder or Path(), id_)
        folder.mkdir(parents=True)
        (folder / "input").write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
    arguments = {"object": "contact", "mode": mode, "key": ["id"], "format": "ndjson", "chunk": SIZE, **more}
    await enqueue(ctx, "bulk", arguments, id_)
    await timed(installation, mode if rows is not None else f"{mode} by filter", id_, len(rows or ()))
    return id_


async def timed(installation: Installation, what: str, id_: str, rows: int) -> None:
    began, python = time.perf_counter(), time.process_time()
    await execute(installation, NAME, id_)
    seconds, python = time.perf_counter() - began, time.process_time() - python
    async with installation.connection() as connection:
        text = b"select status, done, failed from ws_bulk._job where id = %s"
        row = await (await connection.execute(text, [id_])).fetchone()
    status, done, failed = row or ("gone", rows, 0)
    print(
        f"relata  {what:<14} {done / seconds:>9,.0f} records/s, {python / max(done, 1) * 1e6:.0f} µs of Python a record "
        f"({status}, {done:,} done, {failed:,} failed)",
        flush=True,
    )


if __name__ == "__main__":
    main()
