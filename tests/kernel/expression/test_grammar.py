"""What formulas may look like, and what is said about those that may not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.grammar import format_formula, parse_formula
from tests.kernel.expression.world import TestScope, in_memory, in_sql

if TYPE_CHECKING:
    import psycopg


def fault(source: str) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        parse_formula(source, TestScope())
    (only,) = caught.value.faults
    assert only.pointer == ""
    return only.code, only.message


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("amount*size/100", "amount * size / 100"),
        ("amount-(size-1)-2", "amount - (size - 1) - 2"),
        ("amount + 1 + 2", "amount + 1 + 2"),
        ("(amount + 1) + 2", "(amount + 1) + 2"),
        ("-amount - -1", "-amount - -1"),
        ("-(1)", "-(1)"),
        ("stage == 'won' ? 1 : 0", 'if(stage == "won", 1, 0)'),
        ("active ? 1 : closed ? 2 : 3", "if(active, 1, if(closed, 2, 3))"),
        ("not active or closed and active", "!active || closed && active"),
        ("not name == stage", "!(name == stage)"),
        ("name != null", "!is_empty(name)"),
        ("name + ' ' + stage", 'concat(name, " ", stage)'),
        ("tags in ['vip']", 'has_any(tags, ["vip"])'),
        ("tags == 'vip'", 'same_set(tags, ["vip"])'),
        ("start >= '2026-01-01'", "start >= date(2026, 1, 1)"),
        ("made < '2026-01-01T00:00:00+01:00'", 'made < "2025-12-31T23:00:00Z"'),
        ("date(2026, 2, 30)", "date(2026, 2, 30)"),
        (r"name == 'it\'s \u00e9\n'", 'name == "it\'s é\\n"'),
    ],
)
def test_formulas_are_written_in_one_way_and_read_back(source: str, written: str) -> None:
    node = parse_formula(source, TestScope())
    assert format_formula(node) == written
    assert parse_formula(written, TestScope()) == node


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("amont", "unknown_field", "1:1 There is no field amont. Did you mean amount?"),
        ("1 +\n roud(1)", "unknown_function", "2:2 there is no function roud. Did you mean round?"),
        ("1 +", "syntax", "1:4 a value is expected here, not the end."),
        ("1 2", "syntax", "1:3 an operator is missing before 2."),
        ("'abc", "syntax", "1:1 this text is not closed."),
        ("made > start", "wrong_type", "1:8 a > b wants a moment here, not a date."),
        ("round('a')", "wrong_type", "1:7 round wants a number here, not a text."),
        ("has(emails, owner)", "wrong_type", "1:13 has wants a text here, not an id."),
        ("abs(1, 2)", "wrong_type", "1:8 abs takes at most 1 values: abs(number)."),
        ("name.__class__", "unknown_field", "1:1 There is no field name.__class__."),
        ("add(1, 2)", "unknown_function", "1:1 there is no function add."),
    ],
)
def test_faults_say_where_and_what(source: str, code: str, message: str) -> None:
    place, _, sentence = message.partition(" ")
    line, _, column = place.partition(":")
    found, told = fault(source)
    assert found == code
    assert told.startswith(f"Line {line}, column {column}: {sentence}")


def test_a_relation_to_many_is_refused_in_formulas() -> None:
    code, message = fault("parts")
    assert code == "wrong_type"
    assert "roll-up" in message


@pytest.mark.parametrize(
    "source",
    [
        "1+" * 1_999 + "1",
        "1-" * 1_999 + "1",
        "(" * 4_000,
        "[" * 4_000,
        "-" * 3_999 + "1",
        "not " * 999 + "active",
        "active?" * 570 + "1",
        "active?1:" * 400 + "1",
        "abs(" * 900,
        "active==(" * 400,
        "9" * 4_000,
        "1" + "0" * 28,
        "9**9**9",
        "\\" * 4_000,
        '"' * 3_999,
        "x" * 4_001,
        "\ud800",
        "'\\ud800'",
        "'\\u0000'",
        "\0",
        "name[0]",
        "if",
        "",
    ],
)
def test_hostile_formulas_are_refused_at_once(source: str) -> None:
    start = time.process_time()
    fault(source)
    assert time.process_time() - start < 1


_words = st.sampled_from(
    [
        *FUNCTIONS,
        *"()[],?:!+-*/<>=",
        "==",
        "&&",
        "||",
        "in",
        "'a'",
        "1",
        "2.5",
        "name",
        "amount",
        "tags",
        "start",
    ]
)


@given(st.lists(_words, max_size=40).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_formula_or_is_refused(source: str) -> None:
    try:
        node = parse_formula(source, TestScope())
    except Invalid:
        return
    assert parse_formula(format_formula(node), TestScope()) == node


@pytest.mark.parametrize(
    "source",
    [
        "+".join(["size"] * 240),
        "concat(" * 49 + "name" + ")" * 49,
        "text(name > " * 24 + "name" + ")" * 24,
        "text(length(" * 24 + "name" + "))" * 24,
        "if(active, " * 49 + "1" + ", 2)" * 49,
        "if(name < " * 24 + "'a', 'b', name)" + ", 'b', name)" * 23,
        "(1.1 * " * 24 + "size" + ")" * 24,
        "add_days(" * 49 + "start" + ", 1)" * 49,
    ],
)
def test_the_deepest_formula_compiles_and_agrees(database: psycopg.Connection, source: str) -> None:
    node = parse_formula(source, TestScope())
    assert in_sql(database, node) == in_memory(node)
