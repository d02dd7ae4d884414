"""`relata user`: people who can sign in."""

from __future__ import annotations

import json
import secrets

import click

from relata.commands.running import as_system, chosen, run_on_installation
from relata.kernel.identity.people import give_credentials, give_password
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write

EXAMPLES = """
\b
Examples:
  relata user create --email mei@example.com --name "Mei Tanaka"
  relata user create --email jo@example.com --name Jo --role administrator --json
"""


@click.group(epilog=EXAMPLES)
def user() -> None:
    """Let people sign in."""


@user.command(epilog=EXAMPLES)
@click.option("--email", required=True, help="The address they sign in with.")
@click.option("--password", envvar="RELATA_USER_PASSWORD", help="Without it one is made and printed once.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def password(email: str, password: str | None, *, as_json: bool) -> int:
    """Give somebody a password who has none, such as after the import of a workspace."""
    made = password or secrets.token_urlsafe(12)

    async def work(installation: Installation) -> None:
        async with installation.connection() as connection:
            await give_password(connection, email, made)

    run_on_installation(work)
    shown = {} if password else {"password": made}
    if as_json:
        click.echo(json.dumps({"email": email, **shown}))
    else:
        click.echo(f"{email} can sign in" + ("" if password else f" with the password {made}"))
    return 0


@user.command(epilog=EXAMPLES)
@click.option("--email", required=True, help="The address they sign in with.")
@click.option("--name", required=True, help="Their name.")
@click.option(
    "--role",
    default="member",
    show_default=True,
    type=click.Choice(["administrator", "member"]),
    help="What they may do.",
)
@click.option("--password", envvar="RELATA_USER_PASSWORD", help="Without it one is made and printed once.")
@click.option("--workspace", help="Its name, if there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def create(email: str, name: str, role: str, password: str | None, workspace: str | None, as_json: bool) -> int:
    """Add a person to a workspace and let them sign in."""
    made = password or secrets.token_urlsafe(12)

    async def work(installation: Installation) -> str:
        async with as_system(installation, await chosen(installation, workspace)) as ctx, ctx.connection.transaction():
            written = await write(ctx, "user", Create({"name": name, "emails": email, "role": role}))
            await give_credentials(ctx, written.id, email, made)
            return written.id

    id_ = run_on_installation(work, workspace)
    shown = {} if password else {"password": made}
    if as_json:
        click.echo(json.dumps({"id": id_, "email": email, **shown}))
    else:
        click.echo(f"{name} can sign in as {email}" + ("" if password else f" with the password {made}"))
    return 0
