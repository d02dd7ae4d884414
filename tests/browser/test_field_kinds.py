"""Stars, durations, places, JSON and formatted text, as a person meets them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HOSTILE = '<h2>Kick-off</h2><p onclick="x()">With <strong>Ada</strong><img src=x onerror="document.title=\'x\'"></p>'
FIELDS = [{"kind": kind, "name": kind} for kind in ("rating", "duration", "location", "json", "rich_text")]


def call(page: Page, path: str, content: str) -> Any:
    headers = {"X-Relata-Request": "1", "content-type": "application/json"}
    answer = page.request.post(f"/api/v1{path}", headers=headers, data=content)
    assert answer.ok, answer.text()
    return answer.json()


def value(page: Page, label: str) -> Any:
    return page.get_by_role("region", name="Details").locator("dt", has_text=label).locator("xpath=..").locator("dd")


def edit(page: Page, label: str) -> None:
    page.get_by_role("button", name=f"Edit {label}").click()


def test_every_newer_kind_is_edited_where_it_stands(page: Page) -> None:
    document = {"name": "visit", "label": "Visit", "fields": [{"name": "name", "kind": "text"}, *FIELDS]}
    call(page, "/objects", json.dumps(document))
    values = {"name": "Harbour", "rating": 2, "rich_text": HOSTILE, "json": 0}
    made = call(
        page, "/records/visit", json.dumps(values).replace('"json": 0', '"json": {"order": 12345678901234567890}')
    )
    page.goto(f"/o/visit/{made['id']}")

    edit(page, "Rating")
    expect(page.get_by_role("radio", checked=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(value(page, "Rating").get_by_role("img", name="4 of 5 stars")).to_be_visible()
    edit(page, "Rating")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(value(page, "Rating")).to_contain_text("Add")

    for label, typed, shown in (
        ("Duration", "90 min", "1 h 30 min"),
        ("Location", "geo:54.3233,10.1394", "54.3233, 10.1394"),
    ):
        edit(page, label)
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(value(page, label)).to_contain_text(shown)
    expect(value(page, "Location").get_by_role("link")).to_have_attribute("href", "geo:54.3233,10.1394")

    edit(page, "Json")
    area = page.get_by_role("textbox", name="Json")
    expect(area).to_have_value('{\n  "order": 12345678901234567890\n}')
    area.fill('{\n  "order": 12345678901234567891,\n}')
    expect(page.get_by_text("Line 3, column 1: this is not JSON.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Line 3, column 1")
    area.fill('{"order": 12345678901234567891}')
    page.keyboard.press("Control+Enter")
    expect(value(page, "Json").get_by_text('{"order":12345678901234567891}')).to_be_visible()

    expect(page.get_by_role("heading", name="Kick-off")).to_be_visible()
    assert page.locator("main img[src], main [onclick]").count() == 0
    edit(page, "Rich text")
    text = page.get_by_role("textbox", name="Rich text")
    expect(text).to_be_focused()
    page.keyboard.press("Control+i")
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Italic")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type(" and Bo")
    page.keyboard.press("Control+Enter")
    expect(text).to_have_count(0)  # it is saved
    expect(page.locator("em", has_text="and Bo")).to_be_visible()
    found = page.request.get(f"/api/v1/records/visit/{made['id']}").json()
    assert found["rich_text"] == "<h2>Kick-off</h2><p>With <strong>Ada<em> and Bo</em></strong></p>"


def test_hostile_html_is_not_even_drawn_if_it_were_sent(page: Page) -> None:
    call(
        page,
        "/objects",
        json.dumps({"name": "paper", "label": "Paper", "fields": [{"name": "name", "kind": "text"}, *FIELDS]}),
    )
    made = call(page, "/records/paper", json.dumps({"name": "Offer", "rich_text": "<p>clean</p>"}))
    bad = '<p>kept</p><script>window.hit=1</script><img src=x onerror="window.hit=1"><svg onload="window.hit=1"></svg>'
    bad += '<a href="javascript:window.hit=1">go</a><iframe srcdoc="<script>parent.hit=1</script>"></iframe>'
    bad += '<form action="//evil.example"><button>b</button></form><p style="color:red" class="a">styled</p>'

    def poison(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<p>clean</p>", json.dumps(bad)[1:-1]))

    page.route("**/api/v1/records/paper/**", poison)
    page.goto(f"/o/paper/{made['id']}")
    drawn = page.locator("section", has=page.get_by_role("heading", name="Rich text")).last
    expect(drawn).to_contain_text("styled")
    assert drawn.locator("script, img, svg, iframe, form, button, [style], a").count() == 0
    edit(page, "Rich text")
    text = page.get_by_role("textbox", name="Rich text")
    expect(text).to_contain_text("styled")
    assert text.locator("script, img[src='x'], svg, iframe, form, a[href^='javascript']").count() == 0
    assert page.evaluate("window.hit") is None
    page.unroute_all(behavior="ignoreErrors")  # what is asked for again meanwhile
