"""The cases that server and interface share: a formula, what its fields hold, what it gives."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import ColumnElement, cast, literal, null, select

from relata.errors import Invalid
from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.memory import evaluate, nothing_related
from relata.kernel.expression.moments import zones
from relata.kernel.expression.scope import Reference
from relata.kernel.expression.sql import SQL_TYPES, sql_value, to_sql
from relata.kernel.expression.texts import spell
from relata.kernel.expression.tree import Call, Node, Ref
from relata.kernel.expression.types import Type
from relata.kernel.expression.values import parse_element
from tests.kernel.expression.world import CLOCK, DIALECT

if TYPE_CHECKING:
    import psycopg

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases.json").read_text(encoding="utf-8"), parse_float=Decimal
)


class Given:
    """The inputs of one case, `{name: [type, value]}`, as scope, record and SQL."""

    def __init__(self, inputs: dict[str, tuple[str, Any]]) -> None:
        self.types = {name: Type(type_) for name, (type_, _) in inputs.items()}
        self.values = {name: _value(value, self.types[name]) for name, (_, value) in inputs.items()}

    def resolve(self, path: tuple[str, ...]) -> Reference | None:
        type_ = self.types.get(".".join(path))
        return Reference(path, type_) if type_ else None

    def column(self, ref: Ref) -> ColumnElement[Any]:
        value = self.values[".".join(ref.path)]
        type_ = SQL_TYPES[ref.type]
        return cast(null() if value is None else literal(sql_value(value), type_), type_)

    def exists(self, *_: Any) -> ColumnElement[bool]:
        raise AssertionError

    def param(self, *_: Any) -> ColumnElement[Any]:
        raise AssertionError

    def now(self) -> ColumnElement[Any]:
        return literal(CLOCK.now, SQL_TYPES[Type.MOMENT])

    def today(self) -> ColumnElement[Any]:
        return literal(CLOCK.today, SQL_TYPES[Type.DATE])


def _value(value: Any, type_: Type) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(parse_element(member, type_) for member in value)
    return parse_element(value, type_)


def _json(value: Any) -> Any:
    return spell(value) if isinstance(value, dt.date) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["formula"])
def test_a_case_gives_what_it_says_in_memory_and_in_sql(connection: psycopg.Connection, case: dict[str, Any]) -> None:
    given = Given(case.get("inputs", {}))
    node = parse_formula(case["formula"], given)
    remembered = evaluate(node, lambda ref: given.values[".".join(ref.path)], nothing_related, CLOCK)
    assert _json(remembered) == case["gives"]
    statement = select(to_sql(node, given)).compile(dialect=DIALECT)
    row = connection.execute(str(statement), statement.params).fetchone()
    assert row is not None
    assert _json(row[0]) == case["gives"]


def test_every_function_has_a_case() -> None:
    used: set[str] = set()
    for case in CASES:
        _collect(parse_formula(case["formula"], Given(case.get("inputs", {}))), used)
    assert used == set(FUNCTIONS)


def _collect(node: Node, used: set[str]) -> None:
    if isinstance(node, Call):
        used.add(node.name)
        for arg in node.args:
            _collect(arg, used)


def test_the_database_knows_every_zone_that_a_formula_may_name(connection: psycopg.Connection) -> None:
    known = {name for (name,) in connection.execute("select name from pg_timezone_names")}
    assert zones() - known == frozenset()


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ('start_of("2026-11-22", "decade")', 'the unit of start_of is "day", "month", "quarter", "week", "year".'),
        ('start_of("2026-11-22", name)', "written into the formula."),
        ('hour(at, "Europe/Berln")', "Did you mean Europe/Berlin?"),
        ("case(name)", "case needs a value, what it may be, and what that gives"),
        ('case(name, 5, "x")', "wants"),
    ],
)
def test_a_wrong_choice_is_told_with_what_there_is(formula: str, message: str) -> None:
    given = Given({"name": ("text", "x"), "at": ("moment", "2026-11-22T10:00:00Z")})
    with pytest.raises(Invalid) as refused:
        parse_formula(formula, given)
    assert message in refused.value.faults[0].message
