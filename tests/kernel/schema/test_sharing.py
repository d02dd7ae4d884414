"""A catalog that takes over what has not changed is the same as one that is read whole, and has the same objects."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from relata.api.catalog import shown_catalog
from relata.assembly import APPS
from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.store import stored_catalog
from relata.kernel.query.totals import Statements
from tests.sound import STANDARD, unsettled
from tests.world import World

ROLE = next(role for app in APPS for role in app.roles if role.name == "administrator")


@pytest.fixture(scope="module")
def world(module_world: World) -> World:
    nora = module_world.nora
    plot = [{"name": "name", "kind": "text"}, {"name": "size", "kind": "number"}]
    nora.post("/objects", {"name": "plot", "label": "Plot", "fields": plot})
    land = {"name": "plot", "kind": "relation", "to": "plot", "inverse": "trees"}
    tree = [{"name": "name", "kind": "text"}, land]
    nora.post("/objects", {"name": "tree", "label": "Tree", "fields": tree})
    nora.post("/objects/tree/fields", {"name": "room", "kind": "formula", "formula": "plot.size"})
    nora.post("/objects/tree/fields", {"name": "twice", "kind": "formula", "formula": "coalesce(room, room)"})
    nora.post("/objects/plot/fields", {"name": "grown", "kind": "rollup", "of": "trees", "fn": "count"})
    return module_world


def changes(world: World) -> Iterator[str]:
    """Each changes something, near or far from formulas that are kept."""
    nora = world.nora
    yield "nothing"
    nora.patch("/objects/account/fields/industry", {"label": "Trade"})
    yield "a label of a standard object"
    nora.patch("/objects/plot/fields/size", {"kind": "text"})
    yield "the kind of what a formula of a formula reads on another object"
    rule = {"name": "small", "label": "Small", "message": "No.", "refuse_if": "twice == 'none'"}
    nora.post("/objects/tree/rules", rule)
    yield "a rule over it"
    nora.post("/objects/tree/fields", {"name": "beside", "kind": "many", "to": "plot", "inverse": "visitors"})
    yield "a many-to-many with its junction"
    nora.delete("/objects/plot/fields/grown")
    yield "a field less"
    nora.post("/objects", {"name": "bird", "label": "Bird", "fields": [{"name": "name", "kind": "text"}]})
    yield "an object more"
    nora.delete("/objects/bird")
    yield "and less"


def test_what_is_taken_over_is_what_would_be_read_anew(world: World) -> None:
    before, told = read(world), Statements()
    for what in changes(world):
        shared, whole = read(world, before), read(world)
        assert shared.objects == whole.objects, what
        assert shared._derived == whole._derived, what
        assert shared._conditions == whole._conditions, what
        assert {n: shared.inverses(n) for n in shared.objects} == {n: whole.inverses(n) for n in whole.objects}, what
        assert shown(shared, told) == shown(whole, Statements()), what
        assert unsettled(str(world.conninfo), world.schema) == [], what
        assert shared.objects["contact"] is before.objects["contact"]
        before = shared
    assert read(world, before) is before


def test_a_change_that_breaks_what_is_far_from_it_is_refused(world: World) -> None:
    refused = world.nora("DELETE", "/objects/plot/fields/size")
    assert refused.status_code == 409, refused.text
    assert "Room" in refused.text


def read(world: World, before: Catalog | None = None) -> Catalog:
    async def run() -> Catalog:
        async with await psycopg.AsyncConnection.connect(world.conninfo) as connection:
            return await stored_catalog(connection, world.schema, STANDARD, before)

    return asyncio.run(run())


def shown(catalog: Catalog, told: Statements) -> dict[str, bytes]:
    access = Access(catalog, Actor(principal="x", role=ROLE))
    objects = shown_catalog(access, told)["objects"]
    return dict(zip(catalog.objects, map(bytes, objects), strict=True))
