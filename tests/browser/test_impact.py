"""What a change of a field touches elsewhere is shown once before it is saved; what touches nothing is saved at once."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_kind_change import call

pytestmark = pytest.mark.browser
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text", "required": True},
    {"name": "size", "kind": "number", "label": "Size"},
    {"name": "double", "kind": "formula", "label": "Double", "formula": "size * 2"},
    {"name": "four", "kind": "formula", "label": "Four", "formula": "double * 2"},
    {"name": "grade", "kind": "choice", "label": "Grade", "options": ["Fine", "Poor"]},
]


def test_saving_asks_once_where_a_change_touches_others(page: Page) -> None:
    call(page, "POST", "/objects", {"name": "valve", "label": "Valve", "fields": FIELDS})
    call(page, "POST", "/records/valve", {"name": "One", "size": 1, "grade": "poor"})
    call(page, "POST", "/records/valve", {"name": "Two", "size": 2, "grade": "fine"})
    page.goto("/settings/objects/valve")
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Size", exact=True).click()
    dialog.get_by_label("Help").fill("In litres")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    page.get_by_role("button", name="Double", exact=True).click()
    dialog.get_by_role("textbox", name="Formula").fill("size * 3")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("2 records show it from then on.")).to_be_visible()
    expect(dialog.get_by_role("link", name="Four")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    dialog.get_by_role("button", name="Back").click()
    expect(dialog.get_by_role("textbox", name="Formula")).to_have_value("size * 3")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_role("button", name="Save anyway").click()
    expect(dialog).to_have_count(0)

    page.get_by_role("button", name="Grade", exact=True).click()
    dialog.get_by_label("Option 2").fill("Bad")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("1 record shows it from then on.")).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Look at them").click()
    expect(opened.value.get_by_role("link", name="One")).to_be_visible()
    expect(opened.value.get_by_role("link", name="Two")).to_have_count(0)
    opened.value.close()
    dialog.get_by_role("button", name="Save anyway").click()
    expect(dialog).to_have_count(0)
