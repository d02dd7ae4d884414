"""Whatever is sent: texts come back byte for byte, and everything else is refused with 4xx, never 5xx."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty_strings" / "blns.json"
ACCOUNT = {"field": "name", "op": "contains", "value": "a"}
VALID: dict[str, list[dict[str, Any]]] = {
    "account/query": [
        {"filter": ACCOUNT, "sort": ["-annual_revenue", "name"], "fields": ["name", "owner.name"], "limit": 5, "count": True},
        {"filter": {"any": [{"not": ACCOUNT}, {"field": "contacts", "op": "some", "where": {"field": "title", "op": "is", "value": "x"}}]}},
        {"filter": {"field": "created_at", "op": "within", "value": {"last": 3, "unit": "month"}}, "q": "ab"},
    ],
    "account/aggregate": [
        {"group": [{"field": "created_at", "by": "month", "as": "m"}, "industry"], "measures": [{"fn": "sum", "field": "annual_revenue", "as": "s"}], "sort": ["-s"], "having": {"field": "s", "op": "gt", "value": 3}, "limit": 9},
        {"measures": [{"fn": "median", "field": "employees"}, {"fn": "min", "field": "name", "as": "low"}], "having": {"all": [{"field": "low", "op": "gt", "value": 1}]}},
    ],
    "task/board": [{"group": "status", "measures": [{"fn": "count"}], "fields": ["subject"], "sort": ["due_date"], "limit": 3, "filter": {}}],
    "account/batch": [{"atomic": False, "changes": [{"create": {"name": "x"}}, {"update": "x", "values": {}, "version": 1}, {"delete": "x"}]}],
}  # fmt: skip
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**25), 10**25), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8), st.sampled_from(["name", "id", "is", "", "-", ".", "owner.name", "2026-11-22", "count", "1e400", "\0"]),
)  # fmt: skip
documents = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)), max_leaves=8
)  # fmt: skip


def places(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at]
    if isinstance(document, dict | list):
        members = document.items() if isinstance(document, dict) else enumerate(document)
        for key, member in members:
            found += places(member, (*at, key))
    return found


def put(document: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[at[0]] = put(document[at[0]], at[1:], value)
    return changed


@st.composite
def mutated(draw: st.DrawFn, valid: list[dict[str, Any]]) -> Any:
    """A valid document with one or two of its parts replaced by something else."""
    document: Any = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 2))):
        document = put(document, draw(st.sampled_from(places(document))), draw(documents))
    return document


@pytest.mark.parametrize("door", list(VALID))
def test_no_document_breaks_anything(module_world: World, door: str) -> None:
    @quick
    @given(st.one_of(documents, mutated(VALID[door])))
    def run(document: Any) -> None:
        began = time.monotonic()
        answer = module_world.nora("POST", f"/records/{door}", document)
        assert answer.status_code < 500, (document, answer.text)
        assert time.monotonic() - began < 2, document

    run()


DEFINITION = {
    "name": "thing", "label": "Thing", "plural": "Things", "title": "size", "icon": "box", "colour": "red",
    "fields": [
        {"name": "size", "kind": "number", "default": 1.5, "required": True, "unique": False, "label": "Size", "help": "x"},
        {"name": "sort", "kind": "choice", "options": [{"key": "a", "label": "A", "colour": "red", "probability": 5}], "default": "a"},
        {"name": "owner_of", "kind": "relation", "to": "account", "inverse": "things"}, {"name": "twice", "kind": "formula", "formula": "size * 2"},
    ],
}  # fmt: skip


def test_no_definition_breaks_anything(module_world: World) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(documents, mutated([DEFINITION])))
    def run(document: Any) -> None:
        answer = module_world.nora("POST", "/objects", document)
        assert answer.status_code < 500, (document, answer.text)
        if answer.status_code == 201:
            module_world.nora.delete(f"/objects/{answer.json()['name']}")

    run()


def test_a_default_with_decimals_is_given_to_new_records(module_world: World) -> None:
    nora = module_world.nora
    nora.post("/objects", DEFINITION)
    made = nora.create("thing")
    assert (made["size"], made["sort"], made["twice"]) == (1.5, "a", 3)
    nora.post("/objects/thing/fields", {"name": "rate", "kind": "percent", "default": 12.25, "required": True})
    assert nora.get(f"/records/thing/{made['id']}")["rate"] == 12.25
    assert nora.create("thing")["rate"] == 12.25


BAD = [
    ("account/aggregate", {"having": {"field": [], "op": "gt", "value": 1}}, 422),
    ("account/aggregate", {"measures": [{"fn": "min", "field": "name", "as": "m"}], "having": {"field": "m", "op": "gt", "value": 1}}, 422),
    ("account/aggregate", {"measures": [{"fn": "max", "field": "created_at", "as": "m"}], "having": {"field": "m", "op": "gt", "value": 1}}, 422),
    ("account/query", {"filter": {"any": [{"field": "name", "op": "is", "value": "x"}] * 201}}, 422),
    ("account/query", {"limit": 10**9}, 422),
    ("account/query", {"filter": {"field": "id", "op": "in", "value": ["x"] * 2_000}}, 422),
    ("account/query", {"filter": {"field": "name; drop table account", "op": "is", "value": 1}}, 422),
    ("account/query", {"sort": "name desc"}, 422),
    ("account/query", {"fields": ["*"]}, 422),
    ("task/board", {"group": "status", "measures": [{"fn": "count", "as": "records"}]}, 422),
    ("task/board", {"group": "status", "measures": {}}, 422),
    ("task/board", {"group": "status", "measures": 0}, 422),
    ("account/compare", {"from": "2026-01-01", "after": ""}, 422),
    ("account/query", {"filter": {"field": "name", "op": "is", "value": "x", "where": {"field": "name", "op": "is_empty"}}}, 422),
]  # fmt: skip


@pytest.mark.parametrize(("door", "document", "status"), BAD)
def test_what_cannot_be_asked_is_told(module_world: World, door: str, document: Any, status: int) -> None:
    module_world.nora.create("account", name="Norrvik")
    answer = module_world.nora("POST", f"/records/{door}", document)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"]


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("sort", "after"),
    [
        ("created_at", cursor("created_at", "yesterday", "x")), ("created_at", cursor("created_at", "2026-11-22", "not an id")), ("employees", cursor("employees", "many", "x")),
         ("name", cursor("name", "a")), ("name", cursor("-name", "a", "a", "b")), ("name", "%%%"), ("name", "e30"), ("name", cursor()), ("name", "x" * 50_000),
        ("id", cursor("id", True)),
    ],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_refused(module_world: World, sort: str, after: str) -> None:
    answer = module_world.nora("POST", "/records/account/query", {"sort": [sort], "after": after})
    assert answer.status_code in (400, 422), answer.text


def test_names_of_keys_hold_no_nul(module_world: World) -> None:
    assert module_world.nora("POST", "/keys", {"name": "a\0b", "role": "member"}).status_code == 422


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the naughty strings lie beside the repository: ../shared/data")
def test_naughty_strings_come_back_byte_for_byte(module_world: World) -> None:
    nora = module_world.nora
    strings = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text]
    kinds = [{"name": name, "kind": name} for name in ("text", "long_text", "tags", "person_name")]
    nora.post("/objects", {"name": "naughty", "label": "Naughty", "fields": kinds})
    values = [
        {"text": text, "long_text": text * 2, "tags": [text[:100]], "person_name": {"last": text[:500]}}
        for text in strings
    ]
    changes = [{"create": value} for value in values]
    results = nora.post("/records/naughty/batch", {"atomic": True, "changes": changes})["results"]
    read = {record["id"]: record for record in nora.query("naughty", limit=1000)}
    for value, result in zip(values, results, strict=True):
        assert {name: read[result["id"]][name] for name in value} == value
    for text, result in list(zip(strings, results, strict=True))[::4]:
        for condition in (
            {"field": "text", "op": "is", "value": text},
            {"field": "tags", "op": "contains", "value": text[:100]},
        ):
            hits = nora.query("naughty", filter=condition, fields=["id"], limit=1000)
            assert result["id"] in {hit["id"] for hit in hits}, condition
        assert nora("POST", "/records/naughty/query", {"q": text[:200]}).status_code < 500
        assert nora("GET", "/search", params={"q": text[:200]}).status_code < 500


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the naughty strings lie beside the repository: ../shared/data")
def test_naughty_strings_are_labels_of_options(module_world: World) -> None:
    strings = [t for t in json.loads(NAUGHTY.read_text(encoding="utf-8")) if t.strip() and len(t) <= 200]
    options = [{"key": f"k{n}", "label": text} for n, text in enumerate(strings)][:450]
    made = module_world.nora.post("/objects/account/fields", {"name": "odd", "kind": "choice", "options": options})
    assert [option["label"] for option in made["options"]] == [option["label"] for option in options]
    keyed = [{"key": text[:100], "label": "x"} for text in dict.fromkeys(t[:100] for t in strings)][:300]
    module_world.nora.post("/objects/account/fields", {"name": "keyed", "kind": "choice", "options": keyed})
    for option in keyed[::10]:
        key = option["key"]
        record = module_world.nora.create("account", name="x", keyed=key)
        assert record["keyed"] == key
        hits = module_world.nora.query("account", filter={"field": "keyed", "op": "is", "value": key}, sort=["keyed"])
        assert [hit["id"] for hit in hits] == [record["id"]]


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "x\udfff"])
def test_nul_and_lone_surrogates_are_refused(module_world: World, value: str) -> None:
    body = json.dumps({"name": value, "description": value, "tags": [value]}).encode()
    answer = module_world.nora("POST", "/records/account", content=body)
    assert 400 <= answer.status_code < 500
    question = json.dumps({"filter": {"field": "name", "op": "is", "value": value}, "q": value}).encode()
    assert 400 <= module_world.nora("POST", "/records/account/query", content=question).status_code < 500


@pytest.mark.parametrize(("slip", "pointer"), [("check=yes", "/check"), ("check=", "/check"), ("chek=true", "/chek")])
def test_a_slip_in_asking_for_a_trial_changes_nothing(module_world: World, slip: str, pointer: str) -> None:
    nora, place = module_world.nora, "/objects/account/fields"
    there = {field["name"] for field in nora.get("/catalog")["objects"][0]["fields"]}
    tries: list[tuple[str, str, Any]] = [
        ("POST", place, {"name": "tried", "kind": "text"}),
        ("PATCH", f"{place}/name", {"label": "Tried"}),
        ("DELETE", f"{place}/name", None),
        ("PATCH", "/objects/account", {"label": "Tried"}),
        ("POST", "/objects/account/rules", {"label": "Tried", "refuse_if": "false", "message": "Never."}),
        ("POST", "/schedules", {"label": "Tried"}),
    ]
    for method, path, sent in tries:
        assert set(nora.faults(method, f"{path}?{slip}", sent)) == {pointer}, (method, path)
    assert {field["name"] for field in nora.get("/catalog")["objects"][0]["fields"]} == there
