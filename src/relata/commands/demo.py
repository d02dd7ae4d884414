"""`relata demo`: a workspace with believable data, served at once."""

from __future__ import annotations

import asyncio
import time

import click

from relata.assembly import APPS
from relata.commands.running import as_system, settings
from relata.commands.serve import run
from relata.database import open_database
from relata.demo.fill import fill
from relata.kernel.identity.people import give_credentials
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.process.listening import address_of, listen

EMAIL, PASSWORD = "nora.feld@halden.example", "demo probes hum quietly"
NAME = "demo"


@click.command()
@click.option("--host", help="Address to listen on (RELATA_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (RELATA_PORT, 8000).")
def demo(host: str | None, port: int | None) -> int:
    """Serve a demo workspace; the first time it is made, later it is kept as you left it."""
    wanted = settings().with_address(host, port)
    with listen(wanted.host, wanted.port) as listener:
        click.echo("Starting the database …")
        with open_database(wanted) as database:
            asyncio.run(make(database.conninfo))
            address = address_of(listener)

            def ready() -> None:
                click.echo(
                    f"\nRelata is ready:  {address}\n  e-mail    {EMAIL}\n  password  {PASSWORD}\n\nCtrl-C stops it."
                )

            run(wanted, database, listener, ready)
    return 0


async def make(conninfo: str) -> None:
    """The demo workspace, if it is not there yet; all of it or nothing."""
    async with Installation.open(conninfo, APPS, most=4, longest=600) as installation:
        if NAME in installation.register:
            workspace = await installation.workspace(NAME)
        else:
            plan = Plan(name=NAME, label="Halden Instruments", time_zone="Europe/Berlin")
            workspace = await create_workspace(installation, plan)
        async with as_system(installation, workspace) as ctx:
            if (
                await (
                    await ctx.connection.execute(f"select 1 from {workspace.schema}._membership".encode())
                ).fetchone()
            ) is not None:
                return
            click.echo("Filling the demo workspace …")
            began = time.monotonic()
            async with ctx.connection.transaction():
                user = await write(
                    ctx,
                    "user",
                    Create({"name": "Nora Feld", "emails": EMAIL, "role": "administrator", "title": "Head of sales"}),
                )
                await give_credentials(ctx, user.id, EMAIL, PASSWORD)
                count = await fill(ctx, user.id)
            click.echo(f"{count:,} records in {time.monotonic() - began:.1f} s.")
