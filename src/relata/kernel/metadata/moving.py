"""An object or field gets another name in the database: its table, columns, indexes and checks are renamed, which is a change of
PostgreSQL's catalog alone, as short for a million records as for none.
"""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.metadata.columns import columns_of
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import EMPTY, actual, wanted


async def move(connection: psycopg.AsyncConnection[Any], schema: str, old: Object, new: Object) -> None:
    """From the names of `old` to those of `new`, which has the same fields in the same order."""
    there = (await actual(connection, schema, frozenset({old.name}))).get(old.name, EMPTY)
    table, before, after = f"{q(schema)}.{q(new.name)}", wanted(old, schema), wanted(new, schema)
    statements = []
    if old.name != new.name:
        statements.append(f"alter table {q(schema)}.{q(old.name)} rename to {q(new.name)}")
    for was, now in zip(old.own, new.own, strict=True):
        pairs = zip(columns_of(was), columns_of(now), strict=True)
        statements += [
            f"alter table {table} rename column {q(one)} to {q(other)}" for one, other in pairs if one != other
        ]
    statements += [
        f"alter index {q(schema)}.{q(one)} rename to {q(other)}"
        for one, other in zip(before.indexes, after.indexes, strict=True)
        if one != other and one in there.indexes
    ]
    statements += [
        f"alter table {table} rename constraint {q(one)} to {q(other)}"
        for one, other in zip(before.constraints, after.constraints, strict=True)
        if one != other and one in there.constraints
    ]
    for statement in statements:
        await connection.execute(statement.encode())
