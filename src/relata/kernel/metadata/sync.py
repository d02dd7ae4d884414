"""From the catalog to the database: the tables that objects need, compared with those that exist,
and the statements that make up the difference. Applied twice, the second time there is nothing. What would
keep the writers of a large table waiting is left to a job.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import psycopg
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql import ColumnElement

from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.columns import bare_columns, columns_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q

LIVE = "deleted_at is null"
NOTING = "~touched~"
"""What the triggers are called that note which records are written while somebody looks at all of them (schema/touched.py)."""
LARGE = 10_000
"""Rows from which indexes and checks of what is there are left to a job: with fewer they take some hundredths of a second."""
NOTHING: Mapping[Any, Any] = MappingProxyType({})
DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no annotation here
SYSTEM_DDL = {
    "id": "uuid primary key",
    "created_at": "timestamptz not null",
    "updated_at": "timestamptz not null",
    "version": "integer not null",
    "deleted_at": "timestamptz",
}


@dataclass(slots=True)
class TableState:
    """A table by what matters to us: column → type, index → definition, constraint → definition, trigger of ours → definition."""

    columns: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements of the difference; those that drop one of the indexes `gone` stop whoever builds it. `later` are the
    indexes and checks by object that a job has to finish.
    """

    statements: list[str]
    gone: list[str]
    later: dict[str, frozenset[str]]


def desired(catalog: Catalog, schema: str, names: frozenset[str] | None = None) -> dict[str, TableState]:
    chosen = [object_ for name, object_ in catalog.objects.items() if names is None or name in names]
    return {object_.name: wanted(object_, schema) for object_ in chosen}


def parts(object_: Object, item: Field, schema: str) -> TableState:
    """What one field needs."""
    state = TableState(columns=columns_of(item))
    table = f"{q(schema)}.{q(object_.name)}"
    if item.required and item.name not in SYSTEM_DDL:
        state.constraints[required_name(item.name)] = f"check (deleted_at is not null or {present(item)})"
    if item.to and [column.type for column in KINDS[item.kind].columns] == ["uuid"] and not item.readonly:
        target = f"{q(schema)}.{q(item.to[0])}"
        state.constraints[f"link_{item.name}"] = f"foreign key ({q(item.name)}) references {target} (id)"
    if item.to_be_unique:
        name = unique_name(schema, object_.name, item.name)
        state.indexes[name] = f"unique index {name} on {table} ({q(item.name)}) where {LIVE} and {present(item)}"
    elif KINDS[item.kind].columns and (item.indexed or (item.to and not item.readonly)):
        add_index(state, table, index_keys(item))
    return state


def wanted(object_: Object, schema: str) -> TableState:
    state = TableState()
    table = f"{q(schema)}.{q(object_.name)}"
    for item in object_.fields:
        of_item = parts(object_, item, schema)
        state.columns |= of_item.columns
        state.indexes |= of_item.indexes
        state.constraints |= of_item.constraints
    for together in object_.unique:
        name = unique_name(schema, object_.name, "+".join(together))
        state.indexes[name] = f"unique index {name} on {table} ({', '.join(q(part) for part in together)}) where {LIVE}"
    state.columns["deleted_at"] = "timestamptz"
    title = object_.by_name[object_.title]
    add_index(state, table, [*sort_keys(title), "id"])
    for index in object_.indexes:
        keys = [key for name in index.equal for key in path_keys(object_, name)]
        keys += [key for name in index.sort for key in sort_keys(object_.by_name[name])]
        add_index(state, table, [*keys, "id"])
    return state


def add_index(state: TableState, table: str, keys: list[str], method: str = "btree") -> None:
    if keys[0].startswith("gin "):
        keys, method = [keys[0].removeprefix("gin ")], "gin"
    body = f"on {table} using {method} ({', '.join(keys)}) where {LIVE}"
    name = "ix_" + digest(body)
    state.indexes[name] = f"index {name} {body}"


def index_keys(item: Field) -> list[str]:
    if KINDS[item.kind].columns[0].type.endswith("[]"):
        return [f"gin {q(item.name)}"]
    columns = [q(name) for name in columns_of(item)]
    return [columns[0], "id"]


def path_keys(object_: Object, name: str) -> list[str]:
    """The columns of a field or of a part (`mailing_address.country`)."""
    base, _, part = name.partition(".")
    return [q(f"{base}__{part}")] if part else [q(column) for column in columns_of(object_.by_name[base])]


def sort_keys(item: Field) -> list[str]:
    return [f"({literal_sql(key)})" for key in KINDS[item.kind].sort(item, bare_columns(item))]


def literal_sql(expression: ColumnElement[Any]) -> str:
    return str(expression.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})).replace("%%", "%")


def present(item: Field) -> str:
    """SQL that holds where the field is not empty."""
    tests = []
    for column, type_ in columns_of(item).items():
        name = q(column)
        if type_ == "text":
            tests.append(f"({name} is not null and {name} <> '')")
        elif type_.endswith("[]"):
            tests.append(f"coalesce(cardinality({name}), 0) > 0")
        elif type_ == "jsonb":
            tests.append(f"coalesce({name}, '[]') <> '[]'")
        else:
            tests.append(f"{name} is not null")
    return "(" + " or ".join(tests) + ")"


def required_name(item: str) -> str:
    return f"required_{item}"


def unique_name(schema: str, object_: str, item: str) -> str:
    return "ux_" + digest(f"{schema}.{object_}.{item}")


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=10).hexdigest()


def difference(
    now: dict[str, TableState],
    then: dict[str, TableState],
    schema: str,
    later: Mapping[str, Container[str]] = NOTHING,
    defaults: Mapping[tuple[str, str], str] = NOTHING,
) -> list[str]:
    """The statements that turn the tables `now` into `then`, links last so that targets exist. Without the indexes
    of `later`; its checks hold for new rows only. `defaults` are what new columns hold in the rows that are there.
    """
    first: list[str] = []
    links: list[str] = []
    for name, state in then.items():
        table = f"{q(schema)}.{q(name)}"
        old = now.get(name)
        postponed = later.get(name, ())
        if old is None:
            columns = ", ".join(f"{q(column)} {ddl(column, type_)}" for column, type_ in state.columns.items())
            first.append(f"create table {table} ({columns})")
            old = TableState(columns=state.columns)
        first += [f"drop trigger {q(trigger)} on {table}" for trigger in old.triggers]
        first += [f"drop index {q(schema)}.{q(index)}" for index in old.indexes if index not in state.indexes]
        first += [
            f"alter table {table} drop constraint {q(constraint)}"
            for constraint in old.constraints
            if constraint not in state.constraints
        ]
        gone = [column for column in old.columns if column not in state.columns]
        first += [f"alter table {table} drop column {q(column)}" for column in gone]
        for column, type_ in state.columns.items():
            if column not in old.columns:
                filled = defaults.get((name, column))
                added = f"alter table {table} add column {q(column)} {ddl(column, type_)}"
                first.append(f"{added} default {filled}" if filled else added)
                first += [f"alter table {table} alter column {q(column)} drop default"] if filled else []
        missing = [index for index in state.indexes if index not in old.indexes and index not in postponed]
        first += [f"create {state.indexes[index]}" for index in missing]
        links += [
            f"alter table {table} add constraint {q(constraint)} {text}{' not valid' if constraint in postponed else ''}"
            for constraint, text in state.constraints.items()
            if constraint not in old.constraints
        ]
    gone_tables = [f"{q(schema)}.{q(name)}" for name in now if name not in then]
    dropped = [f"drop table {', '.join(gone_tables)}"] if gone_tables else []  # at once: they may point to each other
    return first + links + dropped


def ddl(column: str, type_: str) -> str:
    if column in SYSTEM_DDL:
        return SYSTEM_DDL[column]
    if type_ == "bigint":
        return "bigint generated by default as identity"
    return 'text collate "C"' if type_ == "text" else type_


COLUMNS = """
select c.relname, a.attname, replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz')
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
where n.nspname = %(schema)s and (%(names)s::text[] is null or c.relname = any(%(names)s::text[]))
  and c.relkind = 'r' and c.relname !~ '^[_~]' and a.attnum > 0 and not a.attisdropped and a.attname !~ '^~[0-9]'"""
INDEXES = """
select t.relname, i.relname, pg_get_indexdef(i.oid)
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
join pg_namespace n on n.oid = t.relnamespace
where n.nspname = %(schema)s and (%(names)s::text[] is null or t.relname = any(%(names)s::text[]))
  and not x.indisprimary and t.relname !~ '^[_~]'"""
CONSTRAINTS = """
select t.relname, c.conname, pg_get_constraintdef(c.oid)
from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = %(schema)s and (%(names)s::text[] is null or t.relname = any(%(names)s::text[]))
  and c.contype in ('c', 'f') and t.relname !~ '^[_~]'"""

TRIGGERS = f"""
select t.relname, g.tgname, pg_get_triggerdef(g.oid)
from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = %(schema)s and (%(names)s::text[] is null or t.relname = any(%(names)s::text[]))
  and starts_with(g.tgname, '{NOTING}') and t.relname !~ '^[_~]'"""


STOP_BUILDING = """
select pg_cancel_backend(p.pid) from pg_stat_progress_create_index p
join pg_class c on c.oid = p.index_relid join pg_namespace n on n.oid = c.relnamespace
where p.datname = current_database() and n.nspname = %s and c.relname = any(%s)"""

LOOKS = ((COLUMNS, "columns"), (INDEXES, "indexes"), (CONSTRAINTS, "constraints"), (TRIGGERS, "triggers"))


async def actual(
    connection: psycopg.AsyncConnection[Any], schema: str, names: frozenset[str] | None = None
) -> dict[str, TableState]:
    """The tables that exist in a workspace; what lies in the trash (`trash`) is left alone."""
    found: dict[str, TableState] = {}
    for text, attribute in LOOKS:
        cursor = await connection.execute(
            text.encode(), {"schema": schema, "names": None if names is None else sorted(names)}
        )
        for table, name, definition in await cursor.fetchall():
            getattr(found.setdefault(table, TableState()), attribute)[name] = definition
    return found


async def planned(
    connection: psycopg.AsyncConnection[Any],
    schema: str,
    catalog: Catalog,
    defaults: Mapping[tuple[str, str], str] = NOTHING,
    names: frozenset[str] | None = None,
) -> Plan:
    """What is to be done at once, and what is left to a job: that of a field which a job has in hand, and in large tables. Of
    the objects that are named, or of all.
    """
    now, then = await actual(connection, schema, names), desired(catalog, schema, names)
    later: dict[str, frozenset[str]] = {}
    for name in now.keys() & then.keys():
        missing = (then[name].indexes.keys() - now[name].indexes.keys()) | (
            then[name].constraints.keys() - now[name].constraints.keys()
        )
        in_hand = being_built(catalog.objects[name], schema)
        if left := missing if missing and await large(connection, schema, name) else missing & in_hand:
            later[name] = frozenset(left)
    gone = [index for name in now for index in now[name].indexes if index not in then.get(name, EMPTY).indexes]
    return Plan(difference(now, then, schema, later, defaults), gone, later)


def being_built(object_: Object, schema: str) -> set[str]:
    """The indexes and checks of the fields that jobs have in hand."""
    of_fields = [parts(object_, item, schema) for item in object_.fields if item.building]
    return {name for part in of_fields for name in (*part.indexes, *part.constraints)}


async def large(connection: psycopg.AsyncConnection[Any], schema: str, name: str) -> bool:
    text = f"select count(*) from (select from {q(schema)}.{q(name)} limit {LARGE + 1}) x"
    row = await (await connection.execute(text.encode())).fetchone()
    return row is not None and row[0] > LARGE


async def carry_out(connection: psycopg.AsyncConnection[Any], schema: str, plan: Plan) -> None:
    if plan.gone:
        await connection.execute(STOP_BUILDING.encode(), [schema, plan.gone])
    for statement in plan.statements:
        await connection.execute(statement.encode())


async def sync(connection: psycopg.AsyncConnection[Any], schema: str, catalog: Catalog) -> Plan:
    """Bring the tables up to the catalog within the caller's transaction; what was done, and what is left."""
    plan = await planned(connection, schema, catalog)
    await carry_out(connection, schema, plan)
    return plan


EMPTY = TableState()
