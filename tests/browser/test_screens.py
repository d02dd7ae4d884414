"""Every screen is accessible (axe), in light and dark, and fits a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import EMAIL, PASSWORD, Served, sign_in

pytestmark = pytest.mark.browser

SCREENS = (
    "/o/account", "/o/contact", "/o/opportunity?view=pipeline", "/o/task", "/settings/objects", "/settings/objects/account",
    "/settings/users", "/settings/currencies", "/settings/keys", "/settings/trash",
)  # fmt: skip


def show_record(page: Page) -> None:
    page.goto("/o/account?q=Axe")
    page.get_by_role("grid").get_by_role("link", name="Axe & Sons").first.click()
    page.get_by_role("tab", name="History").wait_for()


def show_edit_form(page: Page) -> None:
    show_record(page)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("dialog").get_by_label("Name", exact=False).first.wait_for()


def show_filter(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("option", name="Employees").click()
    page.get_by_role("combobox", name="Operator").wait_for()


def show_create_form(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("button", name="New account").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Create Account").wait_for()


def show_field_form(page: Page) -> None:
    page.goto("/settings/objects/account")
    page.get_by_role("button", name="New field").click()
    page.get_by_role("dialog").get_by_role("button", name="Choice One of").click()
    page.get_by_role("dialog").get_by_role("button", name="Add option").click()


def show_menu(name: str) -> Callable[[Page], None]:
    """A menu of the bar above the table."""

    def show(page: Page) -> None:
        page.goto("/o/account?sort=name")
        page.get_by_role("grid").get_by_role("link").first.wait_for()
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("menu").wait_for()

    return show


def show_field_picker(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("option", name="Employees").wait_for()


def show_filter_group(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("button", name="Any of").click()
    page.get_by_role("option", name="Employees").click()
    page.get_by_role("combobox", name="Operator").wait_for()


def show_sums(page: Page) -> None:
    page.goto("/o/account?columns=employees")
    page.get_by_role("grid").get_by_role("link").first.wait_for()
    page.get_by_role("button", name="Sum up Employees").click()
    page.get_by_role("menu").wait_for()


def show_own_menu(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("button", name="theme, language, sign out").click()
    page.get_by_role("menu").wait_for()


def show_palette(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("axe")
    page.get_by_role("dialog").get_by_role("option").filter(has_text="Axe & Sons").first.wait_for()


def show_editor(field: str) -> Callable[[Page], None]:
    """The editor of a field, in the property list of a record."""

    def show(page: Page) -> None:
        show_record(page)
        page.get_by_role("button", name=f"Edit {field}", exact=True).click()
        page.get_by_role("main").locator("input:focus").wait_for()

    return show


def show_date(page: Page) -> None:
    page.goto("/o/task?view=all")
    page.get_by_role("grid").get_by_role("link", name="Axe the task").click()
    page.get_by_role("button", name="Edit Due", exact=True).click()
    page.get_by_role("main").locator("input:focus").wait_for()


def show_moves(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/o/task?view=board")
    page.get_by_role("button", name="Move Axe the task", exact=True).first.click()
    page.get_by_role("menu").wait_for()


def show_trash_choice(page: Page) -> None:
    page.goto("/settings/trash")
    page.get_by_role("combobox", name="Object").click()
    page.get_by_role("option", name="Contacts").wait_for()


OPENED = {
    "a record": show_record,
    "the form of a record": show_edit_form,
    "a filter": show_filter,
    "the form of a new record": show_create_form,
    "the form of a new field": show_field_form,
    "the menu of fields": show_menu("Fields"),
    "the menu of groups": show_menu("Group"),
    "the menu of the order": show_menu("Sort"),
    "the fields to filter by": show_field_picker,
    "a group of filters": show_filter_group,
    "the menu of sums": show_sums,
    "one's own menu": show_own_menu,
    "the palette": show_palette,
    "the picker of a record": show_editor("Parent account"),
    "the picker of a choice": show_editor("Industry"),
    "the choice in the trash": show_trash_choice,
    "the editor of a date": show_date,
    "the menu that moves a card": show_moves,
}


def test_axe_finds_nothing_on_any_screen_in_light_and_dark(browser: Browser, served: Served) -> None:
    context = browser.new_context(color_scheme="light", base_url=served.address, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/")
    page.get_by_label("E-mail").wait_for()
    found = {"/sign-in": faults(page)}
    sign_in(page)
    for address in SCREENS:
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(400)
        found[address] = faults(page)
    context.close()
    assert {address: named for address, named in found.items() if named} == {}


def test_axe_finds_nothing_in_what_opens_on_a_screen(browser: Browser, served: Served) -> None:
    context = browser.new_context(color_scheme="light", base_url=served.address, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page)
    found = {}
    for object_, values in (("account", {"name": "Axe & Sons"}), ("task", {"subject": "Axe the task"})):
        page.request.post(f"/api/v1/records/{object_}", data=values, headers={"X-Relata-Request": "1"})
    for name, show in OPENED.items():
        show(page)
        page.wait_for_timeout(400)
        found[name] = faults(page)
    context.close()
    assert {address: named for address, named in found.items() if named} == {}


def test_a_phone_shows_lists_records_and_boards_without_sideways_scrolling(browser: Browser, served: Served) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=served.address
    )
    page = context.new_page()
    sign_in(page)
    for address in ("/o/account", "/o/opportunity?view=pipeline", "/settings/objects"):
        page.goto(address)
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_timeout(400)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    context.close()


def test_a_wrong_password_is_told_and_what_was_typed_is_kept(browser: Browser, served: Served) -> None:
    context = browser.new_context(base_url=served.address, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD + "?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(EMAIL)
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds in light and, where another scheme can make a difference, in dark: rule and first element."""
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"
    page.emulate_media(color_scheme="light")
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found]
