"""A board: the options of a choice field as columns, each with its measures and its first records,
in one statement whose answer is kept like a total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock
from relata.kernel.query.aggregate import Aggregate, read_aggregate
from relata.kernel.query.compile import Statement, compile_page
from relata.kernel.query.frame import Column, Frame
from relata.kernel.query.language import Query, read_query, write_cursor
from relata.kernel.query.measure import ENCODE, ask, measured_rows
from relata.kernel.query.run import bound
from relata.kernel.query.totals import Ask, kept_or_made

KEYS = ("group", "measures", "fields", "filter", "sort", "limit", "q", "as_of", "currency")
CARDS = 20
PAGES = msgspec.json.Decoder(list[tuple[Any, msgspec.Raw, Any, bool]], float_hook=Decimal).decode


@dataclass(frozen=True, slots=True)
class Board:
    """A checked board: the page of every column, and the measures by column."""

    group: str
    keys: tuple[str, ...]
    page: Query
    measures: Aggregate


def read_board(document: Any, name: str, access: Access, clock: Clock) -> Board:
    """The checked question; raises Invalid with every fault."""
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}.")])
    faults = [
        Fault(f"/{key[:80]}", "unknown_parameter", f"Use {', '.join(KEYS)}.") for key in document if key not in KEYS
    ]
    group = document.get("group")
    object_ = access.object(name)
    group = access.present(object_, group) if isinstance(group, str) else None
    field = object_.field(group) if group and access.visible(name, group) else None
    if field is None or field.kind != "choice":
        faults.append(Fault("/group", "not_groupable", "A board needs a choice field: its options are the columns."))
    common = {key: document[key] for key in ("filter", "q", "as_of", "currency") if key in document}
    page = collect(
        faults,
        lambda: read_query(
            common
            | {key: document[key] for key in ("sort", "fields") if key in document}
            | {"limit": document.get("limit", CARDS)},
            name,
            access,
            clock,
        ),
    )
    measures = collect(
        faults,
        lambda: read_aggregate(
            common
            | {
                "group": [{"field": group, "as": "key"}] if field else [],
                "measures": document.get("measures"),
            },
            name,
            access,
            clock,
        ),
    )
    faults += [
        Fault("/measures", "duplicate", f"A column has its own «{measure.name}»; use another «as».")
        for measure in (measures.measures if measures else ())
        if measure.name in ("records", "next")
    ]
    if faults or field is None:
        raise Invalid(list(dict.fromkeys(faults)))
    return Board(field.name, tuple(option.key for option in field.options), page, measures)


def collect(faults: list[Fault], read: Any) -> Any:
    try:
        return read()
    except Invalid as error:
        faults += error.faults
        return None


async def run_board(ctx: Ctx, board: Board) -> bytes:
    """`{"groups": [{"key", measures…, "records", "next"}]}` as JSON; records without a value come last."""
    cards = cards_of(ctx, board)

    async def make() -> bytes:
        figures = await measured_rows(ctx, board.measures)
        row = await ctx.row(cards.statement.text, cards.values)
        return ENCODE({"groups": columns(board, figures, row[0] if row else b"[]")})

    if board.page.as_of is not None:
        return await make()
    return await kept_or_made(ctx, [ask(ctx, board.measures), cards], make)


def cards_of(ctx: Ctx, board: Board) -> Ask:
    query = board.page
    shape = (
        query.object,
        query.shape,
        query.fields,
        query.sort,
        query.q is None,
        query.as_of is None,
        query.currency.shape,
        board.group,
        board.keys,
    )
    statement: Statement = ctx.workspace.statements.get(
        ("board", shape, ctx.access.key), lambda: compile_board(ctx, board)
    )
    values = bound(ctx, statement, query.constants, query.as_of) | {"most": query.limit + 1, "take": query.limit}
    values |= {"keys": list(board.keys), "~limit": query.limit, **query.currency.values}
    return Ask(statement, values | ({"q": query.q} if query.q is not None else {}))


def columns(board: Board, figures: list[dict[str, Any]], pages: bytes) -> list[dict[str, Any]]:
    """The columns of the board, each with its measures and its first records."""
    by_key = {row["key"]: row for row in figures}
    empty = {m.name: 0 if m.fn.startswith("count") else None for m in board.measures.measures}
    groups = []
    for key, records, keys, more in PAGES(pages):
        measures = {name: value for name, value in by_key.get(key, {"key": key, **empty}).items() if name != "key"}
        cursor = write_cursor(board.page.sort, keys[0]) if more and keys else None
        if key is not None or key in by_key:
            groups.append({"key": key, **measures, "records": records, "next": cursor})
    return groups


def compile_board(ctx: Ctx, board: Board) -> Statement:
    def column(frame: Frame) -> Column:
        return frame.compared((board.group,)) == sa.literal_column("k.key")

    def without(frame: Frame) -> Column:
        return frame.compared((board.group,)).is_(None)

    page = compile_page(board.page, ctx.access, ctx.workspace.schema, None, column)
    rest = compile_page(board.page, ctx.access, ctx.workspace.schema, None, without)
    row = "json_build_array({key}, page.records, page.keys, page.more)"
    text = (
        f"select json_agg(b.entry order by b.n) from (select k.n, {row.format(key='k.key')} as entry "
        f"from unnest(%(keys)s::text[]) with ordinality k(key, n), "
        f"lateral ({page.text}) page(records, keys, more) union all "
        f"select 1000000, {row.format(key='null')} from ({rest.text}) page(records, keys, more)) b"
    )
    return replace(page, text=text, constants=page.constants | rest.constants)
