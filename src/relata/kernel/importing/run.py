"""The jobs behind an import. The run takes all tables in chunks, each committed together with the note that it is done; taken
up again after a crash, it leaves out what is committed and does nothing twice. The check does the same and takes every
chunk back, so that nobody waits for it and nothing stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from relata.errors import Conflict, Fault
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.history.origin import note_source
from relata.kernel.importing.account import Account, account_of, whole
from relata.kernel.importing.fields import make_fields, planned_fields
from relata.kernel.importing.kept import Kept, KeptTable, find_import, save_import
from relata.kernel.importing.linking import Linking, Told
from relata.kernel.importing.order import Brought, pointed
from relata.kernel.importing.rows import Reader, ReadRow
from relata.kernel.importing.taking import Table
from relata.kernel.jobs.job import Again, Job, Run
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.bulk_job import commit, committed
from relata.kernel.records.chunks import SIZE, chunked, take_all, whole_or_not
from relata.kernel.records.results import Entry, chunk_name, entry_of, folder_of, read_chunk, write_chunk
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken

IMPORT, CHECK = "import", "import_check"
STEP = 1_000_000
"""Numbers that the chunks of one step have."""
LATER = "later"
"""In the entry of a row: the links that are made when all rows are there."""
UNLINKED = "The row was taken without this link: no record «{text}» came of the import. Mend it and send the row again."


class Foretold(Exception):
    """Takes a chunk of a check back."""


@dataclass(slots=True)
class Work:
    """An import at work: its tables in the order in which they are taken."""

    run: Run
    kept: Kept
    folder: Path
    dry: bool
    tables: list[Table] = field(default_factory=list)
    accounts: dict[int, Account] = field(default_factory=dict)
    ready: set[int] = field(default_factory=set)

    @property
    def results(self) -> Path:
        return results_in(self.folder, dry=self.dry)

    async def go(self) -> None:
        """All tables, and then what rows of them wait for each other."""
        for step, table in enumerate(self.tables):
            await self.take_table(step, table)
        for step, table in enumerate(self.tables, len(self.tables)):
            if table.reader.links and not self.dry:
                await self.link_table(step, table, step - len(self.tables))

    # -- rows ---------------------------------------------------------------------------------

    async def take_table(self, step: int, table: Table) -> None:
        source = table.kept.open(self.folder)
        raw = ((step * STEP + number, rows) for number, rows in chunked(source.rows(), SIZE))
        chunks = (
            (number, [table.reader.read(row) for row in rows]) for number, rows in raw if number not in self.ready
        )

        async def take(number: int, rows: list[ReadRow]) -> None:
            await self.take_chunk(table, number, rows)

        await take_all(chunks, table.tokens, take, self.run.going_on)

    async def take_chunk(self, table: Table, number: int, rows: list[ReadRow]) -> None:
        """One chunk, whole or not; what its links learned is remembered once it is committed."""
        outcome: list[Told] = []
        clean = [(list(row.faults), dict(row.values)) for row in rows]

        async def work(ctx: Ctx) -> None:
            self.still(ctx, table)
            for row, (faults, values) in zip(rows, clean, strict=True):  # it may be taken again
                row.faults, row.values = list(faults), dict(values)
            taken, of_links = await table.take(ctx, rows)
            outcome[:] = [of_links]
            account = account_for(rows, taken, of_links)
            entries = [entry(one, of_links.later.get(place)) for place, one in enumerate(taken)]
            await asyncio.to_thread(write_chunk, self.results, number, entries)
            if self.dry:
                self.accounts.setdefault(table.kept.number, Account()).join(account)
                raise Foretold
            await asyncio.to_thread(write_account, self.results, number, account)
            refused = account.actions["refused"]
            failpoint("import.before_note")
            await commit(ctx, self.run, number, len(taken) - refused, refused)
            failpoint("import.before_commit")

        with contextlib.suppress(Foretold):
            await whole_or_not(self.run.context, work)
        if self.dry:
            done = sum(one.rows for one in self.accounts.values())
            failed = sum(one.actions["refused"] for one in self.accounts.values())
            await self.run.progress(done, failed)
        else:
            table.linking.remember(outcome[0].learned)

    @staticmethod
    def still(ctx: Ctx, table: Table) -> None:
        """Raises Again where objects and fields have changed: rows are to be read by what they are now."""
        if ctx.catalog.version != table.reader.access.catalog.version:
            raise Again(0)

    # -- links between rows of the import -----------------------------------------------------

    async def link_table(self, step: int, table: Table, first: int) -> None:
        """Make the links that the rows of a table wait for."""
        waiting = waiting_rows(self.results, numbers_of(first, table.kept))
        bulk = Bulk(table.name, "update", ("id",))
        for index, rows in chunked(waiting, SIZE):
            number = step * STEP + index
            if number in self.ready:
                continue
            await self.run.going_on()

            async def work(ctx: Ctx, number: int = number, rows: list[Row] = rows) -> None:
                self.still(ctx, table)
                taken = await link_rows(ctx, bulk, table, rows)
                account = Account()
                for row, one in zip(rows, taken, strict=True):
                    account.unlinked += one.action == "refused"
                    for fault in one.faults:
                        account.tell((fault.pointer[1:], fault.code, fault.message), row.line, {})
                entries = [entry_of(replace(one, id=row.values["id"])) for row, one in zip(rows, taken, strict=True)]
                await asyncio.to_thread(write_chunk, self.results, number, entries)
                await asyncio.to_thread(write_account, self.results, number, account)
                await commit(ctx, self.run, number, 0, 0)
                failpoint("import.before_link_commit")

            await whole_or_not(self.run.context, work)

    # -- the account --------------------------------------------------------------------------

    async def account(self) -> dict[str, Any]:
        """What came of it, as JSON: of a run from what its chunks have left, of those that are committed."""
        if not self.dry:
            async with self.run.context() as ctx:
                ready, _, _ = await committed(ctx, self.run.id)
            for step, table in enumerate(self.tables):
                steps = (step, step + len(self.tables))
                numbers = sorted(number for number in ready if number // STEP in steps)
                self.accounts[table.kept.number] = await asyncio.to_thread(read_accounts, self.results, numbers)
        return whole((t.kept.number, t.name, self.accounts.get(t.kept.number, Account())) for t in self.tables)


async def run_import(run: Run) -> None:
    await carried_out(run, dry=False)


async def run_check(run: Run) -> None:
    await carried_out(run, dry=True)


async def carried_out(run: Run, *, dry: bool) -> None:
    if run.host.folder is None:
        raise Conflict("This process keeps no files: start it with a data directory.")
    folder = folder_of(run.host.folder, run.arguments["import"])
    async with run.context() as ctx:
        kept = await find_import(ctx, run.arguments["import"])
        ready, done, failed = await committed(ctx, run.id)
    made: list[str] = []
    if not dry:
        kept, made = await make_fields(run, kept)
    chosen = kept.chosen
    await run.progress(done, failed, total=sum(table.rows for table in chosen))
    work = Work(run, kept, folder, dry, ready=ready)
    if dry:
        await asyncio.to_thread(shutil.rmtree, work.results, ignore_errors=True)
    await asyncio.to_thread(work.results.mkdir, mode=0o700, exist_ok=True)
    work.tables = await opened(run, chosen, folder, dry=dry)
    if not dry:
        async with run.context() as ctx:
            await note_source(ctx, IMPORT, ", ".join(dict.fromkeys(one.file for one in chosen)), parts(work.tables))
    over = True
    try:
        await work.go()
    except Again:
        over = False
        raise
    finally:
        if over:
            await finish(run, work, made)


async def finish(run: Run, work: Work, made: list[str]) -> None:
    """Keep the account."""
    account = await work.account()
    account["made_fields"] = made
    async with run.context() as ctx, ctx.connection.transaction():
        kept = await find_import(ctx, work.kept.id, lock=True)
        await save_import(ctx, replace(kept, checked=account) if work.dry else replace(kept, ran=account))


async def opened(run: Run, chosen: list[KeptTable], folder: Path, *, dry: bool) -> list[Table]:
    """The tables, ready to be taken; raises what the actor may not do."""
    brought = Brought()
    access = run.workspace.access(run.actor)
    readers: dict[int, Reader] = {}
    for kept in chosen:
        object_ = access.object(access.present_object(kept.plan.object or ""))
        made = planned_fields(access, object_, kept.plan) if dry else {}
        readers[kept.number] = Reader(access, object_, kept.plan, made, run.workspace.currency)
    wanted = pointed(readers)
    for kept in (one for one in chosen if readers[one.number].object.name in wanted):
        await asyncio.to_thread(brought.add, readers[kept.number], kept.open(folder).rows())
    tables = [Table(one, readers[one.number], Linking(readers[one.number], brought), dry) for one in chosen]
    async with run.context() as ctx:
        for table in tables:
            table.check(ctx)
    return tables


def parts(tables: list[Table]) -> dict[str, str]:
    """Object → the names of the tables that hold its rows."""
    found: dict[str, list[str]] = {}
    for table in tables:
        found.setdefault(table.reader.object.held, []).append(table.kept.name)
    return {name: ", ".join(names)[:200] for name, names in found.items()}


def account_for(rows: list[ReadRow], taken: list[Taken], told: Told) -> Account:
    account = Account(near=told.near, made_records=told.made)
    for row, one in zip(rows, taken, strict=True):
        account.add(one, row.numbers, row.raw.values)
        if row.near:
            account.near.update(row.near)
    return account


def entry(taken: Taken, later: dict[str, str] | None) -> Entry:
    made = entry_of(taken)
    return made | {LATER: later} if later and taken.id else made


def account_name(number: int) -> str:
    return f"{number:010d}.account"


def write_account(folder: Path, number: int, account: Account) -> None:
    (folder / account_name(number)).write_bytes(msgspec.json.encode(account.told()))


def read_accounts(folder: Path, numbers: list[int]) -> Account:
    total = Account()
    for number in numbers:
        with contextlib.suppress(FileNotFoundError):
            document = msgspec.json.decode((folder / account_name(number)).read_bytes())
            total.join(account_of(document))
    return total


def results_in(folder: Path, *, dry: bool) -> Path:
    """Where the entries of the rows lie."""
    return folder / (CHECK if dry else IMPORT)


def numbers_of(step: int, table: KeptTable) -> range:
    """The numbers that the chunks of a table have which is taken in this step."""
    return range(step * STEP, step * STEP + -(-table.rows // SIZE))


def waiting_rows(folder: Path, numbers: range) -> Iterator[Row]:
    """The records that wait for links: their ids, and the names by field."""
    for number in numbers:
        if (folder / chunk_name(number)).is_file():
            for one in read_chunk(folder, number):
                if LATER in one:
                    yield Row(one["line"], {"id": one["id"], **one[LATER]})


async def link_rows(ctx: Ctx, bulk: Bulk, table: Table, rows: list[Row]) -> list[Taken]:
    """Set the links of records that wait for them."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, link in table.reader.links.items():
        texts = {row.values[name] for row in rows if name in row.values}
        found[name] = await table.linking.look_up(ctx, link, texts) if texts else {}
    ready, refused = [], dict[int, Taken]()
    for place, row in enumerate(rows):
        values = {"id": row.values["id"]}
        for name, ids in found.items():
            known = ids.get(row.values.get(name, ""), [])
            if len(known) == 1:
                values[name] = known[0]
            elif name in row.values:
                fault = Fault(f"/{link_column(table, name)}", "not_found", UNLINKED.format(text=row.values[name][:80]))
                refused[place] = Taken(row.line, "refused", row.values["id"], (fault,))
        ready.append(Row(row.line, values))
    taken = await bulk.take(ctx, ready)
    return [refused.get(place) or table.in_columns(one) for place, one in enumerate(taken)]


def link_column(table: Table, name: str) -> str:
    return table.reader.links[name].column


RUNS = (Job(kind=IMPORT, run=run_import), Job(kind=CHECK, run=run_check))
