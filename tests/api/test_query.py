"""Queries over REST: every operator of section 4 of the design on a small table, sorting, and limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.world import Caller, World

BERLIN = ZoneInfo("Europe/Berlin")
ACCOUNTS: dict[str, dict[str, Any]] = {
    "Ärzte Nord": {"industry": "health_care", "employees": 40, "tags": ["vip", "north"], "domain": "aerzte.example"},
    "Arla Süd": {"industry": "food_and_drink", "employees": 900, "tags": ["vip"], "emails": "info@arla.example"},
    "beta works": {"industry": "technology", "employees": 12, "type": "customer", "domain": "Beta_100%.example"},
    "Zeta Wind": {"industry": "energy", "employees": 40.5, "billing_address": {"city": "Kiel", "country": "DE"}},
    "Empty House": {},
}


@pytest.fixture(scope="module")
def nora(module_world: World) -> Caller:
    """The administrator, with the accounts, their contacts and notes in place."""
    caller = module_world.nora
    ids = {name: caller.create("account", name=name, **values)["id"] for name, values in ACCOUNTS.items()}
    caller.patch(f"/records/account/{ids['Zeta Wind']}", {"parent": ids["Ärzte Nord"]})
    for last, account, birthday in (
        ("Abel", "Ärzte Nord", "1980-05-01"),
        ("Bohr", "Ärzte Nord", None),
        ("Curie", "beta works", "1990-01-31"),
    ):
        caller.create("contact", name={"last": last}, account=ids[account], birthday=birthday)
    caller.create("contact", name={"last": "Dirac"})
    here = [{"object": "account", "id": ids["Ärzte Nord"]}, {"object": "account", "id": ids["beta works"]}]
    caller.create("note", title="Kick-off", about=here)
    caller.create("note", title="Renewal", about=here[:1])
    return caller


def found(caller: Caller, filter_: Any, object_: str = "account", name: str = "name") -> list[str]:
    """The names of the records that pass."""
    records = caller.query(object_, filter=filter_, fields=[name], sort=name, limit=1_000)
    return [record[name] for record in records]


def condition(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


ALL = ["Arla Süd", "Ärzte Nord", "beta works", "Empty House", "Zeta Wind"]
NORD, ARLA, BETA, EMPTY, ZETA = "Ärzte Nord", "Arla Süd", "beta works", "Empty House", "Zeta Wind"
CASES: list[tuple[dict[str, Any], set[str]]] = [
    (condition("industry", "is", "energy"), {ZETA}),
    (condition("industry", "is_not", "energy"), {NORD, ARLA, BETA, EMPTY}),
    (condition("industry", "in", ["energy", "technology"]), {ZETA, BETA}),
    (condition("industry", "not_in", ["energy", "technology"]), {NORD, ARLA, EMPTY}),
    (condition("industry", "in", []), set()),
    (condition("industry", "not_in", []), set(ALL)),
    (condition("industry", "is", None), {EMPTY}),
    (condition("employees", "lt", 40), {BETA}),
    (condition("employees", "lte", 40), {BETA, NORD}),
    (condition("employees", "gt", 40), {ZETA, ARLA}),
    (condition("employees", "gte", 40.5), {ZETA, ARLA}),
    (condition("employees", "between", [12, 40]), {BETA, NORD}),
    (condition("name", "is", "arla süd"), set()),
    (condition("name", "is", "Arla Süd"), {ARLA}),
    (condition("name", "contains", "SUD"), {ARLA}),
    (condition("name", "contains", "r"), {NORD, ARLA, BETA}),
    (condition("name", "not_contains", "r"), {ZETA, EMPTY}),
    (condition("domain", "not_contains", "aerzte"), {ARLA, BETA, ZETA, EMPTY}),
    (condition("domain", "contains", "_100%"), {BETA}),
    (condition("domain", "contains", "%"), {BETA}),
    (condition("name", "starts_with", "A"), {NORD, ARLA}),
    (condition("name", "ends_with", "WIND"), {ZETA}),
    (condition("domain", "is_empty"), {ARLA, ZETA, EMPTY}),
    (condition("domain", "is_not_empty"), {NORD, BETA}),
    (condition("tags", "contains", "vip"), {NORD, ARLA}),
    (condition("tags", "not_contains", "vip"), {BETA, ZETA, EMPTY}),
    (condition("tags", "is", ["north", "vip"]), {NORD}),
    (condition("tags", "in", ["north", "south"]), {NORD}),
    (condition("tags", "is_empty"), {BETA, ZETA, EMPTY}),
    (condition("emails", "contains", "ARLA"), {ARLA}),
    (condition("emails", "is", "info@arla.example"), {ARLA}),
    (condition("billing_address.city", "is", "Kiel"), {ZETA}),
    (condition("billing_address.country", "is_not", "DE"), {NORD, ARLA, BETA, EMPTY}),
    (condition("parent.industry", "is", "health_care"), {ZETA}),
    (condition("parent.name", "is_empty"), {NORD, ARLA, BETA, EMPTY}),
    ({"field": "contacts", "op": "some", "where": condition("name.last", "is", "Abel")}, {NORD}),
    ({"field": "contacts", "op": "none", "where": condition("name.last", "is", "Abel")}, {ARLA, BETA, ZETA, EMPTY}),
    ({"field": "contacts", "op": "every", "where": condition("birthday", "is_not_empty")}, {ARLA, BETA, ZETA, EMPTY}),
    (condition("contacts", "is_empty"), {ARLA, ZETA, EMPTY}),
    (condition("contacts", "is_not_empty"), {NORD, BETA}),
    ({"field": "notes", "op": "some", "where": condition("title", "is", "Kick-off")}, {NORD, BETA}),
    ({"field": "notes", "op": "some", "where": condition("title", "is", "Renewal")}, {NORD}),
    ({"field": "notes", "op": "none", "where": condition("title", "is", "Renewal")}, {ARLA, BETA, ZETA, EMPTY}),
    ({"field": "notes", "op": "every", "where": condition("title", "is", "Kick-off")}, {ARLA, BETA, ZETA, EMPTY}),
    ({"field": "subsidiaries", "op": "some", "where": condition("name", "is", ZETA)}, {NORD}),
    ({"all": [condition("employees", "gte", 40), condition("tags", "contains", "vip")]}, {NORD, ARLA}),
    ({"any": [condition("employees", "lt", 20), condition("industry", "is", "energy")]}, {BETA, ZETA}),
    ({"all": []}, set(ALL)),
    ({"any": []}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("filter_", "names"), CASES, ids=[str(index) for index in range(len(CASES))])
def test_a_filter_finds_its_records_and_not_finds_exactly_the_rest(nora: Caller, filter_: Any, names: set[str]) -> None:
    assert found(nora, filter_) == [name for name in ALL if name in names]
    assert found(nora, {"not": filter_}) == [name for name in ALL if name not in names]


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        (condition("birthday", "before", "1990-01-31"), ["Abel"]),
        (condition("birthday", "after", "1980-05-01"), ["Curie"]),
        (condition("birthday", "lte", "1990-01-31"), ["Abel", "Curie"]),
        (condition("birthday", "between", ["1980-05-01", "1985-01-01"]), ["Abel"]),
        (condition("account.parent.name", "is_empty"), ["Abel", "Bohr", "Curie", "Dirac"]),
        (condition("account.employees", "lt", 40), ["Curie"]),
        (condition("account.industry", "is_not", "technology"), ["Abel", "Bohr", "Dirac"]),
        (condition("account", "is_empty"), ["Dirac"]),
    ],
)
def test_dates_and_fields_through_relations_filter(nora: Caller, filter_: Any, names: list[str]) -> None:
    assert found(nora, filter_, "contact", "name.last") == names


def test_an_activity_is_found_by_the_record_it_is_about(nora: Caller) -> None:
    account = nora.query("account", filter=condition("name", "is", "beta works"), fields=["name"])[0]["id"]
    pair = {"object": "account", "id": account}
    assert found(nora, condition("about", "contains", pair), "note", "title") == ["Kick-off"]
    assert found(nora, condition("about", "not_contains", account), "note", "title") == ["Renewal"]


def test_fields_through_relations_come_back_under_their_path_and_sort(nora: Caller) -> None:
    records = nora.query("contact", fields=["name.last", "account", "account.name"], sort="-account.name,name.last")
    assert [(r["name.last"], r["account.name"]) for r in records] == [
        ("Curie", "beta works"),
        ("Abel", "Ärzte Nord"),
        ("Bohr", "Ärzte Nord"),
        ("Dirac", None),
    ]
    assert set(records[0]) >= {"name.last", "account", "account.name"}
    assert "emails" not in records[0]


def test_within_counts_whole_days_of_the_person(nora: Caller) -> None:
    today = datetime.now(BERLIN).date()
    days = {"yesterday": -1, "today": 0, "tomorrow": 1, "in ten days": 10, "long ago": -1_000, "far off": 1_000}
    for subject, shift in days.items():
        nora.create("task", subject=subject, due_date=str(today + timedelta(days=shift)))
    nora.create("task", subject="undated")

    def due(value: Any) -> set[str]:
        return set(found(nora, condition("due_date", "within", value), "task", "subject"))

    assert due({"last": 2, "unit": "day"}) == {"yesterday", "today"}
    assert due({"next": 1, "unit": "day"}) == {"tomorrow"}
    assert due({"this": 1, "unit": "day"}) == {"today"}
    assert due({"next": 2, "unit": "week"}) == {"tomorrow", "in ten days"}
    assert due({"last": 4, "unit": "year"}) == {"yesterday", "today", "long ago"}
    assert due({"next": 12, "unit": "quarter"}) == {"tomorrow", "in ten days", "far off"}
    same_year = {s for s, shift in days.items() if (today + timedelta(days=shift)).year == today.year}
    assert due({"this": 1, "unit": "year"}) == same_year
    rest = {"not": condition("due_date", "within", {"last": 2, "unit": "day"})}
    assert set(found(nora, rest, "task", "subject")) == {*days, "undated"} - {"yesterday", "today"}


def test_within_moments_reaches_from_now_and_days_are_the_persons(nora: Caller) -> None:
    now = datetime.now(UTC)
    midnight = datetime.combine(date(2026, 11, 1), datetime.min.time(), BERLIN).astimezone(UTC)
    moments = {
        "an hour ago": now - timedelta(hours=1),
        "in an hour": now + timedelta(hours=1),
        "last of October": midnight - timedelta(seconds=1),
        "first of November": midnight,
    }
    for subject, moment in moments.items():
        nora.create("call", subject=subject, started_at=moment.isoformat())
    within = condition("started_at", "within", {"last": 1, "unit": "day"})
    assert "an hour ago" in found(nora, within, "call", "subject")
    assert "in an hour" not in found(nora, within, "call", "subject")
    assert found(nora, condition("started_at", "is", "2026-11-01"), "call", "subject") == ["first of November"]
    assert found(nora, condition("started_at", "is", "2026-10-31"), "call", "subject") == ["last of October"]
    assert "last of October" in found(nora, condition("started_at", "before", "2026-11-01"), "call", "subject")


def test_sorting_folds_and_leaves_empty_values_last_in_both_directions(nora: Caller) -> None:
    everyone = [record["name"] for record in nora.query("account", sort="name", fields=["name"])]
    assert everyone == ALL
    backwards = [record["name"] for record in nora.query("account", sort=["-name"], fields=["name"])]
    assert backwards == ALL[::-1]
    up = [record["employees"] for record in nora.query("account", sort="employees", fields=["employees"])]
    down = [record["employees"] for record in nora.query("account", sort="-employees", fields=["employees"])]
    assert up == [12, 40, 40.5, 900, None]
    assert down == [900, 40.5, 40, 12, None]


@pytest.mark.parametrize("sort", ["name", "-name", "employees", "-domain,name", "industry", "-parent.name,-employees"])
def test_pages_follow_each_other_without_gap_or_repetition(nora: Caller, sort: str) -> None:
    whole = [record["id"] for record in nora.query("account", sort=sort, fields=["name"])]
    ids: list[str] = []
    after = None
    while True:
        page = nora.post("/records/account/query", {"sort": sort, "fields": ["name"], "limit": 2, "after": after})
        ids += [record["id"] for record in page["records"]]
        after = page["next"]
        if after is None:
            break
    assert ids == whole
    assert len(ids) == len(ALL)


def test_limits_and_cursors_of_another_sort_are_refused(nora: Caller) -> None:
    path = "/records/account/query"
    cursor = nora.post(path, {"sort": "name", "limit": 1})["next"]
    for limit in (-1, 1_001, "many", 1.5):
        assert list(nora.faults("POST", path, {"limit": limit})) == ["/limit"]
    for sort in ("-name", "employees", None):
        answer = nora("POST", path, {"sort": sort, "limit": 1, "after": cursor})
        assert answer.status_code in {400, 422}, answer.text
    assert nora("POST", path, {"sort": "name", "after": cursor + "x"}).status_code in {400, 422}
    assert list(nora.faults("POST", path, {"sort": "colour"})) == ["/sort/0"]
    assert list(nora.faults("POST", path, {"sort": ["name", "billing_address"]})) == ["/sort/1"]


def test_a_page_may_be_asked_by_address_too(nora: Caller) -> None:
    page = nora.get(
        "/records/account",
        params={
            "filter": '{"field": "tags", "op": "contains", "value": "vip"}',
            "sort": "name",
            "fields": "name,industry",
            "limit": "1",
            "count": "true",
        },
    )
    assert (page["records"][0]["name"], page["records"][0]["industry"], page["total"]) == (
        "Arla Süd",
        "food_and_drink",
        2,
    )
    assert page["next"]


def test_words_narrow_a_query_and_its_count(nora: Caller) -> None:
    page = nora.post("/records/account/query", {"q": "zeta", "fields": ["name"], "count": True})
    assert ([record["name"] for record in page["records"]], page["total"]) == (["Zeta Wind"], 1)
    both = {"q": "zeta", "filter": condition("industry", "is", "technology"), "count": True}
    assert nora.post("/records/account/query", both)["total"] == 0


def test_no_records_may_be_asked_with_their_count(nora: Caller) -> None:
    page = nora.post("/records/account/query", {"limit": 0, "count": True})
    assert (page["records"], page["total"]) == ([], len(ALL))


def test_a_count_is_of_all_and_absent_unless_asked(nora: Caller) -> None:
    assert nora.post("/records/account/query", {"limit": 1, "count": True})["total"] == len(ALL)
    assert nora.post("/records/account/query", {"limit": 1})["total"] is None
    some = condition("employees", "is_not_empty")
    assert nora.post("/records/account/query", {"filter": some, "limit": 1, "count": True})["total"] == 4


WRONG = {"text": 5, "choice": ["small"], "boolean": "yes", "tags": 1, "emails": {"value": "x"}, "address": True}


@pytest.mark.parametrize("op", ["is", "is_not", "in"])
def test_a_value_of_another_type_is_refused_by_filters_of_every_kind(module_world: World, op: str) -> None:
    fields = {"text": "name", "choice": "industry", "tags": "tags", "emails": "emails", "address": "billing_address"}
    for kind, value in WRONG.items():
        name, object_ = fields.get(kind, "active"), "account" if kind in fields else "product"
        if kind == "boolean" and op == "in":
            continue
        sent = {"filter": {"field": name, "op": op, "value": [value] if op == "in" else value}}
        assert module_world.nora.faults("POST", f"/records/{object_}/query", sent) == {"/filter/value": "wrong_type"}
