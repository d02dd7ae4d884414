"""Files and images, from choosing them to seeing and saving them."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_field_kinds import call, edit, value

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the screens, for whoever looks at them."""


def picture() -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((900, 600)).save(made, "JPEG")
    return made.getvalue()


def sent(name: str, content: bytes, type_: str = "text/plain") -> Any:
    return {"name": name, "mimeType": type_, "buffer": content}


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_files_are_chosen_dropped_shown_and_saved(page: Page, tmp_path: Path) -> None:
    fields = [{"name": "name", "kind": "text"}, {"name": "papers", "kind": "file"}, {"name": "photos", "kind": "image"}]
    call(page, "/objects", json.dumps({"name": "site", "label": "Site", "fields": fields}))
    made = call(page, "/records/site", json.dumps({"name": "Harbour"}))
    here = f"/api/v1/records/site/{made['id']}"
    page.goto(f"/o/site/{made['id']}")

    edit(page, "Papers")
    choose = page.get_by_role("button", name="Choose files")
    expect(choose).to_be_focused()
    with page.expect_file_chooser() as chosen:
        choose.press("Enter")
    chosen.value.set_files(
        [
            sent("offer.txt", b"two probes"),
            sent("empty.txt", b""),
            sent("plan of the harbour and all its quays, second draft.txt", b"x" * 52_300),
        ]
    )
    editor = page.get_by_role("group", name="Papers")
    expect(editor.get_by_text("offer.txt")).to_be_visible()
    expect(editor.get_by_role("alert")).to_contain_text("The file is empty")
    look(page, "editor")
    editor.get_by_role("button", name="Remove empty.txt").click()
    expect(choose).to_be_focused()
    editor.evaluate(
        """(place) => { const data = new DataTransfer(); data.items.add(new File(["dropped"], "dropped.txt"));
        place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    )
    expect(editor.get_by_text("dropped.txt")).to_be_visible()
    expect(editor.get_by_role("progressbar")).to_have_count(0)
    page.get_by_role("heading", name="Harbour").click()
    expect(choose).to_have_count(0)
    expect(value(page, "Papers").get_by_role("link")).to_have_count(3)
    with page.expect_download() as saved:
        value(page, "Papers").get_by_role("link", name="offer.txt").click()
    saved.value.save_as(tmp_path / "offer.txt")
    assert (tmp_path / "offer.txt").read_bytes() == b"two probes"

    show_photos(page)
    edit(page, "Papers")
    editor = page.get_by_role("group", name="Papers")
    for name in ("offer.txt", "dropped.txt"):
        editor.get_by_role("button", name=f"Remove {name}").click()
    page.keyboard.press("Control+Enter")
    expect(value(page, "Papers").get_by_role("link")).to_have_count(1)
    held = page.request.get(here).json()
    assert [file["size"] for file in held["papers"]] == [52_300]
    assert [(file["type"], file["width"], file["height"]) for file in held["photos"]] == [("image/jpeg", 900, 600)]
    page.goto("/o/site")
    expect(page.get_by_role("gridcell").get_by_role("button", name="Show quay.jpg")).to_be_visible()
    look(page, "table")
    if PICTURES:
        more(page, made["id"])


def show_photos(page: Page) -> None:
    edit(page, "Photos")
    choose = page.get_by_role("button", name="Choose files")
    with page.expect_file_chooser() as chosen:
        choose.click()
    chosen.value.set_files(
        [sent("quay.jpg", picture(), "image/jpeg"), sent("broken.png", picture()[:900], "image/png")]
    )
    editor = page.get_by_role("group", name="Photos")
    expect(editor.get_by_text("quay.jpg")).to_be_visible()
    expect(editor.get_by_role("alert")).to_contain_text("cannot be read")
    page.keyboard.press("Control+Enter")
    photo = value(page, "Photos").get_by_role("button", name="Show quay.jpg")
    expect(photo).to_be_visible()
    look(page, "record")
    photo.click()
    large = page.get_by_role("dialog").get_by_role("img", name="quay.jpg")
    expect(large).to_be_visible()
    assert large.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 900
    look(page, "preview")
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)


def more(page: Page, id_: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/o/site/{id_}")
    page.get_by_role("tab", name="Details").or_(page.get_by_role("button", name="Details")).first.click()
    look(page, "phone")
    edit(page, "Papers")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    look(page, "phone-editor")
