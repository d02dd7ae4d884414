"""Files of the European Central Bank: as XML or CSV, of a day or of all days, and for workspaces without the euro."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from relata.errors import Invalid
from relata.kernel.rates.european import european, is_european, unpacked

DAILY = "Date, USD, JPY, GBP, \n15 August 2025, 1.1688, 171.89, 0.86265, \n"
HISTORY = (
    "Date,USD,JPY,CYP,GBP,\n2025-08-15,1.1688,171.89,N/A,0.86265,\n"
    "2025-08-14,1.1662,171.4,N/A,0.8607,\n1999-01-04,1.1789,133.73,0.58231,0.7111,\n"
)
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"><Cube>
<Cube time="2025-08-15"><Cube currency="USD" rate="1.1688"/><Cube currency="JPY" rate="171.89"/>
<Cube currency="GBP" rate="0.86265"/></Cube></Cube></gesmes:Envelope>"""
DAY = dt.date(2025, 8, 15)


def test_a_day_is_the_same_as_xml_and_as_csv() -> None:
    assert is_european(DAILY)
    assert is_european(XML)
    assert not is_european("date,currency,rate\n2025-08-15,USD,0.86\n")
    found = {rate.currency: rate.rate for rate in european(DAILY, "EUR") if rate.valid_from == DAY}
    assert found == {rate.currency: rate.rate for rate in european(XML, "EUR")}
    assert set(found) == {"USD", "JPY", "GBP"}
    assert found["USD"] == Decimal("0.855578370978781656399726")


def test_the_history_in_a_zip_has_every_day_without_those_not_quoted() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", HISTORY)
    rates = list(european(unpacked(packed.getvalue()), "EUR"))
    assert len(rates) == 10
    assert {rate.valid_from for rate in rates if rate.currency == "CYP"} == {dt.date(1999, 1, 4)}


def test_other_workspaces_get_cross_rates_and_one_for_the_euro() -> None:
    found = {rate.currency: rate.rate for rate in european(XML, "USD")}
    assert found["EUR"] == Decimal("1.1688")
    assert abs(found["JPY"] * Decimal("171.89") - Decimal("1.1688")) < Decimal("1e-18")


@pytest.mark.parametrize("broken", ["<html/>", "Date, USD\n15 Brumaire, 1.1\n", "Date, USD\n2025-08-15, -1\n"])
def test_what_is_no_such_file_is_refused(broken: str) -> None:
    with pytest.raises(Invalid):
        list(european(broken, "EUR"))
