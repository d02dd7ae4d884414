"""Takes the pictures of the guide from the demonstration data; only with PICTURES=1, so that other runs leave the tree clean."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import address_of, sign_in

NORA = ("nora.feld@halden.example", "demo probes hum quietly")

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 250_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("PICTURES") != "1", reason="PICTURES=1 takes the pictures of the guide anew."),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of a demonstration workspace."""
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        environment = {**os.environ, "RELATA_DATA_DIR": folder, "RELATA_PORT": "0"}
        command = [sys.executable, "-m", "relata", "demo"]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            yield address_of(process)
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout:
                process.stdout.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_of_a_desktop(browser: Browser, demo: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        base_url=demo,
    )
    page = context.new_page()
    sign_in(page, *NORA)
    if scheme == "dark":
        picture(page, "dark")
    else:
        picture(page, "accounts")
        page.get_by_role("grid").get_by_role("link").first.click()
        page.get_by_role("heading", name="Latest changes").wait_for()
        picture(page, "record")
        page.goto("/o/opportunity?view=pipeline")
        page.get_by_role("listitem").get_by_role("button").first.wait_for()
        picture(page, "board")
        page.goto("/settings/objects/opportunity")
        page.get_by_role("button", name="New field").click()
        page.get_by_role("dialog").get_by_role("button", name="Formula").click()
        page.get_by_role("textbox", name="Label", exact=True).fill("With tax")
        page.get_by_role("dialog").get_by_role("textbox", name="Formula").fill("amount * 1.19")
        page.get_by_role("dialog").get_by_role("status").first.wait_for()
        page.wait_for_timeout(1000)
        picture(page, "fields")
    context.close()


def test_the_picture_of_a_phone(browser: Browser, demo: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB", base_url=demo
    )
    page = context.new_page()
    sign_in(page, *NORA)
    picture(page, "phone")
    context.close()


def picture(page: Page, name: str) -> None:
    """Writes docs/images/<name>.png once the page has come to rest."""
    page.wait_for_function("document.querySelector('[aria-busy=true]') === null")
    page.wait_for_timeout(500)
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    assert len(taken) < LARGEST
