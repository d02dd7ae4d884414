"""The reference rates of the European Central Bank, from the files that it offers: a day or all days, as XML, CSV or zipped
CSV. They tell what one euro is worth; ours what one unit is worth in the workspace's currency.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation

from relata.errors import Fault, Invalid
from relata.kernel.metadata.kinds.money import currencies
from relata.kernel.rates.rate import Rate

EURO = "EUR"
EXACT = Context(prec=24)
"""Digits of a quotient of two rates."""
LARGEST = 64_000_000
CUBE = re.compile(
    r"<Cube\s+(?:time=['\"](?P<day>[0-9-]{10})['\"]|currency=['\"](?P<code>[A-Z]{3})['\"]\s+rate=['\"](?P<rate>[0-9.]{1,30})['\"])"
)
Day = tuple[dt.date, dict[str, Decimal]]


def unpacked(content: bytes) -> str:
    """The text of a file, or of the only one in a zip."""
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(archive.namelist()[0]) as member:
                content = member.read(LARGEST + 1)
        except (zipfile.BadZipFile, IndexError, RuntimeError, NotImplementedError):
            raise Invalid([Fault("", "malformed", "The zip is damaged; fetch it again.")]) from None
    if len(content) > LARGEST:
        raise Invalid([Fault("", "too_large", f"A file of rates has at most {LARGEST:,} bytes.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid([Fault("", "malformed", "The file is not text in UTF-8.")]) from None


def is_european(text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return start.startswith("<") or (start.startswith("date") and "rate" not in start.split("\n", 1)[0].split(","))


def european(text: str, own: str) -> Iterator[Rate]:
    """The rates of a file in the workspace's currency; raises Invalid for one that is none of the bank's."""
    found = False
    for day, per_euro in in_xml(text) if text.lstrip().startswith("<") else in_csv(text):
        worth = per_euro | {EURO: Decimal(1)}
        if own not in worth:
            continue
        found = True
        for code, units in worth.items():
            if code != own and code in currencies():
                yield Rate(code, day, EXACT.divide(worth[own], units))
    if not found:
        message = f"There is no day in it with a rate of {own}, the workspace's currency."
        raise Invalid([Fault("", "no_rates", message)])


def in_xml(text: str) -> Iterator[Day]:
    day, rates = None, dict[str, Decimal]()
    for cube in CUBE.finditer(text):
        if cube["day"]:
            if day:
                yield day, rates
            day, rates = day_of(cube["day"]), {}
        else:
            rates |= rate_of(cube["code"], cube["rate"])
    if day:
        yield day, rates


def in_csv(text: str) -> Iterator[Day]:
    lines = csv.reader(io.StringIO(text))
    codes = [name.strip() for name in next(lines, [])][1:]
    for line in lines:
        rates: dict[str, Decimal] = {}
        for code, value in zip(codes, line[1:], strict=False):
            if code and value.strip() not in ("", "N/A"):
                rates |= rate_of(code, value.strip())
        if line:
            yield day_of(line[0].strip()), rates


def day_of(text: str) -> dt.date:
    """2025-08-15 in the history, 15 August 2025 in the file of a day."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        pass
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    try:
        day, month, year = text.split()
        return dt.date(int(year), months.index(month) + 1, int(day))
    except ValueError:
        raise Invalid(
            [Fault("", "bad_date", f"«{text[:40]}» is no date in a file of the European Central Bank.")]
        ) from None


def rate_of(code: str, text: str) -> dict[str, Decimal]:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        raise Invalid([Fault("", "bad_rate", f"«{text[:40]}» is no rate of {code[:10]}.")])
    return {code: rate}
