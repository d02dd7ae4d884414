"""`relata import`: another system's file, with every row accounted for."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from relata.commands.imported import show_columns, show_report
from relata.commands.running import chosen, run_on_installation, settings
from relata.errors import Fault, Invalid
from relata.kernel.access.actor import Actor
from relata.kernel.importing.cleanse import ORDERS, Choices
from relata.kernel.importing.files import write_files
from relata.kernel.importing.report import Report
from relata.kernel.importing.run import Import, Wish, begun, opened
from relata.kernel.installation import Installation
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.jobs.files import IMPORTS, import_folder
from relata.kernel.metadata.kinds.money import currencies

EXAMPLES = """
\b
Examples:
  relata import accounts.csv --object account --key account --dry-run
  relata import deals.csv --object opportunity --key deal_id \\
      --map "deal_stage=stage" --map "notes=" --map "region=+region" \\
      --replace "product:GTXPro=GTX Pro" --create-missing sales_agent
"""


@click.command(name="import", epilog=EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--object", "object_", required=True, help="What the rows are: account, contact, opportunity, …")
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
@click.option("--currency", help="Currency of amounts without one; the workspace's own otherwise.")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.option("--workspace", help="Its name, if there are several.")
def import_(
    file: Path, object_: str, maps: tuple[str, ...], key: str | None, mode: str, replaces: tuple[str, ...], accept_near: bool,
    create_missing: tuple[str, ...], create_fields: bool, date_format: str | None, currency: str | None, dry_run: bool, yes: bool,
    as_json: bool, workspace: str | None,
) -> int:  # fmt: skip
    """Take in a CSV or NDJSON file.

    Columns are matched with fields by name; the matching is shown first. Near matches of values are
    offered, never taken unasked. Ends with 1 when rows were refused.
    """
    choices = Choices(replace=replacements(replaces), accept_near=accept_near, date_format=date_format)
    wish = Wish(
        path=file, object=object_, said=pairs(maps, "--map", "COLUMN=FIELD"), key=key, mode=mode, create_missing=create_missing,
        create_fields=create_fields, dry_run=dry_run, choices=choices,
    )  # fmt: skip
    console = Console(stderr=as_json)
    began = dt.datetime.now(dt.UTC)

    async def work(installation: Installation) -> Report:
        here = await chosen(installation, workspace)
        folder = (installation.folder or settings().data_dir) / IMPORTS / import_folder(here.name, object_, began)
        wish.choices.currency = checked_currency(currency or here.currency)
        wish.choices.time_zone = here.time_zone
        actor = Actor(principal=SYSTEM, role=here.role("administrator"), through="import", time_zone=here.time_zone)
        made = opened(installation, here, actor, wish)
        report = begun(made)
        show_columns(console, report, made)
        if not (dry_run or yes or as_json or not sys.stdin.isatty()):
            click.confirm(f"Take in {made.found.rows:,} rows?", abort=True)
        if not dry_run:
            folder.mkdir(parents=True, mode=0o700)
        await with_progress(console, made, report, None if dry_run else folder)
        if not dry_run:
            report.files = write_files(folder, made.found.columns)
        return report

    report = run_on_installation(work, workspace)
    if as_json:
        click.echo(json.dumps(report.document(), indent=2, ensure_ascii=False))
    else:
        show_report(console, report)
    return 1 if report.refused else 0


async def with_progress(console: Console, work: Import, report: Report, folder: Path | None) -> None:
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console, transient=True) as progress:
        task = progress.add_task("Trying" if work.wish.dry_run else "Importing", total=work.found.rows)
        await work.run(report, lambda count: progress.advance(task, count), folder)


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


def checked_currency(code: str) -> str:
    if code not in currencies():
        message = f"«{code}» is not a currency; use a code of ISO 4217, such as EUR."
        raise Invalid([Fault("/currency", "bad_currency", message)], message)
    return code
