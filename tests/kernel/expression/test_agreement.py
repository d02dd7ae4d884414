"""PostgreSQL and memory give the same for every tree, whichever notation it came from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.expression.conditions import negate
from relata.kernel.expression.filter import parse_filter
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.notation import format_formula
from relata.kernel.expression.tree import Node, parameterise
from relata.kernel.expression.types import Type
from tests.kernel.expression.trees import filters, trees
from tests.kernel.expression.world import CLOCK, ROWS, TestScope, in_memory, in_sql

if TYPE_CHECKING:
    import psycopg

SINGLE = (Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.DATE, Type.MOMENT, Type.ID)
thorough = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(node=st.sampled_from(SINGLE).flatmap(trees))
def test_a_formula_has_the_same_values_in_sql_and_in_memory(database: psycopg.Connection, node: Node) -> None:
    assert in_sql(database, node) == in_memory(node)


@thorough
@given(node=trees(Type.BOOLEAN))
def test_a_condition_selects_the_same_rows_in_sql_and_in_memory(database: psycopg.Connection, node: Node) -> None:
    passing = [number for number, value in enumerate(in_memory(node)) if value is True]
    assert in_sql(database, node, condition=True) == passing


@thorough
@given(document=filters())
def test_a_filter_selects_the_same_rows_in_sql_and_in_memory(database: psycopg.Connection, document: Any) -> None:
    node = parse_filter(document, TestScope(), CLOCK)
    shape, values = parameterise(node)
    passing = [number for number, value in enumerate(in_memory(node)) if value is True]
    assert in_sql(database, node, condition=True) == passing
    assert in_sql(database, shape, values, condition=True) == passing
    assert in_memory(shape, values) == in_memory(node)


@thorough
@given(document=filters())
def test_not_selects_exactly_the_rest(database: psycopg.Connection, document: Any) -> None:
    passing = in_sql(database, parse_filter(document, TestScope(), CLOCK), condition=True)
    rest = in_sql(database, parse_filter({"not": document}, TestScope(), CLOCK), condition=True)
    assert len(passing) + len(rest) == len(ROWS)
    assert {*passing, *rest} == set(range(len(ROWS)))


@thorough
@given(node=trees(Type.BOOLEAN))
def test_the_opposite_of_a_formula_holds_exactly_for_the_rest(database: psycopg.Connection, node: Node) -> None:
    passing = in_sql(database, node, condition=True)
    rest = in_sql(database, negate(node), condition=True)
    assert len(passing) + len(rest) == len(ROWS)
    assert {*passing, *rest} == set(range(len(ROWS)))


@thorough
@given(node=st.sampled_from(SINGLE).flatmap(trees))
def test_what_is_written_out_reads_back(node: Node) -> None:
    scope = TestScope()
    try:
        read = parse_formula(format_formula(node), scope)
    except Invalid:
        # Not every tree can be written: an id among nothing but constants reads as a text.
        assume(False)  # noqa: FBT003
    assume(read.type is node.type)
    assert parse_formula(format_formula(read), scope) == read
    _, constants = parameterise(node)
    # Where a text would do as well, the constant of a moment or an id reads as a text.
    assume(not any(_ambiguous(value) for value in constants))
    assert in_memory(read) == in_memory(node)


def _ambiguous(value: object) -> bool:
    first = value[0] if isinstance(value, tuple) and value else value
    return isinstance(first, dt.datetime | uuid.UUID)
