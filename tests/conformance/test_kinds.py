"""What every field kind must satisfy, by itself and through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from relata.api.edge import ENCODE
from relata.kernel.expression.operators import OPERATORS
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field, Option, options
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from tests.conformance.examples import EXAMPLES, ME, ONE, TWO, placed, uploaded
from tests.sound import unsettled
from tests.world import World

CREATABLE = [name for name, kind in KINDS.items() if kind.creatable]
WRITABLE = [name for name in CREATABLE if KINDS[name].writable]
STORED = [name for name in WRITABLE if KINDS[name].columns]
"""Kinds that can be required: a link can also be undone from its other end."""
SORTABLE = [name for name in WRITABLE if KINDS[name].sortable]


def field_of(kind: str) -> Field:
    """A field of the kind, as the examples take it."""
    definition = dict(EXAMPLES[kind].definition)
    made = definition.get("options", ())
    chosen = options(*(Option(**option) if isinstance(option, dict) else option for option in made))
    to = definition.get("to", ())
    return Field(name=kind, kind=kind, label=kind, options=chosen, to=(to,) if isinstance(to, str) else tuple(to))


def pairs(which: str) -> Iterator[Any]:
    for name, examples in EXAMPLES.items():
        for index, pair in enumerate(getattr(examples, which)):
            yield pytest.param(name, *pair, id=f"{name}-{index}")


def test_every_kind_has_examples() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert not [name for name in WRITABLE if not EXAMPLES[name].good or not EXAMPLES[name].bad]


@pytest.mark.parametrize(("kind", "sent", "canonical"), list(pairs("good")))
def test_a_good_value_has_one_canonical_form(kind: str, sent: Any, canonical: Any) -> None:
    if isinstance(sent, tuple):
        sent = list(sent)
    parsed = KINDS[kind].parse(field_of(kind), sent, Parsing("EUR"))
    assert exact(parsed) == exact(canonical)
    assert exact(KINDS[kind].parse(field_of(kind), parsed, Parsing("EUR"))) == exact(canonical)


@pytest.mark.parametrize(("kind", "sent", "code"), list(pairs("bad")))
def test_a_bad_value_is_refused_with_its_code(kind: str, sent: Any, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        KINDS[kind].parse(field_of(kind), sent, Parsing("EUR"))
    assert refused.value.faults[0].code == code
    assert all(fault.message for fault in refused.value.faults)


@pytest.mark.parametrize("kind", WRITABLE)
def test_the_text_of_a_cell_is_read_as_the_kind_writes_it(kind: str) -> None:
    for text, canonical in EXAMPLES[kind].cells:
        sent = KINDS[kind].cell(text)
        assert exact(KINDS[kind].parse(field_of(kind), sent, Parsing("EUR"))) == exact(canonical), text
    for text in EXAMPLES[kind].bad_cells:
        with pytest.raises(BadValue):
            KINDS[kind].parse(field_of(kind), KINDS[kind].cell(text), Parsing("EUR"))


def exact(value: Any) -> str:
    """The JSON of a value, numbers by their digits."""
    return json.dumps(json.loads(ENCODE(value), parse_float=digits, parse_int=digits), sort_keys=True)


def digits(number: str) -> str:
    """A number of a JSON text, without an exponent."""
    return f"{Decimal(number):f}"


# -- through the API --------------------------------------------------------------------------------


@dataclass
class Samples:
    """An object with one field of every kind, and the records that hold the examples: kind → records."""

    world: World
    ids: dict[str, str]
    records: dict[str, list[tuple[Any, str]]]


@pytest.fixture(scope="module")
def samples(module_world: World) -> Samples:
    nora = module_world.nora
    ids = {name: nora.create("account", name=f"Account {name[-1]}")["id"] for name in (ONE, TWO)}
    ids |= {ME: module_world.users["mei"], **uploaded(nora)}
    fields = [{"name": name, "kind": name, **dict(EXAMPLES[name].definition)} for name in CREATABLE]
    mark = {"name": "mark", "kind": "text"}
    whole = {"name": "whole", "kind": "relation", "to": "sample", "inverse": "parts"}
    nora.post("/objects", {"name": "sample", "label": "Sample", "fields": [mark, whole, *fields]})
    records: dict[str, list[tuple[Any, str]]] = {}
    for kind in WRITABLE:
        good = [(placed(sent, ids), placed(canonical, ids)) for sent, canonical in EXAMPLES[kind].good]
        changes = [{"create": {"mark": kind, kind: sent}} for sent, _ in good]
        changes += [{"create": {"mark": kind, kind: value}} for value in (None, *EXAMPLES[kind].empty)]
        results = post(module_world, "/records/sample/batch", {"atomic": True, "changes": changes})["results"]
        values = [canonical for _, canonical in good] + [None] * (len(changes) - len(good))
        records[kind] = [(value, result["id"]) for value, result in zip(values, results, strict=True)]
    return Samples(module_world, ids, records)


def post(world: World, path: str, document: Any) -> Any:
    """As nora, with decimals written digit by digit."""
    return world.nora.post(path, content=ENCODE(document))


@pytest.mark.parametrize("kind", WRITABLE)
def test_what_is_stored_comes_back_in_its_canonical_form(samples: Samples, kind: str) -> None:
    for canonical, id_ in samples.records[kind]:
        answer = samples.world.nora("GET", f"/records/sample/{id_}")
        found = json.loads(answer.content, parse_float=digits, parse_int=digits)[kind]
        if canonical is None:
            assert found in (None, "", [], {}), (kind, found)
        else:
            assert json.dumps(found, sort_keys=True) == exact(canonical)
        listed = samples.world.nora.query("sample", filter={"field": "id", "op": "is", "value": id_}, fields=[kind])
        assert listed == [{"id": id_, kind: answer.json()[kind]}]


def found(samples: Samples, kind: str, condition: Any) -> set[str]:
    mine = {"field": "mark", "op": "is", "value": kind}
    question = {"filter": {"all": [mine, condition]}, "fields": ["id"], "limit": 1000}
    return {record["id"] for record in post(samples.world, "/records/sample/query", question)["records"]}


@pytest.mark.parametrize("kind", WRITABLE)
def test_empty_and_not_empty_part_the_records(samples: Samples, kind: str) -> None:
    full = {id_ for canonical, id_ in samples.records[kind] if canonical is not None}
    if kind == "person_name":  # a name without first and last name is empty for the expression language
        full = {i for c, i in samples.records[kind] if c is not None and (c.get("first") or c.get("last"))}
    blank = {id_ for _, id_ in samples.records[kind]} - full
    assert found(samples, kind, {"field": kind, "op": "is_not_empty"}) == full
    assert found(samples, kind, {"field": kind, "op": "is_empty"}) == blank
    assert found(samples, kind, {"not": {"field": kind, "op": "is_empty"}}) == full


@pytest.mark.parametrize("kind", [name for name in WRITABLE if "is" in OPERATORS[KINDS[name].type]])
def test_is_finds_equal_values_and_is_not_exactly_the_rest(samples: Samples, kind: str) -> None:
    every = {id_ for _, id_ in samples.records[kind]}
    loaded: dict[str, Any] = {
        i: KINDS[kind].load(field_of(kind), c) if c is not None else None for c, i in samples.records[kind]
    }
    for canonical, id_ in samples.records[kind]:
        value = asked(kind, canonical)
        if value is None or len(str(value)) > 4_000:
            continue
        condition = {"field": kind, "op": "is", "value": value}
        hits = found(samples, kind, condition)
        if KINDS[kind].type in (Type.TEXTS, Type.IDS):
            assert hits == {i for i, there in loaded.items() if there and loaded[id_][0] in there}
        else:
            assert hits == {i for i, there in loaded.items() if there == loaded[id_]}
        assert found(samples, kind, {"not": condition}) == every - hits
        assert found(samples, kind, {**condition, "op": "is_not"}) == every - hits


def asked(kind: str, canonical: Any) -> Any:
    """What a filter compares with to find the value; None where nothing can."""
    if canonical is None:
        return None
    match KINDS[kind].type:
        case Type.TEXT:
            return KINDS[kind].load(field_of(kind), canonical)
        case Type.TEXTS:
            return KINDS[kind].load(field_of(kind), canonical)[0]
        case Type.IDS:
            return canonical[0]
        case _:
            return canonical


@pytest.mark.parametrize("kind", SORTABLE)
@pytest.mark.parametrize("direction", ["", "-"])
def test_pages_of_any_size_put_together_are_the_whole_list_with_empty_values_last(
    samples: Samples, kind: str, direction: str
) -> None:
    mine = {"filter": {"field": "mark", "op": "is", "value": kind}, "sort": [direction + kind], "fields": [kind]}
    whole = samples.world.nora.query("sample", **mine, limit=1000)
    assert sorted(r["id"] for r in whole) == sorted(id_ for _, id_ in samples.records[kind])
    filled = [bool(r[kind]) or r[kind] in (0, False) for r in whole if r[kind] != {"prefix": "Mx"}]
    assert filled == sorted(filled, reverse=True) or kind in ("text", "long_text")
    for size in (1, 2, 3):
        assert paged(samples.world, mine, size) == whole
    if KINDS[kind].type in (Type.NUMBER, Type.DATE, Type.MOMENT, Type.BOOLEAN):
        values = [KINDS[kind].load(field_of(kind), r[kind]) for r in whole if r[kind] is not None]
        assert values == sorted(values, reverse=direction == "-")


def paged(world: World, document: dict[str, Any], size: int) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    after = None
    for _ in range(100):
        page = world.nora.post("/records/sample/query", {**document, "limit": size, "after": after})
        records += page["records"]
        after = page["next"]
        if after is None:
            return records
        assert len(page["records"]) == size
    msg = "the pages never end"
    raise AssertionError(msg)


def test_a_kind_that_cannot_be_sorted_says_so(samples: Samples) -> None:
    for kind in set(WRITABLE) - set(SORTABLE):
        faults = samples.world.nora.faults("POST", "/records/sample/query", {"sort": [kind]})
        assert faults == {"/sort/0": "not_sortable"}


def test_numbers_and_formulas_follow_their_record(samples: Samples) -> None:
    nora = samples.world.nora
    made = [nora.create("sample", mark="made", number=n) for n in (3, 4)]
    assert made[1]["auto_number"] > made[0]["auto_number"]
    assert [m["formula"] for m in made] == [6, 8]
    assert nora.faults("POST", "/records/sample", {"auto_number": 1, "formula": 1}) == {
        "/auto_number": "read_only",
        "/formula": "read_only",
    }


def test_required_fields_of_every_kind_refuse_what_is_empty(samples: Samples) -> None:
    nora = samples.world.nora
    fields = [{"name": k, "kind": k, "required": True, **dict(EXAMPLES[k].definition)} for k in STORED]
    nora.post("/objects", {"name": "strict", "label": "Strict", "fields": fields})
    everything = dict.fromkeys((f"/{kind}" for kind in STORED), "required")
    assert nora.faults("POST", "/records/strict", {}) == everything
    empty = {kind: (EXAMPLES[kind].empty or (None,))[-1] for kind in STORED}
    assert nora.faults("POST", "/records/strict", empty) == everything
    ids = samples.ids | uploaded(nora)
    full = {kind: placed(EXAMPLES[kind].good[0][0], ids) for kind in STORED}
    made = post(samples.world, "/records/strict", full)
    assert nora.faults("PATCH", f"/records/strict/{made['id']}", empty) == everything


def test_fields_that_can_be_unique_are(samples: Samples) -> None:
    nora = samples.world.nora
    able = [kind for kind in WRITABLE if KINDS[kind].unique_able]
    fields = [{"name": k, "kind": k, "unique": True, **dict(EXAMPLES[k].definition)} for k in able]
    nora.post("/objects", {"name": "single", "label": "Single", "fields": fields})
    for kind in able:
        value = EXAMPLES[kind].good[0][0]
        post(samples.world, "/records/single", {kind: value})
        assert nora.faults("POST", "/records/single", {kind: value}) == {f"/{kind}": "not_unique"}
        for empty in (None, *EXAMPLES[kind].empty, *EXAMPLES[kind].empty):
            nora.create("single", **{kind: empty})


@pytest.mark.parametrize("kind", CREATABLE)
def test_a_definition_that_the_kind_does_not_take_is_refused(samples: Samples, kind: str) -> None:
    nora = samples.world.nora
    base = {"name": "other", "kind": kind, **dict(EXAMPLES[kind].definition)}
    path = "/objects/sample/fields?check=true"
    assert nora.post(path, base) == {"valid": True, "name": "other"}
    if not KINDS[kind].unique_able:
        assert nora.faults("POST", path, {**base, "unique": True}) == {"/unique": "not_applicable"}
    if kind not in STORED:
        assert nora.faults("POST", path, {**base, "required": True}) == {"/required": "not_applicable"}
    if "options" not in KINDS[kind].takes:
        assert nora.faults("POST", path, {**base, "options": ["A"]}) == {"/options": "not_applicable"}
    if "formula" not in KINDS[kind].takes:
        assert nora.faults("POST", path, {**base, "formula": "1"}) == {"/formula": "not_applicable"}
    if "rollup" not in KINDS[kind].takes:
        assert nora.faults("POST", path, {**base, "of": "parts"}) == {"/rollup": "not_applicable"}


def test_kinds_that_only_the_kernel_uses_cannot_be_asked_for(samples: Samples) -> None:
    for kind in set(KINDS) - set(CREATABLE):
        faults = samples.world.nora.faults("POST", "/objects/sample/fields", {"name": "other", "kind": kind})
        assert faults == {"/kind": "unknown_kind"}


def test_examples_are_told_apart_by_their_canonical_form() -> None:
    for name, examples in EXAMPLES.items():
        forms = [exact(canonical) for _, canonical in examples.good]
        assert len(set(forms)) == len(forms), name


@pytest.mark.parametrize("kind", CREATABLE)
def test_a_renamed_field_holds_what_it_held_and_is_written_by_both_names(samples: Samples, kind: str) -> None:
    nora, now = samples.world.nora, f"{kind}_now"
    mine = {"field": "mark", "op": "is", "value": kind}
    before = nora.query("sample", filter=mine, fields=["id", kind], sort=["id"], limit=1000)
    nora.patch(f"/objects/sample/fields/{kind}", {"name": now})
    after = nora.query("sample", filter=mine, fields=["id", kind], sort=["id"], limit=1000)
    assert after == [{"id": one["id"], now: one[kind], kind: one[kind]} for one in before]
    for canonical, id_ in samples.records.get(kind, [])[:1]:
        for name in (kind, now):
            assert post_change(samples, id_, {name: canonical}) == 200
        moment = nora.get(f"/records/sample/{id_}")["updated_at"]
        then = nora.get(f"/records/sample/{id_}?as_of={moment}&fields={now}")
        assert then[now] == nora.get(f"/records/sample/{id_}?fields={now}")[now]
    nora.patch(f"/objects/sample/fields/{now}", {"name": kind})
    nora.delete(f"/objects/sample/fields/{kind}/former/{now}")
    assert nora.query("sample", filter=mine, fields=["id", kind], sort=["id"], limit=1000) == before
    assert unsettled(samples.world.conninfo, samples.world.schema) == []


def post_change(samples: Samples, id_: str, values: dict[str, Any]) -> int:
    status: int = samples.world.nora("PATCH", f"/records/sample/{id_}", content=ENCODE(values)).status_code
    return status
