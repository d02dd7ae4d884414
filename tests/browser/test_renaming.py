"""A field and an object get another name, as administrators meet it: what follows, what becomes of the old name, and freeing it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_kind_change import call

pytestmark = pytest.mark.browser
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text", "required": True},
    {"name": "draft", "kind": "number", "label": "Draught"},
    {"name": "double", "kind": "formula", "formula": "draft * 2", "label": "Twice the draught"},
]


def test_a_field_and_an_object_get_another_name(page: Page) -> None:
    call(page, "POST", "/objects", {"name": "lugger", "label": "Lugger", "fields": FIELDS})
    made = call(page, "POST", "/records/lugger", {"name": "Ida", "draft": 3})
    page.goto("/settings/objects/lugger")
    page.get_by_role("button", name="Draught", exact=True).click()
    page.get_by_role("button", name="Change the name").click()
    dialog = page.get_by_role("dialog", name="Name of Draught")
    name = dialog.get_by_label("Name")
    name.fill("double")
    expect(dialog.get_by_role("alert")).to_contain_text("choose another name")
    expect(dialog.get_by_role("button", name="Change the name")).to_be_disabled()
    name.fill("draught")
    expect(dialog.get_by_role("link", name="Twice the draught")).to_be_visible()
    expect(dialog.get_by_text("go on working for 90 days")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    dialog.get_by_role("button", name="Change the name").click()
    expect(page.get_by_text("is called “draught”")).to_be_visible()
    there = call(page, "GET", f"/records/lugger/{made['id']}", None)
    assert (there["draught"], there["double"]) == (3, 6)

    page.get_by_role("button", name="Draught", exact=True).click()
    page.get_by_role("button", name="Change the name").click()
    expect(page.get_by_text("is understood until")).to_be_visible()
    page.get_by_role("button", name="Free the name draft now").click()
    expect(page.get_by_text("Names from before")).to_be_hidden()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Change the name").click()
    dialog = page.get_by_role("dialog", name="Name of Lugger")
    dialog.get_by_label("Name").fill("ketch")
    dialog.get_by_role("button", name="Change the name").click()
    expect(page).to_have_url("/settings/objects/ketch")
    expect(page.get_by_role("button", name="Draught", exact=True)).to_be_visible()
    assert call(page, "GET", f"/records/lugger/{made['id']}", None)["name"] == "Ida"
    page.goto("/o/lugger")
    expect(page.get_by_role("link", name="Ida").first).to_be_visible()
    page.goto(f"/o/lugger/{made['id']}")
    expect(page.get_by_role("heading", name="Ida").first).to_be_visible()
