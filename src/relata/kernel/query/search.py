"""Search over all objects while a person types: beginnings by the ordered keys first, and where these are too few by words, longer
text by its parts too, each cut before it is ranked. Hits that the actor may not see are dropped in
the same statement, so that neither counts nor order tell of them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold, fold_sql, pattern_sql
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.found import search_table
from relata.kernel.query.frame import Build, Column, Frame
from relata.kernel.query.run import bound

SHORT = 3
CANDIDATES = 500
MOST = 100


async def search(ctx: Ctx, text: str, objects: list[str], limit: int) -> bytes:
    """`{"hits": [{object, id, title, snippet}]}` as JSON, best first; at most `limit` ≤ 100 hits."""
    folded = fold(text).strip()
    if not folded or not objects:
        return b'{"hits":[]}'
    words = [word for word in "".join(c if c.isalnum() else " " for c in folded).split() if word][:8]
    short = len(folded) <= SHORT
    # One or two letters begin so many words that only the ordered keys are asked for them.
    words = words if len(folded) >= SHORT else []
    key = ("search", short, bool(words), tuple(objects), ctx.access.key)
    statement: Statement = ctx.workspace.statements.get(
        key, lambda: compile_search(ctx, objects, short=short, worded=bool(words))
    )
    values = bound(ctx, statement, ()) | {"q": folded, "limit": limit}
    if words:
        values["words"] = " & ".join(f"{word}:*" for word in words)
    row = await ctx.row(statement.text, values)
    return b'{"hits":%b}' % (row[0] if row else b"[]")


def compile_search(ctx: Ctx, objects: list[str], *, short: bool, worded: bool) -> Statement:
    build = Build(ctx.access, ctx.workspace.schema)
    document = search_table(ctx.workspace.schema)
    q = sa.bindparam("q", type_=sa.Text())
    pattern = pattern_sql(q)
    anything: Column = sa.literal_column("'%'")
    most = sa.bindparam("limit", type_=sa.Integer())
    begins = [column.op("like")(pattern.op("||")(anything)) for column in (document.c.key, document.c.last)]
    ways: list[Any] = []
    if not short:
        ways.append(document.c.grams.op("like")(anything.op("||")(pattern).op("||")(anything)))
    if worded:
        query = sa.func.to_tsquery(sa.literal_column("'simple'"), sa.bindparam("words", type_=sa.Text()))
        ways.append(document.c.words.op("@@")(query))
    seen = seen_by(ctx, build, document, objects)

    def found(way: Any, *more: Any) -> sa.Select[Any]:
        columns = [document.c[name] for name in ("record", "object", "title", "key", "last", "grams", "at")]
        return sa.select(sa.select(*columns).where(way, seen, *more).limit(CANDIDATES).subquery())

    first = sa.union(*map(found, begins)).cte("first")
    # Words and parts are looked up for all that they match, so they are only where what is found would be shown.
    few = sa.select(sa.func.count()).select_from(first).scalar_subquery() < most
    hits = sa.union(sa.select(first), *(found(way, few) for way in ways)).subquery("hits")
    exact = hits.c.key == fold_sql(q)
    starts = [column.op("like")(pattern.op("||")(anything)) for column in (hits.c.key, hits.c.last)]
    order = (exact.desc(), *(start.desc().nulls_last() for start in starts), hits.c.at.desc(), hits.c.record)
    snippet = sa.case((hits.c.grams.op("like")(anything.op("||")(pattern).op("||")(anything)), hits.c.grams))
    best = (
        sa.select(
            present_name(ctx.catalog, hits.c.object).label("object"),
            hits.c.record.label("id"),
            hits.c.title,
            sa.func.left(snippet, 200).label("snippet"),
            sa.func.row_number().over(order_by=order).label("n"),
        )
        .order_by(*order)
        .limit(most)
        .subquery("best")
    )
    hit = sa.select(best.c.object, best.c.id, best.c.title, best.c.snippet).correlate(best).lateral("hit")
    listed: Column = sa.literal_column("coalesce(json_agg(row_to_json(hit) order by best.n), '[]')")
    return finish(sa.select(listed).select_from(best.join(hit, sa.true())), build)


def present_name(catalog: Catalog, key: Column) -> Column:
    """What an object is called now that a document calls by its key."""
    other = {key: name for key, name in catalog.names.items() if key != name}
    return sa.case(other, value=key, else_=key) if other else key


def seen_by(ctx: Ctx, build: Build, document: sa.TableClause, objects: list[str]) -> sa.ColumnElement[bool]:
    """The documents of these objects whose records the actor sees."""
    keys = {name: ctx.catalog.objects[name].held for name in objects}
    free = [name for name in objects if not ctx.access.limited(name)]
    tests: list[sa.ColumnElement[bool]] = []
    if free:
        tests.append(
            document.c.object
            == sa.any_(sa.literal_column("ARRAY[" + ",".join(quote_text(keys[name]) for name in free) + "]::text[]"))
        )
    for name in objects:
        if name not in free:
            frame = Frame(build, name)
            inside: sa.Select[Any] = (
                sa.select(sa.literal_column("1"))
                .select_from(frame.source())
                .where(frame.table.c.id == document.c.record, frame.live())
            )
            tests.append(sa.and_(document.c.object == keys[name], sa.exists(inside.correlate(document))))
    return sa.or_(*tests)
