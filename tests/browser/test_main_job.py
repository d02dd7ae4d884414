"""The first job on a real company's data, in the browser: find an account, see and move its deals, add
fields, filter, sort and group by them, and read what happened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DATA
from tests.workers import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"The data set {DATA.name} is not beside this repository."),
]


def test_an_account_is_found_and_shows_its_opportunities(page: Page) -> None:
    page.get_by_role("searchbox", name="Search in accounts").fill("cancity")
    page.get_by_role("link", name="Cancity").first.click()
    expect(page.get_by_role("heading", name="Cancity", level=1)).to_be_visible()
    deals = page.get_by_role("region", name="Opportunities")
    expect(deals.get_by_role("row")).to_have_count(11)
    expect(deals.locator("header").get_by_text(re.compile(r"^\d{2,3}$"))).to_be_visible()


def test_a_deal_moves_on_the_board_and_its_history_tells_of_it(page: Page) -> None:
    page.goto("/o/opportunity?view=pipeline")
    lane = page.get_by_role("region", name=re.compile("^Prospecting"))
    card = lane.get_by_role("listitem").first.get_by_role("button").first
    name = (card.inner_text().splitlines() or [""])[0]
    said = page.locator("[aria-live='assertive']", has_text=name)
    card.focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Prospecting")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Qualification")
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
        page.keyboard.press("Space")
    assert saved.value.ok
    expect(lane.get_by_text(name, exact=True)).to_have_count(0)
    page.goto(f"/o/opportunity?view=all&q={name}")
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("tab", name="History").click()
    entry = page.get_by_role("tabpanel").get_by_role("listitem").first
    expect(entry).to_contain_text("Nora Feld")
    expect(entry).to_contain_text(re.compile("Prospecting.*Qualification", re.DOTALL))


def test_a_choice_and_a_formula_are_added_and_used_to_filter_sort_and_group(page: Page) -> None:
    new_field(page, "Choice One of", "Size of deal")
    dialog = page.get_by_role("dialog")
    for option in ("Small", "Large"):
        dialog.get_by_role("button", name="Add option").click()
        page.keyboard.type(option)
    create(page)
    new_field(page, "Formula", "With tax")
    dialog.get_by_role("textbox", name="Formula").fill("amount * 1.19")
    create(page)

    page.goto("/o/opportunity?view=all&q=1C1I7A6R")
    page.get_by_role("link", name="1C1I7A6R").first.click()
    page.get_by_role("button", name="Edit Size of deal").click()
    page.get_by_role("option", name="Large").click()
    expect(page.get_by_role("definition").filter(has_text="Large").first).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="1,254.26").first).to_be_visible()

    page.goto("/o/opportunity?view=all")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("option", name="Size of deal").click()
    page.get_by_role("option", name="Large").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("1 record", exact=True)).to_be_attached()
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_role("menuitemradio", name="Size of deal").click()
    expect(page.get_by_role("gridcell", name=re.compile("Large")).first).to_be_visible()
    expect(page.get_by_role("link", name="1C1I7A6R")).to_be_visible()

    page.goto("/o/opportunity?view=all")
    page.get_by_role("button", name="Fields", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="With tax").click()
    page.keyboard.press("Escape")
    head = page.get_by_role("columnheader", name="With tax")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    at = int(head.get_attribute("aria-colindex") or 0)
    shown = page.locator(f"[role='gridcell'][aria-colindex='{at}']")
    expect(shown.first).to_contain_text(re.compile(r"[1-9]"))

    def falling() -> bool:
        figures = [float(re.sub(r"[^\d.]", "", text) or 0) for text in shown.all_inner_texts()[:10]]
        return figures == sorted(figures, reverse=True) and figures[0] > figures[-1]

    until(falling, 15)  # the rows of the order before stay until the new ones are there


def new_field(page: Page, kind: str, label: str) -> None:
    page.goto("/settings/objects/opportunity")
    page.get_by_role("button", name="New field").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{kind}")).click()
    page.get_by_role("textbox", name="Label", exact=True).fill(label)


def create(page: Page) -> None:
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
