from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Fault
from relata.kernel.importing.cleansing.cells import cleanser, place
from relata.kernel.importing.cleansing.choices import Choices
from relata.kernel.importing.cleansing.dates import date_of, form_of, moment_of
from relata.kernel.importing.cleansing.names import name_of
from relata.kernel.importing.cleansing.numbers import money_of, number_of
from relata.kernel.importing.cleansing.options import country_of
from relata.kernel.importing.cleansing.phones import phone_of, phones_of
from relata.kernel.importing.cleansing.texts import is_nothing, mails_of
from relata.kernel.importing.mapping import Target
from relata.kernel.metadata.field import choice, define
from relata.kernel.metadata.kinds.base import BadValue

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
NUMBERS = DATA / "phone_libphonenumber" / "example_numbers.csv"


@pytest.mark.parametrize(
    ("text", "decimal", "wanted"),
    [
        ("1,234.50", ".", "1234.50"), ("1.234,50", ",", "1234.50"), ("1'234.50", ".", "1234.50"), ("1 234,5", ",", "1234.5"),
        ("(12.5)", ".", "-12.5"), ("12.5-", ".", "-12.5"), ("\u221212", ".", "-12"), ("12 %", ".", "12"), ("$ 1,000", ".", "1000"),
        ("1.234.567", ",", "1234567"), ("12,34,567", ".", "1234567"), ("1e3", ".", "1E+3"), ("1\u202f234,5 €", ",", "1234.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, decimal: str, wanted: str) -> None:
    assert number_of(text, decimal) == Decimal(wanted)


@pytest.mark.parametrize(
    ("text", "decimal"), [("1,5", "."), ("1.5", ","), ("12 apples", "."), ("1,23,4", "."), ("", ".")]
)
def test_what_could_be_another_number_is_refused(text: str, decimal: str) -> None:
    with pytest.raises(BadValue):
        number_of(text, decimal)


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False), st.sampled_from([".", ","]))
def test_any_amount_that_is_written_with_signs_of_a_tongue_is_read_back(amount: Decimal, decimal: str) -> None:
    text = f"{amount:,.2f}"
    if decimal == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert number_of(text, decimal) == amount


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12.50", "EUR"),
        ("USD 12.50", "USD"),
        ("12.50 chf", "CHF"),
        ("£12.50", "GBP"),
        ("$12.50", "USD"),
        ("12.50 zł", "PLN"),
    ],
)
def test_the_currency_that_stands_with_an_amount_counts(text: str, wanted: str) -> None:
    assert money_of(text, ".", "EUR") == {"amount": Decimal("12.50"), "currency": wanted}


@pytest.mark.parametrize(
    ("text", "form", "wanted"),
    [
        ("2026-11-22", None, "2026-11-22"), ("22.11.2026", None, "2026-11-22"), ("22.11.26", None, "2026-11-22"),
        ("11/22/2026", None, "2026-11-22"), ("22/11/2026", None, "2026-11-22"), ("3/4/2026", "m/d/yyyy", "2026-03-04"),
        ("3/4/2026", "d/m/yyyy", "2026-04-03"), ("22 Nov 2026", None, "2026-11-22"), ("Nov 22, 2026", None, "2026-11-22"),
        ("22. November 2026", None, "2026-11-22"), ("Sunday, November 22, 2026", None, "2026-11-22"), ("1 déc. 2026", None, "2026-12-01"),
        ("46348", None, "2026-11-22"), ("2026-11-22 10:00", None, "2026-11-22"), ("2026/11/22", None, "2026-11-22"),
        ("1/2/70", "d/m/yyyy", "1970-02-01"), ("2026-11-22T23:30:00Z", None, "2026-11-23"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text: str, form: str | None, wanted: str) -> None:
    assert date_of(text, form, "Europe/Berlin") == wanted


@pytest.mark.parametrize("text", ["3/4/2026", "31.2.2026", "yesterday", "2026-13-01x", "99/99/2026"])
def test_what_could_be_several_days_or_none_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        date_of(text, None)


def test_a_column_tells_how_its_dates_are_written_where_one_part_is_no_month() -> None:
    assert form_of(["3/4/2026", "22/4/2026"]) == "d/m/yyyy"
    assert form_of(["3/4/2026", "4/22/2026"]) == "m/d/yyyy"
    assert form_of(["3/4/2026", "4/5/2026"]) is None
    assert form_of(["3.4.2026"]) == "dd.mm.yyyy"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-22 10:00", "2026-11-22T09:00:00Z"), ("2026-11-22T10:00:00+05:30", "2026-11-22T04:30:00Z"),
        ("11/22/2026 2:30 PM", "2026-11-22T13:30:00Z"), ("22.11.2026 14.30 Uhr", "2026-11-22T13:30:00Z"),
        ("22 Nov 2026, 12:00 am", "2026-11-21T23:00:00Z"), ("1764000000", "2025-11-24T16:00:00Z"), ("1764000000000", "2025-11-24T16:00:00Z"),
        ("2026-11-22 10:00:00 UTC", "2026-11-22T10:00:00Z"), ("22.11.2026", "2026-11-21T23:00:00Z"),
    ],
)  # fmt: skip
def test_moments_are_read_in_the_zone_of_whoever_imports(text: str, wanted: str) -> None:
    assert moment_of(text, None, "Europe/Berlin") == wanted


@pytest.mark.skipif(not NUMBERS.is_file(), reason="the example numbers are not beside this checkout")
def test_example_numbers_of_all_countries_get_their_international_form() -> None:
    with NUMBERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    good = [row for row in rows if row["validity"] == "valid" and len(row["e164"]) > 8]
    assert len(good) > 500
    for form in ("e164", "international", "national"):
        wrong = [row for row in good if phone_of(row[form], row["region"]) != row["e164"]]
        assert len(wrong) <= len(good) * 0.02, (form, wrong[:5])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("030 / 123 456-7", ["+49301234567"]), ("+49 (0)30 1234567", ["+49301234567"]), ("'+49 30 1234567", ["+49301234567"]),
        ("0171 2345678; 030 1234567", ["+491712345678", "+49301234567"]), ("030 1234567 ext. 12", ["+49301234567 ext. 12"]),
        ("call me maybe", ["call me maybe"]), ("+1 650-253-0000 ::: +49 30 1234567", ["+16502530000", "+49301234567"]),
    ],
)  # fmt: skip
def test_phone_numbers_become_international_and_nothing_gets_lost(text: str, wanted: list[str]) -> None:
    assert phones_of(text, "DE") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ada Lovelace", {"first": "Ada", "last": "Lovelace"}),
        ("Lovelace, Ada", {"first": "Ada", "last": "Lovelace"}),
        (
            "Dr. Anna Maria von der Heide",
            {"prefix": "Dr.", "first": "Anna", "middle": "Maria", "last": "von der Heide"},
        ),
        ("von der Heide, Anna", {"first": "Anna", "last": "von der Heide"}),
        ("Vincent van Gogh", {"first": "Vincent", "last": "van Gogh"}),
        ("van Gogh", {"last": "van Gogh"}),
        ("Sammy Davis, Jr.", {"first": "Sammy", "last": "Davis", "suffix": "Jr."}),
        ("Cher", {"last": "Cher"}),
        ("Herr Prof. Dr. Max Müller", {"prefix": "Herr Prof. Dr.", "first": "Max", "last": "Müller"}),
    ],
)
def test_names_fall_into_their_parts(text: str, wanted: dict[str, str]) -> None:
    assert name_of(text) == wanted


@given(st.text(max_size=40))
def test_no_word_of_a_name_gets_lost(text: str) -> None:
    parts = name_of(text)
    assert sorted(" ".join(parts.values()).split()) == sorted(text.replace(",", " ").split())


COUNTRIES = {
    "Deutschland": "DE", "germany": "DE", "de": "DE", "USA": "US", "Österreich": "AT", "Allemagne": "DE", "UK": "GB", "Schweiz": "CH",
    "España": "ES",
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), COUNTRIES.items())
def test_countries_are_known_by_the_names_that_people_give_them(text: str, code: str) -> None:
    assert country_of("c", text, Choices()) == code


def test_addresses_are_found_in_what_mail_programs_write() -> None:
    assert mails_of("Ada Lovelace <ada@x.example>, Bo <mailto:bo@x.example>") == ["ada@x.example", "bo@x.example"]
    assert mails_of("ada@x.example; mailto:bo@x.example") == ["ada@x.example", "bo@x.example"]


@pytest.mark.parametrize("text", ["-", "N/A", "None", " null ", "-None-", "(blank)", "000000000000000AAA", "#N/A"])
def test_what_stands_for_nothing_is_nothing_but_in_free_text(text: str) -> None:
    assert is_nothing(text)
    assert cleanser("c", Target(define("number", "size")), Choices())(text) is None
    assert cleanser("c", Target(define("text", "name")), Choices())(text) == text


TIER = choice("tier", "Tier", "Gold", "Silver", "Key account")


OPTIONS = {
    "gold": "gold", "GOLD ": "gold", "Key accounts": "key_account", "key_account": "key_account", "- Select -": None,
    "Please select...": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), OPTIONS.items())
def test_options_are_known_by_key_label_and_number(text: str, wanted: str | None) -> None:
    assert cleanser("c", Target(TIER), Choices())(text) == wanted


def test_near_options_are_offered_and_taken_only_where_that_was_said() -> None:
    with pytest.raises(BadValue, match="did you mean «Silver»"):
        cleanser("c", Target(TIER), Choices())("Silvr")
    choices = Choices(accept_near=True)
    clean = cleanser("c", Target(TIER), choices)
    assert [clean("Silvr"), clean("Silvr")] == ["silver", "silver"]
    assert choices.accepted == {("c", "Silvr", "Silver"): 2}


def test_columns_of_one_list_are_put_together_with_their_labels() -> None:
    phones = define("phones", "phones")
    values: dict[str, Any] = {}
    for part, text in ((None, "+49 30 1234567"), ("mobile", "+49 171 2345678"), ("work", "+49 30 1234567")):
        target = Target(phones, part)
        place(values, target, cleanser("c", target, Choices())(text))
    assert values == {"phones": [{"value": "+49301234567"}, {"value": "+491712345678", "label": "mobile"}]}


KINDS = (
    "text", "number", "percent", "money", "date", "moment", "boolean", "emails", "phones", "links", "person_name", "duration", "tags",
    "rating", "location", "address",
)  # fmt: skip


@given(st.sampled_from(KINDS), st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_sentence(kind: str, text: str) -> None:
    refused: list[Fault] = []
    try:
        cleanser("c", Target(define(kind, "field")), Choices(country="DE"))(text)
    except BadValue as error:
        refused = error.faults
    assert all(fault.message.endswith((".", "?")) for fault in refused)
