"""A roll-up and a look-up are made in the settings, and a record tells where their values come from."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HEADERS = {"X-Relata-Request": "1"}


def test_a_figure_over_related_records_is_made_without_code_and_explains_itself(page: Page) -> None:
    post = page.request.post
    account = post("/api/v1/records/account", data={"name": "Rolled Up"}, headers=HEADERS).json()["id"]
    for number, stage in enumerate(("proposal", "negotiation", "closed_lost"), 1):
        deal = {
            "name": f"Deal {number}",
            "account": account,
            "stage": stage,
            "amount": {"amount": f"{number}00", "currency": "EUR"},
        }
        post("/api/v1/records/opportunity", data=deal, headers=HEADERS)
    page.goto("/settings/objects/account")
    page.get_by_role("button", name="New field").click()
    page.get_by_text("Roll-up", exact=True).click()
    page.get_by_label("Label").fill("Open total")
    for field, chosen in (("Records of the list", "Opportunities"), ("Work out", "Sum"), ("of the field", "Amount")):
        page.get_by_role("combobox", name=field).click()
        page.get_by_role("option", name=chosen, exact=True).click()
    page.get_by_role("group", name="Only those that meet").get_by_role("button", name="Filter").click()
    page.keyboard.type("Stage")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Proposal").click()
    page.get_by_role("option", name="Negotiation").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="New field of Account")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_text("open_total")).to_be_visible()
    page.goto(f"/o/account/{account}")
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_text("€300", exact=True)).to_be_visible()
    page.get_by_role("button", name="Why is Open total what it is?").press("Enter")
    told = page.get_by_role("dialog", name="Why is Open total what it is?")
    expect(told.get_by_text("Sum over 2 records of Opportunities")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    page.get_by_role("button", name="Why is Name what it is?").press("Enter")
    expect(page.get_by_text("Nora Feld set it with the record")).to_be_visible()
    page.request.delete("/api/v1/objects/account/fields/open_total", headers=HEADERS)
