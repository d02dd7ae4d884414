"""One chunk of a bulk: its rows matched, planned and written turn by turn, each turn as sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.failpoint import failpoint
from relata.kernel.query.load import Current, load
from relata.kernel.records.completing import complete
from relata.kernel.records.draft import Draft
from relata.kernel.records.forms import Forms, faults_of
from relata.kernel.records.lookup import ENCODE, Key, find_by, missing_links
from relata.kernel.records.matching import GUARD, match
from relata.kernel.records.planning import draft_create, draft_update, plan_delete, planned
from relata.kernel.records.refusal import refusal
from relata.kernel.records.source import Row
from relata.kernel.records.statement import Unclaimed
from relata.kernel.records.taken import Planned, Taken
from relata.kernel.records.taking_lists import Lists
from relata.kernel.records.turns import Token, record_token, turns, unique_names
from relata.kernel.records.write import PEOPLE, check_shape, statement_of, write_values

TRIES = 5
BUSY = Fault("", "conflict", "Others keep changing this record; send the row again.")
ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}
State = tuple[dict[int, str], dict[str, Current]]
"""Place of a row → id of its record, and the records by their ids."""


@dataclass(slots=True)
class Taking:
    """The rows of a chunk, and what has become of them so far; `known` is what was there before the first turn."""

    ctx: Ctx
    forms: Forms
    mode: str
    key: tuple[str, ...]
    rows: Sequence[Row]
    taken: list[Taken | None] = field(default_factory=list)
    known: State | None = None
    lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        self.lists = Lists(self.ctx, self.forms.object.name)
        if self.mode != "delete":
            self.rows = self.lists.apart(self.rows)

    async def all(self) -> list[Taken]:
        """What became of each row, in order."""
        self.taken = [Taken(row.line, "refused", None, row.faults) if row.faults else None for row in self.rows]
        for places in await self.ordered():
            await self.take([place for place in places if place not in self.lists.wanted])
            self.known = None
            listed = [place for place in places if place in self.lists.wanted]
            await self.lists.whole(listed, self.take_listed, self.refuse)
            self.known = None
        return [
            one or Taken(row.line, "refused", None, (BUSY,)) for one, row in zip(self.taken, self.rows, strict=True)
        ]

    def refuse(self, place: int, faults: Sequence[Fault], id_: str | None = None) -> None:
        self.taken[place] = Taken(self.rows[place].line, "refused", id_, tuple(faults))

    def refuse_plan(self, one: Planned, faults: Sequence[Fault]) -> None:
        """The id of a record that was not created means nothing to anybody."""
        self.refuse(one.place, faults, None if one.statement[0] == "create" else one.row["id"])

    # -- turns --------------------------------------------------------------------------------

    async def ordered(self) -> list[list[int]]:
        """The places of the rows, turn by turn."""
        places = [place for place, one in enumerate(self.taken) if one is None]
        names = unique_names(self.forms.object, self.mode, self.key)
        records: list[Token | None] = [None] * len(places)
        if self.mode != "create":
            records = [record_token(self.forms, self.key, self.rows[place]) for place in places]
        sent = [set(self.forms.key(self.rows[place].values, names, []).items()) for place in places]
        held: dict[Token, set[Token]] = {}
        if self.mode != "create" and any(sent):
            held = await self.held(dict(zip(places, records, strict=True)), names)
        found: list[list[int]] = []
        for place, turn in zip(places, turns(records, sent, held), strict=True):
            if turn == len(found):
                found.append([])
            found[turn].append(place)
        return found

    async def held(self, records: dict[int, Token | None], names: tuple[str, ...]) -> dict[Token, set[Token]]:
        """The unique values that the records have which the rows mean."""
        targets, there = self.known = await self.state(list(records))
        found: dict[Token, set[Token]] = {}
        for place, id_ in targets.items():
            record, current = records[place], there.get(id_)
            if record is not None and current is not None and self.taken[place] is None:
                values = {name: current.values[name] for name in names if current.values.get(name) is not None}
                found[record] = set(self.forms.row(values).items())
        return found

    # -- planning -----------------------------------------------------------------------------

    async def take(self, places: list[int]) -> None:
        """Take rows that have nothing to do with each other; again where a record had changed meanwhile."""
        waiting = places
        for _ in range(TRIES):
            plans = await self.plan(waiting)
            waiting = []
            for statement in dict.fromkeys(one.statement for one in plans):
                waiting += await self.run(statement, [one for one in plans if one.statement == statement])
            if not waiting:
                return
            self.known = None

    async def take_listed(self, places: list[int]) -> dict[int, list[Fault]]:
        """The same with their links; which rows were refused, so that nothing of all of them may stay."""
        targets, _ = await self.state(places)
        faults = await self.lists.link_present({place: id_ for place, id_ in targets.items() if not self.taken[place]})
        await self.take(places)
        ends = {place: self.taken[place] or Taken(self.rows[place].line, "refused", None, (BUSY,)) for place in places}
        faults |= await self.lists.link_made(
            {p: one.id for p, one in ends.items() if one.action == "created" and one.id}
        )
        unwritten = {place: list(one.faults) for place, one in ends.items() if one.action == "refused"}
        await self.lists.foresee(unwritten)
        faults |= {place: of_row + faults.get(place, []) for place, of_row in unwritten.items()}
        for place in places if faults else ():
            self.taken[place] = None
        return faults

    async def plan(self, places: list[int]) -> list[Planned]:
        targets, there = self.known or await self.state(places)
        plans: list[Planned] = []
        drafts: dict[int, Draft] = {}
        for place in (place for place in places if self.taken[place] is None):
            faults: list[Fault] = []
            id_, values = targets.get(place), self.rows[place].values
            if id_ is None:
                drafts[place] = draft_create(self.forms, self.mode, values)
            elif self.mode == "delete":
                deletion = plan_delete(self.forms, place, values, there.get(id_), faults)
                plans += [deletion] if deletion else []
            else:
                draft = draft_update(self.forms, (values, {GUARD, *self.key}), there.get(id_), faults)
                drafts |= {place: draft} if draft else {}
            if faults:
                self.refuse(place, faults, id_)
        for place, draft in drafts.items():
            draft.faults += self.lists.faults.get(place, ())
        await complete(self.ctx, self.forms.object.name, list(drafts.values()))
        for place, draft in drafts.items():
            id_ = targets.get(place)
            if draft.faults:
                self.refuse(place, draft.faults, id_)
                continue
            linked = self.lists.linked.get(place, ())
            made = planned(self.forms, place, self.rows[place].line, draft, there[id_] if id_ else None, linked)
            if made is None:
                self.taken[place] = Taken(self.rows[place].line, "unchanged", id_)
            else:
                plans.append(made)
        return await self.without_duplicates(plans)

    async def state(self, places: list[int]) -> State:
        if self.mode == "create":
            return {}, {}
        targets = await match(self.ctx, self.forms, self.mode, self.key, self.rows, places, self.taken)
        return targets, await load(self.ctx, self.forms.object.name, sorted(set(targets.values())))

    async def without_duplicates(self, plans: list[Planned]) -> list[Planned]:
        """The plans that take no unique value which another record, or a row before, has."""
        for unique in (one for one in self.forms.object.fields if one.unique):
            wanted: dict[int, Key] = {}
            seen = set[object]()
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
            found = await find_by(self.ctx, self.forms.object.name, (unique.name,), wanted, seen=False)
            refused |= {place for place, ids in found.items() if own[place] not in ids}
            message = f"Another record already has this {unique.label}; take another value, or change that record."
            for one in (one for one in plans if one.place in refused):
                self.refuse_plan(one, [Fault(f"/{unique.name}", "not_unique", message)])
            plans = [one for one in plans if one.place not in refused]
        return plans

    # -- writing ------------------------------------------------------------------------------

    async def run(self, statement: tuple[str, ...], plans: list[Planned]) -> list[int]:
        """Write the plans of one statement; which places met a record that had changed meanwhile."""
        try:
            written = await self.execute(statement, plans)
        except (psycopg.errors.IntegrityError, psycopg.errors.ProgramLimitExceeded, Unclaimed) as error:
            if len(plans) == 1:
                if isinstance(error, Unclaimed):
                    return await self.explained(plans)
                self.refuse_plan(plans[0], faults_of(refusal(self.ctx, self.forms.object.name, error)))
                return []
            half = len(plans) // 2
            return await self.run(statement, plans[:half]) + await self.run(statement, plans[half:])
        unwritten = []
        for one in plans:
            if one.row["id"] in written:
                self.taken[one.place] = Taken(self.rows[one.place].line, ACTIONS[statement[0]], one.row["id"])
            else:
                unwritten.append(one)
        return await self.explained(unwritten) if unwritten else []

    async def explained(self, unwritten: list[Planned]) -> list[int]:
        """What points to nothing is refused; the places of the others are tried again."""
        await check_shape(self.ctx, self.forms.object.name)
        faults = await missing_links(self.ctx, self.forms.object, {one.place: one.row for one in unwritten})
        for one in (one for one in unwritten if one.place in faults):
            self.refuse_plan(one, faults[one.place])
        return [one.place for one in unwritten if one.place not in faults]

    async def execute(self, statement: tuple[str, ...], plans: list[Planned]) -> set[str]:
        """The ids of the records that were written."""
        ctx, name = self.ctx, self.forms.object.name
        made = statement_of(ctx, name, statement)
        values = write_values(ctx, made) | {"rows": ENCODE([plan.row for plan in plans]).decode()}
        async with ctx.connection.transaction():
            failpoint("bulk.before_statement")
            cursor = await ctx.connection.execute(made.text.encode(), values)
            rows = await cursor.fetchall()
            failpoint("bulk.after_statement")
            if made.claims and len(rows) < len(plans):
                raise Unclaimed
        if name == PEOPLE:
            ctx.workspace.people_changed()
        return {row[0] for row in rows}
