"""Lists are filtered by what is linked: some, none or every one, where the linked record or the link says something."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_kind_change import call

pytestmark = pytest.mark.browser
ROLES = {"name": "role", "kind": "choice", "label": "Role", "options": ["Chair", "Member"]}
MEMBERS = {"name": "members", "kind": "many", "label": "Members", "to": ["contact"], "fields": [ROLES]}


def test_a_list_is_filtered_by_its_links(page: Page) -> None:
    ada = call(page, "POST", "/records/contact", {"name": {"first": "Ada", "last": "Quill"}})["id"]
    call(
        page,
        "POST",
        "/objects",
        {"name": "council", "label": "Council", "fields": [{"name": "name", "kind": "text"}, MEMBERS]},
    )
    for name, role in (("Led", "chair"), ("Joined", "member")):
        call(
            page,
            "POST",
            "/records/council",
            {"name": name, "members": [{"object": "contact", "id": ada, "role": role}]},
        )
    call(page, "POST", "/records/council", {"name": "Empty"})
    page.goto("/o/council")
    expect(page.get_by_role("link", name="Empty")).to_be_visible()

    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("combobox", name="Filter by field").fill("Members")
    page.get_by_role("option", name="Members", exact=True).click()
    where = page.get_by_role("group", name="Members where")
    where.get_by_role("button", name="Add a rule").press("Enter")
    where.get_by_role("combobox", name="Filter by field").fill("Role")
    page.get_by_role("option", name="Role", exact=True).click()
    page.get_by_role("option", name="Chair").click()
    page.keyboard.press("Tab")
    expect(where.get_by_role("combobox", name="Operator")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Led")).to_be_visible()
    expect(page.get_by_role("link", name="Joined")).to_have_count(0)
    page.reload()
    chip = page.get_by_role("button", name="Members has some where Role is any of Chair")
    expect(chip).to_be_visible()
    expect(page.get_by_role("link", name="Empty")).to_have_count(0)
    chip.click()
    page.get_by_role("combobox", name="Operator").first.select_option("none")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Joined")).to_be_visible()
    expect(page.get_by_role("link", name="Empty")).to_be_visible()
    expect(page.get_by_role("link", name="Led")).to_have_count(0)
