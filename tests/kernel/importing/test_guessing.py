from __future__ import annotations

from pathlib import Path

import pytest

from relata.assembly import APPS
from relata.kernel.importing.analysis import look_at
from relata.kernel.importing.guessing import Guess, guess_table
from relata.kernel.importing.mapping import words
from relata.kernel.importing.reading import read_tables
from relata.kernel.importing.values import values_of
from relata.kernel.metadata.catalog import Catalog

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
CATALOG = Catalog.build(object_ for app in APPS for object_ in app.objects)


def guessed(folder: Path, name: str, content: bytes, **past: dict[str, str]) -> Guess:
    path = folder / "upload"
    path.write_bytes(content)
    (table,) = read_tables(path, name, folder)
    return guess_table(CATALOG.objects, name, look_at(table.source).samples, past)


def places(guess: Guess) -> dict[str, str]:
    return {column: one.to[0] for column, one in guess.columns.items() if one.to}


REAL = {
    "crm_maven_sales/accounts.csv": (
        "account",
        {"account": "name", "revenue": "annual_revenue", "employees": "employees", "office_location": "billing_address.country",
         "subsidiary_of": "parent"},
    ),
    "crm_maven_sales/products.csv": ("product", {"product": "name", "series": "family", "sales_price": "price"}),
    "crm_maven_sales/sales_pipeline.csv": (
        "opportunity",
        {"opportunity_id": "external_id", "sales_agent": "owner", "product": "product", "account": "account", "deal_stage": "stage",
         "close_date": "close_date", "close_value": "amount"},
    ),
    "crm_maven_sales/sales_teams.csv": ("user", {"sales_agent": "name", "manager": "manager", "regional_office": "team"}),
    "northwind/customers.csv": (
        "account",
        {"customerID": "external_id", "companyName": "name", "address": "billing_address.street", "city": "billing_address.city",
         "postalCode": "billing_address.postal_code", "country": "billing_address.country", "phone": "phones"},
    ),
    "northwind/suppliers.csv": ("account", {"companyName": "name", "city": "billing_address.city", "phone": "phones", "homePage": "website"}),
    "northwind/products.csv": ("product", {"productID": "external_id", "productName": "name", "unitPrice": "price"}),
    "crm_import_samples/atomic_crm_contacts.csv": (
        "contact",
        {"id": "external_id", "first_name": "name.first", "last_name": "name.last", "title": "title", "company_name": "account",
         "email_work": "emails.work", "email_home": "emails.home", "phone_work": "phones.work", "tags": "tags"},
    ),
    "crm_import_samples/mautic_10contacts.csv": (
        "contact",
        {"firstname": "name.first", "lastname": "name.last", "company": "account", "email": "emails", "country": "mailing_address.country"},
    ),
    "crm_import_samples/mautic_fakeleaddata.csv": (
        "lead",
        {"firstname": "name.first", "city": "address.city", "state": "address.region", "zipcode": "address.postal_code", "email": "emails",
         "phone": "phones", "company": "company"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_columns_of_real_exports_find_their_fields(tmp_path: Path, name: str) -> None:
    if not (DATA / name).is_file():
        pytest.skip("the data of other systems is not beside this checkout")
    wanted, columns = REAL[name]
    guess = guessed(tmp_path, Path(name).name, (DATA / name).read_bytes())
    assert guess.object == wanted
    assert {column: places(guess).get(column) for column in columns} == columns


HEADERS = {
    "Salesforce": (
        "Contact.csv",
        "Id,FirstName,LastName,AccountId,Title,Email,Phone,MobilePhone,MailingStreet,MailingCity,MailingPostalCode,MailingCountry",
        {"Id": "external_id", "FirstName": "name.first", "AccountId": "account", "Email": "emails", "MobilePhone": "phones.mobile",
         "MailingCity": "mailing_address.city"},
    ),
    "HubSpot": (
        "hubspot-crm-exports-all-contacts.csv",
        "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Company Name",
        {"Record ID": "external_id", "Last Name": "name.last", "Email": "emails", "Phone Number": "phones", "Job Title": "title",
         "Contact owner": "owner", "Company Name": "account"},
    ),
    "Pipedrive": (
        "deals.csv",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Stage,Deal - Owner,Deal - Expected close date",
        {"Deal - ID": "external_id", "Deal - Title": "name", "Deal - Value": "amount", "Deal - Stage": "stage", "Deal - Owner": "owner",
         "Deal - Expected close date": "close_date"},
    ),
    "German": (
        "Kontakte.csv",
        "Vorname,Nachname,Firma,E-Mail,Telefon,Mobil,Strasse,PLZ,Ort,Land,Geburtstag",
        {"Vorname": "name.first", "Nachname": "name.last", "Firma": "account", "E-Mail": "emails", "Telefon": "phones",
         "Mobil": "phones.mobile", "PLZ": "mailing_address.postal_code", "Ort": "mailing_address.city", "Land": "mailing_address.country",
         "Geburtstag": "birthday"},
    ),
    "Google": (
        "contacts.csv",
        "First Name,Last Name,Organization Name,E-mail 1 - Value,Phone 1 - Value,Address 1 - City,Labels",
        {"First Name": "name.first", "Organization Name": "account", "E-mail 1 - Value": "emails", "Phone 1 - Value": "phones",
         "Address 1 - City": "mailing_address.city", "Labels": "tags"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("system", HEADERS)
def test_headers_of_other_systems_find_their_fields(tmp_path: Path, system: str) -> None:
    name, header, columns = HEADERS[system]
    guess = guessed(tmp_path, name, f"{header}\n".encode())
    assert guess.object in ("contact", "opportunity")
    assert {column: places(guess).get(column) for column in columns} == columns


def test_values_contradict_a_name_and_speak_where_no_name_does(tmp_path: Path) -> None:
    guess = guessed(
        tmp_path, "contacts.csv", b"last name,phone number,how to reach\nEk,call me,a@x.example\nBo,later,b@x.example\n"
    )
    assert places(guess) == {"last name": "name.last", "how to reach": "emails"}


def test_what_an_import_before_did_is_done_again(tmp_path: Path) -> None:
    guess = guessed(
        tmp_path, "contacts.csv", b"Last name,Ressort\nEk,Sales\n", contact={words("Ressort"): "department"}
    )
    assert places(guess) == {"Last name": "name.last", "Ressort": "department"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a@x.example", "b@x.example"], "email"), (["+49 30 1234567", "030 7654321"], "phone"), (["12", "1,234.5"], "number"),
        (["12.5 %"], "percent"), (["€ 12", "13 EUR"], "money"), (["2026-11-22", "22.11.2026"], "date"), (["2026-11-22 10:00"], "moment"),
        (["yes", "no"], "boolean"), (["https://x.example"], "link"), (["a" * 300], "long_text"), (["Gold", "Silver"] * 4, "choice"),
        (["one", "two", "three"], "text"), (["0123", "0456"], "text"), ([True, False], "boolean"), ([["a"], ["b"]], "tags"), ([], "text"),
    ],
)  # fmt: skip
def test_the_kind_of_values_is_seen(cells: list[object], kind: str) -> None:
    assert values_of(cells).kind == kind


@pytest.mark.parametrize(
    ("cells", "sign"),
    [(["1.234,50", "2,5"], ","), (["1,234.50"], "."), (["1,234"], None), (["12", "13"], None), (["1.234.567"], ",")],
)
def test_the_decimal_sign_is_seen_where_numbers_tell(cells: list[str], sign: str | None) -> None:
    assert values_of(cells).decimal == sign
