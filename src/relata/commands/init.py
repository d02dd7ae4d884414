"""`relata init`: an empty workspace with its first administrator."""

from __future__ import annotations

import json
import secrets

import click

from relata.commands.founding import found
from relata.commands.running import refuse_elsewhere, run_on_installation
from relata.kernel.installation import Installation
from relata.kernel.tenancy.creating import Plan

EXAMPLES = """
\b
Examples:
  relata init --email nora@example.com
  relata init --workspace north --label "North GmbH" --currency EUR --email nora@example.com
"""


@click.command(epilog=EXAMPLES)
@click.option("--workspace", default="main", show_default=True, help="Its name: small letters, digits, underscores.")
@click.option("--label", default="Our company", show_default=True, help="What people see.")
@click.option("--currency", default="EUR", show_default=True, help="The workspace's own currency (ISO 4217).")
@click.option("--locale", default="en", show_default=True, help="Language of people who chose none.")
@click.option("--time-zone", default="UTC", show_default=True, help="Time zone of people who chose none.")
@click.option("--email", required=True, help="Address of the first administrator.")
@click.option("--name", default="Administrator", show_default=True, help="Name of the first administrator.")
@click.option(
    "--password", envvar="RELATA_INIT_PASSWORD", help="Their password; without it one is made and printed once."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def init(
    workspace: str,
    label: str,
    currency: str,
    locale: str,
    time_zone: str,
    email: str,
    name: str,
    password: str | None,
    as_json: bool,
) -> int:
    """Make a workspace and its first administrator."""
    made = password or secrets.token_urlsafe(12)

    refuse_elsewhere(workspace)

    async def work(installation: Installation) -> None:
        plan = Plan(name=workspace, label=label, currency=currency, locale=locale, time_zone=time_zone)
        await found(installation, plan, name, email, made)

    run_on_installation(work)
    if as_json:
        click.echo(json.dumps({"workspace": workspace, "email": email, "password": made}))
    else:
        click.echo(f"The workspace «{label}» is ready. Sign in as {email} with the password {made}")
        click.echo("Start it with: relata serve")
    return 0
