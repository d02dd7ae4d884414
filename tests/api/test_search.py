"""Search while typing: beginnings, inner parts, accents, numbers; fresh at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def town(module_world: World) -> World:
    nora = module_world.nora
    nora.create("account", name="Ångström Instruments", domain="angstrom.example")
    nora.create("account", name="Łódź Nordwerk", phones="+48 42 555-0123")
    nora.create("contact", name={"first": "Zoë", "last": "Müller-Brandt"}, emails="zoe.brandt@nordwerk.example")
    nora.create("note", title="Visit", body="They asked about calibration of spectrometers.")
    nora.create("lead", name={"last": "Oduya"}, company="100% Pure_Water")
    return module_world


def titles(world: World, q: str, **options: Any) -> set[str]:
    return {hit["title"] for hit in world.nora.get("/search", params={"q": q, **options})["hits"]}


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("å", "Ångström Instruments"), ("an", "Ångström Instruments"), ("ANG", "Ångström Instruments"), ("angstrom", "Ångström Instruments"),
        ("ngströ", "Ångström Instruments"), ("instruments ang", "Ångström Instruments"), ("lodz", "Łódź Nordwerk"), ("Nordwerk", "Łódź Nordwerk"),
        ("dwer", "Łódź Nordwerk"), ("5550123", "Łódź Nordwerk"), ("555-0123", "Łódź Nordwerk"), ("zoe", "Zoë Müller-Brandt"), ("mu", "Zoë Müller-Brandt"),
        ("muller", "Zoë Müller-Brandt"), ("brandt zoë", "Zoë Müller-Brandt"), ("zoe.brandt@nord", "Zoë Müller-Brandt"), ("calibration", "Visit"), ("spectro", "Visit"),
        ("100%", "Oduya"), ("re_water", "Oduya"),
    ],
)  # fmt: skip
def test_a_record_is_found(town: World, q: str, title: str) -> None:
    assert title in titles(town, q)


@pytest.mark.parametrize("q", ["xyzzy", "%%%%", "____", "angstrom zoe", "'; drop", "&|!():*", " "])
def test_nothing_is_found_that_does_not_match(town: World, q: str) -> None:
    assert titles(town, q) == set()


def test_hits_are_of_the_objects_asked_for(town: World) -> None:
    assert titles(town, "nordwerk", objects="contact") == {"Zoë Müller-Brandt"}
    assert len(town.nora.get("/search", params={"q": "o", "limit": 1})["hits"]) <= 1
    assert town.nora("GET", "/search?q=a&objects=nothing").status_code == 422


def test_whose_title_begins_so_comes_first_then_whose_last_word_does_then_who_says_it_within(town: World) -> None:
    for name in ("Brambleigh Works", "Old Brambleigh", "Brambleigh", "Unbrambleighed", "Some Brambleigh Place"):
        town.nora.create("account", name=name)
    found = [hit["title"] for hit in town.nora.get("/search?q=brambleigh")["hits"]]
    assert found[:3] == ["Brambleigh", "Brambleigh Works", "Old Brambleigh"]
    assert set(found[3:]) == {"Unbrambleighed", "Some Brambleigh Place"}
    assert [hit["title"] for hit in town.nora.get("/search?q=brambleigh&limit=2")["hits"]] == found[:2]


def test_search_is_fresh_at_once_after_each_change(town: World) -> None:
    nora = town.nora
    account = nora.create("account", name="Quillfeather")
    assert titles(town, "quillf") == {"Quillfeather"}
    nora.patch(f"/records/account/{account['id']}", {"name": "Brightmoor"})
    assert (titles(town, "quillf"), titles(town, "brightm")) == (set(), {"Brightmoor"})
    nora.delete(f"/records/account/{account['id']}")
    assert titles(town, "brightm") == set()
    nora.post(f"/records/account/{account['id']}/restore")
    assert titles(town, "brightm") == {"Brightmoor"}
