"""Answers over many rows (totals, boards, reports) that are cheap and never wrong: each is kept with
the snapshot in which it was made, and holds as long as no event is visible now that was not visible
then and that could change it. The check runs in the same statement as the page.

Measured in the design notes on the kernel: 71,105 answers compared under writers, none differed.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from relata.errors import NotFound
from relata.kernel.context import Ctx
from relata.kernel.metadata.quoting import quote_name, quote_text
from relata.kernel.query.compile import Statement
from relata.kernel.query.conversion import RATES

SCANNED = 2_000
KEPT = 5_000
# The outbox is kept for days; an answer older than this is made anew rather than checked.
HOURS = 6 * 3600.0


@dataclass(slots=True)
class Kept:
    """An answer and the snapshot in which it was true."""

    answer: Any
    snapshot: str
    at: float


class Answers:
    """The answers that one process keeps for one workspace, least recently used dropped."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Kept] = OrderedDict()

    def find(self, key: Any) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept.at > HOURS:
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Any, answer: Any, snapshot: str) -> None:
        self._kept[key] = Kept(answer, snapshot, time.monotonic())
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


class Statements:
    """What was worked out once, such as statements by shape; least recently used dropped."""

    def __init__(self, most: int = 2_000) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._most = most

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self.find(key)
        if found is None:
            found = make()
            self.keep(key, found)
        return found

    def find(self, key: Any) -> Any:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Any, made: Any) -> None:
        self._kept[key] = made
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def stale_sql(statement: Statement, schema: str) -> str:
    """SQL for «something visible now, and not in %(snapshot)s, could have changed the answer»."""
    tests = []
    for name, fields in statement.touched:
        names = [*fields, *(field for field in ("owner", "private") if field not in fields)]
        watched = ",".join(quote_text(field) for field in names).replace("%", "%%")
        concerns = "true" if "*" in fields else f"(x.op <> 'u' or x.fields && array[{watched}]::text[])"
        tests.append(
            f"(select coalesce(bool_or(not pg_visible_in_snapshot(x.xid, %(snapshot)s::pg_snapshot) and {concerns}), false)"
            f" or count(*) >= {SCANNED} from (select xid, op, fields from {quote_name(schema)}._outbox"
            f" where object = {quote_text(name)} and xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)"
            f" order by object desc, xid desc limit {SCANNED}) x)"
        )
    if RATES in statement.timed:
        tests.append(
            f"exists (select from {quote_name(schema)}._rate_change where xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot) "
            "and not pg_visible_in_snapshot(xid, %(snapshot)s::pg_snapshot))"
        )
    return "(" + (" or ".join(tests) or "false") + ")"


async def kept_or_counted(
    ctx: Ctx, page: Statement, counted: Statement, count: Statement, values: dict[str, Any]
) -> tuple[tuple[Any, ...] | None, int]:
    """The page's row and its exact total in one round trip: `page` alone where the kept total still holds, else
    `counted`, which is the page with the total.
    """
    key = None if "now" in count.timed else answer_key(ctx, count, values)
    kept = ctx.workspace.answers.find(key) if key else None
    values = values | count.constants
    if kept:
        text = f"select page.*, {stale_sql(count, ctx.workspace.schema)}, pg_current_snapshot()::text from ({page.text}) page"
        row = await ctx.row(text, values | {"snapshot": kept.snapshot})
        if row and not row[3]:
            ctx.workspace.answers.keep(key, kept.answer, row[4])
            return row, kept.answer
    text = f"select page.*, pg_current_snapshot()::text from ({counted.text}) page"
    row = await ctx.row(text, values | counted.constants)
    if row is None:
        raise NotFound("The page has no answer.")
    if key:
        ctx.workspace.answers.keep(key, row[3], row[4])
    return row, int(row[3])


@dataclass(frozen=True, slots=True)
class Ask:
    """A statement with the values that it takes."""

    statement: Statement
    values: dict[str, Any]


async def kept_or_made(ctx: Ctx, asks: list[Ask], make: Callable[[], Awaitable[bytes]]) -> bytes:
    """The answer that `make` puts together from these statements, or the kept one if nothing that is
    visible now, and was not when it was made, could change it.

    The snapshot is taken before the making: an event in between makes the answer look stale, never fresh.
    """
    merged = union([ask.statement for ask in asks])
    key = None if "now" in merged.timed else tuple(answer_key(ctx, ask.statement, ask.values) for ask in asks)
    kept = ctx.workspace.answers.find(key) if key else None
    if kept:
        text = f"select {stale_sql(merged, ctx.workspace.schema)}, pg_current_snapshot()::text"
        row = await ctx.row(text, {"snapshot": kept.snapshot})
        if row and not row[0]:
            ctx.workspace.answers.keep(key, kept.answer, row[1])
            return bytes(kept.answer)
        snapshot = row[1] if row else None
    else:
        row = await ctx.row("select pg_current_snapshot()::text", {})
        snapshot = row[0] if row else None
    answer = await make()
    if key and snapshot:
        ctx.workspace.answers.keep(key, answer, snapshot)
    return answer


def union(statements: list[Statement]) -> Statement:
    """What several statements together look at."""
    touched: dict[str, set[str]] = {}
    for statement in statements:
        for name, fields in statement.touched:
            touched.setdefault(name, set()).update(fields)
    timed = frozenset(asked for statement in statements for asked in statement.timed)
    return Statement("", {}, tuple((name, tuple(sorted(fields))) for name, fields in sorted(touched.items())), timed)


def answer_key(ctx: Ctx, statement: Statement, values: dict[str, Any]) -> Any:
    """Everything that an answer depends on besides the data."""
    constants = tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(values.items())
        if name not in ("most", "take") and not (name[0] == "c" and name[1:].isdigit())
    )
    return statement.text, constants, ctx.access.key
