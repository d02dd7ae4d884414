"""`relata rates`: what a file says counts at once in the server that runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from relata.cli import main
from tests.workers import database_url
from tests.world import World

HISTORY = "Date,USD,JPY,\n2026-02-02,1.25,160,\n2026-02-01,1.6,N/A,\n"


def test_a_file_of_rates_is_imported_and_told_what_is_wrong_with_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELATA_DATABASE_URL", database_url(world.conninfo))
    world.nora.create("opportunity", name="deal", amount={"amount": "10", "currency": "USD"}, close_date="2026-02-01")
    question = {"measures": [{"fn": "sum", "field": "amount", "as": "sum"}]}
    assert world.nora.post("/records/opportunity/aggregate", question)["rows"][0]["sum"]["currency"] == "USD"
    file = tmp_path / "eurofxref-hist.csv"
    file.write_text(HISTORY)
    assert main(["rates", "import", str(file), "--only", "usd"]) == 0
    assert capsys.readouterr().out == "2 rates read, 2 of them new or changed.\n"
    sum_ = world.nora.post("/records/opportunity/aggregate", question)["rows"][0]["sum"]
    assert sum_ == {"amount": "6.25", "currency": "EUR", "converted": 1}
    assert main(["rates", "import", str(file), "--only", "USD"]) == 0
    assert capsys.readouterr().out == "2 rates read, 0 of them new or changed.\n"
    plain = tmp_path / "rates.csv"
    plain.write_text("date,currency,rate\n2026-02-03,USD,0.9\n2026-02-30,EUR,x\n")
    assert main(["rates", "import", str(plain)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in told] == ["rates/1/currency", "rates/1/date", "rates/1/rate"]
