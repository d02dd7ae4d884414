"""An import from its file to its account. A dry run does the same in one transaction that is rolled
back, so that what it foretells is what would happen, and nothing is written.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relata.errors import Fault
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx, not_reshaped, uuid7
from relata.kernel.expression.fold import fold
from relata.kernel.expression.types import Type
from relata.kernel.history.origin import note_source
from relata.kernel.importing.cleanse import Choices, cleansed
from relata.kernel.importing.mapping import Matching, match_columns
from relata.kernel.importing.preparing import (
    Scan,
    fields_to_make,
    header_of,
    make_missing,
    numbers_of,
    relation_columns,
    resolve_columns,
    scan,
    with_fields,
)  # fmt: skip
from relata.kernel.importing.report import Report, at_column
from relata.kernel.importing.resolve import Names
from relata.kernel.importing.waves import waves
from relata.kernel.installation import Installation
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.chunks import chunked, take_all, take_chunk
from relata.kernel.records.results import entry_of, speakable, write_chunk
from relata.kernel.records.source import CSV, NDJSON, Row, Source, open_source
from relata.kernel.records.taken import Taken
from relata.kernel.schema.changes import create_field
from relata.kernel.workspace import Workspace


def counts(field: Field) -> bool:
    """Whether the values of a field are figures, whose sum is held against that of the file."""
    return KINDS[field.kind].measurable and KINDS[field.kind].type is Type.NUMBER


@dataclass(slots=True, kw_only=True)
class Wish:
    """What whoever imports said."""

    path: Path
    object: str
    said: dict[str, str] = field(default_factory=dict)
    key: str | None = None
    mode: str = "upsert"
    create_missing: tuple[str, ...] = ()
    create_fields: bool = False
    dry_run: bool = False
    choices: Choices = field(default_factory=Choices)


@dataclass(slots=True)
class Import:
    """An import that has read its file and knows where everything goes."""

    installation: Installation
    workspace: Workspace
    actor: Actor
    wish: Wish
    source: Source
    object: Object
    matching: Matching
    found: Scan
    made: dict[str, Field]
    cause: str = field(default_factory=uuid7)
    names: dict[str, Names] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def context(self) -> AsyncIterator[Ctx]:
        here = self.installation
        async with not_reshaped(here, self.workspace), here.connection() as connection:
            access = self.workspace.access(self.actor)
            yield Ctx(self.workspace, access, connection, given_cause=self.cause, shown=False)
        self.workspace.woken()

    # -- rows ---------------------------------------------------------------------------------

    def read(self, row: Row) -> Row:
        """The row as clients send it; relations to rows of this file are left to the waves."""
        values: dict[str, Any] = {}
        faults = list(row.faults)
        for column, value in row.values.items():
            for target in self.matching.targets.get(column, ()):
                if target.new and self.wish.dry_run:
                    self.probe(column, target.field, value, faults)
                    continue
                try:
                    self.place(values, target.field, target.part, self.value(column, target, value))
                except BadValue as error:
                    faults += [at_column(column, fault) for fault in error.faults]
        return Row(row.line, values, tuple(faults))

    def value(self, column: str, target: Any, value: Any) -> Any:
        made = cleansed(column, target, value, self.wish.choices)
        if column not in self.names or not isinstance(made, str):
            return made
        bare = made.strip()
        if bare in self.names[column].near:
            self.wish.choices.accepted[column, bare, self.names[column].near[bare]] += 1
        return self.names[column].id_of(bare) if bare else None

    def probe(self, column: str, made: Field, value: Any, faults: list[Fault]) -> None:
        """Whether a field that does not exist yet would take the value."""
        try:
            target = self.matching.targets[column][0]
            KINDS[made.kind].parse(
                made, cleansed(column, target, value, self.wish.choices), Parsing(self.workspace.currency)
            )
        except BadValue as error:
            faults += [at_column(column, fault) for fault in error.faults]

    @staticmethod
    def place(values: dict[str, Any], one: Field, part: str | None, value: Any) -> None:
        if part is None:
            values[one.name] = value
        else:
            values.setdefault(one.name, {})[part] = value

    # -- the run ------------------------------------------------------------------------------

    async def run(self, report: Report, told: Callable[[int], None], folder: Path | None) -> Report:
        """Take all rows; `told` hears how many are done; results go into `folder`."""
        bulk = Bulk(self.object.name, self.wish.mode, self.matching.key or ("external_id",))
        if self.wish.dry_run:
            async with self.context() as ctx:
                with contextlib.suppress(Dry):
                    async with ctx.connection.transaction():
                        await self.prepare(ctx, report)
                        await self.take(bulk, report, told, None, self.within(ctx))
                        raise Dry
        else:
            async with self.context() as ctx:
                for column, one in self.made.items():
                    await create_field(
                        self.installation,
                        ctx,
                        self.object.name,
                        {"name": one.name, "kind": one.kind, "label": one.label},
                    )
                    report.made_fields.append(f"{column} → {one.name} ({one.kind})")
            async with self.context() as ctx, ctx.connection.transaction():
                bulk.check(ctx)
                await note_source(ctx, "import", self.wish.path.name)
                await self.prepare(ctx, report)
            await self.take(bulk, report, told, folder, self.context)
        report.near = self.wish.choices.accepted
        return report

    def within(self, ctx: Ctx) -> Callable[[], contextlib.AbstractAsyncContextManager[Ctx]]:
        @contextlib.asynccontextmanager
        async def same() -> AsyncIterator[Ctx]:
            yield ctx

        return same

    async def prepare(self, ctx: Ctx, report: Report) -> None:
        title = self.title_column()
        own = {fold(text) for text in self.found.texts.get(title, set())} if title else set()
        self.names = await resolve_columns(ctx, self.matching, self.found, self.wish.choices, (self.object.name, own))
        report.made_records = await make_missing(
            ctx, self.wish.create_missing, self.matching, self.found, self.names, self.wish.choices
        )

    def title_column(self) -> str | None:
        title = self.object.title
        return next(
            (c for c, ts in self.matching.targets.items() if any(t.field.name == title and not t.part for t in ts)),
            None,
        )

    async def take(
        self, bulk: Bulk, report: Report, told: Callable[[int], None], folder: Path | None, opening: Any
    ) -> None:
        numeric = [c for c, targets in self.matching.targets.items() if any(counts(t.field) for t in targets)]
        ordered = self.in_waves()
        if ordered is None:
            await self.stream(bulk, self.source.rows(), report, numeric, told, folder, opening)
            return
        for number, chunk in enumerate(ordered):
            await take_chunk(
                bulk, number, self.ready(chunk), opening, self.settle(report, chunk, numeric, told, folder)
            )

    async def stream(  # noqa: PLR0913, PLR0917 — the parts of one run
        self,
        bulk: Bulk,
        rows: Iterable[Row],
        report: Report,
        numeric: list[str],
        told: Callable[[int], None],
        folder: Path | None,
        opening: Any,
    ) -> None:
        """All rows in chunks, two at a time; in a dry run, on its one connection, one at a time."""
        raw: dict[int, list[Row]] = {}

        def prepared() -> Iterator[tuple[int, list[Row]]]:
            for number, chunk in chunked(rows):
                raw[number] = chunk
                yield number, self.ready(chunk)

        async def settle(ctx: Ctx, number: int, read: list[Row], taken: list[Taken]) -> None:
            await self.settle(report, raw[number], numeric, told, folder)(ctx, number, read, taken)

        if self.wish.dry_run:
            for number, read in prepared():
                await take_chunk(bulk, number, read, opening, settle)
        else:

            async def taking(number: int, read: list[Row]) -> None:
                await take_chunk(bulk, number, read, opening, settle)

            await take_all(prepared(), bulk.keys, taking, nothing)

    def ready(self, rows: list[Row]) -> list[Row]:
        return [self.read(row) for row in rows]

    def settle(
        self, report: Report, raw: list[Row], numeric: list[str], told: Callable[[int], None], folder: Path | None
    ) -> Callable[[Ctx, int, list[Row], list[Taken]], Awaitable[None]]:
        async def settled(_ctx: Ctx, number: int, _read: list[Row], taken: list[Taken]) -> None:
            for row, one in zip(raw, taken, strict=True):
                report.add(self.in_columns(one), numbers_of(row, numeric))
                self.learn(row, one)
            if folder is not None:
                entries = [entry_of(self.in_columns(one)) for one in taken]
                for entry, row in zip(entries, raw, strict=True):
                    if entry["action"] == "refused":
                        entry["record"] = speakable(row.values)
                write_chunk(folder, number, entries)
            told(len(taken))

        return settled

    def in_columns(self, taken: Taken) -> Taken:
        """Faults of fields told as those of the columns that they came from."""
        columns = {t.field.name: c for c, targets in reversed(self.matching.targets.items()) for t in targets}
        faults = tuple(
            replace(f, pointer="/" + columns.get(f.pointer.split("/")[1], f.pointer[1:])) if f.pointer else f
            for f in taken.faults
        )
        return replace(taken, faults=faults)

    # -- rows that point to rows of the same file ---------------------------------------------

    def own_columns(self) -> list[str]:
        return [c for c, one in relation_columns(self.matching).items() if one.to == (self.object.name,)]

    def learn(self, row: Row, taken: Taken) -> None:
        """Later rows may name this one."""
        title = self.title_column()
        called = row.values.get(title) if title else None
        if taken.id is not None and isinstance(called, str):
            for column in self.own_columns():
                if not self.names[column].known(called):
                    self.names[column].add(called, taken.id)

    def in_waves(self) -> list[list[Row]] | None:
        """Chunks of rows in waves where rows name others of this file; None where none does."""
        title = self.title_column()
        columns = self.own_columns()
        awaited = {
            text for column in columns for text in self.names[column].unknown(self.found.texts.get(column, set()))
        }
        brought = {fold(text) for text in self.found.texts.get(title, set())} if title else set()
        if not title or not any(fold(text) in brought for text in awaited):
            return None
        rows = list(self.source.rows())
        called = {fold(str(row.values.get(title, "")).strip()): place for place, row in enumerate(rows)}
        texts = [[str(row.values.get(column, "")).strip() for column in columns] for row in rows]
        found, circle = waves([[fold(text) for text in some if text in awaited] for some in texts], called)
        ordered = [chunk for wave in found for _, chunk in chunked([rows[place] for place in wave])]
        fault = Fault(
            f"/{columns[0]}", "circle", "These rows name each other in a circle, so none of them can come first."
        )
        left = [replace(rows[place], faults=(*rows[place].faults, fault)) for place in sorted(circle)]
        return [*ordered, left] if left else ordered


class Dry(Exception):
    """Rolls a dry run back."""


async def nothing() -> None:
    """Nobody asks an import on the command line to end but by Ctrl-C."""


def opened(installation: Installation, workspace: Workspace, actor: Actor, wish: Wish) -> Import:
    """Read the file and decide where its columns go; raises Invalid with what is wrong."""
    source = open_source(wish.path, CSV if wish.path.suffix.lower() in (".csv", ".tsv", ".txt") else NDJSON)
    object_ = workspace.access(actor).object(wish.object)
    header = source.header or header_of(source.rows())
    matching = match_columns(object_, header, wish.said, wish.key)
    if wish.mode == "upsert" and not matching.key:
        wish.mode = "create"
    title = {c for c, ts in matching.targets.items() if any(t.field.name == object_.title for t in ts)}
    found = scan(source.rows(), header, set(relation_columns(matching)) | title)
    made = fields_to_make(object_, matching, wish.said, found, all_unmapped=wish.create_fields)
    return Import(
        installation, workspace, actor, wish, source, with_fields(object_, made.values()), matching, found, made
    )


def begun(work: Import) -> Report:
    """The account before the first row."""
    report = Report(work.object.name, work.wish.dry_run, note=work.source.note)
    for column, targets in work.matching.targets.items():
        into = ", ".join(
            f"{target.name}{' (new ' + target.field.kind + ')' if target.new else ''}" for target in targets
        )
        report.columns.append(
            {"column": column, "field": into or None, "why": work.matching.reasons.get(column, "no field fits")}
        )
    return report
