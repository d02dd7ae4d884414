"""A record as it was at a moment, as a source of columns: what the first change after that moment found,
or what is there now. Who may see a record is decided by what it is today.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from relata.kernel.metadata.columns import TYPES, columns_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_text

if TYPE_CHECKING:
    from relata.kernel.query.frame import Build

Column = sa.ColumnElement[Any]
AS_OF = sa.bindparam("as_of", type_=TYPES["timestamptz"])
JOURNAL = {
    "object": "text", "record": "uuid", "version": "integer", "at": "timestamptz", "since": "timestamptz",
    "op": "text", "actor": "uuid", "before": "jsonb",
}  # fmt: skip
UNCHANGED = frozenset({"id", "created_at", "created_by"})
ONE: Column = sa.literal_column("1")


class Past(ABC):
    """Stands where a table stands: `c` has its columns as they were, `source` the table with its past."""

    def __init__(self, build: Build, name: str, today: sa.FromClause) -> None:
        self.build = build
        self.today = today
        self.object = build.access.catalog.objects[name]
        self.homes = {column: field for field in self.object.fields for column in columns_of(field)}
        self.c = Columns(self.column)

    @abstractmethod
    def source(self) -> sa.FromClause:
        """The table with everything that was asked of its past so far."""

    @abstractmethod
    def held(self, field: str) -> tuple[Column, Column]:
        """Whether the field was changed since, and what the first such change found, as jsonb."""

    @abstractmethod
    def first(self) -> tuple[Column, Column]:
        """The version that the first change since made, if any, and since when its finding had been there."""

    @abstractmethod
    def moved(self) -> tuple[Column, Column]:
        """Whether the record was put into the trash («d») or taken out («r») next, and since when it had been so."""

    def column(self, name: str) -> Column:
        now: Column = self.today.c[name]
        if name in SYSTEM:
            return SYSTEM[name](self, now)
        field = self.homes[name]
        kind = KINDS[field.kind]
        if field.name in UNCHANGED or not kind.writable:
            return now
        changed, value = self.held(field.held)
        suffix = name[len(field.name) :].removeprefix("__")
        former = stored(kind.journaled(value, suffix), columns_of(field)[name])
        then = sa.case((changed, former), else_=now)
        found = sa.case((self.made_later(field), sa.null()), else_=then) if field.custom else then
        self.build.worked_out.append(found)
        return found

    def made_later(self, field: Field) -> Column:
        """The field was made after that moment: it was empty, whatever an earlier one of its name held."""
        names = ("object", "field", "since")
        definition = sa.table("_definition", *(sa.column(n) for n in names), schema=self.build.schema)
        made = sa.select(definition.c.since).where(
            definition.c.object == constant(self.object.name), definition.c.field == constant(field.name)
        )
        return sa.func.coalesce(made.scalar_subquery() > AS_OF, sa.false())

    # -- what every record has ----------------------------------------------------------------

    def version(self, now: Column) -> Column:
        return sa.func.coalesce(self.first()[0] - ONE, now)

    def updated_at(self, now: Column) -> Column:
        version, since = self.first()
        return sa.case((version.is_not(None), since), else_=now)

    def updated_by(self, now: Column) -> Column:
        version, _ = self.first()
        journal = journal_table(self.build)
        same = (journal.c.record == self.today.c.id, journal.c.version == version - ONE)
        author = sa.select(journal.c.actor).select_from(journal).where(*same).correlate_except(journal)
        return sa.case((version.is_not(None), author.scalar_subquery()), else_=now)

    def deleted_at(self, now: Column) -> Column:
        op, since = self.moved()
        return sa.case((op.is_(None), now), (op == constant("r"), since))

    def alive(self) -> Column:
        """Not in the trash. Said such that PostgreSQL expects it of many records."""
        op, _ = self.moved()
        return sa.case((op.is_(None), self.today.c.deleted_at.is_(None)), else_=op == constant("d"))


class PastOfOne(Past):
    """Asked by the record's id: for a page that is shown."""

    def __init__(self, build: Build, name: str, today: sa.FromClause) -> None:
        super().__init__(build, name, today)
        journal = journal_table(build)
        pairs = sa.func.jsonb_each(journal.c.before).table_valued("key", sa.column("value", TYPES["jsonb"]))
        each = pairs.lateral(build.named("e"))
        version = journal.c.version
        moves = journal.c.op.in_((constant("d"), constant("r")))
        chosen = sa.select(
            sa.func.jsonb_object_agg(each.c.key, aggregate_order_by(each.c.value, version.desc()), type_=TYPES["jsonb"])
            .filter(each.c.key.is_not(None))
            .label("before"),
            sa.func.min(version).label("version"),
            earliest(journal.c.since, version).label("since"),
            earliest(journal.c.op, version, moves).label("move"),
            earliest(journal.c.since, version, moves).label("moved"),
        )
        rows = chosen.select_from(journal.outerjoin(each, sa.true()))
        rows = rows.where(journal.c.record == today.c.id, journal.c.at > AS_OF).correlate(today)
        self.rows = rows.lateral(build.named("p"))

    def source(self) -> sa.FromClause:
        return self.today.outerjoin(self.rows, sa.true())

    def held(self, field: str) -> tuple[Column, Column]:
        before: Column = self.rows.c.before
        key = constant(field)
        return before.op("?", return_type=sa.Boolean())(key), before.op("->", return_type=TYPES["jsonb"])(key)

    def first(self) -> tuple[Column, Column]:
        return self.rows.c.version, self.rows.c.since

    def moved(self) -> tuple[Column, Column]:
        return self.rows.c.move, self.rows.c.moved


class PastOfMany(Past):
    """Asked for all records of the object at once, and only for the fields that are named: where rows are chosen.

    The journal since that moment is read once for each object, and every field takes its own from that. The tests
    are written such that PostgreSQL expects many rows rather than one: it then hashes them instead of reading them
    once for each record.
    """

    def __init__(self, build: Build, name: str, today: sa.FromClause) -> None:
        super().__init__(build, name, today)
        self.found: dict[str, sa.FromClause] = {}

    def source(self) -> sa.FromClause:
        source: sa.FromClause = self.today
        for rows in self.found.values():
            source = source.outerjoin(rows, rows.c.record == self.today.c.id)
        return source

    def held(self, field: str) -> tuple[Column, Column]:
        self.build.watched.setdefault(self.object.name, set()).add(field)
        rows = self.rows(field, lambda: self.changes_of(field))
        return rows.c.record.is_not(None), rows.c.value

    def first(self) -> tuple[Column, Column]:
        rows = self.rows("~first", self.firsts)
        return rows.c.version, rows.c.since

    def moved(self) -> tuple[Column, Column]:
        rows = self.rows("~moved", self.moves)
        return rows.c.op, rows.c.since

    def rows(self, name: str, make: Callable[[], sa.Select[Any]]) -> sa.FromClause:
        if name not in self.found:
            key = (self.object.name, name)
            if key not in self.build.pasts:
                self.build.pasts[key] = make().cte(self.build.named("w")).prefix_with("MATERIALIZED")
            self.found[name] = self.build.pasts[key].alias(self.build.named("p"))
        return self.found[name]

    def changes_of(self, field: str) -> sa.Select[Any]:
        changes, key = self.changes(), constant(field)
        value: Column = changes.c.before.op("->", return_type=TYPES["jsonb"])(key)
        return first_of(changes, value.label("value")).where(value.is_not(None))

    def moves(self) -> sa.Select[Any]:
        changes = self.changes()
        moves = changes.c.op.in_((constant("d"), constant("r")))
        return first_of(changes, changes.c.op, changes.c.since).where(moves)

    def firsts(self) -> sa.Select[Any]:
        journal = journal_table(self.build)
        return first_of(journal, journal.c.version, journal.c.since).where(*self.later(journal))

    def changes(self) -> sa.CTE:
        """The changes since that moment which moved a record or found something in a field that is watched."""
        key = (self.object.name, "")
        if key not in self.build.pasts:
            journal = journal_table(self.build)
            self.build.watched.setdefault(self.object.name, set())
            fields = sa.bindparam(watch_name(self.object.name), type_=TYPES["text[]"])
            found = sa.func.jsonb_exists_any(journal.c.before, fields, type_=sa.Boolean())
            chosen = sa.select(*(journal.c[name] for name in ("record", "version", "op", "since", "before")))
            chosen = chosen.where(*self.later(journal), sa.or_(journal.c.op.in_((constant("d"), constant("r"))), found))
            self.build.pasts[key] = chosen.cte(self.build.named("w")).prefix_with("MATERIALIZED")
        return self.build.pasts[key]

    def later(self, journal: sa.FromClause) -> tuple[Column, Column]:
        return journal.c.object == constant(self.object.held), journal.c.at > AS_OF


class Columns:
    """Columns by name, as attributes and as members, each worked out when it is asked for."""

    def __init__(self, made: Callable[[str], Column]) -> None:
        self._made = made

    def __getitem__(self, name: str) -> Column:
        return self._made(name)

    def __getattr__(self, name: str) -> Column:
        return self._made(name)


SYSTEM: dict[str, Callable[[Past, Column], Column]] = {
    "version": Past.version,
    "updated_at": Past.updated_at,
    "updated_by": Past.updated_by,
    "deleted_at": Past.deleted_at,
}


def unweighed(where: Column) -> Column:
    """A condition on the past, of which PostgreSQL cannot tell how many records meet it. It would expect hardly any, and then
    look for each among all changes; so it expects every other.
    """
    return sa.case((where, sa.true()), else_=sa.false())


def watch_name(object_: str) -> str:
    """The constant that holds the fields of an object which the journal is searched for."""
    return f"w_{object_}"


def constant(text: str) -> Column:
    return sa.literal_column(quote_text(text), sa.Text())


def first_of(rows: sa.FromClause, *columns: Column) -> sa.Select[Any]:
    """Of each record the earliest row."""
    chosen = sa.select(rows.c.record, *columns).ext(distinct_on(rows.c.record))
    return chosen.order_by(rows.c.record, rows.c.version)


def earliest(column: Column, version: Column, where: Column | None = None) -> Column:
    listed: Any = sa.func.array_agg(aggregate_order_by(column, version), type_=sa.ARRAY(column.type))
    if where is not None:
        listed = listed.filter(where)
    return sa.type_coerce(listed[sa.literal_column("1", sa.Integer())], column.type)


def journal_table(build: Build) -> sa.FromClause:
    columns = (sa.column(name, TYPES[type_]) for name, type_ in JOURNAL.items())
    return sa.table("_journal", *columns, schema=build.schema).alias(build.named("j"))


def stored(value: Column, type_: str) -> Column:
    """A column of this type from a part of a canonical value as jsonb."""
    if type_ == "jsonb":
        return sa.func.nullif(value, sa.literal_column("'null'::jsonb"), type_=TYPES["jsonb"])
    if type_.endswith("[]"):
        members = sa.select(sa.func.jsonb_array_elements_text(value).column_valued("member")).scalar_subquery()
        listed = sa.cast(sa.func.array(members), TYPES[type_])
        return sa.case((sa.func.jsonb_typeof(value) == constant("array"), listed))
    return sa.cast(value.op("#>>", return_type=sa.Text())(constant("{}")), TYPES[type_])
