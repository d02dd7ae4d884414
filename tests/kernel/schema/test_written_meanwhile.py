"""What others write while a field gets another kind: it is converted with the rest, to the last moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from relata.kernel.schema.converting import Converting, Ready
from relata.kernel.schema.touched import Touched
from tests.sound import unsettled
from tests.world import World

FIELDS = "/objects/sample/fields"


@pytest.fixture(scope="module", autouse=True)
def sample(module_world: World) -> None:
    module_world.nora.post(
        "/objects", {"name": "sample", "label": "Sample", "fields": [{"name": "name", "kind": "text"}]}
    )


def meanwhile(monkeypatch: pytest.MonkeyPatch, *deeds: Callable[[], Any]) -> None:
    """Once all is ready for a change of kind and before it begins, these things are done, one each time."""
    prepare, waiting = Converting.prepare, list(deeds)

    async def prepared(converting: Converting, touched: Touched) -> Ready:
        ready = await prepare(converting, touched)
        if waiting:
            await asyncio.to_thread(waiting.pop(0))
        return ready

    monkeypatch.setattr(Converting, "prepare", prepared)


def kind_of(world: World, name: str) -> str:
    objects = {one["name"]: one for one in world.nora.get("/catalog")["objects"]}
    return next(str(field["kind"]) for field in objects["sample"]["fields"] if field["name"] == name)


def left_over(world: World) -> list[tuple[Any, ...]]:
    """What is there only while a kind changes."""
    text = "select 1 from {schema}._touched union all select 2 from pg_trigger where tgname like '~touched~%%'"
    return world.rows(text)


def test_what_is_written_until_the_last_moment_is_converted_with_its_past(
    module_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora, mei = module_world.nora, module_world.mei
    nora.post(FIELDS, {"name": "late", "kind": "text"})
    made = [nora.create("sample", name=f"Late {n}", late=str(n)) for n in range(5)]
    places = [f"/records/sample/{one['id']}" for one in made]
    nora.patch(places[0], {"late": "10"})

    def write() -> None:
        mei.patch(places[0], {"late": "20"})
        mei.patch(places[1], {"late": None})
        mei.patch(places[2], {"late": "21"})
        mei.patch(places[2], {"late": "22"})
        mei.delete(places[3])
        made.append(mei.create("sample", name="Late 5", late="5"))

    meanwhile(monkeypatch, write)
    assert nora.patch(f"{FIELDS}/late", {"kind": "number"})["kind"] == "number"
    now = [nora.get(f"/records/sample/{one['id']}")["late"] for one in (*made[:3], *made[4:])]
    assert now == [20, None, 22, 4, 5]
    past = [change["fields"]["late"] for change in nora.get(f"{places[0]}/history")["changes"][:2]]
    assert past == [{"before": 10, "after": 20}, {"before": 0, "after": 10}]
    past = [change["fields"]["late"] for change in nora.get(f"{places[2]}/history")["changes"][:2]]
    assert past == [{"before": 21, "after": 22}, {"before": 2, "after": 21}]
    assert nora.post(f"{places[3]}/restore")["late"] == 3
    assert (left_over(module_world), unsettled(module_world.conninfo, module_world.schema)) == ([], [])


def test_a_value_that_comes_at_the_last_moment_becomes_an_option_or_refuses_the_change(
    module_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora, mei = module_world.nora, module_world.mei
    for name in ("odd", "shade"):
        nora.post(FIELDS, {"name": name, "kind": "text"})
    made = nora.create("sample", name="Odd", odd="1", shade="Red")
    place = f"/records/sample/{made['id']}"
    meanwhile(
        monkeypatch, lambda: mei.patch(place, {"odd": "one"}), lambda: mei.patch(place, {"odd": "1", "shade": "Blue"})
    )
    faults = nora("PATCH", f"{FIELDS}/odd", {"kind": "number"}).json()["errors"]
    assert [fault["code"] for fault in faults] == ["misfit", "misfit"]
    assert "holds «one»" in faults[1]["message"]
    assert (kind_of(module_world, "odd"), left_over(module_world)) == ("text", [])
    options = nora.patch(f"{FIELDS}/shade", {"kind": "choice"})["options"]
    assert [option["label"] for option in options] == ["Red", "Blue"]
    assert nora.get(place)["shade"] == "Blue"
    assert (left_over(module_world), unsettled(module_world.conninfo, module_world.schema)) == ([], [])


def test_a_change_of_kind_begins_anew_where_another_change_of_the_object_takes_its_columns_away(
    module_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = module_world.nora
    nora.post(FIELDS, {"name": "depth", "kind": "text"})
    made = nora.create("sample", name="Deep", depth="7")
    others = iter(range(100))

    def other() -> None:
        module_world.key.post(FIELDS, {"name": f"other_{next(others)}", "kind": "number"})

    meanwhile(monkeypatch, other, other, other)
    answer = nora("PATCH", f"{FIELDS}/depth", {"kind": "number"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (kind_of(module_world, "depth"), left_over(module_world)) == ("text", [])
    meanwhile(monkeypatch, other)
    assert nora.patch(f"{FIELDS}/depth", {"kind": "number"})["kind"] == "number"
    assert nora.get(f"/records/sample/{made['id']}")["depth"] == 7
    meanwhile(monkeypatch, lambda: seen.append(module_world.key("PATCH", f"{FIELDS}/depth", {"kind": "text"})))
    seen: list[Any] = []
    assert nora.patch(f"{FIELDS}/depth", {"kind": "percent"})["kind"] == "percent"
    assert [answer.status_code for answer in seen] == [409]
    assert (left_over(module_world), unsettled(module_world.conninfo, module_world.schema)) == ([], [])
