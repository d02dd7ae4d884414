"""`relata doctor`: looks at everything that Relata needs and says what to mend."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from relata.diagnosis import Finding, diagnose
from relata.settings import setting_help

EXAMPLES = """
\b
Examples:
  relata doctor               check everything
  relata doctor --json        the same for scripts
  relata doctor --repair      mend what needs no choice
  relata doctor --settings    list every setting with its default
"""
MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "failed": "[red]failed[/]"}


@click.command(epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--repair", is_flag=True, help="Mend what needs no choice: indexes, functions, search, queue.")
@click.option("--settings", "list_settings", is_flag=True, help="List the settings and leave.")
def doctor(*, as_json: bool, list_settings: bool, repair: bool) -> int:
    """Check everything that Relata needs, and say what to mend.

    Checks Python, settings, data directory, disk, the database programs, the database itself, whether it
    agrees with the catalog, the port and the interface. Ends with 1 when a check failed.
    """
    if list_settings:
        _show_settings(as_json=as_json)
        return 0
    findings = diagnose(os.environ, Path.cwd(), repair=repair)
    if as_json:
        click.echo(json.dumps({"checks": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _show(findings)
    return 1 if any(finding.state == "failed" for finding in findings) else 0


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        table.add_row(MARKS[finding.state], finding.check, finding.message)
    Console(soft_wrap=False).print(table)


def _show_settings(*, as_json: bool) -> None:
    rows = setting_help()
    if as_json:
        keys = ("variable", "default", "help")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    table = Table("variable", "default", "", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
