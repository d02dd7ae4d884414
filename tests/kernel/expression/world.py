"""A small table with a field of every type and its children, in the database and in memory."""

from __future__ import annotations

import datetime as dt
import random
import uuid
import zoneinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy.dialects
from psycopg.types.json import Jsonb
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    exists,
    literal,
    select,
)

from relata.kernel.expression.clock import Clock
from relata.kernel.expression.memory import Related, ValueOf, evaluate
from relata.kernel.expression.scope import Reference, Scope
from relata.kernel.expression.sql import SQL_TYPES, SqlResolver, sql_value, to_sql
from relata.kernel.expression.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import psycopg
    from sqlalchemy.engine import Dialect

    from relata.kernel.expression.tree import Node, Ref, Some

DIALECT: Dialect = sqlalchemy.dialects.registry.load("postgresql.psycopg")()
CLOCK = Clock(dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC), zoneinfo.ZoneInfo("Asia/Tokyo"))

FIELDS: dict[str, Type] = {
    "name": Type.TEXT,
    "stage": Type.TEXT,
    "amount": Type.NUMBER,
    "size": Type.NUMBER,
    "active": Type.BOOLEAN,
    "closed": Type.BOOLEAN,
    "start": Type.DATE,
    "due": Type.DATE,
    "made": Type.MOMENT,
    "seen": Type.MOMENT,
    "owner": Type.ID,
    "tags": Type.KEYS,
    "emails": Type.TEXTS,
    "about": Type.IDS,
    "payload": Type.JSON,
}

IDS = tuple(uuid.UUID(int=number) for number in range(1, 5))
TEXTS = (
    "",
    "won",
    "Won",
    "lost",
    "Müller",
    "muller",
    "MULLER",
    "Ærø 100%",
    "a_b",
    "a\\b",
    " x ",
    "12.50",
    "-7",
    "zz",
    "\u0301",
    "Ωmega",
    "ﬁ",
    "名",
)
NUMBERS = tuple(
    Decimal(text)
    for text in (
        "0",
        "1",
        "-1",
        "2.5",
        "-2.5",
        "0.5",
        "1.005",
        "3",
        "100",
        "0.0000000001",
        "-0.0000000005",
        "2026",
        "12",
        "31",
        "9999999999999999999999999999",
        "-1234567890123456789.0123456789",
    )
)
DATES = tuple(
    dt.date.fromisoformat(text)
    for text in (
        "0001-01-01",
        "2024-02-29",
        "2026-01-31",
        "2026-11-22",
        "2026-11-23",
        "2026-11-16",
        "2026-12-31",
        "2027-01-01",
        "9999-12-31",
    )
)
MOMENTS = tuple(
    dt.datetime.fromisoformat(text)
    for text in (
        "2026-11-22T22:30:00Z",
        "2026-11-22T15:00:00Z",
        "2026-11-22T14:59:59.999999Z",
        "2026-11-23T15:00:00Z",
        "2026-10-31T15:00:00Z",
        "2025-12-31T15:00:00Z",
        "0001-01-02T00:00:00Z",
        "9999-12-30T00:00:00Z",
    )
)
KEYS = ("vip", "new", "lost", "won")
SAMPLES: dict[Type, tuple[Any, ...]] = {
    Type.TEXT: TEXTS,
    Type.NUMBER: NUMBERS,
    Type.BOOLEAN: (True, False),
    Type.DATE: DATES,
    Type.MOMENT: MOMENTS,
    Type.ID: IDS,
    Type.KEYS: ((), ("vip",), ("vip", "new"), ("new", "vip", "won"), ("lost",)),
    Type.TEXTS: ((), ("won",), ("Müller", "a_b"), ("x@acme.example", "MULLER@ACME.example"), ("",)),
    Type.IDS: ((), IDS[:1], IDS[:2], IDS[1:4]),
    Type.JSON: ({"a": [1]}, [None], 0, False),
}

_random = random.Random(7)


def _value(type_: Type) -> Any:
    return None if _random.random() < 0.2 else _random.choice(SAMPLES[type_])


def _rows(count: int) -> list[dict[str, Any]]:
    return [{name: _value(type_) for name, type_ in FIELDS.items()} for _ in range(count)]


ROWS: list[dict[str, Any]] = [dict.fromkeys(FIELDS), *_rows(79)]
CHILDREN: list[dict[str, Any]] = [{**row, "parent": _random.randrange(40)} for row in _rows(90)]
GRANDCHILDREN: list[dict[str, Any]] = [{**row, "parent": _random.randrange(90)} for row in _rows(90)]


def _table(name: str) -> Table:
    columns = [
        Column(field, Text(collation="C") if type_ is Type.TEXT else SQL_TYPES[type_])
        for field, type_ in FIELDS.items()
    ]
    return Table(name, MetaData(), Column("id", Integer), Column("parent", Integer), *columns)


LEVELS = (("thing", ROWS), ("part", CHILDREN), ("piece", GRANDCHILDREN))
# What the to-many relation is called at each level.
RELATIONS = ("parts", "pieces", None)


class TestScope:
    """The fields of one level."""

    __test__ = False

    def __init__(self, level: int = 0) -> None:
        self.level = level

    def resolve(self, path: tuple[str, ...]) -> Reference | None:
        if len(path) != 1:
            return None
        if path[0] == RELATIONS[self.level]:
            below: Scope = TestScope(self.level + 1)
            return Reference(path, Type.IDS, many=below)
        return Reference(path, FIELDS[path[0]]) if path[0] in FIELDS else None

    def names(self) -> Iterable[str]:
        return FIELDS


class Resolver:
    """Columns of one level's table, aliased once per level of nesting."""

    def __init__(self, level: int = 0, prefix: str = "t") -> None:
        self.level, self.prefix = level, prefix
        self.table = _table(LEVELS[level][0]).alias(f"{prefix}{level}")

    def column(self, ref: Ref) -> ColumnElement[Any]:
        return self.table.c[ref.path[0]]

    def exists(
        self,
        some: Some,
        compile_where: Callable[[SqlResolver], ColumnElement[Any]],
    ) -> ColumnElement[bool]:
        assert some.path == (RELATIONS[self.level],)
        child = Resolver(self.level + 1, self.prefix)
        matching = child.table.c.parent == self.table.c.id
        return exists(select(literal(1)).where(matching, compile_where(child)).correlate(self.table))

    def param(self, index: int, type: Type) -> ColumnElement[Any]:
        return cast(bindparam(f"p{index}", type_=SQL_TYPES[type]), SQL_TYPES[type])

    def now(self) -> ColumnElement[Any]:
        return literal(CLOCK.now, SQL_TYPES[Type.MOMENT])

    def today(self) -> ColumnElement[Any]:
        return literal(CLOCK.today, SQL_TYPES[Type.DATE])


def fill(connection: psycopg.Connection) -> None:
    """Create the tables in schema public."""
    types = {
        Type.TEXT: 'text collate "C"',
        Type.NUMBER: "numeric",
        Type.BOOLEAN: "boolean",
        Type.DATE: "date",
    }
    types |= {
        Type.MOMENT: "timestamptz",
        Type.ID: "uuid",
        Type.KEYS: "text[]",
        Type.TEXTS: "text[]",
        Type.IDS: "uuid[]",
        Type.JSON: "jsonb",
    }
    columns = ", ".join(f'"{name}" {types[type_]}' for name, type_ in FIELDS.items())
    for table, rows in LEVELS:
        connection.execute(f"create table {table} (id int, parent int, {columns})")
        marks = ", ".join(["%s"] * (len(FIELDS) + 2))
        for number, row in enumerate(rows):
            values = [stored(row[name], type_) for name, type_ in FIELDS.items()]
            connection.execute(f"insert into {table} values ({marks})", [number, row.get("parent"), *values])


def stored(value: Any, type_: Type) -> Any:
    return Jsonb(value) if type_ is Type.JSON and value is not None else sql_value(value)


def in_sql(
    connection: psycopg.Connection,
    node: Node,
    params: tuple[object, ...] = (),
    *,
    condition: bool = False,
) -> list[object]:
    """The values of a tree for all rows; as a condition, the numbers of the rows that pass."""
    resolver = Resolver()
    compiled = to_sql(node, resolver, condition=condition)
    number = resolver.table.c.id
    statement = select(number).where(compiled) if condition else select(compiled.label("v"), number)
    text = statement.order_by(number).compile(dialect=DIALECT)
    given = {f"p{index}": sql_value(value) for index, value in enumerate(params)}
    bound: Mapping[str, Any] = {**text.params, **given}
    return [_in_memory_form(row[0]) for row in connection.execute(str(text), bound)]


def in_memory(node: Node, params: tuple[object, ...] = ()) -> list[object]:
    """The values of a tree for all rows in order."""
    return [evaluate(node, _reader(row), _relations(0, number), CLOCK, params) for number, row in enumerate(ROWS)]


def _reader(row: dict[str, Any]) -> ValueOf:
    return lambda ref: row[ref.path[0]]


def _relations(level: int, number: int) -> Related:
    def related(_some: Some, /) -> Iterable[tuple[ValueOf, Related]]:
        for position, row in enumerate(LEVELS[level + 1][1]):
            if row["parent"] == number:
                yield _reader(row), _relations(level + 1, position)

    return related


def _in_memory_form(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
