"""The data-modifying statements: one for any number of records of one object. It takes the records
as JSON, and writes the rows, their journal, their events and their search documents at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from relata.kernel.access.access import Access
from relata.kernel.metadata.columns import TYPES, column_name, columns_of
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.metadata.store import SHAPE
from relata.kernel.query.compile import DIALECT, column_names, record_json
from relata.kernel.query.frame import Build, Frame
from relata.kernel.records.attaching import claiming
from relata.kernel.records.searchable import document


@dataclass(frozen=True, slots=True)
class Write:
    """Compiled SQL and its constants. It takes `rows` (JSON), `now`, `user`, `through`, `cause`, and
    answers (id, record as JSON, version) for each row that was written.
    """

    text: str
    constants: dict[str, Any]
    claims: bool = False
    """It takes files for the records; whoever runs it takes it back unless every row was written."""


class Unclaimed(Exception):
    """Some rows of a statement that claims files were not written."""


class Writer:
    """Makes the statements for one object as one actor may write it."""

    def __init__(self, access: Access, schema: str, name: str) -> None:
        self.access = access
        self.schema = schema
        self.object: Object = access.catalog.objects[name]
        self.build = Build(access, schema)
        self.constants: dict[str, Any] = {}

    def create(self) -> Write:
        fields = [field for field in self.object.fields if stored(field) and KINDS[field.kind].writable]
        fields = [field for field in fields if field.name not in SYSTEM]
        columns = [name for field in fields for name in columns_of(field)]
        claim, claimed = claiming(self.schema, self.object, fields)
        into = ", ".join(q(name) for name in ("id", *columns, *SYSTEM))
        chosen = ", ".join(f"x.{q(name)}" for name in ("id", *columns))
        text = (
            f"with input as materialized (select * from json_to_recordset(%(rows)s::json) as x(id uuid, {q(ORIGIN)} jsonb, {definitions(fields)})), "
            f"{claim}"
            f"r as (insert into {self.table} as t ({into}) select {chosen}, %(now)s::timestamptz, %(now)s::timestamptz, "
            f"%(user)s::uuid, %(user)s::uuid, 1 from input x where {self.linked(fields, 'x')} and {self.shaped()}{claimed} returning t.*), "
            f"{self.journal('c', 'null::timestamptz', 'null::jsonb', 'i')}, {self.outbox('c', 'null::text[]')}, "
            f"{self.document_insert()} {self.answer()}"
        )
        return self.done(text, claims=bool(claim))

    def update(self, names: tuple[str, ...]) -> Write:
        """Sets these fields; rows whose version is no longer the one read are left alone."""
        fields = [self.object.by_name[name] for name in names]
        columns = [name for field in fields for name in columns_of(field)]
        sets = "".join(f"{q(name)} = x.{q(name)}, " for name in columns)
        taken = ", ".join(part for part in (f"{q(ORIGIN)} jsonb", definitions(fields)) if part)
        claim, claimed = claiming(self.schema, self.object, fields)
        changed = "array[" + ",".join(quote_text(field.held) for field in fields) + "]::text[]"
        searched = any(field.searched or field.name == self.object.title for field in fields)
        document = f", {self.document_update()}" if searched else ""
        text = (
            f"{self.input(taken)}, {claim}r as (update {self.table} t set {sets}{TOUCH} from input x "
            f'where {self.current()} and {self.linked(fields, "x")}{claimed} returning t.*, x."~before", x."~since", x.{q(ORIGIN)}), '
            f"{self.journal('u', origin='r')}, {self.outbox('u', changed)}{document} {self.answer()}"
        )
        return self.done(text, claims=bool(claim))

    def delete(self) -> Write:
        text = (
            f"{self.input()}, r as (update {self.table} t set deleted_at = {AT}, {TOUCH} from input x "
            f'where {self.current()} returning t.*, x."~before", x."~since"), {self.journal("d")}, {self.outbox("d", "null::text[]")}, '
            f"s as (delete from {q(self.schema)}._search d using r where d.record = r.id) {self.answer()}"
        )
        return self.done(text)

    def restore(self) -> Write:
        text = (
            f"{self.input()}, r as (update {self.table} t set deleted_at = null, {TOUCH} from input x "
            f'where {self.current("is not null")} returning t.*, x."~before", x."~since"), '
            f"{self.journal('r', 'x', 'null::jsonb')}, {self.outbox('r', 'null::text[]')}, {self.document_insert()} {self.answer()}"
        )
        return self.done(text)

    # -- the pieces ---------------------------------------------------------------------------

    @property
    def table(self) -> str:
        return f"{q(self.schema)}.{q(self.object.name)}"

    def input(self, more: str = "") -> str:
        columns = 'id uuid, "~version" integer, "~before" jsonb, "~since" timestamptz' + (f", {more}" if more else "")
        return f"with input as materialized (select * from json_to_recordset(%(rows)s::json) as x({columns}))"

    def current(self, deleted: str = "is null") -> str:
        same = f't.id = x.id and t.version = x."~version" and t.deleted_at {deleted}'
        return f"{same} and {self.seen(self.object.name, 't')} and {self.shaped()}"

    def shaped(self) -> str:
        """The values have the form that the catalog of this statement knows: whoever waited while a kind changed
        must not write the old form.
        """
        return f"{shape_sql(self.schema, self.object.name)} = {self.object.shape}"

    def linked(self, fields: list[Field], source: str) -> str:
        """Every record pointed to exists and is visible to the actor."""
        tests = []
        for field in (field for field in fields if stored(field)):
            column = f"{source}.{q(field.name)}"
            if field.many:
                cases = " ".join(f"when {quote_text(name)} then {self.there(name, 'k.id')}" for name in field.to)
                links = f"unnest({column}, {source}.{q(column_name(field, 'objects'))}) k(id, object)"
                gone = f"select 1 from {links} where not case k.object {cases} else false end"
                tests.append(f"({column} is null or not exists ({gone}))")
            elif field.kind == "reference":
                object_ = f"{source}.{q(column_name(field, 'object'))}"
                cases = " ".join(f"when {quote_text(name)} then {self.there(name, column)}" for name in field.to)
                tests.append(f"({column} is null or case {object_} {cases} else false end)")
            elif field.to:
                tests.append(f"({column} is null or {self.there(field.to[0], column)})")
        return " and ".join(tests) or "true"

    def there(self, name: str, column: str) -> str:
        """SQL for: the actor sees a live record of `name` with this id."""
        table = f"{q(self.schema)}.{q(name)}"
        seen = self.seen(name, "l")
        return f"exists (select 1 from {table} l where l.id = {column} and l.deleted_at is null and {seen})"

    def seen(self, name: str, alias: str) -> str:
        """SQL for: the actor sees the row. In brackets, because it may be an alternative."""
        frame = self.frame(name, alias)
        return f"({self.compiled(frame.seen())})"

    def frame(self, name: str, alias: str, build: Build | None = None) -> Frame:
        """A frame whose columns are those of a table or CTE that the statement calls `alias`."""
        frame = Frame(build or self.build, name)
        frame.current = frame.table = sa.table(alias, *self.columns(frame.object))
        return frame

    def columns(self, object_: Object) -> list[sa.ColumnClause[Any]]:
        stored_ones = [
            sa.column(name, TYPES[type_]) for field in object_.fields for name, type_ in columns_of(field).items()
        ]
        return [*stored_ones, sa.column("deleted_at", TYPES["timestamptz"])]

    def compiled(self, expression: sa.ClauseElement) -> str:
        """SQL text in parentheses, whatever operators it holds; its own constants get names that no other
        piece of the statement uses.
        """
        compiled = expression.compile(dialect=DIALECT)
        text = str(compiled)
        for name, value in compiled.params.items():
            if value is not None:
                unique = f"k{len(self.constants)}"
                text = text.replace(f"%({name})s", f"%({unique})s")
                self.constants[unique] = value
        return f"({text})"

    def journal(self, op: str, since: str = 'r."~since"', before: str = 'r."~before"', origin: str = "") -> str:
        """`origin` names the source that tells where values are from: the input or what was written."""
        since = 'r."~since"' if since == "x" else since
        told = f"coalesce({origin}.{q(ORIGIN)}, '{{}}')" if origin else "null::jsonb"
        source = "r join input i on i.id = r.id" if origin == "i" else "r"
        return (
            f"j as (insert into {q(self.schema)}._journal (object, record, version, at, since, op, actor, through, cause, before, origin) "
            f"select {quote_text(self.object.held)}, r.id, r.version, r.updated_at, {since}, '{op}', %(user)s::uuid, "
            f"%(through)s::text, %(cause)s::uuid, {before}, {told} from {source})"
        )

    def outbox(self, op: str, fields: str) -> str:
        return (
            f"o as (insert into {q(self.schema)}._outbox (object, record, version, op, fields, actor, cause) "
            f"select {quote_text(self.object.held)}, r.id, r.version, '{op}', {fields}, %(user)s::uuid, %(cause)s::uuid from r)"
        )

    def document(self) -> tuple[dict[str, str], str]:
        return document(self.object, self.frame(self.object.name, "r").table, self.compiled)

    def document_insert(self) -> str:
        columns, source = self.document()
        return f"s as (insert into {q(self.schema)}._search ({', '.join(columns)}) select {', '.join(columns.values())} {source})"

    def missing_documents(self, most: int) -> Write:
        """Makes the search documents of at most so many live records that have none; answers how many."""
        lacking = f"not exists (select 1 from {q(self.schema)}._search d where d.record = t.id)"
        rows = f"r as (select t.* from {self.table} t where deleted_at is null and {lacking} limit {most})"
        return self.done(f"with {rows}, {self.document_insert()} select count(*) from r")

    def document_update(self) -> str:
        columns, source = self.document()
        chosen = ", ".join(f"{sql} as {name}" for name, sql in columns.items() if name != "object")
        sets = ", ".join(f"{name} = n.{name}" for name in columns if name not in ("record", "object"))
        return f"s as (update {q(self.schema)}._search d set {sets} from (select {chosen} {source}) n where d.record = n.record)"

    def refreshed(self, condition: str) -> Write:
        """Makes the search documents of live records anew, where a condition on `t` holds."""
        rows = f"r as (select t.* from {self.table} t where deleted_at is null and {condition})"
        return self.done(f"with {rows}, {self.document_update()} select count(*) from r")

    def answer(self) -> str:
        """The records as their reader is shown them. What formulas and roll-ups read of the same object is as this
        statement leaves it: its snapshot does not show that.
        """
        build = Build(self.access, self.schema)
        frame = self.frame(self.object.name, "r", build)
        build.tables[self.object.name] = sa.table("present", *self.columns(self.object))
        before = build.aliases
        paths = tuple(
            (field.name,) for field in self.object.fields if self.access.visible(self.object.name, field.name)
        )
        names = column_names(paths)
        shown = ", ".join(f"{self.compiled(frame.shown((path,)))} as {q(name)}" for path, name in names.items())
        source = f"from (values (true)) one(one) {self.joins(frame)}" if frame.joins else ""
        record = f"lateral (select {shown} {source}) record"
        present = f", {self.present()}" if build.aliases > before else ""
        return f"{present} select r.id::text, {self.compiled(record_json(names))}, r.version from r, {record}"

    def joins(self, frame: Frame) -> str:
        """The records that formulas read by way of relations."""
        return " ".join(
            f"left join {self.there_now(child.name)} {q(child.current.name)} on {self.compiled(child.on)}"
            for child in frame.below()
        )

    def there_now(self, name: str) -> str:
        return "present" if name == self.object.name else f"{q(self.schema)}.{q(name)}"

    def present(self) -> str:
        columns = ", ".join(q(column.name) for column in self.columns(self.object))
        kept = f"select {columns} from {self.table} kept where not exists (select 1 from r where r.id = kept.id)"
        return f"present as not materialized (select {columns} from r union all {kept})"

    def done(self, text: str, *, claims: bool = False) -> Write:
        return Write(text, dict(self.constants), claims)


class QuietWriter(Writer):
    """The same for those who are not shown the records."""

    def answer(self) -> str:
        return "select r.id::text, ''::text, r.version from r"


ORIGIN = "~origin"
"""The key of a row under which it tells where values are from that nobody sent."""
SYSTEM = ("created_at", "updated_at", "created_by", "updated_by", "version")
# Whoever began earlier may write later: the moments of a record never run backwards, so that its past has an order.
AT = "greatest(%(now)s::timestamptz, t.updated_at)"
TOUCH = f"version = t.version + 1, updated_at = {AT}, updated_by = %(user)s::uuid"


def shape_sql(schema: str, name: str) -> str:
    kept = f"select (value ->> '{SHAPE}')::int from {q(schema)}._definition where object = {quote_text(name)} and field = ''"
    return f"coalesce(({kept}), 0)"


def stored(field: Field) -> bool:
    return bool(KINDS[field.kind].columns) and field.name != "id"


def definitions(fields: list[Field]) -> str:
    return ", ".join(f"{q(name)} {type_}" for field in fields for name, type_ in columns_of(field).items())


def row_of(object_: Object, values: dict[str, Any]) -> dict[str, Any]:
    """Canonical values → columns, as JSON that PostgreSQL casts."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        field = object_.by_name[name]
        kind = KINDS[field.kind]
        parts = {column.suffix: None for column in kind.columns} if value is None else kind.store(field, value)
        for suffix, part in parts.items():
            row[column_name(field, suffix)] = part
    return row
