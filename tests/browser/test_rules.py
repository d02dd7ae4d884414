"""Rules as people meet them: made in the settings, followed by forms while they type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text", "required": True},
    {"name": "price", "kind": "number", "label": "Price", "readonly_if": "stage == 'won'"},
    {"name": "cost", "kind": "number", "label": "Cost", "default_formula": "price / 2"},
    {"name": "stage", "kind": "choice", "label": "Stage", "options": ["Open", "Won", "Lost"], "default": "open"},
    {"name": "reason", "kind": "text", "label": "Reason", "required_if": "price > 10", "visible_if": "price > 5"},
]


def call(page: Page, path: str, document: Any) -> Any:
    headers = {"X-Relata-Request": "1", "content-type": "application/json"}
    answer = page.request.post(f"/api/v1{path}", headers=headers, data=json.dumps(document))
    assert answer.ok, answer.text()
    return answer.json()


def faults(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_a_rule_is_made_and_a_form_follows_it_while_somebody_types(page: Page) -> None:
    call(page, "/objects", {"name": "bargain", "label": "Bargain", "fields": FIELDS})
    call(page, "/records/bargain", {"name": "Old", "price": 1, "cost": 2})

    page.goto("/settings/objects/bargain")
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("Not below cost")
    dialog.get_by_label("Refused if").fill("price <")
    expect(dialog.get_by_text("Line 1, column 8")).to_be_visible()
    dialog.get_by_label("Refused if").fill("price < cost")
    expect(dialog.get_by_text("1 record breaks it today")).to_be_visible()
    dialog.get_by_label("Message").fill("The price is below the cost; raise it.")
    dialog.get_by_label("Told at").click()
    page.get_by_role("option", name="Price").click()
    assert faults(page) == []
    dialog.get_by_role("button", name="Create rule").click()
    expect(dialog.get_by_role("link", name="Old")).to_be_visible()
    assert faults(page) == []
    dialog.get_by_role("button", name="Save anyway").click()
    expect(page.get_by_role("button", name="Not below cost")).to_be_visible()

    page.goto("/o/bargain")
    page.get_by_role("button", name="New Bargain").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("New")
    expect(form.get_by_label("Price")).to_be_visible()
    expect(form.get_by_text("Reason")).to_have_count(0)
    form.get_by_label("Price").fill("12")
    expect(form.get_by_role("textbox", name="Reason (required)")).to_be_visible()
    expect(form.get_by_label("Cost")).to_have_value("6")
    form.get_by_label("Cost").fill("20")
    expect(form.get_by_role("alert")).to_contain_text("The price is below the cost; raise it.")
    assert faults(page) == []
    form.get_by_label("Cost").fill("3")
    expect(form.get_by_role("alert")).to_have_count(0)
    form.get_by_role("button", name="Create bargain").click()
    expect(form.get_by_role("alert")).to_contain_text("Reason is required.")
    form.get_by_role("textbox", name="Reason (required)").fill("Autumn sale")
    form.get_by_role("button", name="Create bargain").click()
    expect(form).to_have_count(0)

    won = call(page, "/records/bargain", {"name": "Won", "price": 4, "stage": "won"})
    page.goto(f"/o/bargain/{won['id']}")
    expect(page.get_by_role("button", name="Edit Name")).to_be_attached()
    expect(page.get_by_role("button", name="Edit Price")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit Reason")).to_have_count(0)

    page.goto("/settings/objects/bargain")
    page.get_by_role("button", name="Reason", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Required if")).to_have_value("price > 10")
    assert faults(page) == []
    page.get_by_role("dialog").get_by_label("Shown if").fill("")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
