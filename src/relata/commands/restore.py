"""`relata restore`: a backup into an empty place, or only a look whether it is sound."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import click

from relata.assembly import APPS
from relata.commands.running import counted, settings
from relata.database import open_database
from relata.errors import SetupError
from relata.kernel.backup.manifest import Manifest
from relata.kernel.backup.restoring import restore as restore_all
from relata.kernel.backup.restoring import verify
from relata.kernel.backup.unpacking import opened

EXAMPLES = """
\b
Examples:
  relata restore monday.relata --check              is it sound?
  relata restore monday.relata --into /srv/relata   a new data directory
  relata restore monday.relata --database-url postgresql://relata:…@db/relata
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The data directory (RELATA_DATA_DIR).")
@click.option("--database-url", help="The PostgreSQL (RELATA_DATABASE_URL); without one, it is embedded.")
@click.option("--check", is_flag=True, help="Verify the backup and restore nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was restored as JSON.")
def restore(file: Path, into: Path | None, database_url: str | None, *, check: bool, as_json: bool) -> int:
    """Restore a backup into an empty place.

    Every hash and every number of rows is compared before it is said to be done. A restore that was interrupted is
    run again in the same way. The backup may be of an older Relata: its tables are brought to this version.
    """
    began = time.monotonic()
    with opened(file) as archive, counted("Checking" if check else "Restoring") as told:
        if check:
            verify(archive, told)
        else:
            wanted = settings()
            if into is not None:
                wanted = replace(wanted, data_dir=into.absolute(), database_url=None)
            if database_url is not None:
                if not database_url.startswith(("postgresql://", "postgres://")):
                    raise SetupError("--database-url must begin with postgresql://.")
                wanted = replace(wanted, database_url=database_url)
            with open_database(wanted, restoring=True) as database:
                restore_all(archive, database.conninfo, wanted.data_dir, APPS, told)
        show(archive.manifest, "sound" if check else "restored", time.monotonic() - began, as_json=as_json)
    return 0


def show(made: Manifest, what: str, seconds: float, *, as_json: bool) -> None:
    if as_json:
        told = {"state": what, "id": made.id, "made_at": made.made_at, "relata": made.relata, "postgres": made.postgres}
        spaces = [space.name for space in made.workspaces]
        click.echo(json.dumps({**told, "rows": made.rows, "files": len(made.files), "workspaces": spaces}))
        return
    click.echo(
        f"The backup of {made.made_at} (Relata {made.relata}, PostgreSQL {made.postgres}) is {what}: {made.rows:,} rows of "
        f"{len(made.workspaces)} workspaces and {len(made.files):,} files, {seconds:.1f} s"
    )
