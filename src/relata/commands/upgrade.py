"""`relata upgrade`: brings older data up to this version, or only tells what that would take."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict

import click

from relata.commands.running import settings
from relata.database import open_database
from relata.errors import SetupError
from relata.kernel.backup.rehearsal import Step, rehearse
from relata.kernel.installation import migrate_all

EXAMPLES = """
\b
Examples:
  relata upgrade --check     try every step on a copy of the structure, and tell its locks and time
  relata upgrade             do it; the start of a server does the same
"""


@click.command(epilog=EXAMPLES)
@click.option("--check", is_flag=True, help="Rehearse on a copy of the structure and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def upgrade(*, check: bool, as_json: bool) -> int:
    """Bring data of an older Relata up to this version.

    Every step is first tried on a copy of the structure; one that would fail, or for which there is no room on the
    disk, is refused. All steps of a workspace are one transaction: interrupted, they leave the old tables.
    """
    wanted = settings()
    with open_database(wanted) as database:
        steps = rehearse(database.conninfo)
        needed, free = sum(step.bytes for step in steps), shutil.disk_usage(wanted.data_dir).free
        if wanted.database_url is None and free < needed:
            raise SetupError(
                f"The upgrade may need {needed // 1_000_000:,} MB, but {wanted.data_dir} has {free // 1_000_000:,} MB left: "
                "free some space there first; nothing was changed."
            )
        if not check:
            migrate_all(database.conninfo)
    if as_json:
        told = [{**asdict(step), "seconds": round(step.seconds, 1)} for step in steps]
        click.echo(json.dumps({"done": not check, "steps": told}))
    else:
        show(steps, check=check)
    return 0


def show(steps: list[Step], *, check: bool) -> None:
    if not steps:
        click.echo("Everything is up to date.")
        return
    for step in steps:
        locks = ", ".join(f"{name} ({lock})" for name, lock in sorted(step.locks.items())) or "nothing"
        click.echo(
            f"{step.schema}, step {step.version}: at most about {step.seconds:.1f} s; keeps from writing to: {locks}"
        )
    total = sum(step.seconds for step in steps)
    click.echo(f"{len(steps)} steps {'would take' if check else 'done; told was'} at most about {total:.1f} s.")
