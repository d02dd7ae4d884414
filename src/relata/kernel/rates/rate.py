"""A rate as a frozen value, and rates from what was sent: JSON or CSV, with every fault at once."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.date import checked_date
from relata.kernel.metadata.kinds.money import currencies

MOST = 10_000
"""Rates that are sent at once."""
GREATEST, LEAST, DECIMALS = Decimal(10) ** 12, Decimal(10) ** -12, 40
COLUMNS = ("currency", "date", "rate")


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` is worth `rate` in the workspace's currency, from the day `valid_from` on."""

    currency: str
    valid_from: dt.date
    rate: Decimal


def read_rates(document: Any, own: str, code: str | None = None) -> list[Rate]:
    """The rates of `{"rates": [{"currency", "date", "rate"}]}`, all of `code` if one is given; raises Invalid."""
    rows = document.get("rates") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        message = (
            f'Send {{"rates": [{{"currency": "USD", "date": "2026-10-31", "rate": "0.86"}}]}}, 1 to {MOST:,} of them.'
        )
        raise Invalid([Fault("/rates", "wrong_type", message)])
    faults = [Fault(f"/{pointer(key)}", "unknown_parameter", "Use rates.") for key in document if key != "rates"]
    made = [read_rate(row, own, code, f"/rates/{index}", faults) for index, row in enumerate(rows)]
    return checked([rate for rate in made if rate], faults)


def read_csv(text: str, own: str, code: str | None = None) -> list[Rate]:
    """The rates of a CSV with the columns date, currency and rate; `code` stands for the currency where it has none."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="more", restval="")
    header = [name.strip().lower() for name in lines.fieldnames or ()]
    wanted = [name for name in COLUMNS if name != "currency" or code is None]
    if missing := [name for name in wanted if name not in header]:
        message = f"The first line names the columns {', '.join(wanted)}; {', '.join(missing)} is missing."
        raise Invalid([Fault("", "missing_column", message)])
    lines.fieldnames = header
    faults: list[Fault] = []
    made = []
    for index, line in enumerate(lines):
        if index == MOST:
            raise Invalid(
                [Fault("", "too_many", f"Send at most {MOST:,} rates at once, or import the file by command.")]
            )
        row = {name: value.strip() for name, value in line.items() if name in COLUMNS}
        made.append(read_rate(row, own, code, f"/rates/{index}", faults))
    if not made:
        faults.append(Fault("", "required", "There is no rate in it."))
    return checked([rate for rate in made if rate], faults)


def read_rate(row: Any, own: str, code: str | None, where: str, faults: list[Fault]) -> Rate | None:
    if not isinstance(row, dict):
        faults.append(Fault(where, "wrong_type", f"Send an object; {kind_of(row)} came."))
        return None
    before = len(faults)
    faults += [
        Fault(f"{where}/{pointer(key)}", "unknown_parameter", f"Use {', '.join(COLUMNS)}.")
        for key in row
        if key not in COLUMNS
    ]
    currency, day, rate = row.get("currency", code), None, None
    if not isinstance(currency, str) or currency not in currencies():
        faults.append(Fault(f"{where}/currency", "bad_currency", "Use a currency code of ISO 4217, such as USD."))
    elif currency == own:
        faults.append(
            Fault(f"{where}/currency", "own_currency", f"{own} is the workspace's own: its rate is always 1.")
        )
    elif code is not None and currency != code:
        faults.append(Fault(f"{where}/currency", "bad_currency", f"These are the rates of {code}."))
    try:
        day = dt.date.fromisoformat(checked_date(row.get("date")))
    except BadValue as error:
        faults += [fault.below(f"{where}/date") for fault in error.faults]
    try:
        rate = checked_rate(row.get("rate"))
    except BadValue as error:
        faults += [fault.below(f"{where}/rate") for fault in error.faults]
    return Rate(str(currency), day, rate) if len(faults) == before and day and rate else None


def checked_rate(value: Any) -> Decimal:
    """What one unit is worth: more than 0, exact. Raises BadValue."""
    told = BadValue(f"Send what one unit is worth, from {LEAST} to {GREATEST:f}, such as 0.86.", "bad_rate")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > 60:
        raise told
    try:
        rate = Decimal(value)
    except ArithmeticError:
        raise told from None
    exponent = rate.as_tuple().exponent
    if not rate.is_finite() or not LEAST <= rate <= GREATEST or not isinstance(exponent, int) or exponent < -DECIMALS:
        raise told
    return rate


def checked(rates: list[Rate], faults: Iterable[Fault]) -> list[Rate]:
    """The rates, if there is no fault and no day twice."""
    found = list(faults)
    seen: set[tuple[str, dt.date]] = set()
    for index, rate in enumerate(rates):
        if (rate.currency, rate.valid_from) in seen:
            message = f"There are two rates of {rate.currency} for {rate.valid_from}; send one."
            found.append(Fault(f"/rates/{index}", "duplicate", message))
        seen.add((rate.currency, rate.valid_from))
    if found:
        raise Invalid(found)
    return rates
