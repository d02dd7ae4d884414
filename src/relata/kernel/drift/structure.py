"""Tables, columns, indexes and functions against what the catalog and the migrations make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relata.kernel.drift.finding import Connection, Drift, running
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.store import Definition
from relata.kernel.metadata.sync import EMPTY, TableState, actual, being_built, desired
from relata.kernel.migrations import FUNCTIONS, INSTALLATION, WORKSPACE, available

FUNCTION = re.compile(r"create (?:or replace )?function (relata\.\w+)\(.*?\$\$.*?\$\$", re.DOTALL)
INVALID = """
select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
where n.nspname = %s and not (x.indisvalid and x.indisready) order by 1"""
UNCHECKED = """
select t.relname, c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = %s and not c.convalidated and t.relname not like '\\_%%' order by 1, 2"""
TRASHED = """
select t.id, x.name from {schema}._trash t cross join lateral (
  select '~' || t.id || '~' || n from unnest(t.tables || t.columns) n) x(name)
where not exists (select from pg_class c where c.relnamespace = %(schema)s::regnamespace and c.relname = x.name)
and not exists (select from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = %(schema)s::regnamespace and a.attname = x.name and not a.attisdropped)"""
STRAY = """
select c.relname, n.name from pg_class c join pg_attribute a on a.attrelid = c.oid
cross join lateral (values (c.relname), (a.attname)) n(name)
where c.relnamespace = %(schema)s::regnamespace and c.relkind = 'r' and not a.attisdropped and n.name ~ '^~[0-9]+~'
and not exists (select from {schema}._trash t where starts_with(n.name, '~' || t.id || '~')) group by 1, 2 order by 1, 2"""
THERE = "select distinct 'relata.' || p.proname from pg_proc p where p.pronamespace = to_regnamespace('relata')"
START = "the next start of Relata mends it"


async def structure(connection: Connection, schema: str, catalog: Catalog) -> list[Drift]:
    """All differences of a workspace's tables, but for what jobs have in hand."""
    now, then = await actual(connection, schema), desired(catalog, schema)
    in_hand = {name for object_ in catalog.objects.values() for name in being_built(object_, schema)}
    for table, state in now.items():
        for name in in_hand & then.get(table, EMPTY).indexes.keys():
            state.indexes.setdefault(name, "")
    found = [drift for name in sorted({*now, *then}) for drift in of_table(schema, name, now.get(name), then.get(name))]
    for (index,) in await (await connection.execute(INVALID, [schema])).fetchall():
        if index in in_hand:
            continue
        text = f"reindex index concurrently {q(schema)}.{q(index)}"
        what = f"Index {index} is invalid, so that reading is slow and «unique» may not hold: rebuild it."
        found.append(Drift(schema, what, running(text)))
    for table, constraint in await (await connection.execute(UNCHECKED, [schema])).fetchall():
        if constraint not in in_hand:
            text = f"alter table {q(schema)}.{q(table)} validate constraint {q(constraint)}"
            what = f"Constraint {constraint} holds for new records only: check those that are there."
            found.append(Drift(f"{schema}.{table}", what, running(text)))
    return found


def of_table(schema: str, name: str, now: TableState | None, then: TableState | None) -> Iterator[Drift]:
    place = f"{schema}.{name}"
    if now is None or then is None:
        what = "is missing: its records are lost unless a backup has them"
        extra = "belongs to no object, and the next start drops it: move it out of this schema if you need it"
        yield Drift(place, f"The table {what if now is None else extra}.")
        return
    for column, type_ in then.columns.items():
        if column not in now.columns:
            yield Drift(place, f"Column {column} is missing; {START}, but its values are in a backup only.")
        elif now.columns[column] != type_:
            yield Drift(
                place, f"Column {column} has the type {now.columns[column]} instead of {type_}: change it back."
            )
    for column in sorted(now.columns.keys() - then.columns.keys()):
        yield Drift(place, f"Column {column} belongs to no field, and the next start drops it: save its values if you need them.")  # fmt: skip
    for index in sorted(then.indexes.keys() - now.indexes.keys()):
        text = then.indexes[index].replace("index ", "index concurrently ", 1)
        yield Drift(place, f"Index {index} is missing, so that reading is slow; {START}.", running(f"create {text}"))
    for index in sorted(now.indexes.keys() - then.indexes.keys()):
        what = f"Index {index} is none of the catalog's: writing pays for it until the next start drops it."
        yield Drift(place, what, note=True)
    for trigger in sorted(now.triggers):
        what = f"Trigger {trigger} notes what is written for a change of a field, or is left over from one: the next start drops it."
        yield Drift(place, what, note=True)
    for constraint in sorted(then.constraints.keys() - now.constraints.keys()):
        yield Drift(place, f"Constraint {constraint} is missing, so that nothing holds «{then.constraints[constraint]}»; {START}.")  # fmt: skip
    for constraint in sorted(now.constraints.keys() - then.constraints.keys()):
        yield Drift(place, f"Constraint {constraint} is none of the catalog's: the next start drops it.")


async def trash(connection: Connection, schema: str) -> list[Drift]:
    """Deleted fields and objects whose columns or tables are not there, and columns and tables of no such entry."""
    found = []
    values = {"schema": q(schema)}
    for id_, name in await (await connection.execute(TRASHED.format(schema=q(schema)).encode(), values)).fetchall():
        what = f"{name} is missing: what was deleted cannot be restored as it was; “DELETE /schema/trash/{id_}” gives it up."
        found.append(Drift(schema, what))
    for table, name in await (await connection.execute(STRAY.format(schema=q(schema)).encode(), values)).fetchall():
        what = f"{name} lies in the trash without an entry there: drop it if you do not need it."
        found.append(Drift(f"{schema}.{table}", what, note=True))
    return found


async def functions(connection: Connection) -> list[Drift]:
    """Functions of the schema `relata` that this version calls and that are not there."""
    texts = "\n".join((*FUNCTIONS, *available(INSTALLATION)))
    made = {match[1]: match[0] for match in FUNCTION.finditer(texts)}
    there = {row[0] for row in await (await connection.execute(THERE.encode())).fetchall()}
    missing = [name for name in made if name not in there]
    return [
        Drift("relata", f"Function {name} is missing, so that some requests fail: make it again.", running(made[name]))
        for name in missing
    ]


async def versions(connection: Connection, schema: str) -> list[Drift]:
    """Migrations that wait, or that this version does not know."""
    kind = INSTALLATION if schema == "relata" else WORKSPACE
    row = await (await connection.execute(f"select coalesce(max(version), 0) from {q(schema)}._migration".encode())).fetchone()  # fmt: skip
    done, known = int(row[0]) if row else 0, len(available(kind))
    if done > known:
        return [Drift(schema, f"Its tables are of version {done}, this Relata knows {known}: use the newer Relata.")]
    if done < known:
        return [Drift(schema, f"Its tables are of version {done} of {known}; {START}.", note=True)]
    return []


def definitions(schema: str, standard: tuple[Object, ...], stored: list[Definition]) -> list[Drift]:
    """Stored definitions that speak of what no app declares any more."""
    known = {object_.name: {field.name for field in object_.own} for object_ in standard}
    for one in stored:
        if one.custom and not one.field:
            known[one.object] = set()
    found = []
    for one in stored:
        what = f"field «{one.field}»" if one.field else "changes"
        if one.object not in known:
            told = f"holds {what} of «{one.object}», which no app declares any more"
            found.append(Drift(schema, f"_definition {told}: delete the row if the app will not come back.", note=True))
        elif not one.custom and one.field and one.field not in known[one.object]:
            told = f"changes the field «{one.field}» of «{one.object}», which is not there any more"
            found.append(Drift(schema, f"_definition {told}: delete the row if it will not come back.", note=True))
    return found
