"""A link to one record of one of several objects, such as the account or the contact that something belongs to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column

from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.about import About, checked_link, link_schema
from relata.kernel.metadata.kinds.base import Column, Columns, Parsing, Schema


class Reference(About):
    name = "reference"
    label = "Reference"
    help = "A link to one record of one of several objects, such as an account or a contact."
    type = Type.ID
    columns = (Column("", "uuid"), Column("object", "text"))
    calculable = True

    def schema(self, field: Field) -> Schema:
        return link_schema(field)

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        return checked_link(field, value)

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return {"": None, "object": None} if value is None else {"": value["id"], "object": value["object"]}

    def journaled(self, value: ColumnElement[Any], suffix: str) -> ColumnElement[Any]:
        return value.op("->")(literal_column("'object'" if suffix else "'id'"))

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        pairs: tuple[ColumnElement[Any], ...] = (
            literal_column("'object'"),
            columns["object"],
            literal_column("'id'"),
            cast(columns[""], Text),
        )
        return case((columns[""].is_not(None), func.json_build_object(*pairs)))

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else UUID(value["id"])
