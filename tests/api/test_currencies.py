"""Rates over REST, and what they make of amounts: converted where they are read, at the rate of the day that counts,
rounded per amount, so that every sum is the sum of what is shown.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import Caller, World

PLACES = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
RATES = {
    ("USD", "2026-01-01"): "0.9",
    ("USD", "2026-07-01"): "0.8",
    ("JPY", "2026-01-01"): "0.0061",
    ("KWD", "2026-01-01"): "2.8511",
}
DEALS: tuple[tuple[str, str, str, str | None], ...] = (
    ("a", "100", "EUR", "2026-08-01"),
    ("b", "100.05", "USD", "2026-06-30"),
    ("c", "100.05", "USD", "2026-07-01"),
    ("d", "12345", "JPY", None),
    ("e", "7.125", "KWD", "2026-09-09"),
)
CONVERTED = {"a": "100", "b": "90.05", "c": "80.04", "d": "75.30", "e": "20.31"}


@pytest.fixture(scope="module")
def nora(module_world: World) -> Caller:
    caller = module_world.nora
    rates = [{"currency": code, "date": day, "rate": rate} for (code, day), rate in RATES.items()]
    assert done(caller("PUT", "/currencies", {"rates": rates})) == {"rates": 4, "changed": 4}
    account = caller.create("account", name="Halden")["id"]
    for name, amount, currency, day in DEALS:
        money = {"amount": amount, "currency": currency}
        caller.create("opportunity", name=name, amount=money, close_date=day, account=account, type="renewal")
    return caller


def done(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def total(caller: Caller, fn: str = "sum", field: str = "amount", **question: Any) -> Any:
    measures = [{"fn": fn, "field": field, "as": "figure"}]
    filter_ = {"field": "type", "op": "is", "value": "renewal"}
    return caller.post("/records/opportunity/aggregate", {"filter": filter_, **question, "measures": measures})["rows"][
        0
    ]["figure"]


def test_an_amount_is_converted_at_the_rate_of_its_day(nora: Caller) -> None:
    filter_ = {"field": "type", "op": "is", "value": "renewal"}
    found = nora.query("opportunity", filter=filter_, fields=["name", "amount.converted"], sort="-amount.converted")
    shown = {record["name"]: Decimal(str(record["amount.converted"])) for record in found}
    assert shown == {name: Decimal(amount) for name, amount in CONVERTED.items()}
    assert [record["name"] for record in found] == ["a", "b", "c", "d", "e"]
    over = {"all": [filter_, {"field": "amount.converted", "op": "gt", "value": 80}]}
    assert {record["name"] for record in nora.query("opportunity", filter=over)} == {"a", "b", "c"}


def test_an_amount_tells_at_which_rate_it_is_converted(nora: Caller) -> None:
    filter_ = {"field": "type", "op": "is", "value": "renewal"}
    told = ["amount.rate", "amount.rate_from"]

    def rates(**question: Any) -> list[list[Any]]:
        found = nora.query("opportunity", filter=filter_, fields=told, sort="name", **question)
        return [[row[name] for name in told] for row in found]

    expected = [
        [None, None], [0.9, "2026-01-01"], [0.8, "2026-07-01"], [0.0061, "2026-01-01"], [2.8511, "2026-01-01"]
    ]  # fmt: skip
    assert rates() == expected
    moment = nora.query("opportunity", limit=1, fields=["updated_at"], sort="-updated_at")[0]["updated_at"]
    assert rates(as_of=moment) == expected
    into_yen = rates(currency={"to": "JPY", "on": "2026-07-01"})
    assert into_yen[0] == [round(1 / 0.0061, 10), "2026-01-01"]
    assert into_yen[1] == [round(0.8 / 0.0061, 10), "2026-01-01"]
    assert into_yen[3] == [None, None]
    rule = {"name": "dear", "label": "Dear", "message": "Too dear.", "refuse_if": "amount.rate > 5"}
    assert nora.faults("POST", "/objects/opportunity/rules", rule) == {"/refuse_if": "not_applicable"}


def test_measures_of_money_are_those_of_the_converted_amounts(nora: Caller) -> None:
    worth = sum(map(Decimal, CONVERTED.values()))
    assert (
        total(nora)
        == total(nora, field="amount.converted")
        == {"amount": str(worth), "currency": "EUR", "converted": 4}
    )
    assert total(nora, "max") == {"amount": "100.00", "currency": "EUR", "converted": 4}
    assert Decimal(total(nora, "average")["amount"]) == worth / 5
    many = {"field": "figure", "op": "gt", "value": 365}
    assert total(nora, having=many)["amount"] == str(worth)
    by_account = nora.post(
        "/records/opportunity/aggregate",
        {"group": ["account.name"], "measures": [{"fn": "sum", "field": "amount"}], "sort": "-sum_amount", "limit": 1},
    )["rows"]
    assert by_account[0]["sum_amount"] == {"amount": str(worth), "currency": "EUR", "converted": 4}


def test_a_question_names_another_currency_and_another_day(nora: Caller) -> None:
    fixed = {"to": "JPY", "on": "2026-06-30"}
    expected = {
        "a": half_away(Fraction(100) / Fraction("0.0061"), 0),
        "b": half_away(Fraction("100.05") * Fraction("0.9") / Fraction("0.0061"), 0),
        "c": half_away(Fraction("100.05") * Fraction("0.9") / Fraction("0.0061"), 0),
        "d": Decimal(12345),
        "e": half_away(Fraction("7.125") * Fraction("2.8511") / Fraction("0.0061"), 0),
    }
    assert total(nora, currency=fixed) == {"amount": str(sum(expected.values())), "currency": "JPY", "converted": 4}
    page = nora.query("opportunity", fields=["name", "amount.converted"], currency=fixed)
    assert {row["name"]: Decimal(str(row["amount.converted"])) for row in page} == expected
    board = nora.post(
        "/records/opportunity/board",
        {"group": "type", "measures": [{"fn": "sum", "field": "amount"}], "currency": {"on": "2026-06-30"}},
    )["groups"]
    assert next(column for column in board if column["key"] == "renewal")["sum_amount"]["amount"] == "375.71"
    faults = nora.faults("POST", "/records/opportunity/aggregate", {"currency": {"to": "XYZ", "on": "soon", "at": 1}})
    assert faults == {
        "/currency/to": "bad_currency", "/currency/on": "bad_date", "/currency/at": "unknown_parameter"
    }  # fmt: skip


def test_bare_amounts_are_measured_within_one_currency_only(nora: Caller) -> None:
    measures = [{"fn": "sum", "field": "amount.amount", "as": "bare"}]
    question: dict[str, Any] = {"measures": measures}
    assert nora.faults("POST", "/records/opportunity/aggregate", question) == {"/measures/0/field": "not_measurable"}
    found = nora.post("/records/opportunity/aggregate", {**question, "group": ["amount.currency"]})["rows"]
    assert {row["amount.currency"]: row["bare"] for row in found}["USD"] == 200.1


def test_formulas_and_rollups_convert_too(nora: Caller) -> None:
    nora.post(
        "/objects/account/fields",
        {"name": "won", "kind": "rollup", "of": "opportunities", "fn": "sum", "field": "amount"},
    )
    nora.post("/objects/account/fields", {"name": "twice", "kind": "formula", "formula": "won * 2"})
    nora.post("/objects/opportunity/fields", {"name": "double", "kind": "formula", "formula": "amount.converted * 2"})
    account = nora.query("account", fields=["won", "twice"])[0]
    worth = sum(map(Decimal, CONVERTED.values()))
    assert account["won"] == {"amount": str(worth), "currency": "EUR"}
    assert Decimal(str(account["twice"])) == worth * 2
    doubled = {row["name"]: row["double"] for row in nora.query("opportunity", fields=["name", "double"])}
    assert doubled["b"] == 180.1
    rule = {"name": "small", "label": "Small", "message": "Too much.", "refuse_if": "amount.converted > 5"}
    assert nora.faults("POST", "/objects/opportunity/rules", rule) == {"/refuse_if": "not_applicable"}


def test_a_changed_rate_counts_at_once_and_the_past_keeps_its_own(nora: Caller) -> None:
    before, then = total(nora), nora.query("opportunity", limit=1, fields=["created_at"], sort="-created_at")[0]
    moment = nora.patch(f"/records/opportunity/{then['id']}", {"next_step": "call"})["updated_at"]
    done(nora("PUT", "/currencies/KWD/rates", {"rates": [{"date": "2026-09-01", "rate": 4}]}))
    after = total(nora)
    assert Decimal(after["amount"]) - Decimal(before["amount"]) == Decimal("28.50") - Decimal("20.31")
    assert total(nora, as_of=moment) == before
    done(nora("DELETE", "/currencies/KWD/rates/2026-09-01"))
    assert total(nora) == before
    shown = nora.get("/currencies/USD/rates?limit=1")
    assert [(rate["date"], rate["rate"], rate["by.name"]) for rate in shown["rates"]] == [("2026-07-01", "0.8", "Nora")]
    assert [rate["date"] for rate in nora.get(f"/currencies/USD/rates?after={shown['next']}")["rates"]] == [
        "2026-01-01"
    ]


def test_where_a_rate_is_missing_nothing_is_left_out_and_nothing_mixed(nora: Caller) -> None:
    for amount, currency in (("5", "EUR"), ("7", "GBP"), ("8", "GBP")):
        nora.create("opportunity", name="x", amount={"amount": amount, "currency": currency}, type="expansion")
    filter_ = {"field": "type", "op": "is", "value": "expansion"}
    parts = [{"amount": "5.00", "currency": "EUR"}, {"amount": "15.00", "currency": "GBP", "unrated": 2}]
    assert total(nora, filter=filter_) == parts
    foreign = {"all": [filter_, {"field": "amount.currency", "op": "is", "value": "GBP"}]}
    assert total(nora, filter=foreign) == parts[1]
    page = nora.query("opportunity", filter=filter_, fields=["amount.converted"], sort="amount.converted")
    assert [row["amount.converted"] for row in page] == [5, None, None]
    done(nora("PUT", "/currencies/GBP/rates", {"rates": [{"date": "2020-01-01", "rate": "1.2"}]}))
    assert total(nora, filter=filter_) == {"amount": "23.00", "currency": "EUR", "converted": 2}
    assert total(nora, filter=filter_, currency="USD")["currency"] == "USD"


def test_rates_are_refused_with_every_fault_and_by_administrators_only(module_world: World, nora: Caller) -> None:
    rates = [
        {"currency": "EUR", "date": "2026-01-01", "rate": 1},
        {"currency": "USD", "date": "2026-02-30", "rate": 0},
        {"currency": "CHF", "date": "2026-01-01", "rate": "1.1", "note": "?"},
    ]
    assert nora.faults("PUT", "/currencies", {"rates": rates}) == {
        "/rates/0/currency": "own_currency",
        "/rates/1/date": "bad_date",
        "/rates/1/rate": "bad_rate",
        "/rates/2/note": "unknown_parameter",
    }
    sent = b"date,currency,rate\n2026-01-01,CHF,1.07\n2026-01-02,CHF,abc\n"
    headers = {"content-type": "text/csv"}
    refused = nora("PUT", "/currencies", content=sent, headers=headers)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/rates/1/rate"]
    assert done(nora("PUT", "/currencies", content=sent.replace(b"abc", b"1.08"), headers=headers))["changed"] == 2
    assert nora("DELETE", "/currencies/USD").status_code == 409
    assert nora("DELETE", "/currencies/CHF").status_code == 204
    shown = module_world.mei.get("/currencies")["currencies"]
    assert {"JPY", "KWD", "USD"} <= {one["currency"] for one in shown} <= {"GBP", "JPY", "KWD", "USD"}
    assert {(one["by.name"], one["at"][:2], one["through"]) for one in shown} == {("Nora", "20", "browser")}
    assert module_world.mei("PUT", "/currencies", {"rates": rates}).status_code == 403


@settings(max_examples=60, deadline=None)
@given(
    amount=st.decimals(min_value=-(10**12), max_value=10**12, places=4),
    rate=st.decimals(min_value="0.000001", max_value=10**6, places=12).filter(bool),
    per=st.decimals(min_value="0.000001", max_value=10**6, places=12).filter(bool),
    code=st.sampled_from(sorted(PLACES)),
)
def test_the_database_rounds_half_away_from_zero_and_once(
    module_world: World, amount: Decimal, rate: Decimal, per: Decimal, code: str
) -> None:
    places = PLACES[code]
    found = module_world.rows(
        "select relata.converted(%s, %s, %s, relata.places(%s)), round(%s * %s, relata.places(%s))",
        [amount, rate, per, code, amount, rate, code],
    )[0]
    crossed = half_away(Fraction(amount) * Fraction(rate) / Fraction(per), places)
    assert found == (crossed, half_away(Fraction(amount) * Fraction(rate), places))


def half_away(exact: Fraction, places: int) -> Decimal:
    scaled = abs(exact) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
