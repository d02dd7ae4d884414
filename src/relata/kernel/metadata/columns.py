"""Which columns of which tables hold an object: the same names in the database as everywhere."""

from __future__ import annotations

from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object

TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "numeric": sa.Numeric(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "timestamptz": sa.DateTime(timezone=True),
    "uuid": UUID(),
    "text[]": ARRAY(sa.Text()),
    "uuid[]": ARRAY(UUID()),
    "jsonb": JSONB(),
    "integer": sa.Integer(),
    "bigint": sa.BigInteger(),
}


def column_name(field: Field, suffix: str) -> str:
    return f"{field.name}__{suffix}" if suffix else field.name


def columns_of(field: Field) -> dict[str, str]:
    """Column name → PostgreSQL type."""
    return {column_name(field, column.suffix): column.type for column in KINDS[field.kind].columns}


def table_of(object_: Object, schema: str) -> sa.Table:
    """The table of an object for building queries; made on first use and kept with the catalog."""
    columns = [sa.Column(name, TYPES[type_]) for field in object_.fields for name, type_ in columns_of(field).items()]
    return sa.Table(object_.name, sa.MetaData(), *columns, sa.Column("deleted_at", TYPES["timestamptz"]), schema=schema)


class Row(Protocol):
    """Whatever has columns by name: a table, an alias, a record as it was."""

    @property
    def c(self) -> Any: ...


def field_columns(field: Field, table: Row) -> dict[str, sa.ColumnElement[Any]]:
    """The columns of one field in a table or alias, by suffix."""
    return {column.suffix: table.c[column_name(field, column.suffix)] for column in KINDS[field.kind].columns}


def bare_columns(field: Field) -> dict[str, sa.ColumnElement[Any]]:
    """The columns of one field without a table, for index expressions."""
    return {
        column.suffix: sa.column(column_name(field, column.suffix), TYPES[column.type])
        for column in KINDS[field.kind].columns
    }
