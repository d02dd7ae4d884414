"""From a query's shape to SQL text, once per shape. The page is cut by key, never by offset; where
the first key can be empty, the page is two ordered branches (filled keys, then empty ones), so that
an index serves both directions with empty values last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql import visitors

from relata.kernel.access.access import Access
from relata.kernel.expression.sql import to_sql
from relata.kernel.expression.tree import Node
from relata.kernel.metadata.object import Object
from relata.kernel.query.found import found_records
from relata.kernel.query.frame import Build, Column, Frame
from relata.kernel.query.language import Query
from relata.kernel.query.past import PastOfOne, unweighed, watch_name
from relata.kernel.query.reading import Path

DIALECT: sa.Dialect = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no annotation here
FILLED = frozenset({"id", "created_at", "updated_at", "version"})
NAME_BYTES = 63
MOST = sa.bindparam("most", type_=sa.Integer())
TAKE = sa.bindparam("take", type_=sa.Integer())
ZERO: Column = sa.literal_column("0", sa.Integer())

Part = Literal["whole", "filled", "empty"]
Pattern = tuple[bool, ...] | None
"""Which keys of the cursor are empty; None without a cursor."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Compiled SQL with the constants it always takes. `touched` is, per object, the fields that
    decide which rows it finds; `timed` tells whether it asks for «now» or «today».
    """

    text: str
    constants: dict[str, Any]
    touched: tuple[tuple[str, tuple[str, ...]], ...]
    timed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order: whether it can be empty, and where the cursor stands (None: empty)."""

    column: Column
    descending: bool
    nullable: bool
    cursor: Column | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that a query finds: where they come from, what they meet, and the keys that order them."""

    id: Column
    keys: tuple[Key, ...]
    conditions: tuple[Column, ...]
    source: sa.FromClause


def compile_page(
    query: Query,
    access: Access,
    schema: str,
    pattern: Pattern,
    limit: Callable[[Frame], Column] | None = None,
    *,
    counted: bool = False,
) -> Statement:
    """One row: the records as JSON, the keys of the last one, whether more follow; `counted`: and the total.

    The page is found first, by ids alone; only its own records are then looked up and shown.
    `limit` narrows the rows further, such as to one column of a board.
    """
    build = build_of(query, access, schema)
    once = settled(chosen(narrowed(build, query, limit), query, pattern), build) if build.then else None
    branches = [
        branch(once or chosen(narrowed(build, query, limit), query, pattern), pattern, part)
        for part in parts(query, pattern)
    ]
    page: sa.Select[Any] | sa.CompoundSelect[Any] = branches[0]
    if len(branches) > 1:
        page = sa.union_all(*(sa.select(each.subquery()) for each in branches)).limit(MOST)
    inner = page.subquery("page")
    rows = sa.select(inner, sa.func.row_number().over().label("~n")).cte("rows")
    names = column_names(query.fields)
    record = Frame(build, query.object, past=PastOfOne)
    shown = [record.shown(tuple(path.split("."))).label(name) for path, name in names.items()]
    members = sa.select(*shown).correlate(rows).where(record.table.c.id == rows.c["~id"])
    each = members.select_from(record.source()).lateral("record")
    order: Column = rows.c["~n"]
    keys = [column for column in rows.c if column.name not in ("~id", "~n")]
    listed = sa.func.json_agg(aggregate_order_by(record_json(names), order)).filter(order <= TAKE)
    one = sa.select(
        sa.func.coalesce(listed, sa.literal_column("'[]'::json")),
        sa.func.json_agg(sa.func.json_build_array(*keys)).filter(order == TAKE),
        sa.func.count() > TAKE,
    )
    if counted:
        counting = sa.select(sa.func.count()).select_from(once.source) if once else count_of(query, build)
        one = one.add_columns(counting.scalar_subquery())
    return finish(one.select_from(rows.join(each, sa.true())), build)


def compile_count(query: Query, access: Access, schema: str) -> Statement:
    """One row: how many records there are."""
    build = build_of(query, access, schema)
    return finish(count_of(query, build), build)


def build_of(query: Query, access: Access, schema: str) -> Build:
    foreign, dated = query.currency.shape
    return Build(access, schema, then=query.as_of is not None, foreign=foreign, dated=dated)


def count_of(query: Query, build: Build) -> sa.Select[Any]:
    frame = Frame(build, query.object)
    conditions = condition(frame, query.shape, searching=query.q is not None, trash=query.trash)
    return sa.select(sa.func.count()).select_from(frame.source()).where(*conditions)


def held_by(object_: Object, names: Iterable[str]) -> list[str]:
    """The keys of the fields; «*» stands for all."""
    return [object_.keys.get(name, name) for name in names]


def finish(statement: sa.Select[Any], build: Build) -> Statement:
    compiled = statement.compile(dialect=DIALECT)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    constants |= {watch_name(name): sorted(fields) for name, fields in build.watched.items()}
    objects = build.access.catalog.objects
    touched = tuple(
        sorted(
            (objects[name].held, tuple(sorted(held_by(objects[name], fields))))
            for name, fields in build.touched.items()
        )
    )
    return Statement(str(compiled), constants, touched, frozenset(build.timed))


def parts(query: Query, pattern: Pattern) -> tuple[Part, ...]:
    """The branches of the page, in order."""
    if not nullable(query.sort[0].path):
        return ("whole",)
    return ("empty",) if pattern is not None and pattern[0] else ("filled", "empty")


def nullable(path: Path) -> bool:
    return len(path) > 1 or path[0] not in FILLED


def narrowed(build: Build, query: Query, limit: Callable[[Frame], Column] | None) -> Frame:
    frame = Frame(build, query.object)
    frame.narrow = limit(frame) if limit else None
    return frame


def chosen(frame: Frame, query: Query, pattern: Pattern) -> Chosen:
    keys = tuple(order_keys(frame, query, pattern))
    conditions = condition(frame, query.shape, searching=query.q is not None, trash=query.trash)
    return Chosen(frame.table.c.id, keys, tuple(conditions), frame.source())


def settled(rows: Chosen, build: Build) -> Chosen:
    """The same rows, worked out once for all parts of a statement. No index knows the past, so there is none to miss."""
    columns = [key.column for key in rows.keys]
    found = sa.select(rows.id.label("id")).select_from(rows.source).where(*rows.conditions)
    if any(isinstance(part, sa.SelectBase) for column in columns for part in visitors.iterate(column)):
        found = found.add_columns(*numbered(columns))  # asks other rows, and names the table that it stands in
    else:
        parts = Parts(build)
        columns = [parts.swapped(column) for column in columns]
        inner = found.add_columns(*parts.found.values()).offset(ZERO).subquery(parts.name)
        found = sa.select(inner.c.id, *numbered(columns)).select_from(inner)
    once = found.cte("chosen").prefix_with("MATERIALIZED")
    keys = tuple(replace(key, column=once.c[f"k{index}"]) for index, key in enumerate(rows.keys))
    return Chosen(once.c.id, keys, (), once)


def numbered(columns: list[Column]) -> list[sa.Label[Any]]:
    return [column.label(f"k{index}") for index, column in enumerate(columns)]


class Parts:
    """What keys are made of, as columns of a sub-query below them: PostgreSQL writes a function of SQL into the statement
    where it is given columns, and calls it for each row where it is given long expressions, such as what a field was.
    """

    def __init__(self, build: Build) -> None:
        self.name = build.named("f")
        self.worked_out = {id(one) for one in build.worked_out}
        self.found: dict[int, sa.Label[Any]] = {}

    def swapped(self, key: Column) -> Column:
        return visitors.replacement_traverse(key, {}, self.swap)

    def swap(self, element: Any, **_kw: Any) -> Any:
        stored = isinstance(element, sa.ColumnClause) and element.table is not None
        if not stored and id(element) not in self.worked_out:
            return None
        label = self.found.setdefault(id(element), element.label(f"v{len(self.found)}"))
        return sa.literal_column(f"{self.name}.{label.name}", element.type)


def branch(rows: Chosen, pattern: Pattern, part: Part) -> sa.Select[Any]:
    lead, *keys = rows.keys
    conditions = list(rows.conditions)
    if part == "filled":
        lead = replace(lead, nullable=False)
        conditions.append(lead.column.is_not(None))
    elif part == "empty":
        conditions.append(lead.column.is_(None))
    ordered = keys if part == "empty" else [lead, *keys]
    if pattern is not None and part == "empty" and pattern[0]:
        conditions.append(beyond(ordered))
    elif pattern is not None and part != "empty" and lead.cursor is not None:
        bound = lead.column <= lead.cursor if lead.descending else lead.column >= lead.cursor
        conditions += [bound, beyond(ordered)]
    packed = [key.column.label(f"~{index}") for index, key in enumerate((lead, *keys))]
    page = sa.select(rows.id.label("~id"), *packed).select_from(rows.source).where(*conditions)
    return page.order_by(*(direction(key) for key in ordered)).limit(MOST)


def order_keys(frame: Frame, query: Query, pattern: Pattern) -> list[Key]:
    keys: list[Key] = []
    columns = [
        (column, order.descending, nullable(order.path)) for order in query.sort for column in frame.sorted(order.path)
    ]
    if query.sort[-1].path != ("id",):
        columns.append((frame.table.c.id, False, False))
    for index, (column, descending, empty) in enumerate(columns):
        at = None
        if pattern is not None and index < len(pattern) and not pattern[index]:
            at = sa.cast(sa.bindparam(f"c{index}"), column.type)
        keys.append(Key(column, descending, empty, at))
    return keys


def direction(key: Key) -> Column:
    ordered = key.column.desc() if key.descending else key.column.asc()
    return ordered.nulls_last() if key.nullable else ordered


def beyond(keys: list[Key]) -> Column:
    """The record comes after the cursor, key by key; empty values are last in both directions."""
    if not keys:
        return sa.false()
    key, rest = keys[0], beyond(keys[1:])
    if key.cursor is None:
        return sa.and_(key.column.is_(None), rest)
    later = key.column < key.cursor if key.descending else key.column > key.cursor
    ways = [later, sa.and_(key.column == key.cursor, rest)]
    return sa.or_(*ways, key.column.is_(None)) if key.nullable else sa.or_(*ways)


def condition(frame: Frame, shape: Node, *, searching: bool = False, trash: bool = False) -> list[Column]:
    """The rows of a query: seen by the actor, meeting the filter, and found by the words."""
    alive = frame.trashed() if trash else frame.live()
    asked = [to_sql(shape, frame, condition=True)]
    if frame.narrow is not None:
        asked.append(frame.narrow)
    conditions = [alive, *(map(unweighed, asked) if frame.past else asked)]
    if searching:
        conditions.append(frame.table.c.id.in_(found_records(frame)))
    return conditions


def column_names(fields: tuple[Path, ...]) -> dict[str, str]:
    """Dotted path → column name; PostgreSQL cuts names at 63 bytes, so longer ones get a number."""
    dotted = [".".join(path) for path in fields]
    return {name: name if len(name) <= NAME_BYTES else f"~{index}" for index, name in enumerate(dotted)}


def record_json(names: dict[str, str]) -> Column:
    """The record: one member per path, under its dotted name."""
    numbered = {path: name for path, name in names.items() if path != name}
    if not numbered:
        return sa.func.row_to_json(sa.literal_column("record"), type_=sa.JSON())
    keys: Column = sa.literal_column("ARRAY[" + ",".join(f"'{name}'" for name in numbered.values()) + "]::text[]")
    pairs: list[Column] = []
    for path, name in numbered.items():
        pairs += [sa.literal(path), sa.literal_column(f'record."{name}"')]
    short = sa.func.to_jsonb(sa.literal_column("record")).op("-")(keys)
    return short.op("||")(sa.func.jsonb_build_object(*pairs))
