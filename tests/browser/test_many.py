"""A many-to-many with attributes is made in the settings, filled on a record and read at its other end."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HEADERS = {"X-Relata-Request": "1"}


def test_people_are_linked_with_their_roles_without_code(page: Page) -> None:
    post = page.request.post
    account = post("/api/v1/records/account", data={"name": "Linked Works"}, headers=HEADERS).json()["id"]
    ada = post("/api/v1/records/contact", data={"name": {"first": "Ada", "last": "Berg"}}, headers=HEADERS).json()["id"]
    post("/api/v1/records/contact", data={"name": {"first": "Ben", "last": "Ohm"}}, headers=HEADERS)
    page.goto("/settings/objects/account")
    page.get_by_role("button", name="New field").click()
    page.get_by_text("Many-to-many", exact=True).click()
    page.get_by_label("Label").fill("Board")
    page.get_by_role("combobox", name="Points to").click()
    page.get_by_role("option", name="Contact", exact=True).click()
    page.get_by_label("Name of the list there").fill("Boards")
    page.get_by_role("button", name="Add an attribute").click()
    page.get_by_label("Attribute", exact=True).fill("Role")
    page.get_by_role("combobox", name="Kind").click()
    page.get_by_role("option", name="Choice", exact=True).click()
    page.get_by_label("Options").fill("Chair, Member")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("cell", name="board", exact=True)).to_be_visible()

    page.goto(f"/o/account/{account}")
    page.get_by_role("button", name="Edit Board").press("Enter")
    group = page.get_by_role("group", name="Board", exact=True)
    group.get_by_role("combobox", name="Board").fill("Berg")
    page.get_by_role("option", name="Ada Berg").click()
    row = group.get_by_role("group", name="Ada Berg")
    row.get_by_label("Role").click()
    page.get_by_role("option", name="Chair").click()
    group.get_by_role("combobox", name="Board").fill("Ohm")
    page.get_by_role("option", name="Ben Ohm").click()
    group.get_by_role("button", name="Done").click()
    shown = page.get_by_role("region", name="Details").locator("dd").filter(has_text="Ada Berg")
    expect(shown.get_by_text("Chair")).to_be_visible()
    expect(shown.get_by_text("Ben Ohm")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.reload()
    expect(shown.get_by_text("Chair")).to_be_visible()

    page.goto(f"/o/contact/{ada}")
    details = page.get_by_role("region", name="Details")
    expect(details.locator("dd").filter(has_text="Linked Works").get_by_text("Chair")).to_be_visible()
    page.request.delete("/api/v1/objects/contact/fields/boards", headers=HEADERS)
    page.request.delete("/api/v1/objects/account/fields/board", headers=HEADERS)
