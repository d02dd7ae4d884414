"""An exact amount with its currency (ISO 4217). `converted` is the amount in the currency of the workspace, at the rate
of a day, and `rate` and `rate_from` tell which rate that is: PostgreSQL works them out where they are read
(`query/conversion.py`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision, list_currencies
from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal_column

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Part, Schema
from relata.kernel.metadata.kinds.cell_text import is_json_object, json_of, number_of
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.number import BOUND, checked_decimal, sentence
from relata.kernel.metadata.quoting import quote_text

CONVERTED, RATE, RATE_FROM = "converted", "rate", "rate_from"

NONE: ColumnElement[int] = literal_column("0")
WITH_CURRENCY = re.compile(r"([A-Z]{3})\s*([-+.,\d]+)|([-+.,\d]+)\s*([A-Z]{3})", re.ASCII)


class Money(Kind):
    name = "money"
    label = "Money"
    help = "An amount with its currency."
    type = Type.NUMBER
    columns = (Column("amount", "numeric"), Column("currency", "text"))
    parts = (
        Part("amount", "Amount", Type.NUMBER, "amount"),
        Part("currency", "Currency", Type.TEXT, "currency"),
        Part(CONVERTED, "Converted", Type.NUMBER, None),
        Part(RATE, "Rate", Type.NUMBER, None),
        Part(RATE_FROM, "Rate from", Type.DATE, None),
    )
    takes = frozenset({"rate_date"})
    measurable = True
    exchanged = notations = True
    family = frozenset({"amount"})

    def cell(self, text: str) -> Any:
        """«12.50», «12.50 EUR», «EUR 12.50» or JSON."""
        if is_json_object(text):
            return json_of(text)
        found = WITH_CURRENCY.fullmatch(text.strip())
        if found is None:
            return {"amount": number_of(text)}
        return {"amount": number_of(found[2] or found[3]), "currency": found[1] or found[4]}

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """«12.50 EUR»; in the expected currency also the bare amount."""
        whole = f"{value['amount']} {value['currency']}"
        return (whole, value["amount"]) if value["currency"] == parsing.currency else (whole,)

    def sense(self, value: Any) -> Any:
        return Decimal(value["amount"]), value["currency"]

    def part_cell(self, part: str, text: str) -> Any:
        return number_of(text) if part == "amount" else text

    def schema(self, field: Field) -> Schema:
        return {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?\d{1,18}(\.\d{1,10})?$"},
                "currency": {"type": "string", "enum": list(currencies())},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
            "examples": [{"amount": "12.50", "currency": "EUR"}],
        }

    def accepted(self, field: Field) -> Schema:
        """The amount as text or as a number; without a currency it is the workspace's."""
        parts = self.schema(field)["properties"]
        number = {"type": "number", "exclusiveMinimum": -int(BOUND), "exclusiveMaximum": int(BOUND)}
        text = {"type": "string", "pattern": r"^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$"}
        return {
            **self.schema(field),
            "properties": {**parts, "amount": {"anyOf": [text, number]}},
            "required": ["amount"],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if not isinstance(value, dict):
            raise BadValue(f'Send {{"amount": "12.50", "currency": "EUR"}}; {kind_of(value)} came.')
        faults = [
            Fault(f"/{pointer(key)}", "unknown_field", "Money has an amount and a currency, nothing else.")
            for key in value
            if key not in ("amount", "currency")
        ]
        currency = value.get("currency", parsing.currency)
        amount = None
        try:
            amount = checked_amount(value.get("amount"))
        except BadValue as error:
            faults += [fault.below("/amount") for fault in error.faults]
        if not isinstance(currency, str) or currency not in currencies():
            faults.append(Fault("/currency", "bad_currency", "Use a currency code of ISO 4217, such as EUR."))
        if faults or amount is None:
            raise BadValue.all(faults)
        return {"amount": written(amount, str(currency)), "currency": currency}

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return value or {"amount": None, "currency": None}

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return shown_money(columns["amount"], columns["currency"])

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return columns["amount"]

    def load(self, field: Field, value: Any) -> Any:
        return Decimal(value["amount"]) if value else None

    def spoken(self, value: Any) -> Any:
        """In the currency of the workspace."""
        return {"amount": value}

    def part(self, field: Field, value: Any, part: str) -> Any:
        found = value.get(part) if value else None
        return Decimal(found) if found is not None and part == "amount" else found

    def filter_value(self, field: Field, value: Any) -> Any:
        """The amount: from money, a number or its text."""
        return sentence(checked_amount, value.get("amount") if isinstance(value, dict) else value)

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        return [columns["amount"]]


def shown_money(
    amount: ColumnElement[Any], currency: ColumnElement[Any], **counts: ColumnElement[Any]
) -> ColumnElement[Any]:
    """As JSON, with each of the counts that is not 0."""
    pairs: tuple[ColumnElement[Any], ...] = (
        literal_column("'amount'"),
        cast(amount, Text),
        literal_column("'currency'"),
        currency,
    )
    plain = (amount.is_not(None), func.json_build_object(*pairs))
    more = [
        (
            and_(amount.is_not(None), count > NONE),
            func.json_build_object(*pairs, literal_column(quote_text(name)), count),
        )
        for name, count in counts.items()
    ]
    return case(*more, plain)


def checked_amount(value: Any) -> Decimal:
    if isinstance(value, str):
        text = value.strip()
        if not text or not set(text) <= set("+-.0123456789"):
            raise BadValue(f"«{value[:40]}» is not an amount; write it as 1234.50.", "bad_amount")
        try:
            value = Decimal(text)
        except ArithmeticError:
            raise BadValue(f"«{value[:40]}» is not an amount; write it as 1234.50.", "bad_amount") from None
    if value is None:
        raise BadValue("An amount is missing.", "required")
    return checked_decimal(value)


def written(amount: Decimal, currency: str) -> str:
    """With at least as many decimal places as the currency has: 12.5 EUR → «12.50»."""
    places = currencies()[currency]
    exponent = amount.as_tuple().exponent
    missing = places + exponent if isinstance(exponent, int) else 0
    return f"{amount:.{places}f}" if missing > 0 else f"{amount:f}"


@cache
def currencies() -> dict[str, int]:
    """Currency code → decimal places."""
    return {code: get_currency_precision(code) for code in sorted(list_currencies()) if code.isalpha()}


def places_by_number() -> dict[int, list[str]]:
    """Decimal places, other than the usual two → currency codes."""
    found: dict[int, list[str]] = {}
    for code, places in currencies().items():
        if places != USUAL:
            found.setdefault(places, []).append(code)
    return found


USUAL = 2
MONEY_SQL = (
    "create or replace function relata.places(code text) returns integer language sql immutable parallel safe as $$ "
    "select case "
    + " ".join(
        f"when code in ({', '.join(map(quote_text, codes))}) then {places}"
        for places, codes in places_by_number().items()
    )
    + f" else {USUAL} end $$",
    # The quotient is that of whole numbers, so that nothing is rounded twice.
    (
        "create or replace function relata.converted(amount numeric, rate numeric, per numeric, places integer) returns numeric "
        "language sql immutable strict parallel safe as $$ select round(sign(amount) * "
        "div(2 * abs(amount) * rate * 10::numeric ^ places + per, 2 * per) / 10::numeric ^ places, places) $$"
    ),
)
