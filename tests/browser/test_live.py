"""Two browsers at once: what one changes the other sees, and nobody's typing is lost or overwrites unseen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HEADERS = {"X-Relata-Request": "1"}


def account(page: Page, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = page.request.post("/api/v1/records/account", data=values, headers=HEADERS).json()
    return made


def change(page: Page, record: dict[str, Any], **values: Any) -> None:
    answer = page.request.patch(f"/api/v1/records/account/{record['id']}", data=values, headers=HEADERS)
    assert answer.ok


def test_a_record_page_shows_what_somebody_else_has_just_changed(page: Page) -> None:
    made = account(page, name="Shared", employees=11)
    page.goto(f"/o/account/{made['id']}")
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_text("11", exact=True)).to_be_visible()
    change(page, made, employees=4321)
    expect(details.get_by_text("4,321", exact=True)).to_be_visible()


def test_a_list_shows_a_new_record_and_forgets_a_deleted_one(page: Page) -> None:
    page.goto("/o/account?q=Zyx%20Live")
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    made = account(page, name="Zyx Live GmbH")
    expect(page.get_by_text("Zyx Live GmbH")).to_be_visible()
    page.request.delete(f"/api/v1/records/account/{made['id']}", headers=HEADERS)
    expect(page.get_by_text("Zyx Live GmbH")).to_have_count(0)


def test_what_is_being_typed_stays_and_does_not_overwrite_another_change_unseen(page: Page) -> None:
    made = account(page, name="Contested", domain="old.example")
    page.goto(f"/o/account/{made['id']}")
    page.get_by_role("button", name="Edit Domain").click()
    box = page.get_by_role("region", name="Details").get_by_role("textbox")
    box.fill("mine.example")
    change(page, made, domain="theirs.example")
    expect(page.get_by_text("Somebody else has just set it to theirs.example.")).to_be_visible()
    expect(box).to_have_value("mine.example")
    box.press("Enter")
    expect(page.get_by_text("Somebody else has changed this record in the meantime.")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_count(0)
    now = page.request.get(f"/api/v1/records/account/{made['id']}").json()
    assert (now["domain"], now["version"]) == ("mine.example", 3)


def test_a_change_of_another_field_does_not_stand_in_the_way(page: Page) -> None:
    made = account(page, name="Side by side", domain="old.example", employees=1)
    page.goto(f"/o/account/{made['id']}")
    page.get_by_role("button", name="Edit Domain").click()
    details = page.get_by_role("region", name="Details")
    box = details.get_by_role("textbox")
    box.fill("mine.example")
    change(page, made, employees=77)
    expect(details.get_by_text("77", exact=True)).to_be_visible()
    box.press("Enter")
    expect(box).to_have_count(0)
    now = page.request.get(f"/api/v1/records/account/{made['id']}").json()
    assert (now["domain"], now["employees"], now["version"]) == ("mine.example", 77, 3)
