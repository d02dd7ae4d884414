"""How an import is shown to people: where the columns go, and the account at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from relata.kernel.importing.kept import Kept, KeptTable
from relata.kernel.importing.plan import CREATE, ColumnPlan


def show_tables(console: Console, one: Kept) -> None:
    for table in one.chosen:
        show_columns(console, table)


def show_columns(console: Console, table: KeptTable) -> None:
    shown = Table("column", "goes into", "", "for example", box=None, pad_edge=False)
    plans = {column.column: column for column in table.plan.columns}
    for column in table.columns:
        plan = plans[column["column"]]
        sample = next(iter(column["samples"]), "")
        shown.add_row(escape(column["column"]), escape(into(plan)), escape(why(plan, column)), escape(sample[:40]))
    layout = f", {escape(table.layout)} layout" if table.layout else ""
    console.print(f"[bold]{escape(table.name)}[/] → {escape(table.plan.object or '')}{layout}")
    console.print(shown)
    for note in table.notes:
        console.print(f"[yellow]{escape(note)}[/]")
    left = [one.column for one in table.plan.columns if not one.to and one.new is None and not one.skip]
    if left:
        console.print(f"[yellow]Not taken in: {escape(', '.join(left))}[/] (--map or --create-fields takes them in)")
    matched = table.plan.match and table.plan.duplicates != CREATE
    by = f"matched by {', '.join(table.plan.match)}" if matched else "all new records"
    console.print(f"{table.rows:,} rows, {by}\n")


def why(plan: ColumnPlan, column: Mapping[str, Any]) -> str:
    """Why a column goes where it goes, where that was guessed."""
    return str(column["why"]) if plan.to else ""


def into(plan: ColumnPlan) -> str:
    if plan.new is not None:
        return f"new field ({plan.new.get('kind')})"
    return ", ".join(plan.to) or "—"


def show_account(console: Console, account: dict[str, Any]) -> None:
    would = "would be " if account["dry_run"] else ""
    for made in account.get("made_fields", ()):
        console.print(f"New field: {escape(made)}")
    for table in account["tables"]:
        show_table(console, table, would)
    for name, paths in account.get("files", {}).items():
        for path in paths:
            console.print(f"{name}: {escape(path)}", soft_wrap=True)
    if account["dry_run"]:
        console.print("Nothing was written: this was a dry run.")
    if account["status"] == "cancelled":
        console.print("[yellow]It was cancelled: the rows that were not reached are as they were.[/]")


def show_table(console: Console, table: dict[str, Any], would: str) -> None:
    for name, count in table["made_records"].items():
        console.print(f"{count:,} {escape(name)} records {would}made for names that were not there")
    for one in table["near"]:
        value, meant = escape(one["value"]), escape(one["taken_as"])
        console.print(f"[yellow]{escape(one['column'])}: «{value}» was read as «{meant}» in {one['count']:,} rows[/]")
    actions = ("created", "updated", "unchanged", "skipped")
    told = ", ".join(f"{table[action]:,} {would}{action}" for action in actions if table[action] or action == "created")
    left = f", {table['unlinked']:,} without a link" if table["unlinked"] else ""
    console.print(f"{escape(table['object'])}: {table['rows']:,} rows: {told}, {table['refused']:,} refused{left}")
    for fault in table["faults"]:
        where = ", ".join(str(line) for line in fault["lines"]) + (" …" if fault["count"] > len(fault["lines"]) else "")
        console.print(
            f"[red]{fault['count']:>7,}[/] {escape(fault['column'])}: {escape(fault['message'])}  [dim]lines {where}[/]",
            soft_wrap=True,
        )
    if table["sums"]:
        shown = Table("sums", "file", "taken", "refused", box=None, pad_edge=False)
        for total in table["sums"]:
            shown.add_row(escape(total["column"]), total["file"], total["taken"], total["refused"])
        console.print(shown)
