"""Filters over real records of many kinds: what the API finds is what the evaluator in memory, which
rules and automations use, finds over the values that the kinds load.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relata.kernel.expression.clock import Clock
from relata.kernel.expression.filter import parse_filter
from relata.kernel.expression.memory import Related, ValueOf, evaluate
from relata.kernel.expression.operators import NO_VALUE, OPERATORS, TO_MANY_OPERATORS
from relata.kernel.expression.tree import Some
from relata.kernel.expression.types import ELEMENTS, Type
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.figure import Figure
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.scope import ObjectScope
from tests.sound import stored_catalog
from tests.world import World

NOW = dt.datetime.now(dt.UTC).replace(minute=17, second=11, microsecond=250_000)
OPTIONS = ["Red", "Blue", "Grün"]
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "kind": "text"},
    {"name": "notes", "kind": "long_text"},
    {"name": "size", "kind": "number"},
    {"name": "share", "kind": "percent"},
    {"name": "active", "kind": "boolean"},
    {"name": "due", "kind": "date"},
    {"name": "seen", "kind": "moment"},
    {"name": "price", "kind": "money"},
    {"name": "colour", "kind": "choice", "options": OPTIONS},
    {"name": "colours", "kind": "choices", "options": OPTIONS},
    {"name": "labels", "kind": "tags"},
    {"name": "mails", "kind": "emails"},
    {"name": "person", "kind": "person_name"},
    {"name": "place", "kind": "address"},
    {"name": "account", "kind": "relation", "to": "account", "inverse": "things"},
    {"name": "boss", "kind": "user"},
    {"name": "subjects", "kind": "about", "to": ["account", "user"], "inverse": "subject_of"},
    {"name": "double", "kind": "formula", "formula": "size * 2"},
    {"name": "called", "kind": "formula", "formula": "upper(name)"},
]
WORDS = ("Ärzte", "arzte", "Zoë 100%", "a_b", "beta", "Red")
POOLS: dict[str, tuple[Any, ...]] = {
    "name": WORDS,
    "notes": ("one\ntwo", "Ärzte und Beta", "a_b"),
    "size": (0, 1, 2.5, -2.5, 100),
    "share": (0, 12.5, 100),
    "active": (True, False),
    "due": tuple(str((NOW + dt.timedelta(days=d)).date()) for d in (-400, -31, -1, 0, 1, 8, 90)),
    "seen": tuple((NOW + dt.timedelta(hours=h)).isoformat() for h in (-9_000, -700, -30, -5, 5, 30, 2_000)),
    "price": ({"amount": "12.50", "currency": "EUR"}, {"amount": "1", "currency": "USD"}),
    "colour": ("red", "blue"),
    "colours": (["red"], ["blue", "red"], []),
    "labels": (["vip"], ["Vip", "new"], []),
    "mails": (["ada@acme.example"], ["x@beta.example", "MU@acme.example"]),
    "person": ({"first": "Ada", "last": "Müller"}, {"last": "beta"}),
    "place": ({"city": "Kiel", "country": "DE"}, {"street": "Ärzteweg 1", "city": "Tampere", "country": "FI"}),
}
PATHS: dict[str, tuple[str, ...]] = {
    "thing": (
        *(field["name"] for field in FIELDS),
        *("person.last", "place.city", "place.country", "price.currency", "price.amount", "version", "created_by"),
        *("account.name", "account.employees", "account.industry", "account.parent.name", "boss.name"),
    ),
    "account": ("name", "employees", "industry", "parent", "parent.name"),
}


@dataclass(frozen=True, slots=True)
class Memory:
    """All records as clients receive them, by object and id, and how expressions read them."""

    catalog: Catalog
    records: dict[str, dict[str, dict[str, Any]]]
    clock: Clock

    def reader(self, name: str, id_: str) -> ValueOf:
        return lambda ref: self.value(name, id_, ref.path)

    def value(self, name: str, id_: str | None, path: tuple[str, ...]) -> Any:
        record = self.records[name].get(id_ or "")
        if record is None:
            return None
        field = self.catalog.objects[name].by_name[path[0]]
        kind = KINDS[field.kind]
        if field.kind == "formula":
            formula = self.catalog.derived(name, field.name)
            assert not isinstance(formula, Figure)
            return evaluate(formula, self.reader(name, record["id"]), self.related(name, record["id"]), self.clock)
        if len(path) == 1:
            return kind.load(field, record[field.name])
        if any(part.name == path[1] for part in kind.parts):
            return kind.part(field, record[field.name], path[1])
        return self.value(field.to[0], record[field.name], path[1:])

    def related(self, name: str, id_: str) -> Related:
        def find(some: Some, /) -> Iterable[tuple[ValueOf, Related]]:
            inverse = self.catalog.inverse(name, some.path[0])
            assert inverse is not None
            for child, record in self.records[inverse.object].items():
                linked = record[inverse.field]
                ids = [link["id"] for link in linked or []] if isinstance(linked, list) else [linked]
                if id_ in ids:
                    yield self.reader(inverse.object, child), self.related(inverse.object, child)

        return find

    def found(self, name: str, document: Any) -> set[str]:
        node = parse_filter(document, ObjectScope(self.catalog, name), self.clock)
        return {
            id_
            for id_ in self.records[name]
            if evaluate(node, self.reader(name, id_), self.related(name, id_), self.clock) is True
        }


@pytest.fixture(scope="module")
def memory(module_world: World) -> Memory:
    nora, chance = module_world.nora, random.Random(20261122)
    nora.post("/objects", {"name": "thing", "label": "Thing", "fields": FIELDS})
    accounts: list[str] = []
    for number in range(6):
        values: dict[str, Any] = {"employees": (None, 1, 100)[number % 3], "industry": (None, "energy")[number % 2]}
        parent = chance.choice([None, *accounts])
        accounts.append(nora.create("account", name=WORDS[number], parent=parent, **values)["id"])
    for number in range(30):
        values = {name: chance.choice(pool) for name, pool in POOLS.items() if number and chance.random() < 0.7}
        if chance.random() < 0.7:
            values |= {"account": chance.choice(accounts[:4]), "boss": chance.choice([*module_world.users.values()])}
        if chance.random() < 0.5:
            values["subjects"] = [{"object": "account", "id": id_} for id_ in chance.sample(accounts, 2)]
        nora.create("thing", **values)
    records = {
        name: {record["id"]: record for record in nora.query(name, limit=1_000)}
        for name in ("thing", "account", "user")
    }
    catalog = stored_catalog(module_world.conninfo, module_world.schema)
    return Memory(catalog, records, Clock(dt.datetime.now(dt.UTC), ZoneInfo("Europe/Berlin")))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_api_and_the_evaluator_in_memory_find_the_same_records(
    module_world: World, memory: Memory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(("thing", "thing", "account")))
    document = data.draw(filters(memory, name))
    answer = module_world.nora("POST", f"/records/{name}/query", {"filter": document, "fields": ["id"], "limit": 1_000})
    assert answer.status_code == 200, (document, answer.text)
    assert {record["id"] for record in answer.json()["records"]} == memory.found(name, document), document


@pytest.mark.parametrize("path", PATHS["thing"])
def test_every_operator_of_every_field_agrees(module_world: World, memory: Memory, path: str) -> None:
    chance = random.Random(path)
    reference = ObjectScope(memory.catalog, "thing").resolve(tuple(path.split(".")))
    assert reference is not None
    for operator in OPERATORS[reference.type]:
        pool = samples(memory, "thing", path, reference.type)
        document: dict[str, Any] = {"field": path, "op": operator}
        if operator not in NO_VALUE:
            document["value"] = operand(operator, [chance.choice(pool), chance.choice(pool)])
        found = module_world.nora.query("thing", filter=document, fields=["id"], limit=1_000)
        assert {record["id"] for record in found} == memory.found("thing", document), document


@st.composite
def filters(draw: st.DrawFn, memory: Memory, name: str, depth: int = 2) -> Any:
    """A filter over the fields of an object, with constants that occur in its records."""
    kinds = ["condition"] * 3 + (["all", "any", "not"] if depth else []) + (["many"] if name == "account" else [])
    match draw(st.sampled_from(kinds)):
        case "all" | "any" as group:
            return {group: draw(st.lists(filters(memory, name, depth - 1), max_size=3))}
        case "not":
            return {"not": draw(filters(memory, name, depth - 1))}
        case "many":
            operator = draw(st.sampled_from(TO_MANY_OPERATORS))
            many = draw(st.sampled_from(("things", "subject_of")))
            document: dict[str, Any] = {"field": many, "op": operator}
            if operator not in NO_VALUE:
                document["where"] = draw(filters(memory, "thing", max(depth - 1, 0)))
            return document
        case _:
            path = draw(st.sampled_from(PATHS[name]))
            reference = ObjectScope(memory.catalog, name).resolve(tuple(path.split(".")))
            assert reference is not None
            operator = draw(st.sampled_from(OPERATORS[reference.type]))
            if operator in NO_VALUE:
                return {"field": path, "op": operator}
            one = st.sampled_from(samples(memory, name, path, reference.type))
            return {
                "field": path,
                "op": operator,
                "value": operand(operator, draw(st.lists(one, min_size=2, max_size=2)), draw),
            }


def operand(operator: str, values: list[Any], draw: st.DrawFn | None = None) -> Any:
    match operator:
        case "in" | "not_in" | "between":
            return values
        case "within":
            direction = draw(st.sampled_from(("last", "next", "this"))) if draw else "last"
            unit = draw(st.sampled_from(("day", "week", "month", "quarter", "year"))) if draw else "month"
            return {direction: draw(st.integers(1, 14)) if draw else 2, "unit": unit}
        case _:
            return values[0]


def samples(memory: Memory, name: str, path: str, type_: Type) -> list[Any]:
    """Constants in JSON: values of the records, parts of texts, and some that none has."""
    found: set[Any] = set()
    for id_ in memory.records[name]:
        value = memory.value(name, id_, tuple(path.split(".")))
        found |= set(value) if isinstance(value, tuple) else {value}
    found.discard(None)
    known = [in_json(value) for value in sorted(found, key=str)]
    element = ELEMENTS.get(type_, type_)
    if element is Type.TEXT:
        known += [text[:3].upper() for text in known] + ["nothing like it"]
    elif element is Type.NUMBER:
        known += [-1, 0.5]
    elif element is Type.ID:
        known.append("01920000-0000-7000-8000-000000000000")
    elif element is Type.BOOLEAN:
        known = [True, False]
    elif element in (Type.DATE, Type.MOMENT):
        known += ["2026-11-22", "1999-12-31"]
    return known


def in_json(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value
