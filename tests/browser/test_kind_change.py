"""A field gets another kind, as administrators meet it: what that touches, who stands in the way, and done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text", "required": True},
    {"name": "weight", "kind": "text", "label": "Weight"},
    {"name": "size", "kind": "number", "label": "Size"},
    {"name": "double", "kind": "formula", "label": "Double", "formula": "size * 2"},
]


def call(page: Page, method: str, path: str, document: Any) -> Any:
    headers = {"X-Relata-Request": "1", "content-type": "application/json"}
    answer = page.request.fetch(f"/api/v1{path}", method=method, headers=headers, data=json.dumps(document))
    assert answer.ok, answer.text()
    return answer.json()


def test_a_field_gets_another_kind_when_all_its_values_fit(page: Page) -> None:
    call(page, "POST", "/objects", {"name": "crate", "label": "Crate", "fields": FIELDS})
    call(page, "POST", "/records/crate", {"name": "Light", "weight": "12"})
    heavy = call(page, "POST", "/records/crate", {"name": "Heavy", "weight": "about 90"})
    page.goto("/settings/objects/crate")
    page.get_by_role("button", name="Weight").click()
    page.get_by_role("button", name="Change kind").click()
    dialog = page.get_by_role("dialog", name="Another kind for Weight")
    dialog.get_by_role("button", name="Number An exact number").click()
    expect(dialog.get_by_text("2 records hold a value.")).to_be_visible()
    expect(dialog.get_by_role("link", name="Heavy")).to_be_visible()
    expect(dialog.get_by_role("button", name="Change kind")).to_be_disabled()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    call(page, "PATCH", f"/records/crate/{heavy['id']}", {"weight": "90"})
    dialog.get_by_role("button", name="Another kind").click()
    dialog.get_by_role("button", name="Number An exact number").click()
    dialog.get_by_role("button", name="Change kind").click()
    expect(page.get_by_text("Weight is now “Number”.")).to_be_visible()
    expect(page.get_by_role("row", name="Weight")).to_contain_text("Number")

    page.get_by_role("button", name="Size").click()
    page.get_by_role("button", name="Delete field").click()
    expect(page.get_by_text("Used by 1 formula:")).to_be_visible()
    expect(page.get_by_role("button", name="Delete field")).to_be_disabled()


def test_options_of_a_choice_are_merged(page: Page) -> None:
    options = [{"key": key, "label": label} for key, label in (("hot", "Hot"), ("warm", "Warm"), ("tepid", "Tepid"))]
    field = {"name": "heat", "kind": "choice", "label": "Heat", "options": options}
    call(page, "POST", "/objects", {"name": "kettle", "label": "Kettle", "fields": [FIELDS[0], field]})
    made = call(page, "POST", "/records/kettle", {"name": "Old", "heat": "tepid"})
    page.goto("/settings/objects/kettle")
    page.get_by_role("button", name="Heat").click()
    page.get_by_role("button", name="Merge options").click()
    dialog = page.get_by_role("dialog", name="Merge options of Heat")
    dialog.get_by_label("These options").click()
    page.get_by_role("option", name="Tepid").click()
    page.keyboard.press("Tab")
    dialog.get_by_label("become").click()
    page.get_by_role("option", name="Warm").click()
    expect(dialog.get_by_text("1 record holds one of them.")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("One option is now “Warm”.")).to_be_visible()
    answer = page.request.get(f"/api/v1/records/kettle/{made['id']}").json()
    assert (answer["heat"], answer["version"]) == ("warm", 1)
