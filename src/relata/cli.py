"""The command line: assembles the commands, turns refusals into a sentence and an exit code.

Exit codes: 0 done; 1 done, with findings or refusals that are listed; 2 wrong use, or Relata cannot
start; 130 ended by Ctrl-C; 143 ended by SIGTERM.
"""

from __future__ import annotations

import signal
import sys

import click

from relata import __version__
from relata.commands.backup import backup
from relata.commands.demo import demo
from relata.commands.doctor import doctor
from relata.commands.import_ import import_
from relata.commands.init import init
from relata.commands.key import key
from relata.commands.rates import rates
from relata.commands.restore import restore
from relata.commands.serve import serve
from relata.commands.upgrade import upgrade
from relata.commands.user import user
from relata.commands.work import work
from relata.commands.workspace import workspace
from relata.errors import RelataError, SetupError

EXIT_CODES = """
\b
Exit codes:
  0    done
  1    done, with findings or refusals that are listed
  2    wrong use, or Relata cannot start
  130  ended by Ctrl-C
  143  ended by SIGTERM
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="relata")
@click.option("--database", metavar="NAME", help="Work on this one of RELATA_DATABASES alone; “main” is the first.")
def relata(database: str | None) -> None:
    """Relata keeps what a company knows about its customers.

    Settings come from RELATA_* variables or a relata.toml; "relata doctor --settings" lists them.
    """
    del database  # `commands.running.settings` reads it


for command in (serve, work, init, demo, import_, backup, restore, upgrade, workspace, key, user, rates, doctor):
    relata.add_command(command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code; a refusal is one sentence on standard error."""
    signal.signal(signal.SIGTERM, _ended_by_signal)
    try:
        result = relata.main(arguments, prog_name="relata", standalone_mode=False)
    except click.Abort:
        return 128 + signal.SIGINT
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except RelataError as error:
        click.echo(f"relata: {error.message}", err=True)
        return 2 if isinstance(error, SetupError) else 1
    return result if isinstance(result, int) else 0


def _ended_by_signal(number: int, _frame: object) -> None:
    """Leaves through every `with` and `finally`, so that a database started here is stopped."""
    sys.exit(128 + number)
