"""A postal address in its parts; the country as its code (ISO 3166-1 alpha-2)."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from sqlalchemy import ColumnElement, func, literal_column

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Part, Schema
from relata.kernel.metadata.kinds.cell_text import is_json_object, json_of
from relata.kernel.metadata.kinds.checks import checked_parts, parts_schema
from relata.kernel.metadata.kinds.person_name import shown_parts

LABELS = {
    "street": "Street", "postal_code": "Postal code", "city": "City", "region": "Region", "country": "Country",
}  # fmt: skip
LONGEST = 1_000


class Address(Kind):
    name = "address"
    label = "Address"
    help = "Street, postal code, city, region and country."
    type = Type.TEXT
    calculable = False
    columns = tuple(Column(part, "text") for part in LABELS)
    parts = tuple(Part(part, label, Type.TEXT, part) for part, label in LABELS.items())
    sortable = False

    def cell(self, text: str) -> Any:
        return json_of(text) if is_json_object(text) else {"street": text}

    def schema(self, field: Field) -> Schema:
        made = parts_schema(tuple(LABELS), LONGEST)
        made["properties"]["country"]["enum"] = list(country_names())
        return made | {
            "examples": [{"street": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}]
        }

    def accepted(self, field: Field) -> Schema:
        made = parts_schema(tuple(LABELS), LONGEST, accepted=True)
        made["properties"]["country"] = {"type": ["string", "null"], "pattern": "^([A-Za-z]{2})?$"}
        return made | {
            "examples": [{"street": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}]
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        found = checked_parts(value, tuple(LABELS), LONGEST)
        if "country" in found:
            found["country"] = checked_country(found["country"])
        return found or None

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return {part: value.get(part) if value else None for part in LABELS}

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        pairs = [item for part in LABELS for item in (literal_column(f"'{part}'"), columns[part])]
        return shown_parts(pairs, func.coalesce(*(columns[part] for part in LABELS)))

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return func.relata.address_line(*(columns[part] for part in LABELS))

    def load(self, field: Field, value: Any) -> Any:
        return ", ".join(value[part] for part in LABELS if value.get(part)) or None if value else None

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return columns["city"]


def checked_country(value: str) -> str:
    code = value.upper()
    if not value.isascii() or code not in country_names():
        raise BadValue(
            f"«{value[:40]}» is not a country code; use ISO 3166 alpha-2, such as DE or US.",
            "bad_country",
            "/country",
        )
    return code


@cache
def country_names() -> dict[str, str]:
    """Code → English name of each country."""
    territories = Locale("en").territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }


# Codes of the Unicode data that are no ISO 3166-1 countries: exceptional reservations and tests.
NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN", "XA", "XB", "XK", "ZZ", "QO"})
