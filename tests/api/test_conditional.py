"""Asking again for what one has: 304 only while the answer would be the very same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import Caller, World


def asked_again(caller: Caller, path: str, tag: str) -> Any:
    return caller("GET", path, headers={"if-none-match": tag})


def test_a_record_that_is_the_same_is_not_sent_again(module_world: World) -> None:
    nora = module_world.nora
    made = nora.create("account", name="Holm")
    path = f"/records/account/{made['id']}"
    first = nora("GET", path)
    tag = first.headers["etag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = asked_again(nora, path, sent)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert asked_again(nora, path, '"1"').status_code == 200
    nora.patch(path, {"name": "Holm & Co"}, headers={"if-match": tag})
    assert asked_again(nora, path, tag).json()["name"] == "Holm & Co"
    assert nora.faults("PATCH", path, {"name": "Late"}, status=412, headers={"if-match": tag}) == {}


def test_what_changes_without_a_version_changes_the_tag(module_world: World) -> None:
    """A related record's name, and a field that an administrator adds."""
    nora = module_world.nora
    account = nora.create("account", name="Before")
    contact = nora.create("contact", name={"last": "Berg"}, account=account["id"])
    path = f"/records/contact/{contact['id']}?fields=version,account.name"
    tag = nora("GET", path).headers["etag"]
    assert asked_again(nora, path, tag).status_code == 304
    nora.patch(f"/records/account/{account['id']}", {"name": "After"})
    changed = asked_again(nora, path, tag)
    assert changed.json() == {"id": contact["id"], "version": 1, "account.name": "After"}
    whole = f"/records/contact/{contact['id']}"
    tag = nora("GET", whole).headers["etag"]
    nora.post("/objects/contact/fields", {"name": "shoe_size", "kind": "number"})
    assert "shoe_size" in asked_again(nora, whole, tag).json()


def test_two_who_see_different_things_have_different_tags(module_world: World) -> None:
    path = f"/records/user/{module_world.users['nora']}"
    seen = module_world.nora("GET", path).headers["etag"]
    hidden = module_world.mei("GET", path)
    assert "role" not in hidden.json()
    assert hidden.headers["etag"] != seen
    assert asked_again(module_world.mei, path, seen).status_code == 200


def test_a_page_that_is_the_same_is_not_sent_again(module_world: World) -> None:
    nora = module_world.nora
    path = "/records/product?sort=name&count=true"
    nora.create("product", name="Probe")
    tag = nora("GET", path).headers["etag"]
    assert asked_again(nora, path, tag).status_code == 304
    nora.create("product", name="Sensor")
    assert asked_again(nora, path, tag).json()["total"] == 2


@pytest.mark.parametrize("path", ["/catalog", "/openapi.json"])
def test_the_catalog_is_sent_again_only_after_a_change(world: World, path: str) -> None:
    nora = world.nora
    tag = nora("GET", path).headers["etag"]
    assert asked_again(nora, path, tag).status_code == 304
    assert world.mei("GET", path).headers["etag"] != tag
    nora.post("/objects/account/fields", {"name": "shoe_size", "kind": "number"})
    assert asked_again(nora, path, tag).status_code == 200
