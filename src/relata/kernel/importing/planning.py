"""From an uploaded file to tables with plans: what they are and where their columns go is guessed; what people decide is
checked as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.importing.analysis import LOOKED_AT, Seen, look_at
from relata.kernel.importing.fields import planned_fields
from relata.kernel.importing.guessing import ColumnGuess, Guess, guess_table
from relata.kernel.importing.kept import DECODE, Kept, KeptTable
from relata.kernel.importing.mapping import words
from relata.kernel.importing.plan import FILL, OVERWRITE, ColumnPlan, TablePlan, read_plan
from relata.kernel.importing.reading import read_tables
from relata.kernel.importing.rows import Reader, ReadRow
from relata.kernel.importing.targets import check_match, matchable, target_of
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.naming import EXTERNAL, ID

MOST_TABLES = 100
REMEMBERED = 50
"""Earlier imports whose plans are looked at."""
PREVIEWED = 20
Past = dict[str, dict[str, str]]
"""Object → folded words of a column → where it went."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What guesses depend on besides the file."""

    access: Access
    past: Past
    currency: str
    time_zone: str

    @property
    def objects(self) -> dict[str, Object]:
        """Those of which the actor may make records."""
        return {n: o for n, o in self.access.catalog.objects.items() if self.access.may(n, "create") and not o.ends}


async def surroundings(ctx: Ctx) -> Surroundings:
    return Surroundings(ctx.access, await past(ctx), ctx.workspace.currency, ctx.access.actor.time_zone)


async def past(ctx: Ctx) -> Past:
    """Where columns went in the last imports that the actor sees, the newest decides."""
    actor = ctx.access.actor
    text = (
        f"select tables::text from {q(ctx.workspace.schema)}._import where cause is not null and (principal = %s or %s) "
        f"order by created_at desc, id desc limit {REMEMBERED}"
    )
    cursor = await ctx.connection.execute(text.encode(), [actor.principal, actor.role.administers])
    found: Past = {}
    for (tables,) in reversed(await cursor.fetchall()):
        for plan in (table["plan"] for table in DECODE(tables)):
            went = {words(one["column"]): one["to"][0] for one in plan["columns"] if one["to"]}
            found.setdefault(plan["object"] or "", {}).update(went)
    return found


# -- files ------------------------------------------------------------------------------------


def read_file(path: Path, name: str, folder: Path, first: int, around: Surroundings) -> list[KeptTable]:
    """The tables of a file, numbered from `first`, with guessed plans; raises Invalid. Reads the whole file."""
    tables = read_tables(path, name, folder)
    if len(tables) > MOST_TABLES:
        told = f"The file holds {len(tables):,} tables; at most {MOST_TABLES} are taken at once."
        raise Invalid([Fault("", "too_many", told)], told)
    made = []
    for number, table in enumerate(tables, first):
        seen = look_at(table.source)
        kept = KeptTable(
            number=number,
            file=table.file,
            sheet=table.sheet,
            format=table.format,
            notes=table.notes,
            rows=seen.rows,
            source=table.source.told(folder),
            layout=None,
            columns=(),
            plan=TablePlan(
                currency=around.currency, time_zone=around.time_zone, country=country_of_zone(around.time_zone)
            ),
        )
        made.append(guessed(kept, seen, around, None))
    return made


def guessed(table: KeptTable, seen: Seen, around: Surroundings, object_: str | None) -> KeptTable:
    """The table with a plan for the object that it seems to be, or for a given one."""
    name = table.sheet or table.file
    guess = guess_table(around.objects, name, seen.samples, around.past, object_)
    columns = tuple(
        {
            "column": column,
            "kind": kind_of(one, seen.options(column)),
            "filled": seen.share(column),
            "samples": seen.shown(column),
            "why": one.why,
            "sure": one.sure,
            "options": list(seen.options(column)) if one.kind == "choice" else [],
        }
        for column, one in guess.columns.items()
    )
    return replace(table, layout=guess.layout, columns=columns, plan=plan_of(table.plan, guess, around))


def kind_of(one: ColumnGuess, options: tuple[str, ...]) -> str:
    """That of a field for the column: a choice only where all of its texts are known."""
    kinds = {"email": "emails", "phone": "phones", "link": "links", "choice": "choice" if options else "text"}
    return kinds.get(one.kind, one.kind)


def plan_of(before: TablePlan, guess: Guess, around: Surroundings) -> TablePlan:
    object_ = around.objects.get(guess.object or "")
    known = {one["field"] for one in matchable(around.access, object_)} if object_ else set()
    columns = []
    for column, one in guess.columns.items():
        good = [to for to in one.to if object_ and target_of(around.access, object_, to)]
        columns.append(ColumnPlan(column=column, to=tuple(good)))
    mapped = {to.partition(".")[0] for one in columns for to in one.to}
    match = tuple(name for name in guess.match if name in known and name in mapped)
    return replace(
        before,
        object=object_.name if object_ else None,
        match=match,
        duplicates=OVERWRITE if not match or match[0] in (ID, EXTERNAL) else FILL,
        date_format=usual(one.date_format for one in guess.columns.values()),
        decimal=usual(one.decimal for one in guess.columns.values()) or ".",
        columns=tuple(columns),
    )


def usual(given: Iterable[str | None]) -> str | None:
    """What most columns say."""
    counted = Counter(one for one in given if one)
    return counted.most_common(1)[0][0] if counted else None


def country_of_zone(zone: str) -> str | None:
    """The country in which a time zone lies, by the table of the IANA; None for zones of none."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    for line in text.splitlines():
        code, *rest = line.split("\t")
        if not line.startswith("#") and rest[1:2] == [zone]:
            return code
    return None


# -- plans ------------------------------------------------------------------------------------


def changed(table: KeptTable, sent: Any, folder: Path, around: Surroundings) -> KeptTable:
    """The table with another plan; another object alone guesses the columns anew. Raises Invalid with every fault."""
    plan = read_plan(sent, table.plan, table.header)
    if plan.object is not None and plan.object not in around.objects:
        present = around.access.present_object(plan.object)
        if present not in around.objects:
            known = ", ".join(sorted(around.objects))
            told = f"You make no records of «{plan.object[:80]}»; there are {known}."
            raise Invalid([Fault("/object", "unknown_option", told)])
        plan = replace(plan, object=present)
    if plan.object != table.plan.object and plan.object is not None and "columns" not in sent:
        anew = guessed(replace(table, plan=plan), head(table, folder), around, plan.object)
        kept = {name: getattr(plan, name) for name in sent if name not in ("object", "columns")}
        table, plan = anew, replace(anew.plan, **kept)
    if plan.object is not None:
        check_plan(around.access, around.objects[plan.object], plan)
    return replace(table, plan=plan)


def head(table: KeptTable, folder: Path) -> Seen:
    """The first rows once more."""
    source = table.open(folder)
    seen = Seen(tuple(table.header), samples={column: [] for column in table.header})
    for row in islice(source.rows(), LOOKED_AT):
        seen.rows += 1
        seen.looked_at += 1
        for column, value in row.values.items():
            if column in seen.samples and value not in (None, ""):
                seen.samples[column].append(value)
    return seen


def check_plan(access: Access, object_: Object, plan: TablePlan) -> None:
    """Raises Invalid where a column goes nowhere that there is, or two into one."""
    faults = check_match(access, object_, plan.match)
    used: dict[str, str] = {}
    for index, column in enumerate(plan.columns):
        where = f"/columns/{index}"
        for place, to in enumerate(column.to):
            target = target_of(access, object_, to)
            if target is None:
                told = f"{object_.label} has no field «{to[:80]}» that you may write."
                faults.append(Fault(f"{where}/to/{place}", "unknown_field", told))
            elif not target.joins and to in used:
                told = f"«{used[to]}» goes there already: leave one of the two columns out."
                faults.append(Fault(f"{where}/to/{place}", "duplicate", told))
            else:
                used[to] = column.column
        if column.new is not None and column.to:
            told = "The column goes into a field that there is; a new one cannot be made for it as well."
            faults.append(Fault(f"{where}/new", "not_applicable", told))
    try:
        planned_fields(access, object_, plan)
    except Invalid as error:
        faults += error.faults
    if faults:
        raise Invalid(faults)


def check_ready(access: Access, kept: Kept) -> None:
    """Raises Invalid unless there is something to take, and every plan still fits the objects and fields that there are."""
    chosen, faults = kept.chosen, []
    if not chosen:
        faults.append(Fault("/tables", "required", "Upload a file and say what its rows are."))
    for table in chosen:
        where = f"/tables/{kept.tables.index(table)}/plan"
        if not any(column.to or column.new for column in table.plan.columns):
            told = f"No column of «{table.name}» goes into a field: say where, or leave the table out."
            faults.append(Fault(f"{where}/columns", "required", told))
        try:
            check_plan(access, access.object(access.present_object(table.plan.object or "")), table.plan)
        except Invalid as error:
            faults += [fault.below(where) for fault in error.faults]
    if faults:
        raise Invalid(faults, faults[0].message)


def preview(access: Access, table: KeptTable, folder: Path, currency: str) -> dict[str, Any]:
    """`{"fields", "rows": [{"line", "values", "faults"}]}` of the first rows, as they would be taken; links by what cells say."""
    if table.plan.object is None:
        return {"fields": [], "rows": []}
    object_ = access.object(access.present_object(table.plan.object))
    reader = Reader(access, object_, table.plan, planned_fields(access, object_, table.plan), currency)
    rows = [reader.read(row) for row in islice(table.open(folder).rows(), PREVIEWED)]
    return {"fields": list(reader.columns), "rows": [shown(row) for row in rows]}


def shown(row: ReadRow) -> dict[str, Any]:
    faults = [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in row.faults]
    return {"line": row.raw.line, "values": {**row.values, **row.links}, "faults": faults}
