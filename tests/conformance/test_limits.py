"""The limits that the documentation promises are those that hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relata.api.limits import table
from relata.kernel.expression.filter import CONDITION_LIMIT, DEPTH_LIMIT
from relata.kernel.expression.operators import LIST_LIMIT
from relata.kernel.query import aggregate, language, reading
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
BARE = {"field": "name", "op": "is_not_empty"}


def test_the_table_in_the_documentation_is_made_of_the_constants() -> None:
    assert table() in DOCS.read_text(), f"put this table into docs/api.md:\n{table()}"


def nested(levels: int) -> object:
    document: object = BARE
    for _ in range(levels - 1):
        document = {"not": document}
    return document


QUESTIONS: dict[str, tuple[int, str, Callable[[int], Any]]] = {
    "limit": (language.MOST, "/limit", lambda n: {"limit": n}),
    "fields": (reading.MOST_FIELDS, "/fields", lambda n: {"fields": ["name"] * n}),
    "sort": (reading.MOST_ORDERS, "/sort", lambda n: {"sort": ["name"] * n}),
    "q": (reading.LONGEST, "/q", lambda n: {"q": "x" * n}),
    "conditions": (CONDITION_LIMIT, "/filter", lambda n: {"filter": {"all": [BARE] * n}}),
    "levels": (DEPTH_LIMIT, "/filter", lambda n: {"filter": nested(n)}),
    "list": (LIST_LIMIT, "/filter", lambda n: {"filter": {"field": "name", "op": "in", "value": ["x"] * n}}),
}


@pytest.mark.parametrize("what", sorted(QUESTIONS))
def test_a_question_holds_what_is_promised_and_no_more(module_world: World, what: str) -> None:
    most, pointer, made = QUESTIONS[what]
    assert module_world.nora("POST", "/records/account/query", made(most)).status_code == 200
    faults = module_world.nora.faults("POST", "/records/account/query", made(most + 1))
    assert faults
    assert all(where.startswith(pointer) for where in faults)


def test_an_aggregate_holds_what_is_promised_and_no_more(module_world: World) -> None:
    path = "/records/account/aggregate"
    measures = [{"fn": "count", "as": f"n_{n}"} for n in range(aggregate.MEMBERS + 1)]
    assert module_world.nora("POST", path, {"measures": measures[:-1], "limit": aggregate.MOST}).status_code == 200
    assert module_world.nora.faults("POST", path, {"measures": measures}) == {"/measures": "wrong_type"}
    assert module_world.nora.faults("POST", path, {"limit": aggregate.MOST + 1}) == {"/limit": "out_of_range"}


@pytest.mark.parametrize("depth", [100, 900, 990, 5_000])
def test_nothing_is_nested_so_deeply_that_it_breaks(module_world: World, depth: int) -> None:
    lists = "[" * depth + "]" * depth
    bodies = {
        "/records/account": f'{{"name": {lists}}}',
        "/records/account/query": f'{{"filter": {{"field": "name", "op": "is", "value": {lists}}}}}',
        "/records/account/aggregate": f'{{"group": {lists}}}',
        "/records/account/batch": f'{{"changes": {lists}}}',
        "/objects": f'{{"name": "x", "fields": {lists}}}',
        "/titles": f'{{"refs": {lists}}}',
    }
    for path, body in bodies.items():
        answer = module_world.nora("POST", path, content=body.encode())
        assert answer.status_code in (400, 422), (path, answer.text)
    levels = min(depth, 3_000)  # the client of the tests takes no longer addresses
    deep = '{"not":' * levels + "{}" + "}" * levels
    answer = module_world.nora("GET", "/records/account", params={"filter": deep})
    assert answer.status_code in (400, 422)


def test_an_object_with_too_many_fields_is_refused_as_a_whole(module_world: World) -> None:
    fields = [{"name": f"f{number}", "kind": "number"} for number in range(801)]
    assert module_world.nora.faults("POST", "/objects", {"name": "wide", "fields": fields}) == {"/fields": "too_many"}
