"""`relata backup`: everything in one file, while the server serves."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import click

from relata import __version__
from relata.commands.running import counted, settings
from relata.database import open_database
from relata.kernel.backup.taking import take_backup

EXAMPLES = """
\b
Examples:
  relata backup                        into a file named by the time, here
  relata backup /mnt/backups/          the same in a folder
  relata backup monday.relata --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("place", type=click.Path(path_type=Path), default=Path(), metavar="[FILE|FOLDER]")
@click.option("--json", "as_json", is_flag=True, help="Print what was backed up as JSON.")
def backup(place: Path, *, as_json: bool) -> int:
    """Back up all workspaces, people and files as of one moment, in one file.

    Works beside a running server and overwrites nothing. The file is not encrypted: who has it has all records.
    """
    wanted, began = settings(), time.monotonic()
    path = (place / f"relata-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.tar" if place.is_dir() else place).absolute()
    with open_database(wanted) as database, counted("Backing up") as told:
        made = take_backup(database.conninfo, wanted.data_dir, path, __version__, told)
    size = path.stat().st_size
    if as_json:
        told_ = {"file": str(path), "bytes": size, "rows": made.rows, "files": len(made.files), "id": made.id}
        click.echo(json.dumps({**told_, "workspaces": [space.name for space in made.workspaces]}))
    else:
        click.echo(
            f"{path}: {made.rows:,} rows of {len(made.workspaces)} workspaces and {len(made.files):,} files in "
            f"{size / 1e6:,.1f} MB, {time.monotonic() - began:.1f} s"
        )
    return 0
