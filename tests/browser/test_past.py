"""The past is looked at and changes are taken back where the history stands, with the keyboard and on a phone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, sign_in

pytestmark = pytest.mark.browser
HEADERS = {"X-Relata-Request": "1"}


def account(page: Page, name: str, *employees: int) -> str:
    """An account that had these numbers of employees one after the other; its address."""
    made: dict[str, Any] = page.request.post(
        "/api/v1/records/account", data={"name": name, "employees": employees[0]}, headers=HEADERS
    ).json()
    for number in employees[1:]:
        page.request.patch(f"/api/v1/records/account/{made['id']}", data={"employees": number}, headers=HEADERS)
    return f"/o/account/{made['id']}"


def employees(page: Page, address: str) -> Any:
    return page.request.get(f"/api/v1/records/account/{address[-36:]}").json()["employees"]


def test_a_record_is_seen_as_it_was_and_cannot_be_changed_there(page: Page) -> None:
    page.goto(account(page, "Grown", 11, 22))
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="View as of this moment").last.press("Enter")
    band = page.get_by_role("status").filter(has_text="You are looking at")
    expect(band).to_be_visible()
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_text("11", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_have_count(0)
    assert Axe().run(page).response["violations"] == []
    page.reload()
    expect(details.get_by_text("11", exact=True)).to_be_visible()
    band.get_by_role("button", name="Back to today").click()
    expect(details.get_by_text("22", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_visible()


def test_a_change_is_undone_from_the_history_and_the_undoing_too(page: Page) -> None:
    address = account(page, "Undone", 11, 22)
    page.goto(address)
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Undo this change").first.click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    assert employees(page, address) == 11
    expect(page.get_by_text("by undoing a change")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("by undoing a change")).to_have_count(2)
    assert employees(page, address) == 22


def test_what_was_changed_again_is_shown_before_it_is_overwritten(page: Page) -> None:
    address = account(page, "Contested", 11, 22, 33)
    page.goto(address)
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Undo this change").nth(1).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Employees: would become “11”, is now “33”")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert employees(page, address) == 33
    dialog.get_by_role("button", name="Overwrite").click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    assert employees(page, address) == 11


def test_links_that_were_changed_again_are_told_by_the_names_of_their_records(page: Page) -> None:
    def sent(method: str, path: str, data: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = page.request.fetch(f"/api/v1{path}", method=method, data=data, headers=HEADERS).json()
        return answer

    sent("POST", "/objects", {"name": "voyage", "label": "Voyage", "fields": [{"name": "name", "kind": "text"}]})
    roles = {"name": "role", "kind": "choice", "options": ["Lead", "Helper"]}
    sent("POST", "/objects/voyage/fields", {"name": "crew", "kind": "many", "to": "contact", "fields": [roles]})
    ada = sent("POST", "/records/contact", {"name": {"last": "Quist"}})["id"]
    made = sent("POST", "/records/voyage", {"name": "North"})
    for role in ("lead", "helper"):
        sent("PATCH", f"/records/voyage/{made['id']}", {"crew": [{"id": ada, "role": role}]})
    page.goto(f"/o/voyage/{made['id']}")
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Undo this change").nth(1).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Quist")).to_be_visible()
    dialog.get_by_role("button", name="Overwrite").click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    assert page.request.get(f"/api/v1/records/voyage/{made['id']}").json()["crew"] == []


def test_a_list_is_seen_as_of_a_day_with_the_day_in_its_address(browser: Browser, served: Served, page: Page) -> None:
    account(page, "Young", 5)
    page.goto("/o/account?q=Young")
    expect(page.get_by_text("Young").first).to_be_visible()
    page.get_by_role("button", name="As of…").press("Enter")
    page.get_by_label("As it was at the end of").fill("2020-02-03")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="the end of 3 Feb 2020")).to_be_visible()
    assert "as_of=2020-02-03" in page.url
    expect(page.get_by_text("Young")).to_have_count(0)
    expect(page.get_by_role("button", name="New account")).to_have_count(0)
    assert Axe().run(page).response["violations"] == []

    phone = browser.new_context(viewport={"width": 375, "height": 720}, locale="en-GB", base_url=served.address)
    small = phone.new_page()
    sign_in(small)
    small.evaluate("localStorage.setItem('relata.language', 'de')")
    small.goto(page.url)
    expect(small.get_by_role("status").filter(has_text="Gezeigt wird der Stand: Ende des 3. Feb")).to_be_visible()
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small.get_by_role("button", name="Zurück zu heute").click()
    expect(small.get_by_text("Gezeigt wird der Stand")).to_have_count(0)
    phone.close()


def test_a_list_is_compared_between_two_moments(browser: Browser, served: Served, page: Page) -> None:
    marked = {"field": "employees", "op": "gt", "value": 700_000}
    kept = account(page, "Kept", 700_001)
    gone = account(page, "Gone", 700_002)
    moment = page.request.get(f"/api/v1/records/account/{gone[-36:]}").json()["updated_at"]
    page.request.patch(f"/api/v1/records/account/{kept[-36:]}", data={"employees": 700_009}, headers=HEADERS)
    page.request.delete(f"/api/v1/records/account/{gone[-36:]}", headers=HEADERS)
    account(page, "Arrived", 700_003)
    asked = {"filter": json.dumps(marked), "columns": "name,employees", "as_of": moment}
    page.goto("/o/account?" + urlencode(asked))
    page.get_by_role("button", name="Compare with…").press("Enter")
    page.get_by_role("button", name="today", exact=True).click()
    region = page.get_by_role("region", name="Differences in Accounts")
    expect(region.get_by_role("status")).to_have_text("1 added 1 removed 1 changed")
    changed = region.get_by_role("row").filter(has_text="Kept")
    expect(changed.get_by_role("deletion")).to_have_text("700,001")
    expect(changed.get_by_role("cell").last).to_contain_text("700,009")
    expect(region.get_by_role("row").filter(has_text="Gone").get_by_label("Removed")).to_be_visible()
    expect(region.get_by_role("row").filter(has_text="Arrived").get_by_label("Added")).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    phone = browser.new_context(viewport={"width": 390, "height": 800}, locale="en-GB", base_url=served.address)
    small = phone.new_page()
    sign_in(small)
    small.goto(page.url)
    expect(small.get_by_role("deletion")).to_have_text("700,001")
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(small).response["violations"] == []
    phone.close()
    page.get_by_role("button", name="End the comparison").click()
    expect(page.get_by_role("grid").get_by_role("link", name="Gone")).to_be_visible()
    page.get_by_role("tab", name="By type").click()
    expect(page.get_by_role("status").filter(has_text="You are looking at")).to_be_visible()
