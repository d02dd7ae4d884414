"""A field of many records becomes unique, as administrators meet it: a badge with how far it is, then done; or told why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from relata.database import open_database
from relata.settings import read_settings
from tests.browser.conftest import Served
from tests.browser.test_kind_change import call
from tests.workers import until

pytestmark = pytest.mark.browser
ROWS = 10_100


def load(page: Page, name: str) -> None:
    body = "\n".join(json.dumps({"name": f"Parcel {n}", "code": f"code {n}"}) for n in range(ROWS))
    headers = {"X-Relata-Request": "1", "content-type": "application/x-ndjson"}
    sent: Any = page.request.post(f"/api/v1/records/{name}/bulk", headers=headers, data=body)
    job = sent.json()["id"]
    until(lambda: page.request.get(f"/api/v1/jobs/{job}").json()["status"] == "succeeded")


def test_a_field_of_many_records_becomes_unique_while_people_write(page: Page, served: Served) -> None:
    fields = [{"name": "name", "kind": "text"}, {"name": "code", "kind": "text", "label": "Code"}]
    call(page, "POST", "/objects", {"name": "parcel", "label": "Parcel", "fields": fields})
    load(page, "parcel")
    folder = served.environment["RELATA_DATA_DIR"]
    with open_database(read_settings({"RELATA_DATA_DIR": folder}, Path(folder))) as database:
        with psycopg.connect(database.conninfo) as somebody:
            row = somebody.execute("select schema_name from relata.workspace").fetchone()
            assert row is not None
            # Whoever writes and takes their time: the index waits for them, and the badge stays.
            somebody.execute(f"update {row[0]}.parcel set name = name where code = 'code 1'".encode())
            page.goto("/settings/objects/parcel")
            page.get_by_role("button", name="Code").click()
            page.get_by_role("dialog").get_by_label("Unique").check(force=True)
            page.get_by_role("dialog").get_by_role("button", name="Save").click()
            line = page.get_by_role("row", name="Code")
            expect(line.get_by_text("Building")).to_be_visible()
            expect(line.get_by_role("button", name="Stop building Code")).to_be_visible()
            assert [one["id"] for one in Axe().run(page).response["violations"]] == []
            call(page, "POST", "/records/parcel", {"name": "Meanwhile", "code": "another"})
            somebody.rollback()
        expect(line.get_by_text("Building")).to_be_hidden(timeout=30_000)
        expect(line.get_by_label("yes").or_(line.get_by_label("Yes"))).to_be_visible()
