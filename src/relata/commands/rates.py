"""`relata rates`: what currencies are worth."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import click

from relata.commands.running import as_system, chosen, run_on_installation
from relata.errors import Invalid
from relata.kernel.installation import Installation
from relata.kernel.rates.european import european, is_european, unpacked
from relata.kernel.rates.rate import MOST, Rate, read_csv
from relata.kernel.rates.store import put

EXAMPLES = """
\b
Examples:
  relata rates import eurofxref-hist.zip --only USD,GBP
  relata rates import rates.csv          (columns: date,currency,rate)
"""


@click.group(epilog=EXAMPLES)
def rates() -> None:
    """Set what currencies are worth."""


@rates.command(name="import", epilog=EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only", help="Currencies, parted by commas; the others are passed over.")
@click.option("--workspace", help="Its name, if there are several.")
def import_(file: Path, only: str | None, workspace: str | None) -> int:
    """Read rates from a file of the European Central Bank (eurofxref: a day or all days, XML, CSV or zip) or a plain CSV.

    Where the workspace's currency is not the euro, the rates of the bank are converted.
    """
    text = unpacked(file.read_bytes())
    wanted = {code.strip().upper() for code in only.split(",")} if only else None

    async def work(installation: Installation) -> tuple[int, int]:
        async with as_system(installation, await chosen(installation, workspace)) as ctx, ctx.connection.transaction():
            own = ctx.workspace.currency
            found: Iterable[Rate] = european(text, own) if is_european(text) else read_csv(text, own)
            kept = iter([rate for rate in found if wanted is None or rate.currency in wanted])
            count = changed = 0
            while part := list(itertools.islice(kept, MOST)):
                count += len(part)
                changed += await put(ctx, part)
            return count, changed

    try:
        count, changed = run_on_installation(work, workspace)
    except Invalid as error:
        for fault in error.faults[:100]:
            click.echo(f"{fault.pointer.removeprefix('/') or file.name}: {fault.message}", err=True)
        return 1
    if not count:
        raise click.ClickException(f"There is no rate of {only} in the file.")
    click.echo(f"{count:,} rates read, {changed:,} of them new or changed.")
    return 0
