"""An object's records as JSON Schema, from the kinds of the fields that the caller sees; and examples of
them that can be sent as they are.
"""

from __future__ import annotations

from typing import Any

from relata.api.operation import ID, Schema, nullable, ref, shape
from relata.kernel.access.access import Access
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.formula import formula_schema
from relata.kernel.metadata.object import Object

ALWAYS = ("id", "version", "created_at", "updated_at")
"""Fields that are never empty."""
EXAMPLE = "01920000-0000-7000-8000-000000000001"
SHOWN = 4
"""Fields of an example besides those that are required."""


def record_schemas(access: Access, object_: Object, shared: dict[str, Schema]) -> dict[str, Schema]:
    """The record, and what makes and changes one. Kinds whose values are the same in all fields go to `shared`."""
    name = object_.name
    seen = [field for field in object_.fields if access.visible(name, field.name)]
    written = [field for field in seen if access.writable(name, field.name)]
    required = [field.name for field in written if field.required and field.default is None]
    accepted = {field.name: told(field, accepted_of(access, field, shared)) for field in written}
    record = {field.name: told(field, shown_of(access, object_, field, shared)) for field in seen}
    dotted = "Asked for by «fields», parts and related fields come under their dotted name."
    return {
        name: {**shape(record, "id"), "title": object_.label, "description": dotted},
        f"{name}.create": {**shape(accepted, *required, closed=True), "title": f"New {object_.label.lower()}"},
        f"{name}.update": {**shape(accepted, closed=True), "title": f"Changes of {object_.label.lower()}"},
    }


def told(field: Field, schema: Schema) -> Schema:
    words = [word for word in (field.help, "Unique." if field.unique else "") if word]
    made = {**schema, "title": field.label}
    return made | ({"description": " ".join(words)} if words else {})


def shown_of(access: Access, object_: Object, field: Field, shared: dict[str, Schema]) -> Schema:
    kind = KINDS[field.kind]
    if kind.type is Type.NOTHING:
        schema = formula_schema(access.catalog.expression_type(object_.name, field))
    elif field.through is not None:
        junction, attributes = attributes_of(access, field)
        members = {one.name: told(one, shown_of(access, junction, one, shared)) for one in attributes}
        schema = kind.schema(field)
        schema = {**schema, "items": {**schema["items"], "properties": schema["items"]["properties"] | members}}
    elif kind.takes:
        schema = kind.schema(field)
    else:
        shared[f"Kind.{kind.name}"] = {**kind.schema(field), "description": kind.help}
        schema = ref(f"Kind.{kind.name}")
    return schema if field.name in ALWAYS or not schema else nullable(schema)


def attributes_of(access: Access, field: Field) -> tuple[Object, list[Field]]:
    """The object whose records are the links of a many-to-many, and what the caller sees of a link besides its ends."""
    junction = access.catalog.objects[field.through.object if field.through else ""]
    return junction, [one for one in junction.attributes if access.visible(junction.name, one.name) and not one.through]


def accepted_links(access: Access, field: Field, shared: dict[str, Schema]) -> Schema:
    """A list of ids, or of links with their attributes; what a link does not name stays."""
    junction, attributes = attributes_of(access, field)
    written = [one for one in attributes if access.writable(junction.name, one.name)]
    members = {one.name: told(one, accepted_of(access, one, shared)) for one in written}
    link = shape({"object": {"enum": list(field.to)}, "id": ID, **members}, "id", closed=True)
    given = {one.name: KINDS[one.kind].accepted(one).get("examples") for one in written}
    example = {"id": EXAMPLE, **{name: examples[0] for name, examples in given.items() if examples}}
    schema = KINDS[field.kind].accepted(field)
    return {**schema, "items": {"anyOf": [ID, link]}, "examples": [[example]]}


def accepted_of(access: Access, field: Field, shared: dict[str, Schema]) -> Schema:
    """What may be sent for a field; null empties it, unless it is required."""
    kind = KINDS[field.kind]
    schema = kind.accepted(field) if field.through is None else accepted_links(access, field, shared)
    if not kind.takes:
        shared[f"Sent.{kind.name}"] = schema
        schema = ref(f"Sent.{kind.name}")
    return {"allOf": [schema], "not": {"enum": ["", [], {}]}} if field.required else nullable(schema)


def example_of(access: Access, object_: Object) -> dict[str, Any] | None:
    """Values of a new record: required fields and a few others; None where another record must be named."""
    made: dict[str, Any] = {}
    for field in object_.own:
        if not access.writable(object_.name, field.name) or field.unique:
            continue
        examples = KINDS[field.kind].accepted(field).get("examples")
        if field.required and field.default is None and not examples:
            return None
        plain = KINDS[field.kind].name != "text" and len(made) < SHOWN + 1
        if examples and (field.required or plain):
            made[field.name] = examples[0]
    return made


def title_condition(access: Access, object_: Object) -> dict[str, Any]:
    """A filter that every object takes."""
    field = object_.title if access.visible(object_.name, object_.title) else "id"
    return {"field": field, "op": "is_not_empty"}


def choices_of(access: Access, object_: Object) -> list[str]:
    """The choice fields, by which boards can be made."""
    return [f.name for f in object_.own if f.kind == "choice" and access.visible(object_.name, f.name)]
