"""`relata key`: keys for programs that use the API."""

from __future__ import annotations

import json

import click

from relata.commands.running import as_system, chosen, run_on_installation
from relata.kernel.identity.people import create_key, list_keys, revoke_key
from relata.kernel.installation import Installation

EXAMPLES = """
\b
Examples:
  relata key create --name "Website form" --role member
  relata key create --name bench --role administrator --json
"""
workspace_option = click.option("--workspace", help="Its name, if there are several.")


@click.group(epilog=EXAMPLES)
def key() -> None:
    """Make, list and revoke keys for programs."""


@key.command(epilog=EXAMPLES)
@click.option("--name", required=True, help="What the key is for.")
@click.option("--role", required=True, type=click.Choice(["administrator", "member"]), help="What it may do.")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print the key as JSON.")
def create(name: str, role: str, workspace: str | None, as_json: bool) -> int:
    """Make a key and print it, this once."""

    async def work(installation: Installation) -> tuple[str, str]:
        async with as_system(installation, await chosen(installation, workspace)) as ctx:
            return await create_key(ctx, name, role)

    id_, made = run_on_installation(work, workspace)
    click.echo(json.dumps({"id": id_, "key": made}) if as_json else made)
    return 0


@key.command(name="list")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
def list_(workspace: str | None, as_json: bool) -> int:
    """List the keys that work, without their secrets."""

    async def work(installation: Installation) -> list[dict[str, object]]:
        async with as_system(installation, await chosen(installation, workspace)) as ctx:
            return await list_keys(ctx)

    found = run_on_installation(work, workspace)
    if as_json:
        click.echo(json.dumps({"keys": found}))
    for one in [] if as_json else found:
        click.echo(f"{one['id']}  {one['role']:<14} {one['name']}  (last used: {one['used_at'] or 'never'})")
    return 0


@key.command()
@click.argument("id")
@workspace_option
def revoke(id: str, workspace: str | None) -> int:
    """Make a key stop working at once."""

    async def work(installation: Installation) -> None:
        async with as_system(installation, await chosen(installation, workspace)) as ctx:
            await revoke_key(ctx, id)

    run_on_installation(work, workspace)
    click.echo("The key no longer works.")
    return 0
