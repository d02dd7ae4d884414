"""An administrator gives a currency its first rate, and what could only stand side by side is added up."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HEADERS = {"X-Relata-Request": "1"}


def test_a_first_rate_makes_one_total_of_two_currencies(page: Page) -> None:
    made = []
    for number, code in enumerate(("USD", "NOK"), 1):
        deal = {
            "name": f"Rated {number}",
            "stage": "proposal",
            "amount": {"amount": "1000", "currency": code},
            "close_date": "2026-10-01",
        }
        made.append(page.request.post("/api/v1/records/opportunity", data=deal, headers=HEADERS).json()["id"])
    page.goto("/settings/currencies")
    page.get_by_role("button", name="Add currency").first.click()
    page.get_by_role("combobox", name="Currency").fill("norwegian")
    page.get_by_role("option", name="NOK").click()
    page.get_by_label("From the day").fill("2026-01-01")
    page.get_by_label("1 NOK in USD").fill("0")
    dialog = page.get_by_role("dialog", name="Add a currency")
    dialog.get_by_role("button", name="Add currency").click()
    expect(dialog.get_by_text("Send what one unit is worth")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("1 NOK in USD").fill("0,1")
    expect(dialog.get_by_text("1 NOK = 0.1 USD")).to_be_visible()
    dialog.get_by_role("button", name="Add currency").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("row", name="NOK")).to_contain_text("0.1 USD")
    page.goto("/o/opportunity?view=pipeline&q=Rated")
    expect(page.get_by_role("region", name="Proposal").get_by_text("US$1,100", exact=True)).to_be_visible()
    page.goto("/settings/currencies/NOK")
    page.get_by_role("button", name="Delete currency").click()
    refused = page.get_by_role("dialog")
    refused.get_by_role("button", name="Delete currency").click()
    expect(refused.get_by_role("alert")).to_contain_text("Opportunities hold amounts in NOK")
    assert Axe().run(page).response["violations"] == []
    for one in made:
        page.request.delete(f"/api/v1/records/opportunity/{one}", headers=HEADERS)
    refused.get_by_role("button", name="Delete currency").click()
    expect(page.get_by_text("Only USD so far")).to_be_visible()
