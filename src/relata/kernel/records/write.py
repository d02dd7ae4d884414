"""The one door. A set of changes of one object goes through it together: what is sent is parsed, what
is there is read, rules judge, kinds validate, and one statement per kind of change writes records,
journal, events and search documents. Nothing is locked: a record that changed in between is read and
judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import psycopg

from relata.errors import Conflict, Fault, Invalid, NotFound, RelataError, Reshaped, Stale
from relata.kernel.context import Ctx, uuid7
from relata.kernel.failpoint import failpoint
from relata.kernel.history.origin import noted
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.keys import held
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.query.load import Current, load
from relata.kernel.query.one import missing
from relata.kernel.records.change import Change, Create, Delete, Restore, Update, Written
from relata.kernel.records.completing import complete
from relata.kernel.records.draft import Draft
from relata.kernel.records.linking import lists_of, write_linked
from relata.kernel.records.lookup import links_of
from relata.kernel.records.named import by_present_names
from relata.kernel.records.refusal import refusal
from relata.kernel.records.statement import ORIGIN, QuietWriter, Unclaimed, Write, Writer, row_of, shape_sql
from relata.kernel.records.validate import origins_of, parse_values, with_defaults

TRIES = 5
# The object whose records decide who may do what.
PEOPLE = "user"
Outcome = Written | RelataError


@dataclass(slots=True)
class Plan:
    """A change that passed every check: which statement it needs and its row for it."""

    statement: tuple[str, ...]
    id: str
    row: dict[str, Any]
    asked: int | None = None


async def write(ctx: Ctx, name: str, change: Change) -> Written:
    """One change; raises what it is refused with."""
    outcome = (await write_all(ctx, name, [change]))[0]
    if isinstance(outcome, RelataError):
        raise outcome
    return outcome


async def write_all(ctx: Ctx, name: str, changes: Sequence[Change]) -> list[Outcome]:
    """One outcome for each change, in order; each record is changed wholly or not at all.

    The connection must be in a transaction if all are to happen or none.
    """
    object_ = ctx.catalog.objects.get(name)
    if object_ is None or not object_.formerly:
        return await write_named(ctx, name, changes)
    outcomes: list[Outcome | None] = [None] * len(changes)
    named: dict[int, Change] = {}
    for index, change in enumerate(changes):
        faults: list[Fault] = []
        named[index] = change
        if isinstance(change, Create | Update):
            sent = by_present_names(object_, change.values, ctx.access, faults)
            named[index] = replace(change, values=sent)
        if faults:
            outcomes[index] = Invalid(faults)
            del named[index]
    for index, outcome in zip(named, await write_named(ctx, name, list(named.values())), strict=True):
        outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome]


async def write_named(ctx: Ctx, name: str, changes: Sequence[Change]) -> list[Outcome]:
    """The same of changes that say present names."""
    linking = {index: lists for index, change in enumerate(changes) if (lists := lists_of(ctx, name, change))}
    if not linking:
        return await write_plain(ctx, name, changes)
    plain = [index for index in range(len(changes)) if index not in linking]
    outcomes = dict(zip(plain, await write_plain(ctx, name, [changes[index] for index in plain]), strict=True))
    for index, lists in linking.items():
        outcomes[index] = await write_linked(ctx, name, changes[index], lists, write_plain)
    return [outcomes[index] for index in range(len(changes))]


async def write_plain(ctx: Ctx, name: str, changes: Sequence[Change]) -> list[Outcome]:
    """The same of changes that send no links."""
    outcomes: list[Outcome | None] = [None] * len(changes)
    waiting = list(range(len(changes)))
    for _ in range(TRIES if waiting else 0):
        waiting = await attempt(ctx, name, changes, waiting, outcomes)
        if not waiting:
            break
    busy = Conflict("Others keep changing this record; try again.")
    return [outcome or busy for outcome in outcomes]


async def attempt(
    ctx: Ctx, name: str, changes: Sequence[Change], waiting: list[int], outcomes: list[Outcome | None]
) -> list[int]:
    """Try the waiting changes once; which of them must be tried again."""
    allow(ctx, name, [changes[index] for index in waiting])
    there = await load(ctx, name, [c.id for c in (changes[i] for i in waiting) if not isinstance(c, Create)])
    plans: dict[int, Plan] = {}
    drafts: dict[int, Draft] = {}
    for index in waiting:
        try:
            begun = begin(ctx, name, changes[index], there)
        except RelataError as error:
            outcomes[index] = error
            continue
        if isinstance(begun, Draft):
            drafts[index] = begun
        else:
            plans[index] = begun
    await complete(ctx, name, list(drafts.values()))
    for index, draft in drafts.items():
        planned = finish(ctx, name, changes[index], draft, there)
        if isinstance(planned, Plan):
            plans[index] = planned
        else:
            outcomes[index] = planned
    again: list[int] = []
    for statement in dict.fromkeys(plans[index].statement for index in sorted(plans)):
        group = {index: p for index, p in sorted(plans.items()) if p.statement == statement}
        again += await run(ctx, name, statement, group, outcomes)
    return again


def allow(ctx: Ctx, name: str, changes: Sequence[Change]) -> None:
    verbs = {Create: "create", Update: "update", Delete: "delete", Restore: "delete"}
    for verb in sorted({verbs[type(change)] for change in changes}):
        ctx.access.object(name, verb)


def begin(ctx: Ctx, name: str, change: Change, there: dict[str, Current]) -> Draft | Plan:
    """A draft of what is to be completed and judged; what moves a record only needs no more than a statement."""
    object_ = ctx.catalog.objects[name]
    parsing = Parsing(ctx.workspace.currency)
    faults: list[Fault] = []
    if isinstance(change, Create):
        sent = parse_values(object_, ctx.access, change.values, parsing, faults)
        values = with_defaults(object_, sent, ctx.access.actor.user, parsing)
        return Draft(None, frozenset(sent), values, faults, origins=origins_of(values, sent))
    current = there.get(change.id)
    if current is None or current.deleted != isinstance(change, Restore):
        raise missing(ctx, name, change.id)
    version = None if isinstance(change, Restore) else change.version
    if version is not None and version != current.version:
        raise Stale(f"The record has version {current.version}, not {version}: read it again and repeat the change.")
    if isinstance(change, Update):
        sent = parse_values(object_, ctx.access, change.values, parsing, faults)
        return Draft(current.values, frozenset(sent), {**current.values, **sent}, faults, id=current.id)
    verb = "delete" if isinstance(change, Delete) else "restore"
    before = held(object_, current.values) if verb == "delete" else None
    return Plan((verb,), change.id, base_row(change.id, current, before), version)


def base_row(id_: str, current: Current, before: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": id_, "~version": current.version, "~before": before, "~since": current.updated_at}


def finish(ctx: Ctx, name: str, change: Change, draft: Draft, there: dict[str, Current]) -> Plan | Outcome:
    """What a completed draft comes to."""
    object_ = ctx.catalog.objects[name]
    if draft.faults:
        return Invalid(draft.faults)
    if not isinstance(change, Update):
        id_ = uuid7()
        row = {"id": id_, ORIGIN: held(object_, noted(draft.origins)), **row_of(object_, draft.after)}
        return Plan(("create",), id_, row)
    current = there[change.id]
    if not draft.changed and not change.linked:
        return Written(change.id, current.shown, current.version, changed=False)
    names = tuple(sorted((*draft.changed, *change.linked)))
    before = held(object_, {field: current.values.get(field) for field in names})
    row = base_row(change.id, current, before) | row_of(object_, draft.changed)
    row[ORIGIN] = held(object_, noted(draft.origins, names))
    return Plan(("update", *names), change.id, row, change.version)


async def run(
    ctx: Ctx, name: str, statement: tuple[str, ...], plans: dict[int, Plan], outcomes: list[Outcome | None]
) -> list[int]:
    """Write the plans of one statement; which of them met a record that had changed meanwhile."""
    made = statement_of(ctx, name, statement)
    try:
        written = await execute(ctx, name, made, list(plans.values()))
    except (psycopg.errors.IntegrityError, psycopg.errors.ProgramLimitExceeded, Unclaimed) as error:
        if len(plans) == 1:
            if isinstance(error, Unclaimed):
                return await explain(ctx, name, plans, outcomes)
            outcomes[next(iter(plans))] = refusal(ctx, name, error)
            return []
        written = {}
        for index, one in plans.items():
            await run(ctx, name, statement, {index: one}, outcomes)
        return [index for index in plans if outcomes[index] is None]
    again = []
    unwritten = {index: p for index, p in plans.items() if p.id not in written}
    for index, one in plans.items():
        if one.id in written:
            outcomes[index] = written[one.id]
    if unwritten:
        again = await explain(ctx, name, unwritten, outcomes)
    return again


async def execute(ctx: Ctx, name: str, made: Write, plans: list[Plan]) -> dict[str, Written]:
    values = write_values(ctx, made) | {"rows": ENCODE([plan.row for plan in plans]).decode()}
    async with ctx.guarded(always=made.claims):
        failpoint("write.before_statement")
        rows = await ctx.rows(made.text, values)
        failpoint("write.after_statement")
        if made.claims and len(rows) < len(plans):
            raise Unclaimed
    if name == PEOPLE:
        ctx.workspace.people_changed()
    return {row[0]: Written(row[0], row[1], row[2]) for row in rows}


def write_values(ctx: Ctx, made: Write) -> dict[str, Any]:
    actor = ctx.access.actor
    return {
        **ctx.access.constants, **made.constants, "now": ctx.now, "today": ctx.clock.today, "user": actor.user,
        "through": actor.through, "cause": ctx.cause, "principal": actor.principal,
    }  # fmt: skip


def statement_of(ctx: Ctx, name: str, statement: tuple[str, ...]) -> Write:
    verb, *names = statement

    def make() -> Write:
        sort = Writer if ctx.shown else QuietWriter
        writer = sort(ctx.access, ctx.workspace.schema, name)
        return writer.update(tuple(names)) if verb == "update" else MAKERS[verb](writer)

    found: Write = ctx.workspace.statements.get(("write", name, statement, ctx.shown, ctx.access.key), make)
    return found


async def check_shape(ctx: Ctx, name: str) -> None:
    """Raises Reshaped where the values of the object have got another form than this process knows."""
    cursor = await ctx.connection.execute(f"select {shape_sql(ctx.workspace.schema, name)}".encode())
    row = await cursor.fetchone()
    if row and row[0] != ctx.catalog.objects[name].shape:
        raise Reshaped


async def explain(ctx: Ctx, name: str, plans: dict[int, Plan], outcomes: list[Outcome | None]) -> list[int]:
    """Why rows were not written: a record it points to is not there, or it has changed meanwhile."""
    await check_shape(ctx, name)
    object_ = ctx.catalog.objects[name]
    again = []
    for index, one in plans.items():
        faults = [fault for field in object_.fields for fault in await dangling(ctx, field, one.row)]
        if faults:
            outcomes[index] = Invalid(faults)
        elif one.asked is not None:
            outcomes[index] = Stale("The record has changed meanwhile: read it again and repeat the change.")
        elif one.statement[0] == "create":
            outcomes[index] = NotFound("The record could not be created: what it points to is gone.")
        else:
            again.append(index)
    return again


async def dangling(ctx: Ctx, field: Field, row: dict[str, Any]) -> list[Fault]:
    """A fault for each link of a field whose record is not there, or not visible."""
    faults = []
    for where, name, id_ in links_of(field, row):
        if not (await load(ctx, name, [id_])).get(id_, GONE).live:
            label = ctx.catalog.objects[name].label.lower()
            faults.append(Fault(where, "not_found", f"There is no {label} with the id {id_}."))
    return faults


GONE = Current("", 0, "", deleted=True, values={}, shown=b"")
ENCODE: Callable[[Any], bytes] = msgspec.json.Encoder(decimal_format="number").encode
MAKERS: dict[str, Callable[[Writer], Write]] = {
    "create": Writer.create, "delete": Writer.delete, "restore": Writer.restore,
}  # fmt: skip
