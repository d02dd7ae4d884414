"""Fields of live data get another kind: what fits is converted with its past, what does not refuses the change, and
nothing is ever half.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sound import unsettled
from tests.world import World

FIELDS = "/objects/sample/fields"
CASES: list[tuple[str, Any, str, Any, Any]] = [
    ("text", "first line", "long_text", "first line", "first line"),
    ("long_text", "one\n\ntwo", "rich_text", "<p>one</p><p>two</p>", "one\ntwo"),
    ("text", "a <b> c", "rich_text", "<p>a &lt;b&gt; c</p>", "a <b> c"),
    ("text", "1,234.50", "number", 1234.5, "1234.5"),
    ("text", "12.5 %", "percent", 12.5, "12.5"),
    ("text", "12.50 USD", "money", {"amount": "12.50", "currency": "USD"}, "12.50 USD"),
    ("text", "2026-11-22", "date", "2026-11-22", "2026-11-22"),
    ("text", "2026-11-22T10:00:00+01:00", "moment", "2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"),
    ("text", "1:30", "duration", 5400, "1 h 30 min"),
    ("text", "ja", "boolean", True, "Yes"),
    ("text", "4", "rating", 4, "4"),
    ("text", "a@b.de; c@d.de", "emails", [{"value": "a@b.de"}, {"value": "c@d.de"}], "a@b.de; c@d.de"),
    ("text", "+49 30 1234", "phones", [{"value": "+49 30 1234"}], "+49 30 1234"),
    ("text", "https://a.de", "links", [{"value": "https://a.de"}], "https://a.de"),
    ("text", "Deep red", "choice", "Deep red", "Deep red"),
    ("text", "Red; Blue", "choices", ["Blue", "Red"], "Blue; Red"),
    ("text", "Red; Blue", "tags", ["Red", "Blue"], "Red; Blue"),
    ("number", 12.5, "percent", 12.5, 12.5),
    ("number", 4, "rating", 4, 4),
    ("number", 12.5, "money", {"amount": "12.50", "currency": "EUR"}, 12.5),
    ("money", {"amount": "7", "currency": "USD"}, "number", 7, None),
    ("date", "2026-11-22", "moment", "2026-11-21T23:00:00Z", "2026-11-22"),
    ("tags", ["b", "a"], "choices", ["a", "b"], ["a", "b"]),
    ("boolean", True, "choice", "Yes", True),
]


@pytest.fixture(scope="module", autouse=True)
def sample(module_world: World) -> None:
    fields = [{"name": f"f{index}", "kind": kind} for index, (kind, *_) in enumerate(CASES)]
    sent = {"name": "sample", "label": "Sample", "fields": [{"name": "name", "kind": "text"}, *fields]}
    module_world.nora.post("/objects", sent)


def test_fields_of_every_kind_change_and_change_back(module_world: World) -> None:
    nora = module_world.nora
    made = nora.create("sample", name="Box", **{f"f{index}": value for index, (_, value, *_) in enumerate(CASES)})
    place = f"/records/sample/{made['id']}"
    for index, (_, _, other, *_) in enumerate(CASES):
        assert nora.patch(f"{FIELDS}/f{index}", {"kind": other})["kind"] == other
    now = nora.get(place)
    assert {index: now[f"f{index}"] for index in range(len(CASES))} == {i: case[3] for i, case in enumerate(CASES)}
    assert now["version"] == made["version"]
    assert unsettled(module_world.conninfo, module_world.schema) == []
    assert [hit["id"] for hit in nora.get("/search?q=deep")["hits"]] == []
    for index, (kind, _, _, _, back) in enumerate(CASES):
        if back is not None:
            nora.patch(f"{FIELDS}/f{index}", {"kind": kind})
    now = nora.get(place)
    assert {i: now[f"f{i}"] for i, case in enumerate(CASES) if case[4] is not None} == {
        i: case[4] for i, case in enumerate(CASES) if case[4] is not None
    }
    assert unsettled(module_world.conninfo, module_world.schema) == []
    assert [hit["id"] for hit in nora.get("/search?q=deep")["hits"]] == [made["id"]]


def test_what_does_not_fit_refuses_the_change_and_is_named(module_world: World) -> None:
    nora, place = module_world.nora, f"{FIELDS}/amount"
    nora.post(FIELDS, {"name": "amount", "kind": "text", "default": "0"})
    values = ["12", "007", "+49 30 1", "about 5", "  "]
    made = [nora.create("sample", name=value, amount=value) for value in values]
    nora.delete(f"/records/sample/{made[3]['id']}")
    answer = nora("PATCH", place, {"kind": "number"})
    messages = [fault["message"] for fault in answer.json()["errors"]]
    assert (answer.status_code, len(messages)) == (422, 4)
    assert messages[0].startswith("3 records hold values that do not fit into «Number»")
    tried = nora("PATCH", place + "?check=true", {"kind": "number"}).json()
    live = nora.post("/records/sample/aggregate", {"measures": [{"fn": "count"}]})["rows"][0]["count"]
    assert [(one["id"], one["value"], one["trashed"]) for one in tried["offenders"]] == [
        (made[1]["id"], "007", False), (made[2]["id"], "+49 30 1", False), (made[3]["id"], "about 5", True),
    ]  # fmt: skip
    assert (tried["impact"]["records"], tried["impact"]["of"]) == (4, live)
    assert field_of(module_world, "amount")["kind"] == "text"
    for one in (made[1], made[2]):
        nora.patch(f"/records/sample/{one['id']}", {"amount": "7"})
    nora.post(f"/records/sample/{made[3]['id']}/restore")
    nora.patch(f"/records/sample/{made[3]['id']}", {"amount": "5"})
    assert nora.patch(place, {"kind": "number"})["default"] == 0
    assert [nora.get(f"/records/sample/{one['id']}")["amount"] for one in made] == [12, 7, 7, 5, None]


def test_the_past_stays_readable_in_the_form_of_the_new_kind(module_world: World) -> None:
    nora = module_world.nora
    nora.post(FIELDS, {"name": "size", "kind": "text"})
    made = nora.create("sample", name="Past", size="10")
    place = f"/records/sample/{made['id']}"
    second = nora.patch(place, {"size": "many"})
    nora.patch(place, {"size": "30"})
    nora.patch(f"{FIELDS}/size", {"kind": "number"})
    fields = [change["fields"].get("size") for change in nora.get(f"{place}/history")["changes"]]
    assert fields == [{"before": "many", "after": 30}, {"before": 10, "after": "many"}, None]
    then = [nora.query("sample", filter={"field": "name", "op": "is", "value": "Past"}, as_of=at, fields=["size"])
            for at in (made["created_at"], second["updated_at"])]  # fmt: skip
    assert [found[0]["size"] for found in then] == [10, None]
    assert [cause["before"] for cause in nora.get(f"{place}/why?field=size")["causes"]][:2] == ["many", 10]
    kept = nora.post(f"{place}/undo", {"version": 3, "on_conflict": "overwrite"})
    assert [(one["field"], one["then"]) for one in kept["conflicts"]] == [("size", "many")]
    nora.post(f"{place}/undo", {"version": 2, "on_conflict": "overwrite"})
    assert nora.get(place)["size"] == 10


def test_a_change_is_refused_with_the_names_of_what_would_break(module_world: World) -> None:
    nora = module_world.nora
    nora.post(FIELDS, {"name": "weight", "kind": "number"})
    nora.post(FIELDS, {"name": "double", "kind": "formula", "label": "Double", "formula": "weight * 2"})
    nora.post("/objects/sample/rules", {"label": "Light", "refuse_if": "weight > 9", "message": "Too heavy."})
    tried = nora("PATCH", f"{FIELDS}/weight?check=true", {"kind": "text"}).json()
    assert [(fault["pointer"], fault["code"]) for fault in tried["faults"]] == [("/kind", "in_use")]
    assert "Sample: Double" in tried["faults"][0]["message"]
    assert [one["name"] for one in tried["impact"]["formulas"]] == ["double"]
    assert [one["label"] for one in tried["impact"]["rules"]] == ["Light"]
    assert nora.faults("PATCH", f"{FIELDS}/weight", {"kind": "text"}) == {"/kind": "in_use"}
    assert nora.patch(f"{FIELDS}/weight", {"kind": "percent"})["kind"] == "percent"
    assert nora.faults("PATCH", f"{FIELDS}/double", {"kind": "text"}) == {"/kind": "not_applicable"}
    tried = nora("DELETE", f"{FIELDS}/weight?check=true").json()
    assert [fault["code"] for fault in tried["faults"]] == ["conflict"]
    assert nora("DELETE", "/objects/sample?check=true").json()["faults"] == []
    assert field_of(module_world, "weight")["kind"] == "percent"


def test_administrators_are_told_how_much_each_field_is_used(module_world: World) -> None:
    nora = module_world.nora
    nora.post("/objects", {"name": "gauge", "label": "Gauge", "fields": [
        {"name": "name", "kind": "text"}, {"name": "level", "kind": "number"}, {"name": "spare", "kind": "tags"},
        {"name": "high", "kind": "formula", "formula": "level > 5"},
    ]})  # fmt: skip
    made = [nora.create("gauge", name=f"G{index}", **({"level": index} if index else {})) for index in range(4)]
    later = nora.patch(f"/records/gauge/{made[0]['id']}", {"name": "First"})
    told = nora.get("/objects/gauge/fields/usage")
    assert (told["records"], told["sampled"]) == (4, False)
    assert {one["name"]: one["fill_rate"] for one in told["fields"]} == {
        "name": 1,
        "level": 0.75,
        "spare": 0,
        "high": None,
    }
    assert {one["name"]: one["changed_at"] for one in told["fields"]}["name"] == later["updated_at"]
    assert [one["used"] for one in told["fields"]] == [{"titles": 1}, {"formulas": 1}, {}, {}]
    assert module_world.mei("GET", "/objects/gauge/fields/usage").status_code == 403


def test_who_writes_while_a_kind_changes_never_leaves_the_old_form(module_world: World) -> None:
    world = module_world
    world.nora.post(FIELDS, {"name": "level", "kind": "text"})
    made = world.nora.create("sample", name="Busy", level="1")
    stop = threading.Event()
    answers: list[Any] = []

    def work() -> None:
        while not stop.is_set():
            kind = field_of(world, "level")["kind"]
            value: Any = {"text": "1", "choice": "1", "tags": ["1"]}[kind]
            answers.append(
                world.mei("PATCH", f"/records/sample/{made['id']}", {"level": value, "name": str(len(answers))})
            )

    thread = threading.Thread(target=work)
    thread.start()
    try:
        kinds = ["choice", "tags", "text"] * 3
        changed = [world.nora("PATCH", f"{FIELDS}/level", {"kind": kind}).status_code for kind in kinds]
    finally:
        stop.set()
        thread.join(30)
    assert set(changed) <= {200, 503}
    assert {answer.status_code for answer in answers} <= {200, 409, 422}
    assert {answer.status_code for answer in answers} >= {200}
    now = world.nora.get(f"/records/sample/{made['id']}")["level"]
    assert now == ("1" if field_of(world, "level")["kind"] != "tags" else ["1"])
    assert unsettled(world.conninfo, world.schema) == []


def test_of_two_administrators_who_change_a_kind_both_get_a_whole_answer(module_world: World) -> None:
    world = module_world
    world.nora.post(FIELDS, {"name": "twice", "kind": "text"})
    made = world.nora.create("sample", name="Two", twice="5")
    with ThreadPoolExecutor(2) as pool:
        sent = [(world.nora, "number"), (world.key, "tags")]
        calls = [pool.submit(who, "PATCH", f"{FIELDS}/twice", {"kind": kind}) for who, kind in sent]
    answers = sorted(call.result().status_code for call in calls)
    assert answers in ([200, 200], [200, 422], [200, 409])
    kind = field_of(world, "twice")["kind"]
    assert world.nora.get(f"/records/sample/{made['id']}")["twice"] == {"number": 5, "tags": ["5"]}[kind]
    assert unsettled(world.conninfo, world.schema) == []
    assert world.mei("PATCH", f"{FIELDS}/twice", {"kind": "text"}).status_code == 403


def field_of(world: World, name: str) -> Any:
    objects = {one["name"]: one for one in world.nora.get("/catalog")["objects"]}
    return next(field for field in objects["sample"]["fields"] if field["name"] == name)


def test_options_are_merged_in_records_their_trash_their_past_and_the_default(module_world: World) -> None:
    nora = module_world.nora
    options = [{"key": key, "label": key.title()} for key in ("hot", "warm", "tepid", "cold")]
    for kind, default in (("choice", "tepid"), ("choices", ["tepid", "cold"])):
        nora.post(FIELDS, {"name": f"heat_{kind}", "kind": kind, "options": options, "default": default})
    values: list[tuple[Any, Any]] = [
        ("tepid", ["hot", "tepid"]),
        ("warm", ["warm", "tepid", "hot"]),
        ("cold", ["cold"]),
        (None, None),
    ]
    made = [nora.create("sample", name="heat", heat_choice=one, heat_choices=many) for one, many in values]
    nora.delete(f"/records/sample/{made[1]['id']}")
    changed = nora.patch(f"/records/sample/{made[0]['id']}", {"heat_choice": "hot", "heat_choices": None})
    for kind in ("choice", "choices"):
        trial = nora.patch(f"{FIELDS}/heat_{kind}?check=true", {"merge": {"tepid": "warm"}})
        assert (trial["faults"], trial["offenders"]) == ([], [])
        field = nora.patch(f"{FIELDS}/heat_{kind}", {"merge": {"tepid": "warm"}})
        assert [option["key"] for option in field["options"]] == ["hot", "warm", "cold"]
    now = [nora.get(f"/records/sample/{one['id']}") for one in (made[0], made[2], made[3])]
    assert [one["heat_choice"] for one in now] == ["hot", "cold", None]
    assert [one["version"] for one in now] == [2, 1, 1]
    back = nora.post(f"/records/sample/{made[1]['id']}/restore")
    assert (back["heat_choice"], back["heat_choices"]) == ("warm", ["hot", "warm"])
    undone = nora.post(f"/records/sample/{made[0]['id']}/undo", {"version": changed["version"]})
    assert (undone["undone"], undone["conflicts"]) == (1, [])
    assert nora.get(f"/records/sample/{made[0]['id']}")["heat_choices"] == ["hot", "warm"]
    fresh = nora.create("sample", name="fresh")
    assert (fresh["heat_choice"], fresh["heat_choices"]) == ("warm", ["warm", "cold"])
    assert nora.query("sample", filter={"field": "heat_choice", "op": "is", "value": "warm"}, count=True)


def test_options_that_a_formula_names_or_that_are_none_are_not_merged(module_world: World) -> None:
    nora = module_world.nora
    options = [{"key": key, "label": key} for key in ("low", "high", "top")]
    nora.post(FIELDS, {"name": "steep", "kind": "choice", "options": options})
    nora.post(FIELDS, {"name": "is_top", "kind": "formula", "formula": 'steep == "top"'})
    nora.create("sample", name="steep", steep="top")
    place = f"{FIELDS}/steep"
    assert nora.faults("PATCH", place, {"merge": {"top": "high"}}) == {"/kind": "in_use"}
    assert nora.faults("PATCH", place, {"merge": {"none": "high", "low": "nowhere"}}) == {
        "/merge/none": "unknown_option",
        "/merge/low": "unknown_option",
    }
    assert nora.faults("PATCH", place, {"merge": {"low": "high", "high": "top"}}) == {"/merge/low": "unknown_option"}
    assert nora.faults("PATCH", place, {"merge": {}}) == {"/merge": "wrong_type"}
    assert nora.faults("PATCH", f"{FIELDS}/f0", {"merge": {"a": "b"}}) == {"/merge/a": "unknown_option"}
    assert [o["key"] for o in nora.patch(place, {"merge": {"low": "high"}})["options"]] == ["high", "top"]
    assert unsettled(module_world.conninfo, module_world.schema) == []
