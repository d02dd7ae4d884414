"""An administrator gives a currency its first rate, and what could only stand side by side is added up."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
TABLE = "/o/opportunity?view=all&q=Rated&columns=stage,amount,close_date&sums=amount:sum"
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
    page.goto(TABLE)
    total = page.get_by_role("grid").get_by_role("button").filter(has_text="Sum NOK")
    expect(total).to_contain_text("NOK 1,000 · US$1,000")
    expect(total.get_by_role("img", name="1 amount in NOK has no rate")).to_be_visible()
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
    lane = page.get_by_role("region", name="Proposal")
    expect(lane.get_by_text("≈ US$1,100", exact=True)).to_be_visible()
    card = lane.get_by_role("button").filter(has_text="Rated 2")
    expect(card).to_contain_text("≈ US$100")
    card.press("Space")
    card.press("ArrowRight")
    card.press("Space")
    expect(page.get_by_role("region", name="Negotiation").get_by_text("≈ US$100", exact=True).first).to_be_visible()
    expect(lane.get_by_text("US$1,000", exact=True).first).to_be_visible()
    see_both_amounts_in_the_table(page)
    convert_by_another_day(page)
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


def see_both_amounts_in_the_table(page: Page) -> None:
    """What the amount is and what it is worth; both follow when it is changed, and the total with them."""
    page.goto(TABLE)
    grid = page.get_by_role("grid")
    amount = grid.get_by_role("row").filter(has_text="Rated 2").get_by_role("gridcell").filter(has_text="NOK")
    expect(amount).to_contain_text("≈ US$100")
    rate = amount.get_by_title("0.1 USD for 1 NOK, the rate from 1 Jan 2026 on")
    expect(rate).to_be_visible()
    total = grid.get_by_role("button", name="Sum ≈")
    expect(total).to_contain_text("≈ US$1,100")
    amount.dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3000 NOK")
    page.keyboard.press("Enter")
    expect(amount).to_contain_text("≈ US$300")
    expect(total).to_contain_text("≈ US$1,300")
    expect(rate).to_be_visible()
    grid.get_by_role("link", name="Rated 2").click()
    expect(page.get_by_role("main").get_by_text("≈ US$300").first).to_be_visible()


def convert_by_another_day(page: Page) -> None:
    """The rate began on the first of the year: by the day on which a deal of today was made there is one as well."""
    page.goto("/settings/objects/opportunity")
    table = page.get_by_role("table").filter(has_text="Amount")
    expect(page.get_by_text("of at most 800 fields")).to_be_visible()
    expect(table.get_by_role("row", name="Amount").get_by_text("%")).to_be_visible()
    table.get_by_role("button", name="Amount").click()
    day = page.get_by_role("combobox", name="Rate of the day")
    expect(day).to_have_value("Closes")
    assert Axe().run(page).response["violations"] == []
    day.click()
    page.get_by_role("option", name="Created", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save anyway").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    changed = page.request.get("/api/v1/catalog").json()["objects"]
    assert (
        next(f for o in changed if o["name"] == "opportunity" for f in o["fields"] if f["name"] == "amount")[
            "rate_date"
        ]
        == "created_at"
    )
    path = "/api/v1/objects/opportunity/fields/amount"
    assert page.request.patch(path, data={"rate_date": "close_date"}, headers=HEADERS).ok
