"""Numbers and amounts of money as people write them: with signs of either tongue for decimals and thousands, currency signs and
codes, percent signs, and brackets for what is owed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.money import currencies

SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB", "zł": "PLN", "Kč": "CZK"}
DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")
AROUND = re.compile(r"^\s*([A-Za-z]{3}|zł|Kč|[$€£¥₹₩₺₽])?\s*(.*?)\s*([A-Za-z]{3}|zł|Kč|[$€£¥₹₩₺₽]|%)?\s*$", re.DOTALL)
BLANKS = re.compile("[\\s'\u2019\u00a0\u202f\u2009_]")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,3}(\.\d{2,3})*\.\d{3}(,\d+)?", re.ASCII),
}
DECIMAL_COMMA = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)", re.ASCII)
EXPONENT = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,3}", re.ASCII)


def number_of(text: str, decimal: str) -> Decimal:
    """A number, its currency or percent sign left aside; raises BadValue."""
    return amount_of(text, decimal)[0]


def amount_of(text: str, decimal: str) -> tuple[Decimal, str | None]:
    """A number and the currency that stands with it: a code of ISO 4217 or a sign; raises BadValue."""
    before, bare, after = AROUND.fullmatch(text.replace("\u2212", "-")).groups()  # type: ignore[union-attr]
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    if bare.endswith("-"):  # as bookkeepers write
        negative, bare = True, bare[:-1]
    currency = currency_of(before or (after if after != "%" else None), text)
    number = plain(BLANKS.sub("", bare), decimal, text)
    return (-number if negative else number), currency


def plain(bare: str, decimal: str, text: str) -> Decimal:
    if GROUPED[decimal].fullmatch(bare):
        return Decimal(bare.replace("," if decimal == "." else ".", "").replace(",", "."))
    if decimal == "," and DECIMAL_COMMA.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    if (decimal == "." and PLAIN.fullmatch(bare)) or EXPONENT.fullmatch(bare):
        return Decimal(bare)
    other = "." if decimal == "," else ","
    if PLAIN.fullmatch(bare.replace(",", ".")):
        raise BadValue(
            f"«{text[:40]}» has «{other}» where a decimal sign «{decimal}» was expected; say which one the file uses.",
            "bad_number",
        )
    raise BadValue(f"«{text[:40]}» is not a number; write it as 1234{decimal}5.", "bad_number")


def currency_of(said: str | None, text: str) -> str | None:
    if said is None or said == "$":
        return said
    code = SIGNS.get(said, said.upper())
    if code not in currencies():
        raise BadValue(f"«{text[:40]}» is not a number; «{said}» is no currency.", "bad_number")
    return code


def money_of(text: str, decimal: str, default: str) -> dict[str, object]:
    """An amount with its currency, the default one where none stands there."""
    amount, currency = amount_of(text, decimal)
    if currency == "$":
        currency = default if default in DOLLARS else "USD"
    return {"amount": amount, "currency": currency or default}
