"""The product as people start it, with the real company's data, and a browser that walks through it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from relata.interface import INTERFACE
from tests.chromium import find_chromium

expect.set_options(timeout=15_000)  # milliseconds: a machine may be busy
EMAIL, PASSWORD = "nora@maven.example", "four quiet probes hum"
DATA = Path(__file__).parents[3] / "shared" / "data" / "crm_maven_sales"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
IMPORTS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("products", "product", ("product=name", "series=family", "sales_price=price"), ()),
    (
        "sales_teams",
        "user",
        ("sales_agent=name", "regional_office=team"),
        ("--create-missing", "regional_office", "--create-missing", "manager"),
    ),
    (
        "accounts",
        "account",
        (
            "account=name",
            "office_location=billing_address.country",
            "subsidiary_of=parent",
            "revenue=+revenue_musd",
            "year_established=+founded",
            "sector=+sector",
        ),
        ("--accept-near", "--replace", "office_location:Korea=South Korea"),
    ),
    (
        "sales_pipeline",
        "opportunity",
        (
            "opportunity_id=name",
            "sales_agent=owner",
            "deal_stage=stage",
            "close_value=amount",
            "engage_date=+engage_date",
        ),
        ("--accept-near", "--replace", "deal_stage:Engaging=Qualification"),
    ),
)
"""File, object, which columns go where, what else the command is told; rows are matched by name."""


@dataclass(frozen=True, slots=True)
class Served:
    """The address of a running Relata, and the environment in which commands reach it."""

    address: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """`relata serve` over a workspace of its own, with the data of `crm_maven_sales` where that is at hand."""
    if not (INTERFACE / "index.html").is_file():
        pytest.fail("The interface is not built; ./relata test builds it.")
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        environment = {**os.environ, "RELATA_DATA_DIR": folder, "RELATA_PORT": "0", "COLUMNS": "160"}
        relata(
            environment, "init", "--email", EMAIL, "--name", "Nora Feld", "--password", PASSWORD, "--currency", "USD"
        )
        for file, object_, maps, more in IMPORTS if DATA.is_dir() else ():
            mapped = [part for each in maps for part in ("--map", each)]
            relata(
                environment,
                "import",
                str(DATA / f"{file}.csv"),
                "--object",
                object_,
                "--key",
                "name",
                "--yes",
                *mapped,
                *more,
            )
        process = subprocess.Popen(
            [sys.executable, "-m", "relata", "serve"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Served(address_of(process), environment)
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout:
                process.stdout.close()


def relata(environment: dict[str, str], *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "relata", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout


def address_of(process: subprocess.Popen[str]) -> str:
    """What the server printed when it was ready."""
    assert process.stdout is not None
    for line in process.stdout:
        if "http://" in line:
            address = line[line.index("http://") :].strip()
            wait_until_ready(address)
            return address
    pytest.fail("The server ended before it was ready.")


def wait_until_ready(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("The server did not get ready in ten seconds.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("There is no Chromium; install Debian's, or name one with RELATA_CHROMIUM.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A signed-in page of a desktop browser; an error on its console fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin", base_url=served.address
    )
    made = context.new_page()
    made.set_default_timeout(10_000)
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(made)
    yield made
    context.close()
    assert errors == []


def sign_in(page: Page, email: str = EMAIL, password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Accounts").wait_for()
