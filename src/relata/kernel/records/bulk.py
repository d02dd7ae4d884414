"""Many rows of one object through the one door: the same kinds, rules and statements as `write`, but
prepared once, looked up as sets and written thousands at a time. What is wrong with a row refuses that
row alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from relata.errors import Fault
from relata.kernel.context import Ctx, uuid7
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.query.load import Current, load
from relata.kernel.records.draft import Draft, complete
from relata.kernel.records.forms import Forms, faults_of
from relata.kernel.records.lookup import ENCODE, Key, checked_key, find_by, missing_links
from relata.kernel.records.refusal import refusal
from relata.kernel.records.source import Row
from relata.kernel.records.statement import Write, Writer
from relata.kernel.records.write import base_row, write_values

MODES = ("create", "update", "upsert", "delete")
TRIES = 5


@dataclass(slots=True)
class Taken:
    """What became of a row: `created`, `updated`, `unchanged`, `deleted` or `refused`."""

    line: int
    action: str
    id: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Planned:
    """A row that passed every check: the statement that it needs and its row for that."""

    place: int
    statement: tuple[str, ...]
    row: dict[str, Any]


@dataclass(slots=True)
class Bulk:
    """Takes chunks of rows of `name`. `mode` is one of MODES; `key` names the fields that match rows
    with records (upsert), «id» where rows carry ids.
    """

    name: str
    mode: str
    key: tuple[str, ...] = ("id",)
    _forms: Forms | None = field(default=None)

    def check(self, ctx: Ctx) -> None:
        """Raises Denied, NotFound or Invalid where the actor may not do this at all."""
        verbs = {"create": ("create",), "update": ("update",), "upsert": ("create", "update"), "delete": ("delete",)}
        for verb in verbs[self.mode]:
            ctx.access.object(self.name, verb)
        if self.mode != "create":
            self.key = checked_key(ctx.access, ctx.catalog.objects[self.name], self.key)

    async def take(self, ctx: Ctx, rows: Sequence[Row]) -> list[Taken]:
        """What becomes of each row, in order. Must run in a transaction, which the caller commits."""
        self.check(ctx)
        if self._forms is None or self._forms.ctx.catalog is not ctx.catalog:
            self._forms = Forms(ctx, self.name)
        self._forms.ctx = ctx
        taken: list[Taken | None] = [None] * len(rows)
        for round_ in self.rounds(rows, taken):
            await self.take_round(ctx, self._forms, rows, round_, taken)
        busy = (Fault("", "conflict", "Others keep changing this record; send the row again."),)
        return [one or Taken(row.line, "refused", None, busy) for one, row in zip(taken, rows, strict=True)]

    def keys(self, rows: Sequence[Row]) -> set[Any]:
        """What two chunks must not share if they are to be taken at the same time."""
        if self.mode == "create":
            return set()
        return {self.rough(row) for row in rows} - {None}

    def rough(self, row: Row) -> str | None:
        parts = [row.values.get(part) for part in self.key]
        return None if None in parts else "\0".join(str(part) for part in parts)

    def rounds(self, rows: Sequence[Row], taken: list[Taken | None]) -> list[list[int]]:
        """The rows in rounds: one that repeats a key waits for the round after, so the last one wins."""
        rounds: list[list[int]] = []
        seen: dict[str, int] = {}
        for place, row in enumerate(rows):
            if row.faults:
                taken[place] = Taken(row.line, "refused", None, row.faults)
                continue
            rough = None if self.mode == "create" else self.rough(row)
            turn = 0 if rough is None else seen.get(rough, -1) + 1
            if rough is not None:
                seen[rough] = turn
            while len(rounds) <= turn:
                rounds.append([])
            rounds[turn].append(place)
        return rounds

    async def take_round(
        self, ctx: Ctx, forms: Forms, rows: Sequence[Row], places: list[int], taken: list[Taken | None]
    ) -> None:
        waiting = places
        for _ in range(TRIES):
            plans = await self.plan(ctx, forms, rows, waiting, taken)
            waiting = []
            for statement in dict.fromkeys(one.statement for one in plans):
                group = [one for one in plans if one.statement == statement]
                waiting += await self.run(ctx, statement, group, rows, taken)
            if not waiting:
                return

    # -- planning -----------------------------------------------------------------------------

    async def plan(
        self, ctx: Ctx, forms: Forms, rows: Sequence[Row], places: list[int], taken: list[Taken | None]
    ) -> list[Planned]:
        targets: dict[int, str] = {}
        there: dict[str, Current] = {}
        if self.mode != "create":
            targets = await self.match(ctx, forms, rows, places, taken)
            there = await load(ctx, self.name, sorted(set(targets.values())))
        plans: list[Planned] = []
        drafts: dict[int, Draft] = {}
        for place in places:
            if taken[place] is not None:
                continue
            id_ = targets.get(place)
            current = there.get(id_) if id_ else None
            if id_ is None:
                drafts[place] = forms.create(rows[place].values)
            elif current is None or current.deleted:
                told = f"There is no {forms.object.label.lower()} with this id."
                taken[place] = Taken(rows[place].line, "refused", id_, (Fault("/id", "not_found", told),))
            elif self.mode == "delete":
                plans.append(Planned(place, ("delete",), base_row(id_, current, current.values)))
            else:
                sent = {name: value for name, value in rows[place].values.items() if name != "id"}
                drafts[place] = forms.update(sent, current)
        await complete(ctx, self.name, list(drafts.values()))
        for place, draft in drafts.items():
            line = rows[place].line
            if draft.faults:
                taken[place] = Taken(line, "refused", targets.get(place), tuple(draft.faults))
            elif draft.before is None:
                plans.append(Planned(place, ("create",), {"id": uuid7(), **forms.row(draft.after)}))
            elif not draft.changed:
                taken[place] = Taken(line, "unchanged", targets[place])
            else:
                plans.append(self.plan_update(forms, place, there[targets[place]], draft))
        plans.sort(key=lambda plan: plan.place)
        return await self.without_duplicates(ctx, forms, plans, rows, taken)

    async def match(
        self, ctx: Ctx, forms: Forms, rows: Sequence[Row], places: list[int], taken: list[Taken | None]
    ) -> dict[int, str]:
        """Place → id of the record that the row means; rows without one are new (upsert) or refused."""
        wanted: dict[int, Key] = {}
        targets: dict[int, str] = {}
        for place in places:
            faults: list[Fault] = []
            values = rows[place].values
            try:
                if values.get("id") is not None and (self.key == ("id",) or self.mode != "upsert"):
                    targets[place] = checked_id(values["id"])
                    continue
            except BadValue as error:
                faults += [fault.below("/id") for fault in error.faults]
            named = {part: values.get(part) for part in self.key if part != "id"}
            parsed = forms.parse(named, faults) if named else {}
            if not faults and (not named or any(parsed.get(part) is None for part in self.key)):
                told = f"The row has no {', '.join(self.key)}: without it nobody can tell which record it means."
                faults.append(Fault(f"/{self.key[0]}", "required", told))
            if faults:
                taken[place] = Taken(rows[place].line, "refused", None, tuple(faults))
            else:
                wanted[place] = tuple(forms.row(parsed)[part] for part in self.key)
        found = await find_by(ctx, self.name, self.key, wanted) if wanted else {}
        for place in wanted:
            ids = found.get(place, [])
            if len(ids) > 1:
                fault = Fault(
                    f"/{self.key[0]}", "ambiguous", "Several records have this key; the row could mean any of them."
                )
                taken[place] = Taken(rows[place].line, "refused", None, (fault,))
            elif ids:
                targets[place] = ids[0]
            elif self.mode != "upsert":
                fault = Fault(f"/{self.key[0]}", "not_found", "There is no record with this key.")
                taken[place] = Taken(rows[place].line, "refused", None, (fault,))
        return targets

    def plan_update(self, forms: Forms, place: int, current: Current, draft: Draft) -> Planned:
        names = tuple(sorted(draft.changed))
        before = {name: current.values.get(name) for name in names}
        return Planned(place, ("update", *names), base_row(current.id, current, before) | forms.row(draft.changed))

    async def without_duplicates(
        self, ctx: Ctx, forms: Forms, plans: list[Planned], rows: Sequence[Row], taken: list[Taken | None]
    ) -> list[Planned]:
        """The plans that take no unique value which another record, or a row before, has."""
        for unique in (one for one in forms.object.fields if one.unique):
            wanted: dict[int, Key] = {}
            seen: set[Any] = set()
            refused: set[int] = set()
            for one in plans:
                value = one.row.get(unique.name)
                if value is None or value == "" or one.statement[0] == "delete":
                    continue
                if value in seen:
                    refused.add(one.place)
                seen.add(value)
                wanted[one.place] = (value,)
            own = {one.place: one.row["id"] for one in plans}
            found = await find_by(ctx, self.name, (unique.name,), wanted, seen=False)
            refused |= {place for place, ids in found.items() if own[place] not in ids}
            message = f"Another record already has this {unique.label}; take another value, or change that record."
            for place in refused:
                taken[place] = Taken(
                    rows[place].line, "refused", None, (Fault(f"/{unique.name}", "not_unique", message),)
                )
            plans = [one for one in plans if one.place not in refused]
        return plans

    # -- writing ------------------------------------------------------------------------------

    async def run(
        self, ctx: Ctx, statement: tuple[str, ...], plans: list[Planned], rows: Sequence[Row], taken: list[Taken | None]
    ) -> list[int]:
        """Write the plans of one statement; which places met a record that had changed meanwhile."""
        try:
            written = await self.execute(ctx, statement, plans)
        except psycopg.errors.IntegrityError as error:
            if len(plans) == 1:
                refused = faults_of(refusal(ctx, self.name, error))
                taken[plans[0].place] = Taken(rows[plans[0].place].line, "refused", None, refused)
                return []
            half = len(plans) // 2
            return await self.run(ctx, statement, plans[:half], rows, taken) + await self.run(
                ctx, statement, plans[half:], rows, taken
            )
        action = {"create": "created", "update": "updated", "delete": "deleted"}[statement[0]]
        unwritten = []
        for one in plans:
            if one.row["id"] in written:
                taken[one.place] = Taken(rows[one.place].line, action, one.row["id"])
            else:
                unwritten.append(one)
        if not unwritten:
            return []
        faults = await missing_links(ctx, ctx.catalog.objects[self.name], {one.place: one.row for one in unwritten})
        for place, found in faults.items():
            taken[place] = Taken(rows[place].line, "refused", None, tuple(found))
        return [one.place for one in unwritten if one.place not in faults]

    async def execute(self, ctx: Ctx, statement: tuple[str, ...], plans: list[Planned]) -> set[str]:
        """The ids of the records that were written."""
        made: Write = ctx.workspace.statements.get(
            ("bulk", self.name, statement, ctx.access.key), lambda: compiled(ctx, self.name, statement)
        )
        values = write_values(ctx, made) | {"rows": ENCODE([plan.row for plan in plans]).decode()}
        async with ctx.connection.transaction():
            cursor = await ctx.connection.execute(made.text.encode(), values)
            rows = await cursor.fetchall()
        return {row[0] for row in rows}


class BulkWriter(Writer):
    """The statements of the writer; nobody waits for the records as JSON."""

    def answer(self) -> str:
        return "select r.id::text from r"


def compiled(ctx: Ctx, name: str, statement: tuple[str, ...]) -> Write:
    writer = BulkWriter(ctx.access, ctx.workspace.schema, name)
    verb, *names = statement
    if verb == "update":
        return writer.update(tuple(names))
    return writer.create() if verb == "create" else writer.delete()
