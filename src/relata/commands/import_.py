"""`relata import`: other systems' files, with every row accounted for."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from relata.commands.imported import show_account, show_tables
from relata.commands.running import as_system, chosen, run_on_installation, settings
from relata.errors import Conflict, Fault, Invalid
from relata.kernel.context import Ctx, uuid7
from relata.kernel.importing import imports
from relata.kernel.importing.cleansing.dates import ORDERS
from relata.kernel.importing.imports import UPLOADS
from relata.kernel.importing.kept import Kept, add_import, find_import
from relata.kernel.importing.plan import CREATE, DECIMALS, DUPLICATES, OVERWRITE
from relata.kernel.importing.said import Said, planned
from relata.kernel.installation import Installation
from relata.kernel.jobs.execute import execute
from relata.kernel.jobs.job import Again
from relata.kernel.jobs.queue import State, cancel_job, find_job
from relata.kernel.records.results import folder_of
from relata.kernel.records.written_out import as_csv
from relata.kernel.workspace import Workspace

LOOKED = 0.3
"""Seconds between two looks at how far it is."""
EXAMPLES = """
\b
Examples:
  relata import accounts.csv --object account --key account --dry-run
  relata import Account.csv Contact.csv Opportunity.csv
  relata import deals.xlsx --object opportunity --key deal_id \\
      --map "deal_stage=stage" --map "notes=" --map "region=+region" \\
      --replace "product:GTXPro=GTX Pro" --create-missing sales_agent
"""


@click.command(name="import", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--object", "object_", help="What the rows are: account, contact, opportunity, …; else it is guessed.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Where a column goes; «=» alone leaves it out, «=+name» makes a field.",
)
@click.option(
    "--key",
    help="Column or field by which rows are matched with records; a column without a field becomes the external ID.",
)
@click.option(
    "--mode",
    type=click.Choice(["upsert", "create"]),
    default="upsert",
    show_default=True,
    help="Change matching records, or only create.",
)
@click.option(
    "--duplicates",
    type=click.Choice(DUPLICATES),
    help="What happens with a row that finds a record; overwrite, unless said.",
)
@click.option("--only-existing", is_flag=True, help="Refuse rows that find no record.")
@click.option("--replace", "replaces", multiple=True, metavar="COLUMN:FROM=TO", help="Read one value as another.")
@click.option("--accept-near", is_flag=True, help="Take near matches, and say which and how often.")
@click.option(
    "--create-missing",
    multiple=True,
    metavar="FIELD",
    help="Make the records that this column names and that are not there.",
)
@click.option("--create-fields", is_flag=True, help="Make a field for every column that fits none.")
@click.option("--date-format", type=click.Choice(sorted(ORDERS)), help="How dates are written that could mean several.")
@click.option("--decimal", type=click.Choice(DECIMALS), help="The decimal sign of numbers.")
@click.option("--currency", help="Currency of amounts without one; the workspace's own otherwise.")
@click.option("--country", help="Country of phone numbers without one, such as DE.")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.option("--workspace", help="Its name, if there are several.")
def import_(files: tuple[Path, ...], **options: Any) -> int:
    """Take in files: CSV in any dialect, Excel, OpenDocument, JSON lines, and archives of these.

    What the rows are and where their columns go is guessed and shown first; files of one export are taken
    together, in the order of their links. Near matches of values are offered, never taken unasked. Ends with
    1 when rows were refused.
    """
    console = Console(stderr=options["as_json"])

    async def work(here: Installation) -> dict[str, Any]:
        return await imported(console, here, files, options)

    account = run_on_installation(work, options["workspace"])
    if options["as_json"]:
        click.echo(json.dumps(account, indent=2, ensure_ascii=False))
    else:
        show_account(console, account)
    return 1 if account["refused"] or account["unlinked"] else 0


async def imported(
    console: Console, here: Installation, files: tuple[Path, ...], options: dict[str, Any]
) -> dict[str, Any]:
    """The account of an import that is begun, planned and carried out."""
    space = await chosen(here, options["workspace"])
    here.folder = here.folder or settings().data_dir
    one = await prepared(here, space, files, options)
    show_tables(console, one)
    rows = sum(table.rows for table in one.chosen)
    dry = bool(options["dry_run"])
    if not (dry or options["yes"] or options["as_json"] or not sys.stdin.isatty()):
        click.confirm(f"Take in {rows:,} rows?", abort=True)
    try:
        async with as_system(here, space) as ctx:
            one = await imports.begin(ctx, one.id, dry=dry)
    except Invalid:
        await dropped(here, space, one.id)
        raise
    state = await carried_out(console, here, space, one.job or "")
    async with as_system(here, space) as ctx:
        one = await find_import(ctx, one.id)
        if dry:
            await imports.drop_import(ctx, here.folder, one.id)
        elif one.ran is not None:
            one.ran["files"] = await result_files(ctx, here.folder, one)
    account = one.checked if dry else one.ran
    if account is None or state.status == "failed":
        raise Conflict(state.message or "The import did not come to its end; look into the log.")
    return {**account, "dry_run": dry, "status": state.status, "import": None if dry else one.id}


async def prepared(here: Installation, space: Workspace, files: tuple[Path, ...], options: dict[str, Any]) -> Kept:
    """A new import with the tables of all files and their plans; nothing of it stays where they cannot be read."""
    async with as_system(here, space) as ctx:
        one = await add_import(ctx, "")
    folder = here.folder or settings().data_dir
    try:
        uploads = folder_of(folder, one.id) / UPLOADS
        await asyncio.to_thread(uploads.mkdir, parents=True, mode=0o700)
        for file in files:
            path = uploads / uuid7()
            await asyncio.to_thread(shutil.copyfile, file, path)
            async with as_system(here, space) as ctx:
                await imports.add_file(ctx, folder, one.id, path, file.name)
        async with as_system(here, space) as ctx:
            return await decided(ctx, folder, one.id, options)
    except BaseException:
        await dropped(here, space, one.id)
        raise


async def dropped(here: Installation, space: Workspace, id_: str) -> None:
    async with as_system(here, space) as ctx:
        await imports.drop_import(ctx, here.folder, id_)


async def decided(ctx: Ctx, folder: Path, id_: str, options: dict[str, Any]) -> Kept:
    """The import with what the options say."""
    one = await find_import(ctx, id_)
    if options["object_"]:
        wanted = [{"number": table.number, "plan": {"object": options["object_"]}} for table in one.tables]
        one = await imports.change_import(ctx, folder, id_, {"tables": wanted})
    left = [table.name for table in one.tables if table.plan.object is None]
    if left:
        told = f"What are the rows of {', '.join(left)}? Say it with --object, one file at a time."
        raise Invalid([Fault("/object", "required", told)], told)
    said = said_of(options)
    header = list(dict.fromkeys(column for table in one.tables for column in table.header))
    known = {*said.maps, *(column for column, _ in said.replaces)}
    faults = [
        Fault("/map", "unknown_column", f"The file has no column «{column}»; it has {', '.join(header[:40])}.")
        for column in sorted(known - {*header})
    ]
    if faults:
        raise Invalid(faults, faults[0].message)
    plans = [
        {"number": table.number, "plan": sendable(planned(ctx.access, table, said).told())} for table in one.chosen
    ]
    return await imports.change_import(ctx, folder, id_, {"tables": plans})


def sendable(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan as it is sent."""
    columns = [{**column, "to": list(column["to"]), "replace": dict(column["replace"])} for column in plan["columns"]]
    return {**plan, "columns": columns}


def said_of(options: dict[str, Any]) -> Said:
    duplicates = options["duplicates"] or (CREATE if options["mode"] == "create" else OVERWRITE)
    rest: dict[str, Any] = {
        "duplicates": duplicates,
        "new": not options["only_existing"],
        "near": options["accept_near"],
    }
    rest |= {name: options[name] for name in ("date_format", "decimal", "currency", "country") if options[name]}
    return Said(
        maps=pairs(options["maps"], "--map", "COLUMN=FIELD"),
        key=options["key"],
        replaces=replacements(options["replaces"]),
        create=options["create_missing"],
        create_fields=options["create_fields"],
        rest=rest,
    )


async def carried_out(console: Console, here: Installation, space: Workspace, job: str) -> State:
    """The job at its end: done in this process, unless a worker was quicker. The first Ctrl-C ends it after its present step."""

    async def end() -> None:
        async with as_system(here, space) as ctx:
            await cancel_job(ctx, job)

    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []
    loop.add_signal_handler(signal.SIGINT, lambda: ending.append(loop.create_task(end())))
    working = asyncio.create_task(worked(here, space, job))
    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*parts, console=console, transient=True) as progress:
            task = progress.add_task("Importing", total=None)
            while True:
                await asyncio.wait([working], timeout=LOOKED)
                async with as_system(here, space) as ctx:
                    state = await find_job(ctx, job)
                progress.update(task, completed=state.done, total=state.total)
                if state.status not in ("queued", "running"):
                    await working
                    return state
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        working.cancel()


async def worked(here: Installation, space: Workspace, job: str) -> None:
    while True:
        try:
            await execute(here, space.name, job)
        except Again as again:  # a worker has it, or passing trouble
            await asyncio.sleep(min(again.delay, 1.0))
            async with as_system(here, space) as ctx:
                if (await find_job(ctx, job)).status not in ("queued", "running"):
                    return
        else:
            return


async def result_files(ctx: Ctx, folder: Path, one: Kept) -> dict[str, list[str]]:
    """Which rows were taken and which refused: files beside the import, of those tables that have such rows."""
    found: dict[str, list[str]] = {}
    for table in one.chosen:
        for which in ("succeeded", "failed"):
            entries, header = await imports.rows_of(ctx, folder, one, table.number, which)
            path = folder_of(folder, one.id) / f"{which}-{table.number}.csv"
            count = await asyncio.to_thread(written, path, as_csv(entries, which, header))
            if count > 1:
                found.setdefault(which, []).append(str(path))
    return found


def written(path: Path, lines: Any) -> int:
    """How many lines there are."""
    count = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def pairs(texts: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    found = {}
    for text in texts:
        left, equals, right = text.partition("=")
        if not equals or not left.strip():
            raise click.UsageError(f'«{text}» is not in the form {option} "{form}".')
        found[left.strip()] = right.strip()
    return found


def replacements(texts: tuple[str, ...]) -> dict[tuple[str, str], str]:
    found = {}
    for place, value in pairs(texts, "--replace", "COLUMN:FROM=TO").items():
        column, colon, old = place.partition(":")
        if not colon:
            raise click.UsageError(f'«{place}={value}» is not in the form --replace "COLUMN:FROM=TO".')
        found[column.strip(), old.strip()] = value
    return found
