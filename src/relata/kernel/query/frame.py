"""One record in a statement that is being built: its table, the records joined to it, and the row
predicates of the actor woven into every join. Expressions and outputs find their columns here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, array
from sqlalchemy.sql.selectable import NamedFromClause

from relata.kernel.access.access import Access, predicate_name
from relata.kernel.expression.sql import SQL_TYPES, SqlResolver, to_sql
from relata.kernel.expression.tree import Ref, Some
from relata.kernel.expression.types import Type
from relata.kernel.metadata.catalog import Inverse
from relata.kernel.metadata.columns import field_columns, table_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.figure import Figure
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.formula import formula_sort, shown_formula
from relata.kernel.metadata.quoting import quote_name
from relata.kernel.metadata.scope import ObjectScope
from relata.kernel.query.conversion import worked_out
from relata.kernel.query.linked import compared_links, shown_links
from relata.kernel.query.past import AS_OF, Past, PastOfMany
from relata.kernel.query.rollup import compared_figure, shown_figure

Column = sa.ColumnElement[Any]


@dataclass(slots=True)
class Build:
    """A statement in the making: whose it is, where its tables are, which fields it reads, and what was found by
    words, which its parts share. With `then`, records are read as they were at the constant `as_of`; `watched` is
    what the journal is searched for, `pasts` what was found there, `worked_out` the columns made of that. Money is converted into another than the
    workspace's currency if `foreign`, at the rates of one day if `dated`.
    """

    access: Access
    schema: str
    then: bool = False
    foreign: bool = False
    dated: bool = False
    tables: dict[str, sa.TableClause] = field(default_factory=dict)
    aliases: int = 0
    touched: dict[str, set[str]] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)
    hits: dict[str, sa.CTE] = field(default_factory=dict)
    watched: dict[str, set[str]] = field(default_factory=dict)
    pasts: dict[tuple[str, str], sa.CTE] = field(default_factory=dict)
    worked_out: list[Column] = field(default_factory=list)

    def alias(self, name: str) -> NamedFromClause:
        if name not in self.tables:
            self.tables[name] = table_of(self.access.catalog.objects[name], self.schema)
        return self.tables[name].alias(self.named("t"))

    def named(self, letter: str) -> str:
        """A name that nothing else in the statement has."""
        self.aliases += 1
        return f"{letter}{self.aliases}"


class Frame(SqlResolver):
    """A record of `name` as a source of columns. `prefix` names the constants of its expressions; `past` is the way
    in which its past is asked for, if the statement is about the past.
    """

    def __init__(self, build: Build, name: str, prefix: str = "p", past: type[Past] | None = PastOfMany) -> None:
        self.build = build
        self.name = name
        self.prefix = prefix
        self.past = past if build.then else None
        self.object = build.access.catalog.objects[name]
        self.current: NamedFromClause = build.alias(name)
        self.table: NamedFromClause | Past = self.past(build, name, self.current) if self.past else self.current
        build.touched.setdefault(name, set())  # records come and go, even where no field is read
        self.joins: dict[str, Frame] = {}
        self.guards: dict[str, Frame] = {}
        self.on: Column = sa.true()
        self.narrow: Column | None = None

    # -- where the columns are ----------------------------------------------------------------

    def at(self, path: tuple[str, ...]) -> tuple[Frame, Field, str | None]:
        """The frame that holds the last field of a path, the field, and the part if one is named."""
        found = self.object.by_name[path[0]]
        self.build.touched.setdefault(self.name, set()).add(found.name)
        if len(path) == 1:
            return self, found, None
        if len(path) == 2 and any(part.name == path[1] for part in KINDS[found.kind].parts):
            return self, found, path[1]
        return self.joined(found).at(path[1:])

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        if not self.build.access.catalog.renamed:
            return path
        found = ObjectScope(self.build.access.catalog, self.name).resolve(path)
        return found.path if found else path

    def joined(self, link: Field) -> Frame:
        """The record that a relation points to, if the actor sees it; joined once."""
        if link.name not in self.joins:
            child = Frame(self.build, link.to[0], self.prefix, self.past)
            child.on = sa.and_(child.table.c.id == self.table.c[link.name], child.live())
            self.joins[link.name] = child
        return self.joins[link.name]

    def partial(self, found: Field, part: str) -> Column:
        """A part of a value, stored or worked out."""
        stored = self.columns(found)
        return stored[part] if part in stored else worked_out(self, found, part)

    def columns(self, found: Field) -> dict[str, Column]:
        return field_columns(found, self.table)

    def column(self, ref: Ref) -> Column:
        return self.compared(ref.path)

    def compared(self, path: tuple[str, ...]) -> Column:
        """The value as the expression language sees it."""
        frame, found, part = self.at(path)
        if part:
            return frame.partial(found, part)
        if KINDS[found.kind].derived:
            return frame.derived(found)
        if found.through is not None:
            return compared_links(frame, found)
        return KINDS[found.kind].compared(found, frame.columns(found))

    def shown(self, path: tuple[str, ...]) -> Column:
        """The value as clients receive it, who may have asked for it by a name from before."""
        frame, found, part = self.at(self.present(path))
        if part:
            return frame.partial(found, part)
        if KINDS[found.kind].derived:
            return frame.derived(found, shown=True)
        if found.through is not None:
            return shown_links(frame, found)
        return KINDS[found.kind].shown(found, frame.columns(found))

    def sorted(self, path: tuple[str, ...]) -> list[Column]:
        """The sort keys of a field; of a relation, those of the title of the other record."""
        frame, found, part = self.at(path)
        if part:
            column = frame.partial(found, part)
            return formula_sort(next(p.type for p in KINDS[found.kind].parts if p.name == part), column)
        if KINDS[found.kind].derived:
            return formula_sort(frame.typed(found), frame.derived(found))
        if found.kind in ("relation", "user"):
            target = frame.joined(found)
            return target.sorted((target.object.title,))
        return KINDS[found.kind].sort(found, frame.columns(found))

    def typed(self, found: Field) -> Type:
        return self.build.access.catalog.expression_type(self.name, found)

    def derived(self, found: Field, *, shown: bool = False) -> Column:
        """The value of a formula or roll-up."""
        source = self.build.access.catalog.derived(self.name, found.name)
        if isinstance(source, Figure):
            return shown_figure(self, source) if shown else compared_figure(self, source)
        value = to_sql(source, self)
        return shown_formula(source.type, value) if shown else value

    # -- which rows ---------------------------------------------------------------------------

    def live(self) -> Column:
        """There, not in the trash, and seen by the actor."""
        return sa.and_(self.begun(), self.alive(), self.seen())

    def trashed(self) -> Column:
        return sa.and_(self.begun(), sa.not_(self.alive()), self.seen())

    def alive(self) -> Column:
        return self.table.alive() if isinstance(self.table, Past) else self.table.c.deleted_at.is_(None)

    def begun(self) -> Column:
        """The record had been created."""
        return self.current.c.created_at <= AS_OF if self.past else sa.true()

    def seen(self) -> Column:
        predicate = self.build.access.predicate(self.name)
        own: Column = sa.true()
        if predicate is not None:
            own = to_sql(predicate[0], Guard(self, predicate_name(self.name)), condition=True)
        return sa.and_(own, *(self.end_seen(name) for name in self.object.ends))

    def end_seen(self, name: str) -> Column:
        """That the actor sees the record at this end of a link: who does not see one of the two sees no link."""
        target = self.object.by_name[name].to[0]
        if not self.build.access.limited(target):
            return sa.true()
        end = Frame(self.build, target, self.prefix, None)
        mine: Column = sa.literal_column(f"{quote_name(self.current.name)}.{quote_name(name)}", UUID())
        there: sa.Select[Any] = (
            sa.select(sa.literal_column("1")).select_from(end.source()).where(end.table.c.id == mine, end.seen())
        )
        return sa.exists(there)

    def source(self) -> sa.FromClause:
        """The table with everything joined to it so far."""
        source = self.rows()
        for frame in self.below():
            source = source.outerjoin(frame.rows(), frame.on)
        return source

    def rows(self) -> sa.FromClause:
        return self.table.source() if isinstance(self.table, Past) else self.table

    def below(self) -> Iterator[Frame]:
        for frame in (*self.joins.values(), *self.guards.values()):
            yield frame
            yield from frame.below()

    def exists(
        self, some: Some, compile_where: Callable[[SqlResolver], sa.ColumnElement[Any]]
    ) -> sa.ColumnElement[bool]:
        inverse = self.build.access.catalog.inverse(self.name, some.path[0])
        if inverse is None:
            msg = f"{self.name} has no list {some.path[0]}"
            raise LookupError(msg)
        child = Frame(self.build, inverse.object, self.prefix, PastOfMany if self.past else None)
        if self.past:
            return self.linked_then(child, inverse, compile_where(child))
        condition = sa.and_(self.links(child, inverse), child.live(), compile_where(child))
        return sa.exists(sa.select(sa.literal_column("1")).select_from(child.source()).where(condition))

    def across(self, lists: tuple[str, ...]) -> tuple[Frame, Column]:
        """The records to which lists lead, and that they are live, seen by the actor, and of this record."""
        *before, last = lists
        middle, reached = self.across(tuple(before)) if before else (self, None)
        inverse = self.build.access.catalog.inverse(middle.name, last)
        if inverse is None:
            msg = f"{middle.name} has no list {last}"
            raise LookupError(msg)
        child = Frame(self.build, inverse.object, self.prefix, PastOfMany if self.past else None)
        linked = middle.links(child, inverse)
        if reached is not None:
            way: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(middle.source()).where(linked, reached)
            linked = sa.exists(way.correlate(child.current))
        return child, sa.and_(linked, child.live())

    def linked_then(self, child: Frame, inverse: Inverse, where: Column) -> sa.ColumnElement[bool]:
        """No index knows the links of the past: they are worked out once for all records, not for each."""
        link: Column = child.table.c[inverse.field]
        conditions = [link.is_not(None), child.live(), where]
        conditions += [self.ended(child, inverse)]
        linked = sa.func.unnest(link, type_=UUID()) if child.object.by_name[inverse.field].many else link
        return self.table.c.id.in_(sa.select(linked).select_from(child.source()).where(*conditions))

    def links(self, child: Frame, inverse: Inverse) -> Column:
        """That a record of `child` points to this one, which may stand outside of the sub-query."""
        self.build.touched.setdefault(child.name, set()).add(inverse.field)
        column = child.table.c[inverse.field]
        mine: Column = sa.literal_column(f"{quote_name(self.current.name)}.id", UUID())
        if child.object.ends:
            return sa.and_(column == mine, self.ended(child, inverse))
        if child.object.by_name[inverse.field].many:
            return column.contains(sa.cast(array([mine]), ARRAY(UUID())))
        return column == mine

    def ended(self, child: Frame, inverse: Inverse) -> Column:
        """That the record at the other end of a link is there and seen, where `child` are the links of a many-to-many."""
        field = self.object.field(inverse.name)
        if field is None or field.through is None:
            return sa.true()
        self.build.touched.setdefault(child.name, set()).add(field.through.far)
        return child.joined(child.object.by_name[field.through.far]).table.c.id.is_not(None)

    # -- constants ----------------------------------------------------------------------------

    def param(self, index: int, type: Type) -> Column:
        return sa.bindparam(f"{self.prefix}{index}", type_=SQL_TYPES[type])

    def now(self) -> Column:
        self.build.timed.add("now")
        return sa.bindparam("now", type_=SQL_TYPES[Type.MOMENT])

    def today(self) -> Column:
        self.build.timed.add("today")
        return sa.bindparam("today", type_=SQL_TYPES[Type.DATE])


class Guard(Frame):
    """The same record, for its row predicate, whose constants have names of their own. It is always what the record is
    today that counts, so that the past is no way round a later restriction.
    """

    def __init__(self, frame: Frame, prefix: str) -> None:
        self.build = frame.build
        self.name = frame.name
        self.prefix = prefix
        self.object = frame.object
        self.past = None
        self.current = frame.current
        self.table = frame.current if frame.past else frame.table
        self.joins = frame.guards if frame.past else frame.joins
        self.guards = frame.guards
        self.on = frame.on
        self.narrow = frame.narrow
