"""How an import is shown to people: where the columns go, and the account at the end."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from relata.kernel.importing.report import SHOWN, Report
from relata.kernel.importing.run import Import


def show_columns(console: Console, report: Report, work: Import) -> None:
    table = Table("column", "goes into", "", "for example", box=None, pad_edge=False)
    for column in report.columns:
        sample = next(
            (str(value) for value in work.found.samples.get(column["column"], []) if value not in (None, "")), ""
        )
        table.add_row(
            escape(column["column"]), escape(column["field"] or "—"), escape(column["why"]), escape(sample[:40])
        )
    console.print(table)
    if report.note:
        console.print(f"[yellow]{escape(report.note)}[/]")
    if work.matching.unmapped:
        console.print(
            f"[yellow]Not taken in: {escape(', '.join(work.matching.unmapped))}[/] (--map or --create-fields takes them in)"
        )
    by = (
        f"matched by {', '.join(work.matching.key)}"
        if work.matching.key and work.wish.mode == "upsert"
        else "all new records"
    )
    console.print(f"{work.found.rows:,} rows, {by}\n")


def show_report(console: Console, report: Report) -> None:
    would = "would be " if report.dry_run else ""
    for name, count in report.made_records.items():
        console.print(f"{count:,} {escape(name)} records {would}made for names that were not there")
    for made in report.made_fields:
        console.print(f"New field: {escape(made)}")
    for (column, value, meant), count in report.near.items():
        console.print(f"[yellow]{escape(column)}: «{escape(value)}» was read as «{escape(meant)}» in {count:,} rows[/]")
    told = ", ".join(f"{report.actions[action]:,} {would}{action}" for action in ("created", "updated", "unchanged"))
    console.print(f"{report.rows:,} rows: {told}, {report.refused:,} refused")
    for (pointer, _, message), lines in sorted(report.faults.items(), key=lambda item: -len(item[1])):
        where = ", ".join(str(line) for line in sorted(lines)[:SHOWN]) + (" …" if len(lines) > SHOWN else "")
        console.print(
            f"[red]{len(lines):>7,}[/] {escape(pointer.lstrip('/'))}: {escape(message)}  [dim]lines {where}[/]",
            soft_wrap=True,
        )
    show_sums(console, report)
    for name, path in report.files.items():
        console.print(f"{name}: {escape(path)}", soft_wrap=True)
    if report.dry_run:
        console.print("Nothing was written: this was a dry run.")


def show_sums(console: Console, report: Report) -> None:
    if not report.sums:
        return
    table = Table("sums", "file", "taken", "refused", box=None, pad_edge=False)
    for name, total in report.sums.items():
        table.add_row(escape(name), f"{total.file:,}", f"{total.taken:,}", f"{total.refused:,}")
    console.print(table)
