"""What filter documents mean, and what is said about wrong ones."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.filter import OPERATORS, parse_filter
from relata.kernel.expression.grammar import parse_formula
from relata.kernel.expression.notation import format_formula
from relata.kernel.expression.tree import (
    FALSE,
    TRUE,
    Node,
    Some,
    parameterise,
    references,
)
from relata.kernel.expression.types import Type
from tests.kernel.expression.world import CLOCK, TestScope


def read(document: Any, clock: Clock = CLOCK) -> Node:
    return parse_filter(document, TestScope(), clock)


def written(document: Any, clock: Clock = CLOCK) -> str:
    return format_formula(read(document, clock))


def condition(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def faults(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(document)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize("document", [None, {}, {"all": []}, {"all": [{}]}, {"all": [None]}])
def test_a_filter_without_conditions_holds_for_everything(document: Any) -> None:
    assert read(document) == TRUE


def test_any_of_nothing_holds_for_nothing() -> None:
    assert read({"any": []}) == FALSE


@pytest.mark.parametrize(
    ("document", "formula"),
    [
        (condition("name", "is", "Acme"), 'name == "Acme"'),
        (condition("name", "is", None), "is_empty(name)"),
        (condition("name", "is_not", None), "!is_empty(name)"),
        ({"not": condition("name", "is_not", "Acme")}, 'name == "Acme"'),
        (condition("name", "not_in", ["a", "b"]), '!(name in ["a", "b"])'),
        (condition("name", "not_contains", "a"), '!contains(name, "a")'),
        (condition("amount", "between", [1, 2.5]), "amount >= 1 && amount <= 2.5"),
        (condition("tags", "is", "vip"), 'same_set(tags, ["vip"])'),
        (condition("tags", "is", []), "is_empty(tags)"),
        (condition("tags", "in", ["vip"]), 'has_any(tags, ["vip"])'),
        (condition("tags", "contains", "vip"), 'has(tags, "vip")'),
        (condition("emails", "is", "a@b.example"), 'has(emails, "a@b.example")'),
        (condition("emails", "contains", "acme"), 'contains(emails, "acme")'),
        (condition("start", "after", "2026-11-22"), "start > date(2026, 11, 22)"),
        (
            {"any": [condition("active", "is", True), {"field": "size", "op": "is_empty"}]},  # noqa: FBT003
            "active == true || is_empty(size)",
        ),
    ],
)
def test_conditions_are_what_the_formula_says(document: Any, formula: str) -> None:
    assert written(document) == formula
    assert parse_formula(formula, TestScope()) == read(document)


def test_an_id_may_come_with_its_object() -> None:
    plain = "00000000-0000-0000-0000-000000000001"
    both = {"object": "account", "id": plain}
    assert read(condition("about", "contains", both)) == read(condition("about", "is", plain))


@pytest.mark.parametrize(
    ("op", "formula"),
    [
        ("is", 'made >= "2026-11-21T15:00:00Z" && made < "2026-11-22T15:00:00Z"'),
        ("before", 'made < "2026-11-21T15:00:00Z"'),
        ("gte", 'made >= "2026-11-21T15:00:00Z"'),
        ("after", 'made >= "2026-11-22T15:00:00Z"'),
        ("lte", 'made < "2026-11-22T15:00:00Z"'),
    ],
)
def test_a_date_against_a_moment_is_that_day_where_the_person_is(op: str, formula: str) -> None:
    assert written(condition("made", op, "2026-11-22")) == formula


# It is Monday, 23 November 2026, 07:30 in Tokyo.
@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ({"last": 7, "unit": "day"}, (2026, 11, 17), (2026, 11, 23)),
        ({"last": 2, "unit": "week"}, (2026, 11, 10), (2026, 11, 23)),
        ({"last": 1, "unit": "month"}, (2026, 10, 24), (2026, 11, 23)),
        ({"next": 1, "unit": "day"}, (2026, 11, 24), (2026, 11, 24)),
        ({"next": 1, "unit": "year"}, (2026, 11, 24), (2027, 11, 23)),
        ({"this": 1, "unit": "day"}, (2026, 11, 23), (2026, 11, 23)),
        ({"this": 1, "unit": "week"}, (2026, 11, 23), (2026, 11, 29)),
        ({"this": 5, "unit": "quarter"}, (2026, 10, 1), (2026, 12, 31)),
        ({"this": 1, "unit": "year"}, (2026, 1, 1), (2026, 12, 31)),
        ({"last": 10_000, "unit": "year"}, (1, 1, 1), (2026, 11, 23)),
    ],
)
def test_within_counts_whole_days_of_the_person(
    value: Any, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    _, values = parameterise(read(condition("start", "within", value)))
    assert values == (dt.date(*first), dt.date(*last))


def test_within_moments_reaches_from_now() -> None:
    _, last = parameterise(read(condition("made", "within", {"last": 7, "unit": "day"})))
    assert last == (CLOCK.now - dt.timedelta(days=7), CLOCK.now)
    _, this = parameterise(read(condition("made", "within", {"this": 1, "unit": "month"})))
    assert this == (
        dt.datetime(2026, 10, 31, 15, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 30, 15, tzinfo=dt.UTC),
    )


def test_a_day_is_shorter_when_the_clocks_go_forward() -> None:
    clock = Clock(CLOCK.now, zoneinfo.ZoneInfo("Europe/Berlin"))
    _, values = parameterise(read(condition("made", "is", "2026-03-29"), clock))
    start, end = values
    assert isinstance(start, dt.datetime)
    assert isinstance(end, dt.datetime)
    assert end - start == dt.timedelta(hours=23)


def test_some_none_and_every_ask_the_related_records() -> None:
    where = condition("size", "gt", 1)
    some = read({"field": "parts", "op": "some", "where": where})
    assert isinstance(some, Some)
    assert references(some) == {("parts",), ("parts", "size")}
    none = read({"field": "parts", "op": "none", "where": where})
    assert none == read({"not": {"field": "parts", "op": "some", "where": where}})
    every = read({"field": "parts", "op": "every", "where": where})
    assert every == read({"field": "parts", "op": "none", "where": {"not": where}})
    assert read({"field": "parts", "op": "is_not_empty"}) == Some(("parts",))


def test_the_shape_of_a_filter_does_not_depend_on_its_constants() -> None:
    one, values = parameterise(read(condition("name", "in", ["a"])))
    other, _ = parameterise(read(condition("name", "in", ["b", "c", "d"])))
    assert one == other
    assert hash(one) == hash(other)
    assert values == (("a",),)


def test_all_faults_are_told_at_once_with_their_places() -> None:
    document = {
        "all": [
            condition("nme", "is", "x"),
            {"any": [condition("name", "like", "x"), condition("amount", "is", "much")]},
            {"not": {"field": "name", "op": "is"}},
            {"field": "parts", "op": "some", "where": condition("size", "is", True)},  # noqa: FBT003
            {"field": "parts", "op": "every"},
            {"field": "name", "op": "is_empty", "a/b~": 1},
            condition("name", "in", ["x"] * 1_001),
            {"field": "name", "op": "is_empty", "where": condition("size", "is", 1)},
            {"field": "parts", "op": "is_empty", "where": condition("size", "is", 1)},
        ]
    }
    assert faults(document) == [
        ("/all/0/field", "unknown_field"),
        ("/all/1/any/0/op", "unknown_operator"),
        ("/all/1/any/1/value", "wrong_type"),
        ("/all/2/not/value", "missing"),
        ("/all/3/where/value", "wrong_type"),
        ("/all/4/where", "missing"),
        ("/all/5/a~1b~0", "unknown_key"),
        ("/all/6/value", "too_many"),
        ("/all/7/where", "not_applicable"),
        ("/all/8/where", "not_applicable"),
    ]


def test_a_misspelt_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(Invalid) as caught:
        read(condition("ammount", "is", 1))
    assert caught.value.faults[0].message == "There is no field ammount. Did you mean amount?"


def test_a_hidden_field_sounds_like_an_unknown_one() -> None:
    assert faults(condition("secret", "is", 1)) == faults(condition("sekret", "is", 1))


def test_deep_and_wide_filters_are_refused() -> None:
    deep: Any = {}
    deep["not"] = {"field": "name", "op": "is_empty"}
    for _ in range(10_000):
        deep = {"not": deep}
    assert faults(deep) == [("/not" * 20, "too_deep")]
    one = condition("size", "gt", 1)
    assert faults({"all": [one] * 201}) == [("/all", "too_many")]
    assert faults({"all": [{"any": [one] * 150}] * 2})[0][1] == "too_many"


@pytest.mark.parametrize(
    "value",
    [
        "a\0b",
        "\ud800",
        "x" * 4_001,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        10**4_000,
        -(10**28),
        True,
        {},
        [[]],
    ],
)
@pytest.mark.parametrize("field", ["name", "amount"])
def test_values_that_postgresql_cannot_hold_are_refused(field: str, value: Any) -> None:
    assert faults(condition(field, "is", value)) == [("/value", "wrong_type")]


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-11-22T25:00:00Z",
        "2026-11-22T10:00:00",
        "0001-01-01T00:00:00+14:00",
        7,
        "",
    ],
)
def test_moments_that_are_none_are_refused(value: Any) -> None:
    assert faults(condition("made", "is", value)) == [("/value", "wrong_type")]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "field", "op", "value", "where", "x"]),
            inner | st.sampled_from([*OPERATORS[Type.TEXT], *OPERATORS[Type.DATE], "some", "name", "parts", "made"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_any_json_is_read_or_refused_with_faults(document: Any) -> None:
    try:
        read(document)
    except Invalid as error:
        told = [fault.message for fault in error.faults]
    else:
        told = ["read"]
    assert told
    assert all(told)
