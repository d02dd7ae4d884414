"""Cells are changed where they stand; what the server refuses is told, and what was typed is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Served, sign_in

pytestmark = pytest.mark.browser


def test_of_two_people_who_change_a_cell_the_second_is_told_and_loses_nothing(
    browser: Browser, served: Served, page: Page
) -> None:
    page.request.post("/api/v1/records/account", data={"name": "Both of us"}, headers={"X-Relata-Request": "1"})
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", base_url=served.address)
    other = context.new_page()
    sign_in(other)
    for each in (page, other):
        each.goto("/o/account?q=Both")
        expect(employees(each)).to_be_visible()

    type_into(employees(page), "120")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Employees saved")).to_be_visible()
    type_into(employees(other), "340")
    with other.expect_response(lambda answer: answer.request.method == "PATCH") as refused:
        other.keyboard.press("Enter")
    assert refused.value.status == 412
    expect(other.get_by_role("alert").filter(has_text="Somebody else changed this record")).to_be_visible()
    expect(employees(other).get_by_role("textbox")).to_have_value("340")
    assert kept(page) == 120
    other.keyboard.press("Enter")
    expect(other.get_by_text("Employees saved")).to_be_visible()
    assert kept(page) == 340
    context.close()


def test_a_refused_value_stays_in_the_cell_with_the_reason_below(page: Page) -> None:
    page.request.post("/api/v1/records/account", data={"name": "Refusals"}, headers={"X-Relata-Request": "1"})
    page.goto("/o/account?q=Refusals")
    cell = employees(page, "Refusals")
    type_into(cell, "many")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("alert")).to_be_visible()
    expect(cell.get_by_role("textbox")).to_have_value("many")
    page.keyboard.press("Escape")
    expect(cell).to_have_text("")


def test_a_record_is_edited_in_a_form_and_what_was_typed_outlives_somebody_elses_change(page: Page) -> None:
    headers = {"X-Relata-Request": "1"}
    made = page.request.post("/api/v1/records/account", data={"name": "Formal"}, headers=headers).json()
    page.goto(f"/o/account/{made['id']}")
    page.get_by_role("button", name="Edit", exact=True).click()
    number = page.get_by_role("dialog").get_by_label("Employees")
    number.fill("51")
    page.request.patch(
        f"/api/v1/records/account/{made['id']}", data={"employees": 50, "domain": "north.example"}, headers=headers
    )
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Somebody else has changed this field meanwhile")).to_be_visible()
    expect(number).to_have_value("51")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    now = page.request.get(f"/api/v1/records/account/{made['id']}").json()
    assert (now["employees"], now["domain"]) == (51, "north.example")


def employees(page: Page, name: str = "Both of us") -> Locator:
    return page.get_by_role("row", name=name).locator("[aria-colindex='7']")


def type_into(cell: Locator, text: str) -> None:
    cell.dblclick()
    cell.get_by_role("textbox").fill(text)


def kept(page: Page) -> object:
    """The number as the server holds it."""
    found = page.request.get("/api/v1/search?q=Both&objects=account").json()["hits"][0]
    return page.request.get(f"/api/v1/records/account/{found['id']}").json()["employees"]


def test_times_follow_the_zone_of_the_person_and_not_that_of_the_browser(browser: Browser, served: Served) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Asia/Tokyo", base_url=served.address
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page)
    headers = {"X-Relata-Request": "1"}
    me = page.request.get("/api/v1/me").json()["user"]["id"]
    page.request.patch(f"/api/v1/records/user/{me}", data={"time_zone": "America/New_York"}, headers=headers)
    try:
        values = {"subject": "Zoned", "starts_at": "2026-01-15T20:00:00Z"}
        path = f"/api/v1/records/meeting/{page.request.post('/api/v1/records/meeting', data=values, headers=headers).json()['id']}"
        page.goto(path.replace("/api/v1/records", "/o"))
        expect(page.get_by_title("15 Jan, 15:00 GMT-5").first).to_be_visible()
        page.get_by_role("button", name="Edit Starts").click()
        editor = page.get_by_role("main").locator("input[type=datetime-local]")
        expect(editor).to_have_value("2026-01-15T15:00")
        for typed, meant in (
            ("2026-01-16T09:30", "2026-01-16T14:30:00Z"),
            ("2026-03-08T02:30", "2026-03-08T07:30:00Z"),
        ):
            editor.fill(typed)
            with page.expect_response(lambda answer: answer.request.method == "PATCH"):
                editor.press("Enter")
            assert page.request.get(path).json()["starts_at"] == meant
            page.get_by_role("button", name="Edit Starts").click()
    finally:
        page.request.patch(f"/api/v1/records/user/{me}", data={"time_zone": None}, headers=headers)
        context.close()
