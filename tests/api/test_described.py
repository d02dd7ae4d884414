"""A short walk of tools/explore_api.py: requests made from the API's own description, good and bad ones, and every
answer compared with it.
"""

from __future__ import annotations

import contextlib
from typing import Any

import httpx2 as httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.control import SkipTest
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.world import World

WALKED = ("opportunity", "task")
UNTOLD = ("login", "logout", "metrics", "openapi", "create_object", "create_field", "events")
SAID = [checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance]
SAID += [checks.response_schema_conformance, checks.negative_data_rejection, schemathesis.checks.not_a_server_error]
ASKED = 4
"""Requests of each operation and kind."""


def walked(said: dict[str, Any], path: str) -> bool:
    parts = path.split("/")
    return said["operationId"] not in UNTOLD and ("records" not in parts or parts[4] in WALKED) and "bulk" not in parts


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described_whatever_is_sent(module_world: World, mode: GenerationMode) -> None:
    document = module_world.key.get("/openapi.json")
    made = GenerationConfig(modes=[mode], allow_x00=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=made)))
    schema = schemathesis.openapi.from_dict(document, config=config)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    wanted = [operation for operation in operations if walked(operation.definition.raw, operation.path)]
    assert len(wanted) > 25
    for operation in wanted:
        walk(module_world, operation, mode)


def walk(world: World, operation: Any, mode: GenerationMode) -> None:
    """Each change of a batch has an answer of its own, so a wrong one does not make the whole a wrong one."""
    batch = operation.path.endswith("/batch")
    said = [check for check in SAID if check is not checks.negative_data_rejection or not batch]

    @settings(
        max_examples=ASKED,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def step(case: Any) -> None:
        case.validate_response(sent(world, case), checks=said)

    with contextlib.suppress(SkipTest):  # nothing can be wrong with a request that takes nothing
        step()


def sent(world: World, case: Any) -> httpx.Response:
    prepared = case.as_transport_kwargs(base_url="http://testserver")
    kept = {name: prepared[name] for name in ("params", "json", "data", "cookies") if prepared.get(name) is not None}
    if "data" in kept:
        kept["content"] = kept.pop("data")
    headers = {name: str(value).encode("latin-1", "replace") for name, value in prepared["headers"].items()}
    headers |= {name: value.encode() for name, value in world.key.headers.items()}
    kept.pop("cookies", None)
    return world.client.request(prepared["method"], prepared["url"], headers=headers, **kept)
