"""A deleted field and a deleted object, as administrators meet them: what the deletion says, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_kind_change import call

pytestmark = pytest.mark.browser
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text", "required": True},
    {"name": "mark", "kind": "text", "label": "Mark", "unique": True},
]


def test_a_field_and_an_object_are_deleted_and_restored(page: Page) -> None:
    call(page, "POST", "/objects", {"name": "barge", "label": "Barge", "fields": FIELDS})
    made = call(page, "POST", "/records/barge", {"name": "Ida", "mark": "B 7"})
    page.goto("/settings/objects/barge")
    page.get_by_role("button", name="Mark").click()
    page.get_by_role("button", name="Delete field").click()
    expect(page.get_by_text("For 30 days it can be restored")).to_be_visible()
    page.get_by_role("button", name="Delete field").click()
    expect(page.get_by_role("heading", name="Deleted fields")).to_be_visible()
    expect(page.get_by_role("row", name="Mark")).to_have_count(1)  # no longer among the fields
    expect(page.get_by_role("row", name="Mark")).to_contain_text("30 more days")

    call(page, "POST", "/objects/barge/fields", {"name": "mark", "kind": "number", "label": "Number"})
    page.get_by_role("button", name="Restore Mark").click()
    dialog = page.get_by_role("dialog", name="Restore Mark")
    expect(dialog.get_by_text("is there already")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    dialog.get_by_label("Name").fill("old_mark")
    dialog.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Mark is back")).to_be_visible()
    expect(page.get_by_role("row", name="old_mark")).to_be_visible()
    assert call(page, "GET", f"/records/barge/{made['id']}", None)["old_mark"] == "B 7"

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete object").click()
    row = page.get_by_role("row", name="Barges")
    expect(row).to_contain_text("30 more days")
    row.get_by_role("button", name="Restore Barges").click()
    expect(page.get_by_role("link", name="Barges").first).to_be_visible()
    assert call(page, "GET", f"/records/barge/{made['id']}", None)["name"] == "Ida"
    page.goto("/settings/objects/barge")
    page.get_by_role("button", name="Number").click()
    page.get_by_role("button", name="Delete field").click()
    page.get_by_role("button", name="Delete field").click()
    page.get_by_role("button", name="Delete Number for good").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Number is gone for good")).to_be_visible()
    expect(page.get_by_role("heading", name="Deleted fields")).to_be_hidden()
