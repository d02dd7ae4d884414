from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from relata.cli import main
from tests.workers import database_url
from tests.world import World

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
MAVEN, NAUGHTY = DATA / "crm_maven_sales", DATA / "naughty_strings" / "blns.json"
needs_maven = pytest.mark.skipif(
    not MAVEN.is_dir(), reason="the customer data of the main job is not beside this checkout"
)
# Without the one in which the relay goes on numbering what was there before, and without the jobs: a dry run is one.
TABLES = (
    "select relname from pg_class where relnamespace = 'ws_halden'::regnamespace and relkind = 'r' "
    "and relname not in ('_numbered', '_job') order by 1"
)


class Importer:
    """The command in this process, on the database of a world."""

    def __init__(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        self.world = world
        self.capsys = capsys

    def __call__(self, file: Path, name: str, *options: str, code: int = 0) -> Any:
        self.capsys.readouterr()
        assert main(["import", str(file), "--object", name, "--json", *options]) == code
        return json.loads(self.capsys.readouterr().out)

    def counts(self) -> list[tuple[Any, ...]]:
        """Every table of the workspace with its number of rows."""
        names = [row[0] for row in self.world.rows(TABLES)]
        return [(name, *self.world.rows(f'select count(*) from {{schema}}."{name}"')[0]) for name in names]


@pytest.fixture
def importer(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Importer:
    monkeypatch.setenv("RELATA_DATABASE_URL", database_url(world.conninfo))
    monkeypatch.setenv("RELATA_DATA_DIR", str(tmp_path / "data"))
    return Importer(world, capsys)


def faults(account: Any) -> Any:
    """Those of the only table."""
    return account["tables"][0]["faults"]


def sums(account: Any) -> Any:
    return {one["column"]: one for one in account["tables"][0]["sums"]}


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def summed(path: Path, column: str) -> Decimal:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum((Decimal(row[column]) for row in csv.DictReader(file) if row[column]), Decimal(0))


@needs_maven
@pytest.mark.slow
def test_the_main_job_accounts_for_every_row(importer: Importer) -> None:
    accounts = (
        MAVEN / "accounts.csv", "account", "--key", "account", "--create-fields", "--map", "sector=+sector",
        "--map", "revenue=+revenue_in_millions",
    )  # fmt: skip
    tried = importer(*accounts, "--dry-run", code=1)
    assert (tried["rows"], tried["created"], tried["refused"]) == (85, 83, 2)
    offers = {fault["message"] for fault in faults(tried)}
    assert "«Philipines» is not the name of a country; did you mean «Philippines»?" in offers
    mended = ("--replace", "office_location:Philipines=Philippines", "--replace", "office_location:Korea=South Korea")
    done = importer(*accounts, *mended)
    assert (done["created"], done["refused"]) == (85, 0)
    assert Decimal(sums(done)["revenue"]["taken"]) == summed(MAVEN / "accounts.csv", "revenue")
    assert importer.world.rows("select count(*) from {schema}.account where parent is not null") == [(15,)]
    products = importer(MAVEN / "products.csv", "product", "--key", "product", "--currency", "USD")
    assert products["created"] == 7
    agents = (
        MAVEN / "sales_teams.csv",
        "user",
        "--key",
        "sales_agent",
        "--create-missing",
        "manager",
        "--create-missing",
        "regional_office",
    )
    people = importer(*agents)
    assert (people["created"], people["tables"][0]["made_records"]) == (35, {"user": 6, "team": 3})
    assert importer(*agents)["unchanged"] == 35
    opportunities(importer)


def opportunities(importer: Importer) -> None:
    path = MAVEN / "sales_pipeline.csv"
    whole = summed(path, "close_value")
    deals = (
        path, "opportunity", "--key", "opportunity_id", "--currency", "USD", "--replace", "deal_stage:Engaging=Qualification",
        "--replace", "deal_stage:Won=Closed won", "--replace", "deal_stage:Lost=Closed lost",
    )  # fmt: skip
    before = importer.counts()
    tried = importer(*deals, "--map", "engage_date=+engage_date", "--dry-run", code=1)
    assert importer.counts() == before
    assert (tried["rows"], tried["refused"]) == (6815, 1155)
    assert [(fault["column"], fault["message"]) for fault in faults(tried)] == [
        ("product", "There is no product «GTXPro»; did you mean «GTX Pro»?")
    ]
    done = importer(*deals, "--map", "engage_date=+engage_date", code=1)
    assert (done["created"], done["refused"]) == (5660, 1155)
    total = {name: Decimal(sums(done)["close_value"][name]) for name in ("file", "taken", "refused")}
    assert (total["file"], total["taken"] + total["refused"]) == (whole, whole)
    with Path(done["files"]["failed"][0]).open(encoding="utf-8", newline="") as file:
        assert {row["product"] for row in csv.DictReader(file)} == {"GTXPro"}
    again = importer(*deals, "--accept-near")
    assert (again["created"], again["unchanged"], again["refused"]) == (1155, 5660, 0)
    assert again["tables"][0]["near"] == [
        {"column": "product", "value": "GTXPro", "taken_as": "GTX Pro", "count": 1155}
    ]
    assert importer(*deals, "--accept-near")["unchanged"] == 6815
    rows = importer.world.rows(
        "select count(*), count(account), count(engage_date), sum(amount__amount) from {schema}.opportunity"
    )
    assert rows == [(6815, 5390, 6315, whole)]
    stages = dict(importer.world.rows("select stage, count(*) from {schema}.opportunity group by 1"))
    assert stages == {"closed_won": 3042, "closed_lost": 1684, "qualification": 1589, "prospecting": 500}


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the naughty strings are not beside this checkout")
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_every_naughty_text_survives_an_import_byte_for_byte(importer: Importer, tmp_path: Path, form: str) -> None:
    texts = [text for text in msgspec.json.decode(NAUGHTY.read_bytes()) if text and "\0" not in text]
    path = tmp_path / f"texts.{form}"
    if form == "csv":
        table(path, ("external_id", "name", "description"), *((str(n), "x", text) for n, text in enumerate(texts)))
    else:
        rows = [{"external_id": str(n), "name": "x", "description": text} for n, text in enumerate(texts)]
        path.write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
    assert importer(path, "account", "--key", "external_id")["created"] == len(texts)
    kept = dict(importer.world.rows("select external_id, description from {schema}.account"))
    assert [kept[str(number)] for number in range(len(texts))] == texts


def test_nul_and_lone_surrogates_refuse_their_own_row(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(b"name\ngood\nb\x00d\nb\xed\xa0\x80d\nfine\n")
    done = importer(path, "account", "--mode", "create", code=1)
    assert (done["created"], done["refused"]) == (2, 2)
    path = tmp_path / "texts.ndjson"
    path.write_bytes(b'{"name": "good"}\n{"name": "b\\u0000d"}\n{"name": "b\\ud800d"}\n')
    done = importer(path, "account", "--mode", "create", code=1)
    assert (done["created"], done["refused"]) == (1, 2)


def test_a_dry_run_that_would_make_records_and_fields_writes_nothing(importer: Importer, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ("name", "owner", "shade"), ("Vale", "Somebody New", "red"), ("Kent", "Nora", ""))
    before = importer.counts()
    tried = importer(path, "account", "--create-missing", "owner", "--create-fields", "--dry-run")
    assert (tried["created"], tried["tables"][0]["made_records"]) == (2, {"user": 1})
    assert importer.counts() == before


def test_a_link_may_name_a_row_further_down(importer: Importer, tmp_path: Path) -> None:
    rows = (("Child", "Parent"), ("Parent", "Root"), ("Root", ""))
    done = importer(table(tmp_path / "a.csv", ("name", "parent"), *rows), "account", "--key", "name")
    assert (done["created"], done["refused"]) == (3, 0)
    found = importer.world.rows(
        "select c.name, p.name from {schema}.account c join {schema}.account p on p.id = c.parent order by 1"
    )
    assert found == [("Child", "Parent"), ("Parent", "Root")]


def test_dates_that_could_be_several_ask_for_their_form(importer: Importer, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ("name", "close_date"), ("A", "2026-03-04"), ("B", "4.3.2026"), ("C", "3/4/2026"))
    assert importer(path, "opportunity", "--dry-run", code=1)["tables"][0]["faults"][0]["lines"] == [4]
    done = importer(path, "opportunity", "--date-format", "m/d/yyyy", "--dry-run", code=0)
    assert done["created"] == 3


@pytest.mark.usefixtures("importer")
def test_an_unknown_column_or_field_is_told_before_anything_happens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "a.csv", ("name",), ("A",))
    assert main(["import", str(path), "--object", "account", "--map", "nane=name"]) == 1
    assert "The file has no column «nane»; it has name." in capsys.readouterr().err
    assert main(["import", str(path), "--object", "account", "--map", "name=emploees"]) == 1
    assert "did you mean employees" in capsys.readouterr().err


def test_a_value_tells_the_file_and_the_row_that_it_came_from(importer: Importer, tmp_path: Path) -> None:
    file = table(tmp_path / "firms.csv", ("name", "website"), ("Acme", ""), ("Brandt", "brandt.example"))
    importer(file, "account", "--mode", "create", "--yes")
    nora = importer.world.nora
    (made,) = nora.query("account", filter={"field": "name", "op": "is", "value": "Brandt"})
    (cause,) = nora.get(f"/records/account/{made['id']}/why?field=website")["causes"]
    assert (cause["line"], cause["source"]) == (3, {"kind": "import", "name": "firms.csv"})
