"""Links to several records of several objects: what a call, a note or a task is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import json_of
from relata.kernel.metadata.kinds.checks import LIST, checked_list, each, kind_of
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.kinds.number import sentence


class About(Kind):
    name = "about"
    label = "About"
    help = "Links to records of several objects."
    type = Type.IDS
    calculable = False
    columns = (Column("", "uuid[]"), Column("objects", "text[]"))
    takes = frozenset({"to", "inverse"})
    sortable = False

    def define(self, field: Field) -> list[Fault]:
        return [] if field.to else [Fault("/to", "required", "Name the objects that it may point to.")]

    def cell(self, text: str) -> Any:
        return json_of(text)

    def schema(self, field: Field) -> Schema:
        return {"type": "array", "items": link_schema(field), "maxItems": LIST}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        links = each(checked_list(value), lambda link: checked_link(field, link))
        return list({(link["object"], link["id"]): link for link in links}.values())

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        if value is None:
            return {"": None, "objects": None}
        return {"": [link["id"] for link in value], "objects": [link["object"] for link in value]}

    def journaled(self, value: ColumnElement[Any], suffix: str) -> ColumnElement[Any]:
        path: ColumnElement[Any] = literal_column("'$[*].object'" if suffix else "'$[*].id'")
        is_list = func.jsonb_typeof(value) == literal_column("'array'")
        return case((is_list, func.jsonb_path_query_array(value, path, type_=JSONB())))

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return func.relata.links(columns["objects"], columns[""])

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(UUID(link["id"]) for link in value)

    def filter_value(self, field: Field, value: Any) -> Any:
        given = value.get("id") if isinstance(value, dict) else value
        return UUID(sentence(checked_id, given))


def link_schema(field: Field) -> Schema:
    link = {"object": {"type": "string", "enum": list(field.to)}, "id": {"type": "string", "format": "uuid"}}
    return {"type": "object", "properties": link, "required": list(link), "additionalProperties": False}


def checked_link(field: Field, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != {"object", "id"}:
        raise BadValue(f'Send {{"object": …, "id": …}}; {kind_of(value)} came.')
    if value["object"] not in field.to:
        raise BadValue(f"{field.label} can point to {', '.join(field.to)}.", "bad_target", "/object")
    try:
        return {"object": value["object"], "id": checked_id(value["id"])}
    except BadValue as error:
        raise BadValue.all([fault.below("/id") for fault in error.faults]) from None
