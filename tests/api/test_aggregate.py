"""Groups and measures, and boards, over REST: parts of dates where the person is, money by currency,
and boards whose columns page without losing a card.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import Caller, World

CALLS = {
    "2026-10-31T22:30:00Z": ("2026-10-31", "2026-10-26", "2026-10-01", "2026-10-01", "2026-01-01"),
    "2026-10-31T23:30:00Z": ("2026-11-01", "2026-10-26", "2026-11-01", "2026-10-01", "2026-01-01"),
    "2026-12-31T23:00:00Z": ("2027-01-01", "2026-12-28", "2027-01-01", "2027-01-01", "2027-01-01"),
    "2026-06-30T22:00:00Z": ("2026-07-01", "2026-06-29", "2026-07-01", "2026-07-01", "2026-01-01"),
}
"""Moments, with the first days of the day, week, month, quarter and year in Berlin to which they belong."""

DEALS: tuple[tuple[str, str | None, str | None, str], ...] = (
    ("prospecting", "10", "EUR", "new_business"),
    ("prospecting", "20.5", "EUR", "renewal"),
    ("proposal", "5", "EUR", "renewal"),
    ("proposal", "7", "USD", "renewal"),
    ("proposal", "8", "USD", "expansion"),
    ("closed_won", None, None, "renewal"),
)


@pytest.fixture(scope="module")
def nora(module_world: World) -> Caller:
    caller = module_world.nora
    for index, moment in enumerate(CALLS):
        caller.create("call", subject=f"call {index}", started_at=moment, duration=(index + 1) * 60)
    caller.create("call", subject="unplanned")
    home = caller.create("account", name="Halden", industry="energy")["id"]
    away = caller.create("account", name="Orsand", industry="media")["id"]
    for index, (stage, amount, currency, type_) in enumerate(DEALS):
        money = {"amount": amount, "currency": currency} if amount else None
        account = home if index % 2 else away
        caller.create("opportunity", name=f"deal {index}", stage=stage, amount=money, type=type_, account=account)
    return caller


def rows(caller: Caller, object_: str, **question: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.post(f"/records/{object_}/aggregate", question)["rows"]
    return found


@pytest.mark.parametrize(("position", "unit"), list(enumerate(("day", "week", "month", "quarter", "year"))))
def test_a_moment_belongs_to_the_day_of_the_persons_own_clock(nora: Caller, position: int, unit: str) -> None:
    counted = rows(nora, "call", group=[{"field": "started_at", "by": unit, "as": "start"}], measures=[{"fn": "count"}])
    expected: dict[str | None, int] = {}
    for days in CALLS.values():
        expected[days[position]] = expected.get(days[position], 0) + 1
    dated = sorted((day, number) for day, number in expected.items() if day)
    assert [(row["start"], row["count"]) for row in counted] == [*dated, (None, 1)]


def test_every_measure_is_what_it_says(nora: Caller) -> None:
    measures = [{"fn": fn, "field": "duration"} for fn in ("count", "count_distinct", "sum", "average", "min", "max")]
    measures += [{"fn": "median", "field": "duration", "as": "middle"}, {"fn": "count"}]
    assert rows(nora, "call", measures=measures) == [
        {
            "count_duration": 4,
            "count_distinct_duration": 4,
            "sum_duration": 600,
            "average_duration": 150,
            "min_duration": 60,
            "max_duration": 240,
            "middle": 150,
            "count": 5,
        }
    ]


def test_sums_of_several_currencies_are_a_list_and_never_added(nora: Caller) -> None:
    found = rows(nora, "opportunity", group=["stage"], measures=[{"fn": "sum", "field": "amount"}, {"fn": "count"}])
    by_stage = {row["stage"]: row for row in found}
    assert list(by_stage) == ["prospecting", "proposal", "closed_won"]
    assert by_stage["prospecting"]["sum_amount"] == {"amount": "30.50", "currency": "EUR"}
    assert by_stage["proposal"]["sum_amount"] == [
        {"amount": "5.00", "currency": "EUR"},
        {"amount": "15.00", "currency": "USD", "unrated": 2},
    ]
    assert by_stage["closed_won"]["sum_amount"] is None
    whole = rows(nora, "opportunity", measures=[{"fn": "sum", "field": "amount"}])[0]["sum_amount"]
    assert [money["amount"] for money in whole] == ["35.50", "15.00"]


def test_having_sort_and_limit_choose_among_the_groups(nora: Caller) -> None:
    question: dict[str, Any] = {"group": [{"field": "type"}], "measures": [{"fn": "count", "as": "deals"}]}
    assert rows(nora, "opportunity", **question, sort="-deals,type") == [
        {"type": "renewal", "deals": 4},
        {"type": "expansion", "deals": 1},
        {"type": "new_business", "deals": 1},
    ]
    more = {"field": "deals", "op": "gt", "value": 1}
    assert rows(nora, "opportunity", **question, having=more) == [{"type": "renewal", "deals": 4}]
    assert rows(nora, "opportunity", **question, having={"all": [more, {**more, "op": "lt", "value": 4}]}) == []
    assert rows(nora, "opportunity", **question, sort="-deals", limit=1) == [{"type": "renewal", "deals": 4}]


def test_groups_and_filters_reach_through_relations(nora: Caller) -> None:
    question: dict[str, Any] = {"group": [{"field": "account.industry", "as": "industry"}, "stage"]}
    filter_ = {"field": "account.name", "op": "is", "value": "Halden"}
    assert rows(nora, "opportunity", **question, filter=filter_) == [
        {"industry": "energy", "stage": "prospecting", "count": 1},
        {"industry": "energy", "stage": "proposal", "count": 1},
        {"industry": "energy", "stage": "closed_won", "count": 1},
    ]


def test_faults_of_a_question_are_told_at_once(nora: Caller) -> None:
    question = {
        "group": [{"field": "tags"}, {"field": "stage", "by": "month"}, {"field": "colour"}],
        "measures": [{"fn": "sum", "field": "name"}, {"fn": "mode"}],
        "having": {"field": "nothing", "op": "gt", "value": 1},
        "sort": "size",
        "limit": 0,
    }
    faults = nora.faults("POST", "/records/opportunity/aggregate", question)
    assert set(faults) == {
        "/group/0/field",
        "/group/1/by",
        "/group/2/field",
        "/measures/0/field",
        "/measures/1/fn",
        "/having/0",
        "/sort/0",
        "/limit",
    }


def test_paging_a_board_gives_every_card_once(nora: Caller) -> None:
    for index in range(23):
        rating = ("cold", "warm", "hot", None)[index % 4]
        status = ("new", "contacted")[index % 2]
        nora.create("lead", name={"last": f"Lead {index % 7}"}, status=status, rating=rating)
    question = {"group": "rating", "sort": "-name", "limit": 2, "fields": ["name", "rating"]}
    groups = nora.post("/records/lead/board", question)["groups"]
    assert [(group["key"], group["count"]) for group in groups] == [("cold", 6), ("warm", 6), ("hot", 6), (None, 5)]
    for group in groups:
        filter_ = {"field": "rating", "op": "is", "value": group["key"]}
        ids = [record["id"] for record in group["records"]]
        after = group["next"]
        while after:
            page = {"filter": filter_, "sort": "-name", "limit": 2, "fields": ["name"], "after": after}
            answer = nora.post("/records/lead/query", page)
            ids += [record["id"] for record in answer["records"]]
            after = answer["next"]
        whole = nora.query("lead", filter=filter_, sort="-name", fields=["name"], limit=100)
        assert ids == [record["id"] for record in whole]
        assert len(ids) == group["count"]


def test_a_board_has_a_column_for_every_option_and_its_measures(nora: Caller) -> None:
    measures = [{"fn": "sum", "field": "amount"}, {"fn": "count"}]
    groups = nora.post("/records/opportunity/board", {"group": "stage", "measures": measures, "limit": 1})["groups"]
    assert [(group["key"], group["count"], len(group["records"]), bool(group["next"])) for group in groups] == [
        ("prospecting", 2, 1, True),
        ("qualification", 0, 0, False),
        ("proposal", 3, 1, True),
        ("negotiation", 0, 0, False),
        ("closed_won", 1, 1, False),
        ("closed_lost", 0, 0, False),
    ]
    assert groups[1]["sum_amount"] is None
    assert [money["currency"] for money in groups[2]["sum_amount"]] == ["EUR", "USD"]
    assert list(nora.faults("POST", "/records/opportunity/board", {"group": "name"})) == ["/group"]
