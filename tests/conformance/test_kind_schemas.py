"""What every field kind says of its own values in JSON Schema must be true of its examples."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from relata.api.edge import ENCODE
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.kinds.file import File
from tests.conformance.examples import EXAMPLES
from tests.conformance.test_kinds import WRITABLE, field_of, pairs

SHAPE = {"wrong_type", "unknown_field", "unknown_option", "too_long", "required"}
"""Codes of faults that a schema can tell; others (a day that the calendar lacks) are left to the kind."""


def fits(schema: dict[str, Any], value: Any) -> bool:
    document = json.loads(ENCODE(value))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(document)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_tells_the_schema_of_its_values(kind: str) -> None:
    for schema in (KINDS[kind].schema(field_of(kind)), KINDS[kind].accepted(field_of(kind))):
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        for example in schema.get("examples", ()):
            assert fits(schema, example)
    if kind in WRITABLE:
        field = field_of(kind)
        examples = KINDS[kind].accepted(field).get("examples", ())
        there_first = "to" in KINDS[kind].takes or isinstance(KINDS[kind], File)
        assert examples or there_first, "say an example, so that the API's description has one"
        for example in examples:
            assert KINDS[kind].parse(field, example, Parsing("EUR")) is not None


@pytest.mark.parametrize(("kind", "sent", "canonical"), list(pairs("good")))
def test_good_values_fit_the_schema_of_their_kind(kind: str, sent: Any, canonical: Any) -> None:
    field = field_of(kind)
    assert fits(KINDS[kind].accepted(field), sent)
    assert fits(KINDS[kind].accepted(field), canonical)
    assert fits(KINDS[kind].schema(field), canonical)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_empty_values_fit_what_is_accepted(kind: str) -> None:
    for empty in EXAMPLES[kind].empty:
        assert fits(KINDS[kind].accepted(field_of(kind)), empty)


@pytest.mark.parametrize(("kind", "sent", "code"), [pair for pair in pairs("bad") if pair.values[2] in SHAPE])
def test_values_of_a_wrong_shape_do_not_fit(kind: str, sent: Any, code: str) -> None:
    assert not fits(KINDS[kind].accepted(field_of(kind)), sent), code


def test_only_what_a_kind_takes_makes_its_schema_differ() -> None:
    for name, kind in KINDS.items():
        if not kind.takes:
            bare = type(field_of(name))(name="other", kind=name, label="Other")
            assert kind.schema(bare) == kind.schema(field_of(name))
            assert kind.accepted(bare) == kind.accepted(field_of(name))
