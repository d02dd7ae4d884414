"""The schema changes while people work: two administrators at once, another process, writers under way,
and records that stand in the way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.sound import unsettled
from tests.world import Caller, World, inhabited

FIELDS = "/objects/contact/fields"
ALLOWED = {200, 201, 409, 422, 503}
"""What a writer may meet while the schema changes: nothing that is not documented."""


def together(*calls: Callable[[], Any]) -> list[Any]:
    """The results of calls that begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_administrators_who_add_the_same_field_one_wins(module_world: World) -> None:
    world = module_world
    for turn in range(4):
        field: dict[str, Any] = {
            "name": f"twin_{turn}",
            "kind": ("text", "number", "choice", "money")[turn],
            "label": "Twin",
        }
        if field["kind"] == "choice":
            field |= {"options": ["A", "B"]}
        answers = together(
            partial(world.nora, "POST", FIELDS, field),
            partial(world.key, "POST", FIELDS, field),
        )
        assert sorted(answer.status_code for answer in answers) in ([201, 409], [201, 422])
        lost = next(answer for answer in answers if answer.status_code != 201)
        assert lost.status_code == 409 or [e["code"] for e in lost.json()["errors"]] == ["duplicate"]
        assert unsettled(world.conninfo, world.schema) == []
    names = names_of(world.nora, "contact")
    assert [names.count(f"twin_{turn}") for turn in range(4)] == [1, 1, 1, 1]


def test_different_fields_added_at_once_are_all_there(module_world: World) -> None:
    world = module_world
    callers = [world.nora, world.key, world.nora, world.key]
    sent = [{"name": f"beside_{i}", "kind": "text"} for i in range(len(callers))]
    answers = together(*(partial(caller, "POST", FIELDS, field) for caller, field in zip(callers, sent, strict=True)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert {f"beside_{i}" for i in range(4)} <= set(names_of(world.nora, "contact"))
    assert unsettled(world.conninfo, world.schema) == []


def test_another_process_sees_and_writes_a_new_field_within_a_second(
    module_world: World, template: tuple[str, dict[str, str]]
) -> None:
    here = module_world
    with inhabited(here.conninfo, template[1]) as there:
        assert "seen_there" not in names_of(there.nora, "contact")
        here.nora.post(FIELDS, {"name": "seen_there", "kind": "number"})
        wait_for(lambda: "seen_there" in names_of(there.nora, "contact"))
        made = there.nora.create("contact", name={"last": "Far"}, seen_there=7)
        assert here.nora.get(f"/records/contact/{made['id']}")["seen_there"] == 7
        there.nora.delete(f"{FIELDS}/seen_there")
        wait_for(lambda: "seen_there" not in names_of(here.nora, "contact"))
        assert here.nora.faults("POST", "/records/contact", {"name": {"last": "Late"}, "seen_there": 1}) == {
            "/seen_there": "unknown_field"
        }
        assert "seen_there" not in here.nora.get(f"/records/contact/{made['id']}")


def test_a_process_that_has_not_heard_yet_never_breaks(
    module_world: World, template: tuple[str, dict[str, str]]
) -> None:
    here = module_world
    with inhabited(here.conninfo, template[1]) as there:
        for turn in range(5):
            name = f"blink_{turn}"
            here.nora.post(FIELDS, {"name": name, "kind": "text"})
            answers = [there.nora("POST", "/records/contact", {"name": {"last": "Blink"}, name: "x"})]
            here.nora.delete(f"{FIELDS}/{name}")
            answers.append(there.nora("POST", "/records/contact", {"name": {"last": "Blink"}, name: "x"}))
            answers.append(there.nora("POST", "/records/contact/query", {"limit": 1, "sort": "name"}))
            assert [a.text for a in answers if a.status_code not in ALLOWED] == []
            assert answers[2].status_code == 200


def test_writers_meet_only_documented_answers_while_fields_change(world: World) -> None:
    stop = threading.Event()
    answers: list[tuple[int, str]] = []
    made: list[str] = []

    def work(caller: Caller, number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            values: dict[str, Any] = {"name": {"last": f"Writer {number}", "first": str(turn)}, "title": "engineer"}
            if turn % 3 == 0:
                values["passing"] = "there"
            answer = caller("POST", "/records/contact", values)
            answers.append((answer.status_code, answer.text))
            if answer.status_code == 201:
                made.append(answer.json()["id"])
            if made:
                answer = caller("PATCH", f"/records/contact/{made[-1]}", {"department": f"d{turn}"})
                answers.append((answer.status_code, answer.text))
            answer = caller("POST", "/records/contact/query", {"sort": "-name", "limit": 3, "count": True})
            answers.append((answer.status_code, answer.text))

    threads = [threading.Thread(target=work, args=(c, i)) for i, c in enumerate((world.mei, world.felix))]
    for thread in threads:
        thread.start()
    changes = []
    try:
        for turn in range(6):
            changes.append(world.nora("POST", FIELDS, {"name": "passing", "kind": "text"}))
            changes.append(world.nora("PATCH", f"{FIELDS}/passing", {"label": f"Passing {turn}"}))
            changes.append(
                world.nora("POST", FIELDS, {"name": f"must_{turn}", "kind": "text", "required": True, "default": "yes"})
            )
            changes.append(world.nora("DELETE", f"{FIELDS}/passing"))
            changes.append(world.nora("DELETE", f"{FIELDS}/must_{turn}"))
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert [a.text for a in changes if a.status_code not in {200, 201, 204, 503}] == []
    assert [text for status, text in answers if status not in ALLOWED] == []
    refused = [text for status, text in answers if status == 422]
    assert [text for text in refused if '"pointer":"/passing","code":"unknown_field"' not in text] == []
    assert len(made) > 10
    assert unsettled(world.conninfo, world.schema) == []
    whole_or_not_at_all(world, made)


def whole_or_not_at_all(world: World, made: list[str]) -> None:
    """Every acknowledged record is there with each of its versions, and none that was refused."""
    rows = world.rows("select id::text, version from {schema}.contact where deleted_at is null")
    assert {row[0] for row in rows} == set(made)
    journal = world.rows(
        "select record::text, array_agg(version order by version) from {schema}._journal where object = 'contact' group by 1"
    )
    assert {record: list(range(1, version + 1)) for record, version in rows} == dict(journal)
    outbox = world.rows("select count(*) from {schema}._outbox where object = 'contact'")
    assert outbox == [(sum(len(versions) for _, versions in journal),)]


def test_records_in_the_way_of_a_stricter_field_are_listed(module_world: World) -> None:
    nora = module_world.nora
    label = {
        "name": "box",
        "label": "Box",
        "fields": [{"name": "name", "kind": "text"}, {"name": "code", "kind": "text"}],
    }
    nora.post("/objects", label)
    nora.post("/objects/box/fields", {"name": "size", "kind": "choice", "options": ["S", "M", "L"]})
    first = nora.create("box", name="First", code="x", size="s")
    second = nora.create("box", name="Second", code="x")
    third = nora.create("box", name="Third", size="m")

    def offenders(field: str, change: dict[str, Any]) -> tuple[dict[str, str], str]:
        answer = nora("PATCH", f"/objects/box/fields/{field}", change)
        assert answer.status_code == 422, answer.text
        faults = answer.json()["errors"]
        return {fault["pointer"]: fault["code"] for fault in faults}, " ".join(fault["message"] for fault in faults)

    faults, told = offenders("code", {"required": True})
    assert faults == {"/required": "empty"}
    assert third["id"] in told
    assert first["id"] not in told
    faults, told = offenders("code", {"unique": True})
    assert faults == {"/unique": "not_unique"}
    assert first["id"] in told
    assert second["id"] in told
    assert third["id"] not in told
    faults, told = offenders("size", {"options": ["S", "L"]})
    assert faults == {"/options": "in_use"}
    assert third["id"] in told
    nora.delete(f"/records/box/{third['id']}")
    nora.patch("/objects/box/fields/size", {"options": ["S", "L"]})
    nora.patch(f"/records/box/{second['id']}", {"code": "y"})
    nora.patch("/objects/box/fields/code", {"required": True, "unique": True})
    assert nora.faults("POST", "/records/box", {"name": "Fourth"}) == {"/code": "required"}
    assert nora.faults("POST", "/records/box", {"name": "Fourth", "code": "y"}) == {"/code": "not_unique"}
    assert unsettled(module_world.conninfo, module_world.schema) == []


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("text", "it's Ä"),
        ("number", 12.5),
        ("boolean", True),
        ("date", "2026-11-22"),
        ("money", {"amount": "12.50", "currency": "EUR"}),
        ("choice", "b"),
        ("choices", ["a", "b"]),
        ("tags", ["one", "two"]),
        ("emails", [{"value": "a@b.example"}]),
    ],
)
def test_a_new_required_field_gives_records_its_default(module_world: World, kind: str, default: Any) -> None:
    nora = module_world.nora
    note = nora.create("note", title="older")
    more = {"options": ["A", "B"]} if kind.startswith("choice") else {}
    path, name = "/objects/note/fields", f"must_{kind}"
    assert nora.faults("POST", path, {"name": name, "kind": kind, "required": True, **more}) == {"/required": "empty"}
    nora.post(path, {"name": name, "kind": kind, "required": True, "default": default, **more})
    assert nora.get(f"/records/note/{note['id']}")[name] == default
    assert nora.create("note", title="newer")[name] == default
    assert unsettled(module_world.conninfo, module_world.schema) == []
    nora.delete(f"{path}/{name}")


def test_a_field_that_a_formula_uses_cannot_be_deleted(module_world: World) -> None:
    nora = module_world.nora
    path = "/objects/product/fields"
    nora.post(path, {"name": "weight", "kind": "number"})
    nora.post(path, {"name": "double", "kind": "formula", "label": "Double", "formula": "weight * 2"})
    refused = nora("DELETE", f"{path}/weight")
    assert refused.status_code == 409
    assert "Double" in refused.json()["detail"]
    assert nora.create("product", name="Probe", weight=4)["double"] == 8
    nora.delete(f"{path}/double")
    nora.delete(f"{path}/weight")
    assert nora("DELETE", "/objects/product/fields/name").status_code == 409
    assert unsettled(module_world.conninfo, module_world.schema) == []


def names_of(caller: Caller, object_: str) -> list[str]:
    objects = caller.get("/catalog")["objects"]
    return [field["name"] for shown in objects if shown["name"] == object_ for field in shown["fields"]]


def wait_for(condition: Callable[[], bool], seconds: float = 1.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)
