"""The catalog and the tables: a difference that was applied is empty when it is taken again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relata.assembly import APPS
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field, Rollup, define, options
from relata.kernel.metadata.junction import link
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.sync import actual, desired, difference, sync
from tests.world import World

STANDARD = tuple(object_ for app in APPS for object_ in app.objects)
EXTRA: dict[str, dict[str, Any]] = {
    "choice": {"options": options("A", "B'c", "Ä")},
    "choices": {"options": options("A", "B")},
    "relation": {"to": ("account",)},
    "user": {"to": ("user",)},
    "about": {"to": ("account", "contact")},
    "reference": {"to": ("account", "contact")},
    "formula": {"formula": "1 + 1"},
    "rollup": {"rollup": Rollup(of="parts", fn="count")},
}
CREATABLE = [name for name, kind in KINDS.items() if kind.creatable and "fields" not in kind.takes]


def of_kind(kind: str, name: str, **rest: Any) -> Field:
    return define(kind, name, custom=True, **EXTRA.get(kind, {}), **rest)


def apply(world: World, own: tuple[Object, ...]) -> list[str]:
    """Bring the tables up to these custom objects; what is still missing afterwards."""

    async def run() -> list[str]:
        catalog = Catalog.build((*STANDARD, *own))
        async with await psycopg.AsyncConnection.connect(world.conninfo) as connection:
            await sync(connection, world.schema, catalog)
            return difference(await actual(connection, world.schema), desired(catalog, world.schema), world.schema)

    return asyncio.run(run())


def thing(name: str, fields: tuple[Field, ...], title: str = "id") -> Object:
    """An object with these fields, and with a list of its own parts, for roll-ups."""
    own = (*fields, define("relation", "whole", to=(name,), inverse="parts"))
    return Object(name=name, label=name.capitalize(), plural=name.capitalize() + "s", own=own, title=title, custom=True)


def test_a_workspace_with_every_kind_in_every_strictness_settles(module_world: World) -> None:
    fields = [of_kind(kind, f"plain_{kind}") for kind in CREATABLE]
    fields += [of_kind(kind, f"must_{kind}", required=True) for kind in CREATABLE if KINDS[kind].writable]
    fields += [of_kind(kind, f"only_{kind}", unique=True) for kind in CREATABLE if KINDS[kind].unique_able]
    fields += [of_kind(kind, f"quick_{kind}", indexed=True) for kind in CREATABLE]
    assert apply(module_world, (thing("everything", tuple(fields)),)) == []
    assert apply(module_world, ()) == []


def test_a_junction_settles_with_its_pairs_unique(module_world: World) -> None:
    here = thing("crew", (define("text", "name", custom=True),))
    account = next(one for one in STANDARD if one.name == "account")
    role = define("text", "role", custom=True)
    linked = link(here, define("many", "clients", to=("account",), custom=True), account, (role,))
    crew = replace(here, own=(*here.own, linked.here))
    assert apply(module_world, (crew, linked.junction)) == []
    assert apply(module_world, (here,)) == []
    assert apply(module_world, ()) == []


@pytest.mark.parametrize("kind", [k for k in CREATABLE if KINDS[k].sortable and KINDS[k].columns])
def test_a_field_of_any_kind_that_sorts_can_be_the_title(module_world: World, kind: str) -> None:
    assert apply(module_world, (thing("titled", (of_kind(kind, "called"),), "called"),)) == []
    assert apply(module_world, ()) == []


def test_a_formula_cannot_be_the_title(module_world: World) -> None:
    fields = [{"name": "double", "kind": "formula", "formula": "1 + 1"}]
    sent = {"name": "odd", "label": "Odd", "title": "double", "fields": fields}
    assert module_world.nora.faults("POST", "/objects", sent) == {"/title": "not_applicable"}


@dataclass(frozen=True)
class Step:
    """One change: an object more or less, or in it a field more, less, stricter or laxer."""

    object: str
    whole: bool
    kind: str
    unique: bool
    indexed: bool
    toggled: bool
    dropped: int


STEP = st.builds(
    Step, object=st.sampled_from("abc"), whole=st.sampled_from([False, False, False, True]), kind=st.sampled_from(CREATABLE),
    unique=st.booleans(), indexed=st.booleans(), toggled=st.booleans(), dropped=st.integers(0, 2),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=10))
def test_a_difference_that_is_applied_and_taken_again_is_empty(module_world: World, steps: list[Step]) -> None:
    objects: dict[str, Object] = {}
    for step in steps:
        objects = changed(step, objects)
        assert apply(module_world, tuple(objects.values())) == []
    assert apply(module_world, ()) == []


def changed(step: Step, objects: dict[str, Object]) -> dict[str, Object]:
    name, kind = step.object, step.kind
    there = objects.get(name)
    if there is None or step.whole:
        rest = {key: value for key, value in objects.items() if key != name}
        return rest if there else {**rest, name: thing(name, (define("text", "first"),), "first")}
    fields = {field.name: field for field in there.own if field.name != "whole"}
    fields[kind] = of_kind(kind, kind, unique=KINDS[kind].unique_able and step.unique, indexed=step.indexed)
    if len(fields) > 3:
        del fields[[field for field in fields if field != "first"][step.dropped]]
    if step.toggled:
        fields["first"] = replace(fields["first"], required=not fields["first"].required)
    return {**objects, name: thing(name, tuple(fields.values()), "first")}
