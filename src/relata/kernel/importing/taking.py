"""One table of an import, chunk by chunk: its rows read, linked, matched with records, and taken as a bulk takes rows. What
comes of them is what would have come of one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.importing.finding import Finder
from relata.kernel.importing.kept import KeptTable
from relata.kernel.importing.linking import Linking, Told
from relata.kernel.importing.plan import CREATE, FILL, SKIP, TablePlan
from relata.kernel.importing.rows import Reader, ReadRow
from relata.kernel.query.load import load
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.forms import Forms
from relata.kernel.records.merging import merged
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken
from relata.kernel.records.turns import Token, turns

TRIES = 3
BUSY = Fault("", "conflict", "Others keep changing this record; send the row again.")
UNFOUND = "There is no {label} that this row could mean, and new ones are not to be made."
UNIQUE = "A row before it has the same {label}; take another value."


@dataclass(slots=True)
class Table:
    """The work on one table. In a dry run `seen` are the marks of rows of earlier chunks, which are not there any more."""

    kept: KeptTable
    reader: Reader
    linking: Linking
    dry: bool
    creating: Bulk = field(init=False)
    updating: Bulk = field(init=False)
    seen: set[int] = field(default_factory=set)
    _forms: Forms | None = None

    def __post_init__(self) -> None:
        self.creating = Bulk(self.name, "create")
        self.updating = Bulk(self.name, "update", ("id",))

    @property
    def name(self) -> str:
        return self.reader.object.name

    @property
    def plan(self) -> TablePlan:
        return self.reader.plan

    def check(self, ctx: Ctx) -> None:
        """Raises Denied and NotFound where the actor may not do this at all."""
        finding = bool(self.plan.match) and self.plan.duplicates not in (CREATE, SKIP)
        ctx.access.object(self.name, "create" if self.plan.new else "update")
        if finding:
            ctx.access.object(self.name, "update")
        self._forms = Forms(ctx, self.name)

    def finder(self, ctx: Ctx) -> Finder:
        if self._forms is None or self._forms.ctx.catalog is not ctx.catalog:
            self._forms = Forms(ctx, self.name)
        ways = () if self.plan.duplicates == CREATE else self.plan.match
        return Finder(self._forms, tuple(ctx.access.present(self._forms.object, way) for way in ways))

    def tokens(self, rows: Sequence[ReadRow]) -> set[Token]:
        """What two chunks must not share if they are to be taken at the same time."""
        if self._forms is None:
            return {("unchecked",)}
        found: set[Token] = set()
        finder = self.finder(self._forms.ctx)
        for row in (row for row in rows if not row.faults):
            found |= self.row_tokens(finder, row) | self.linking.tokens(row)
        return found

    def row_tokens(self, finder: Finder, row: ReadRow) -> set[Token]:
        return finder.tokens(row) | self.unique_tokens(finder, row)

    def unique_tokens(self, finder: Finder, row: ReadRow) -> set[Token]:
        names = [name for name in finder.unique if name in row.values]
        return set(finder.forms.key(row.values, names, []).items()) if names else set()

    # -- a chunk ------------------------------------------------------------------------------

    async def take(self, ctx: Ctx, rows: list[ReadRow]) -> tuple[list[Taken], Told]:
        """What becomes of each row, in order. Must run in a transaction."""
        told = Told()
        await self.linking.resolve(ctx, rows, told)
        finder = self.finder(ctx)
        again = self.met(finder, rows) if self.dry else set[int]()
        taken: list[Taken | None] = [
            Taken(row.raw.line, "refused", None, tuple(row.faults)) if row.faults else None for row in rows
        ]
        places = [place for place, one in enumerate(taken) if one is None]
        tokens = [self.row_tokens(finder, rows[place]) for place in places]
        order: dict[int, list[int]] = {}
        for place, turn in zip(places, turns([None] * len(places), tokens, {}), strict=True):
            order.setdefault(turn, []).append(place)
        for _, some in sorted(order.items()):
            await self.turn(ctx, finder, {place: rows[place] for place in some}, taken)
        made = [one or Taken(row.raw.line, "refused", None, (BUSY,)) for one, row in zip(taken, rows, strict=True)]
        if self.dry:
            made = [
                self.foretold(rows[p], one, met=p in again, lacking=told.later.get(p)) for p, one in enumerate(made)
            ]
        return [self.in_columns(one) for one in made], told

    async def turn(self, ctx: Ctx, finder: Finder, rows: dict[int, ReadRow], taken: list[Taken | None]) -> None:
        waiting = rows
        for _ in range(TRIES):
            waiting = await self.attempt(ctx, finder, waiting, taken)
            if not waiting:
                return

    async def attempt(
        self, ctx: Ctx, finder: Finder, rows: dict[int, ReadRow], taken: list[Taken | None]
    ) -> dict[int, ReadRow]:
        """Take rows that have nothing to do with each other; those whose record changed meanwhile come back."""
        faults: dict[int, list[Fault]] = {}
        found = await finder.find(ctx, rows, faults)
        there = await load(ctx, self.name, sorted(set(found.values()))) if self.plan.duplicates != SKIP else {}
        creating: dict[int, Row] = {}
        updating: dict[int, Row] = {}
        for place, row in rows.items():
            line, id_ = row.raw.line, found.get(place)
            if place in faults:
                taken[place] = Taken(line, "refused", None, tuple(faults[place]))
            elif id_ is None and not self.plan.new:
                told = UNFOUND.format(label=finder.object.label.lower())
                taken[place] = Taken(line, "refused", None, (Fault("", "not_found", told),))
            elif id_ is None:
                creating[place] = Row(line, row.values)
            elif self.plan.duplicates == SKIP:
                taken[place] = Taken(line, "skipped", id_)
            elif (current := there.get(id_)) is not None:
                values = merged(finder.object, row.values, current.values, fill=self.plan.duplicates == FILL)
                if values:
                    updating[place] = Row(line, {"id": id_, "version": current.version, **values})
                else:
                    taken[place] = Taken(line, "unchanged", id_)
        for bulk, some in ((self.creating, creating), (self.updating, updating)):
            outcomes = await bulk.take(ctx, list(some.values())) if some else []
            for place, outcome in zip(some, outcomes, strict=True):
                taken[place] = outcome
        stale = {p for p in updating if any(f.code == "stale" for f in (taken[p] or BLANK).faults)}
        for place in stale:
            taken[place] = None
        return {place: row for place, row in rows.items() if taken[place] is None}

    # -- a dry run ----------------------------------------------------------------------------

    def met(self, finder: Finder, rows: list[ReadRow]) -> set[int]:
        """The rows that mean a record which a row of an earlier chunk would have made."""
        found = set()
        for place, row in enumerate(rows):
            if row.faults:
                continue
            if any(hash(token) in self.seen for token in finder.tokens(row)):
                found.add(place)
            for name, value in self.unique_tokens(finder, row) if place not in found else ():
                if hash((name, value)) in self.seen:
                    label = finder.object.by_name[name].label
                    row.faults.append(Fault(f"/{name}", "not_unique", UNIQUE.format(label=label)))
        return found

    def foretold(self, row: ReadRow, taken: Taken, *, met: bool, lacking: dict[str, str] | None) -> Taken:
        """What would become of the row if those before it had stayed."""
        if lacking and taken.action == "refused":
            faults = tuple(f for f in taken.faults if not (f.code == "required" and f.pointer[1:] in lacking))
            taken = replace(taken, faults=faults, action="refused" if faults else "created")
        if taken.action == "created" and self._forms is not None:
            self.seen |= {hash(token) for token in self.row_tokens(self.finder(self._forms.ctx), row)}
            if met:
                return replace(taken, action="skipped" if self.plan.duplicates == SKIP else "updated", id=None)
        return replace(taken, id=None) if taken.action == "created" else taken

    def in_columns(self, taken: Taken) -> Taken:
        """Faults of fields told as those of the columns that they came from."""
        columns = self.reader.columns
        faults = tuple(
            replace(f, pointer="/" + columns.get(f.pointer.split("/")[1], f.pointer[1:])) if f.pointer else f
            for f in taken.faults
        )
        return replace(taken, faults=faults) if faults else taken


BLANK = Taken(0, "refused")


def values_of(row: ReadRow) -> dict[str, Any]:
    """The values as they are shown before anything is looked up: links by what the cells say."""
    return {**row.values, **row.links}
