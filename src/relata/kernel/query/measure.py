"""From a question for groups to SQL text and its answer. Amounts of money are converted before they are measured; a group
in which a rate is missing gets one sum for each currency, so that nothing is left out and nothing mixed. Sums tell how many
amounts were `converted`, and how many could not be for want of a rate (`unrated`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.money import CONVERTED, shown_money
from relata.kernel.query.aggregate import Aggregate, Group, Having, Measure
from relata.kernel.query.compile import Statement, condition, finish
from relata.kernel.query.conversion import RATES, wanted
from relata.kernel.query.frame import Build, Column, Frame
from relata.kernel.query.reading import Path
from relata.kernel.query.run import bound
from relata.kernel.query.totals import Ask, kept_or_made

DECODE = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal).decode
ENCODE = msgspec.json.Encoder(decimal_format="number").encode
OPERATORS = {"is": "=", "is_not": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
MIXED = '"mixed"'
NONE: Column = sa.literal_column("0", sa.Integer())
NOTHING: Column = sa.literal_column("1", sa.Integer())


async def run_aggregate(ctx: Ctx, question: Aggregate) -> bytes:
    """`{"rows": [one object per group, with the names of groups and measures]}` as JSON."""

    async def make() -> bytes:
        return ENCODE({"rows": await measured_rows(ctx, question)})

    return await (make() if question.as_of else kept_or_made(ctx, [ask(ctx, question)], make))


async def measured_rows(ctx: Ctx, question: Aggregate) -> list[dict[str, Any]]:
    """The rows, money of several currencies split where it is mixed."""
    rows: list[dict[str, Any]] = DECODE(await answer(ctx, ask(ctx, question)))
    for measure in question.measures:
        if measure.money and any(row[measure.name] == "mixed" for row in rows):
            merge(rows, DECODE(await answer(ctx, ask(ctx, question, measure))), question.groups, measure.name)
    return rows


async def answer(ctx: Ctx, asked: Ask) -> bytes:
    row = await ctx.row(asked.statement.text, asked.values)
    return bytes(row[0]) if row else b"[]"


def ask(ctx: Ctx, question: Aggregate, split: Measure | None = None) -> Ask:
    """The statement of a question; with `split`, of one money measure by currency."""
    shape = (question.groups, question.measures, question.shape, question.having, question.sort)
    then = (question.q is None, question.as_of is None, question.currency.shape)
    key = ("aggregate", question.object, shape, then, split, ctx.access.key)
    statement: Statement = ctx.workspace.statements.get(
        key, lambda: compile_aggregate(question, ctx.access, ctx.workspace.schema, split)
    )
    values = bound(ctx, statement, question.constants, question.as_of)
    values |= {f"h{index}": having.value for index, having in enumerate(question.having)}
    values |= {"rows": question.limit if split is None else 100_000, **question.currency.values}
    if question.q is not None:
        values["q"] = question.q
    if any(group.by and group.moment for group in question.groups):
        values["zone"] = question.zone or ctx.clock.zone.key
    return Ask(statement, values)


def compile_aggregate(question: Aggregate, access: Access, schema: str, split: Measure | None) -> Statement:
    foreign, dated = question.currency.shape
    build = Build(access, schema, then=question.as_of is not None, foreign=foreign, dated=dated)
    cells = Cells(Frame(build, question.object))
    groups = {group.name: grouped(cells, group) for group in question.groups}
    if split is None:
        measures = {measure.name: measured(cells, measure) for measure in question.measures}
    else:
        code = cells.value((*(split.money or ()), "currency"))
        figure = combined(split.fn, cells.value(split.money or ()))
        measures = {split.name: shown_money(figure, sa.func.min(code), unrated=unrated(cells, split))}
        groups["~currency"] = code
    havings = [compared(cells, question, having, index) for index, having in enumerate(question.having)]
    chosen = [column.label(name) for name, column in (groups | measures).items()]
    order = orders(cells, question, groups, measures) if split is None else []
    inner = sa.select(*chosen).select_from(cells.source(question)).group_by(*groups.values())
    inner = inner.having(*(havings if split is None else ())).order_by(*order)
    rows = inner.limit(sa.bindparam("rows", type_=sa.Integer())).subquery("record")
    listed = sa.func.json_agg(sa.func.row_to_json(sa.literal_column("record")))
    return finish(sa.select(sa.func.coalesce(listed, sa.literal_column("'[]'::json"))).select_from(rows), build)


class Cells:
    """What groups and measures read of each record, by numbered names. A conversion is worked out once for each
    record: PostgreSQL would otherwise do it for every measure that reads it, and twice for most.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.made: dict[Any, tuple[str, Column]] = {}

    def value(self, path: Path) -> Column:
        return self.cell(path, lambda: self.frame.compared(path))

    def cell(self, key: Any, make: Callable[[], Column]) -> Column:
        if key not in self.made:
            self.made[key] = f"~{len(self.made)}", make()
        name, column = self.made[key]
        return sa.column(name, column.type)

    def source(self, question: Aggregate) -> sa.FromClause:
        conditions = condition(self.frame, question.shape, searching=question.q is not None)
        cells = [column.label(name) for name, column in self.made.values()] or [NOTHING.label("~")]
        rows: sa.Select[Any] = sa.select(*cells).select_from(self.frame.source()).where(*conditions)
        return (rows.offset(NONE) if RATES in self.frame.build.timed else rows).subquery("cells")


def grouped(cells: Cells, group: Group) -> Column:
    return cells.cell(group, lambda: group_of(cells.frame, group))


def group_of(frame: Frame, group: Group) -> Column:
    if group.by is None:
        return frame.shown(group.path) if group.moment else frame.compared(group.path)
    column = frame.compared(group.path)
    if group.moment:
        column = sa.func.timezone(sa.bindparam("zone", type_=sa.Text()), column)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{group.by}'"), column), sa.Date())


def measured(cells: Cells, measure: Measure) -> Column:
    """The measure as clients receive it."""
    if measure.money is None:
        return plain(cells, measure)
    path = measure.money
    figure = combined(measure.fn, cells.value((*path, CONVERTED)))
    mixed = sa.cast(sa.literal_column(f"'{MIXED}'"), sa.JSON())
    into = wanted(cells.frame.build)
    foreign = cells.cell((measure.money, "~foreign"), lambda: cells.frame.compared((*path, "currency")) != into)
    shown = shown_money(figure, into, converted=sa.func.count().filter(foreign))
    return sa.case((unrated(cells, measure) > NONE, mixed), else_=shown)


def unrated(cells: Cells, measure: Measure) -> Column:
    """How many amounts of the group have no rate."""
    path = measure.money or ()
    return sa.func.count(cells.value(path)) - sa.func.count(cells.value((*path, CONVERTED)))


def plain(cells: Cells, measure: Measure) -> Column:
    if measure.path is None:
        return sa.func.count()
    if measure.money is None:
        return combined(measure.fn, cells.value(measure.path))
    figure = combined(measure.fn, cells.value((*measure.money, CONVERTED)))
    return sa.case((unrated(cells, measure) == NONE, figure))


def combined(fn: str, column: Column) -> Column:
    match fn:
        case "count":
            return sa.func.count(column)
        case "count_distinct":
            return sa.func.count(sa.distinct(column))
        case "average":
            return sa.func.trim_scale(sa.func.round(sa.func.avg(column), 10))
        case "median":
            middle = sa.func.percentile_cont(0.5).within_group(column)
            return sa.func.trim_scale(sa.func.round(sa.cast(middle, sa.Numeric()), 10))
        case fn:
            figure: Column = getattr(sa.func, fn)(column)
            return figure


def compared(cells: Cells, question: Aggregate, having: Having, index: int) -> Column:
    measure = next(m for m in question.measures if m.name == having.name)
    value = sa.bindparam(f"h{index}", type_=sa.Numeric())
    return sa.cast(plain(cells, measure), sa.Numeric()).op(OPERATORS[having.op])(value)


def orders(cells: Cells, question: Aggregate, groups: dict[str, Column], measures: dict[str, Column]) -> list[Column]:
    made: list[Column] = []
    plain_measures = {m.name: plain(cells, m) for m in question.measures}
    for name, descending in question.sort:
        column = plain_measures[name] if name in measures else groups[name]
        made.append((column.desc() if descending else column.asc()).nulls_last())
    for group in question.groups:
        field = cells.frame.object.field(group.path[0])
        if len(group.path) == 1 and field is not None and field.kind == "choice":
            made.append(KINDS["choice"].sort(field, {"": groups[group.name]})[0].asc().nulls_last())
        made.append(groups[group.name].asc().nulls_last())
    return made


def merge(rows: list[dict[str, Any]], split: list[dict[str, Any]], groups: tuple[Group, ...], name: str) -> None:
    """Put the sums by currency in place of the mark «mixed»: a list, but for a single one."""
    sums: dict[Any, list[Any]] = {}
    for row in split:
        if row[name] is not None:
            sums.setdefault(tuple(row[group.name] for group in groups), []).append(row[name])
    for row in rows:
        if row[name] == "mixed":
            found = sorted(sums[tuple(row[group.name] for group in groups)], key=lambda money: money["currency"])
            row[name] = found[0] if len(found) == 1 else found
