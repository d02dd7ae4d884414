"""`relata workspace`: several workspaces in one installation, from their making to their end."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

import click

from relata.commands.founding import found
from relata.commands.running import run_on_installation
from relata.errors import NotFound
from relata.kernel.installation import Installation
from relata.kernel.register import Entry
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.kernel.tenancy.deleting import delete as delete_now
from relata.kernel.tenancy.suspending import DAYS, mark
from relata.kernel.tenancy.suspending import resume as resume_it
from relata.kernel.tenancy.suspending import suspend as suspend_it

EXAMPLES = """
\b
Examples:
  relata workspace list --json
  relata workspace create north --label "North GmbH" --currency EUR --email nora@example.com
  relata workspace suspend north          nobody works in it; nothing is lost
  relata workspace resume north
  relata workspace delete north           suspend it, and delete it in 30 days
  relata workspace delete north --now --yes north
"""
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog=EXAMPLES)
def workspace() -> None:
    """Make, suspend and delete workspaces."""


@workspace.command(name="list", epilog=EXAMPLES)
@json_option
def list_(*, as_json: bool) -> int:
    """List all workspaces and their states."""

    async def work(here: Installation) -> list[Entry]:
        return list(here.register.values())

    entries = run_on_installation(work)
    if as_json:
        click.echo(json.dumps({"workspaces": [told(entry) for entry in entries]}))
    for entry in [] if as_json else entries:
        click.echo(line(entry))
    return 0


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
    return show(lambda here: suspend_it(here, name), as_json=as_json)


@workspace.command(epilog=EXAMPLES)
@click.argument("name")
@json_option
def resume(name: str, *, as_json: bool) -> int:
    """Let everybody in again, also where it was to be deleted; jobs go on."""
    return show(lambda here: resume_it(here, name), as_json=as_json)


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
        return show(lambda here: mark(here, name), as_json=as_json)
    if yes != name:
        raise click.UsageError(f"Deleting at once needs the name once more: --now --yes {name}")

    async def work(here: Installation) -> None:
        if name not in here.register:
            raise NotFound(f"There is no workspace «{name}»; “relata workspace list” shows them.")
        await delete_now(here, name)

    run_on_installation(work)
    click.echo(
        json.dumps({"workspace": name, "state": "deleted"}) if as_json else f"The workspace «{name}» is deleted."
    )
    return 0


def show(work: Callable[[Installation], Coroutine[Any, Any, Entry]], *, as_json: bool) -> int:
    entry = run_on_installation(work)
    click.echo(json.dumps(told(entry)) if as_json else line(entry))
    return 0


def told(entry: Entry) -> dict[str, str | None]:
    later = entry.delete_after.isoformat() if entry.delete_after else None
    return {"workspace": entry.name, "label": entry.label, "state": entry.state, "delete_after": later}


def line(entry: Entry) -> str:
    later = f" from {entry.delete_after:%Y-%m-%d} on ({DAYS} days)" if entry.delete_after else ""
    return f"{entry.name:<30}  {entry.state}{later}  {entry.label}"
