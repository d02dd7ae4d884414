"""Schedules as people meet them: when next, paused and resumed, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SCHEDULE: dict[str, Any] = {
    "label": "Raise what is late",
    "rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30",
    "starts": "2026-11-23T06:30",
    "time_zone": "Europe/Berlin",
    "does": {
        "job": "bulk",
        "object": "task",
        "mode": "update",
        "filter": {"field": "status", "op": "is", "value": "waiting"},
        "values": {"priority": "high"},
    },
}


def test_a_schedule_is_seen_paused_resumed_and_deleted(page: Page) -> None:
    headers = {"X-Relata-Request": "1", "content-type": "application/json"}
    page.goto("/settings/schedules")
    expect(page.get_by_text("No schedules yet")).to_be_visible()
    answer = page.request.post("/api/v1/schedules", headers=headers, data=json.dumps(SCHEDULE))
    assert answer.ok, answer.text()
    page.reload()
    row = page.get_by_role("row", name="Raise what is late")
    expect(row).to_contain_text("Changes Tasks")
    expect(row.locator("time")).to_have_count(1)
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    row.get_by_role("button", name="Pause").press("Enter")
    expect(row.get_by_text("Paused")).to_be_visible()
    row.get_by_role("button", name="Resume").press("Enter")
    expect(row.get_by_role("button", name="Pause")).to_be_visible()
    row.get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete schedule").press("Enter")
    expect(page.get_by_text("No schedules yet")).to_be_visible()
