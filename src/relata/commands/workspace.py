"""`relata workspace`: several workspaces in one installation, from their making to their end."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from relata import __version__
from relata.assembly import APPS
from relata.commands.founding import found
from relata.commands.running import (
    Opening,
    counted,
    open_installation,
    place_of,
    read_all,
    refuse_elsewhere,
    run_on_installation,
    settings,
    settings_of,
)
from relata.database import open_database
from relata.errors import Invalid, NotFound
from relata.kernel.backup.importing import import_workspace
from relata.kernel.backup.moving import move
from relata.kernel.backup.taking import take_backup
from relata.kernel.backup.unpacking import opened
from relata.kernel.installation import Installation, migrate_all
from relata.kernel.register import Entry
from relata.kernel.tenancy.creating import Plan, create_workspace, faults_of_name
from relata.kernel.tenancy.deleting import delete as delete_now
from relata.kernel.tenancy.suspending import DAYS, mark
from relata.kernel.tenancy.suspending import resume as resume_it
from relata.kernel.tenancy.suspending import suspend as suspend_it
from relata.settings import HOME

EXAMPLES = """
\b
Examples:
  relata workspace list --json
  relata workspace create north --label "North GmbH" --currency EUR --email nora@example.com
  relata workspace suspend north          nobody works in it; nothing is lost
  relata workspace resume north
  relata workspace export north /mnt/exports/
  relata workspace import north-20261122-150000.tar --name copy
  relata workspace move north --to east   to another of RELATA_DATABASES
  relata workspace delete north           suspend it, and delete it in 30 days
  relata workspace delete north --now --yes north
"""
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog=EXAMPLES)
def workspace() -> None:
    """Make, suspend, export, import and delete workspaces."""


@workspace.command(name="list", epilog=EXAMPLES)
@json_option
def list_(*, as_json: bool) -> int:
    """List all workspaces and their states."""
    wanted = settings()
    found: list[tuple[str, Entry]] = []
    for name in (HOME, *wanted.databases):
        with open_installation(wanted.at(name) if wanted.databases else wanted) as opening:
            found += [(name, entry) for entry in asyncio.run(entries(opening))]
    if as_json:
        where = {"database": ""} if wanted.databases else {}
        listed = [{**told(entry), **dict.fromkeys(where, name)} for name, entry in found]
        click.echo(json.dumps({"workspaces": listed}))
    for name, entry in [] if as_json else found:
        click.echo(line(entry) + (f"  in {name}" if wanted.databases else ""))
    return 0


async def entries(opening: Opening) -> list[Entry]:
    async with opening as here:
        return list(here.register.values())


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@click.option("--label", help="What people see; without it, the name.")
@click.option("--currency", default="EUR", show_default=True, help="The workspace's own currency (ISO 4217).")
@click.option("--locale", default="en", show_default=True, help="Language of people who chose none.")
@click.option("--time-zone", default="UTC", show_default=True, help="Time zone of people who chose none.")
@click.option("--email", help="Address of the first administrator; without it there is nobody yet.")
@click.option("--admin", default="Administrator", show_default=True, help="Name of the first administrator.")
@click.option(
    "--password", envvar="RELATA_INIT_PASSWORD", help="Their password; without it one is made and printed once."
)
@json_option
def create(
    name: str, label: str | None, currency: str, locale: str, time_zone: str, email: str | None, admin: str,
    password: str | None, *, as_json: bool,
) -> int:  # fmt: skip
    """Make a workspace, and its first administrator."""
    plan = Plan(name=name, label=label or name, currency=currency, locale=locale, time_zone=time_zone)
    made = password or secrets.token_urlsafe(12)
    refuse_elsewhere(name)

    async def work(here: Installation) -> None:
        if email:
            await found(here, plan, admin, email, made)
        else:
            await create_workspace(here, plan)

    run_on_installation(work)
    if as_json:
        person = {"email": email, **({} if password else {"password": made})} if email else {}
        click.echo(json.dumps({"workspace": name, **person}))
    else:
        click.echo(f"The workspace «{plan.label}» is ready.")
        if email:
            click.echo(f"Sign in as {email}" + ("" if password else f" with the password {made}"))
    return 0


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@json_option
def suspend(name: str, *, as_json: bool) -> int:
    """Refuse everybody at once; jobs wait, nothing is lost."""
    return show(name, lambda here: suspend_it(here, name), as_json=as_json)


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@json_option
def resume(name: str, *, as_json: bool) -> int:
    """Let everybody in again, also where it was to be deleted; jobs go on."""
    return show(name, lambda here: resume_it(here, name), as_json=as_json)


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@click.argument("place", type=click.Path(path_type=Path), default=Path(), metavar="[FILE|FOLDER]")
@json_option
def export(name: str, place: Path, *, as_json: bool) -> int:
    """Write one workspace into a file, as of one moment and while it is used.

    With its history, events, jobs and files, and with the names and addresses of its people; without passwords, keys and sessions.
    """
    wanted = settings_of(name)
    path = (place / f"{name}-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.tar" if place.is_dir() else place).absolute()
    with open_database(wanted) as database, counted("Exporting") as progress:
        made = take_backup(database.conninfo, wanted.data_dir, path, __version__, progress, only=name)
    if as_json:
        click.echo(json.dumps({"workspace": name, "file": str(path), "rows": made.rows, "files": len(made.files)}))
    else:
        click.echo(f"{path}: {made.rows:,} rows and {len(made.files):,} files of «{name}»")
    return 0


@workspace.command(name="import", epilog=EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="The name that it is to have here; without it, its own.")
@json_option
def import_(file: Path, name: str | None, *, as_json: bool) -> int:
    """Take in a workspace that was exported, here or elsewhere.

    People are known by their e-mail address; who is new here gets a password by “relata user password”. Jobs that were not over are
    cancelled. If it is interrupted, delete what is there and import again.
    """
    wanted = settings()
    with opened(file) as archive, counted("Importing") as progress:
        chosen = name or archive.manifest.workspaces[0].name
        if faults := faults_of_name(chosen):
            raise Invalid(faults, " ".join(fault.message for fault in faults))
        refuse_elsewhere(chosen)
        with open_database(wanted) as database:
            migrate_all(database.conninfo)
            import_workspace(archive, database.conninfo, wanted.data_dir, APPS, chosen, progress)
        made = archive.manifest
    told_ = {"workspace": chosen, "rows": made.rows, "files": len(made.files)}
    click.echo(json.dumps(told_) if as_json else f"The workspace «{chosen}» is here: {made.rows:,} rows.")
    return 0


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@click.option("--now", is_flag=True, help="At once, and without a way back; needs --yes NAME.")
@click.option("--yes", metavar="NAME", help="The name once more.")
@json_option
def delete(name: str, yes: str | None, *, now: bool, as_json: bool) -> int:
    """Suspend a workspace and delete it in 30 days; until then “resume” brings it back.

    It goes with its tables, files, waiting jobs, keys and sessions, and with the credentials of people who belong to no other. Backups
    stay. A deletion that was interrupted is finished by the same command, or by the server within an hour.
    """
    if not now:
        return show(name, lambda here: mark(here, name), as_json=as_json)
    if yes != name:
        raise click.UsageError(f"Deleting at once needs the name once more: --now --yes {name}")

    async def work(here: Installation) -> None:
        if name not in here.register:
            raise NotFound(f"There is no workspace «{name}»; “relata workspace list” shows them.")
        await delete_now(here, name)

    run_on_installation(work, name)
    click.echo(
        json.dumps({"workspace": name, "state": "deleted"}) if as_json else f"The workspace «{name}» is deleted."
    )
    return 0


@workspace.command(name="move", epilog=EXAMPLES)
@click.argument("name")
@click.option("--to", "target", required=True, metavar="DATABASE", help="One of RELATA_DATABASES, or “main”.")
@json_option
def move_(name: str, target: str, *, as_json: bool) -> int:
    """Move a workspace to another database, with everything in it; keys and sessions go on working.

    Nobody works in it meanwhile, and jobs wait. If it is interrupted, the same command goes on.
    """
    wanted = read_all()
    source = place_of(name, but=target)

    async def work(old: Opening, new: Opening) -> Entry:
        async with old as here, new as there:
            return await move(here, there, name, progress)

    with (
        open_installation(wanted.at(source)) as old,
        open_installation(wanted.at(target)) as new,
        counted("Moving") as progress,
    ):
        entry = asyncio.run(work(old, new))
    click.echo(json.dumps({**told(entry), "database": target}) if as_json else f"{line(entry)}  in {target}")
    return 0


def show(name: str, work: Callable[[Installation], Coroutine[Any, Any, Entry]], *, as_json: bool) -> int:
    entry = run_on_installation(work, name)
    click.echo(json.dumps(told(entry)) if as_json else line(entry))
    return 0


def told(entry: Entry) -> dict[str, str | None]:
    later = entry.delete_after.isoformat() if entry.delete_after else None
    return {"workspace": entry.name, "label": entry.label, "state": entry.state, "delete_after": later}


def line(entry: Entry) -> str:
    later = f" from {entry.delete_after:%Y-%m-%d} on ({DAYS} days)" if entry.delete_after else ""
    return f"{entry.name:<30}  {entry.state}{later}  {entry.label}"
