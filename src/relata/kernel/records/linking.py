"""Writing the lists of many-to-many fields: what a list says is compared with the links that are there, and the
difference goes through the one write path, as records of the junction, together with the change of the record itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import sqlalchemy as sa

from relata.errors import Conflict, Fault, Invalid, RelataError
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.field import Field, Through
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.kinds.checks import LIST, pointer
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.load import load
from relata.kernel.query.run import bound
from relata.kernel.records.change import Change, Create, Delete, Update, Written
from relata.kernel.records.validate import missing_faults

TRIES = 5
Link = dict[str, Any]
Lists = dict[str, Any]
Outcome = Written | RelataError
Wanted = tuple[str, dict[str, list[Link]]]
"""A record and the lists that it shall have."""
AT_ONCE = 1_000
"""Links that one statement writes."""
Plain = Callable[[Ctx, str, Sequence[Change]], Awaitable[list[Outcome]]]
"""The writing of changes that send no links."""


@dataclass(slots=True)
class Difference:
    """The changes of one junction that make a list what it shall be, each with its place in the list (None: none)."""

    of: Field
    through: Through
    changes: list[tuple[int | None, Change]] = field(default_factory=list)


class Refused(Exception):
    """Rolls everything of one change back."""

    def __init__(self, error: RelataError) -> None:
        super().__init__()
        self.error = error


def lists_of(ctx: Ctx, name: str, change: Change) -> Lists:
    """The lists that a change sends for many-to-many fields which the actor may write; others are no fields at all."""
    object_ = ctx.catalog.objects.get(name)
    sent = change.values if isinstance(change, Create | Update) else None
    if object_ is None or not object_.links or not isinstance(sent, dict):
        return {}
    return {
        one.name: sent[one.name] for one in object_.links if one.name in sent and ctx.access.writable(name, one.name)
    }


async def write_linked(ctx: Ctx, name: str, change: Change, lists: Lists, plain: Plain) -> Outcome:
    """The change with its lists, wholly or not at all; again where somebody else linked the same two meanwhile."""
    for _ in range(TRIES):
        try:
            async with ctx.connection.transaction():
                return await attempt(ctx, name, change, lists, plain)
        except Refused as refused:
            error = refused.error
            if not any(fault.code == "not_unique" and fault.pointer == AGAIN for fault in error.faults):
                return error
    return Conflict("Others keep linking the same records; try again.")


async def attempt(ctx: Ctx, name: str, change: Change, lists: Lists, plain: Plain) -> Outcome:
    faults: list[Fault] = []
    wanted = parsed(ctx, name, lists, faults)
    own = without(change, lists)
    if isinstance(own, Create):
        outcome = (await plain(ctx, name, [own]))[0]
        if isinstance(outcome, RelataError):
            await foreseen(ctx, name, {0: wanted}, {0: faults})
            raise Refused(with_faults(outcome, faults))
        await link(ctx, name, {0: (outcome.id, wanted)}, {0: faults}, plain)
        if faults:
            raise Refused(Invalid(faults))
        return await shown(ctx, name, outcome)
    if not await locked(ctx, name, [own.id]):
        return (await plain(ctx, name, [own]))[0]
    linked = await link(ctx, name, {0: (own.id, wanted)}, {0: faults}, plain)
    outcome = (await plain(ctx, name, [replace(own, linked=linked[0])]))[0]
    if isinstance(outcome, RelataError):
        raise Refused(with_faults(outcome, faults))
    if faults:
        raise Refused(Invalid(faults))
    return outcome


def without(change: Change, lists: Lists) -> Create | Update:
    """The change of the record itself."""
    if not isinstance(change, Create | Update):
        msg = "only what creates or updates sends lists"
        raise TypeError(msg)
    return replace(change, values={key: value for key, value in change.values.items() if key not in lists})


def with_faults(error: RelataError, faults: list[Fault]) -> RelataError:
    """The refusal of the record, with what is wrong with its links."""
    return Invalid([*error.faults, *faults]) if isinstance(error, Invalid) and faults else error


def parsed(ctx: Ctx, name: str, lists: Lists, faults: list[Fault]) -> dict[str, list[Link]]:
    """The links of each list; null is the empty list."""
    parsing = Parsing(ctx.workspace.currency)
    wanted: dict[str, list[Link]] = {}
    for key, value in lists.items():
        one = ctx.catalog.objects[name].by_name[key]
        try:
            wanted[key] = [] if value is None else KINDS[one.kind].parse(one, value, parsing)
        except BadValue as error:
            faults += [fault.below(f"/{key}") for fault in error.faults]
    return wanted


async def locked(ctx: Ctx, name: str, ids: Sequence[str]) -> set[str]:
    """Those that the actor sees, live; until the transaction ends nobody else writes their lists."""
    found = {id_ for id_, one in (await load(ctx, name, list(ids))).items() if one.live}
    text = f"select 1 from {q(ctx.workspace.schema)}.{q(name)} where id = any(%s::uuid[]) order by id for no key update"
    await ctx.connection.execute(text.encode(), [sorted(found)])
    return found


async def link(
    ctx: Ctx, name: str, wanted: Mapping[int, Wanted], faults: dict[int, list[Fault]], plain: Plain
) -> dict[int, tuple[str, ...]]:
    """Make the links of all these records what their lists say, field by field; the fields of each of which some were
    changed. What is wrong with the links of one is added to its `faults`.
    """
    changed: dict[int, tuple[str, ...]] = dict.fromkeys(wanted, ())
    for one in ctx.catalog.objects[name].links:
        rows = {place: (id_, lists[one.name]) for place, (id_, lists) in wanted.items() if one.name in lists}
        there = await links_there(ctx, name, one, [id_ for id_, _ in rows.values()]) if rows else {}
        new = {link["id"] for id_, links in rows.values() for link in links if link["id"] not in there.get(id_, {})}
        live = {id_ for id_, found in (await load(ctx, one.to[0], sorted(new))).items() if found.live}
        found = {
            place: difference(ctx, one, (id_, links), there.get(id_, {}), live, faults[place])
            for place, (id_, links) in rows.items()
        }
        every = [(place, of_place) for place, of_row in found.items() for of_place in of_row.changes]
        for start in range(0, len(every), AT_ONCE):
            part = every[start : start + AT_ONCE]
            outcomes = await plain(ctx, found[part[0][0]].through.object, [change for _, (_, change) in part])
            for (place, (position, _)), outcome in zip(part, outcomes, strict=True):
                if isinstance(outcome, RelataError):
                    faults[place] += told(found[place], position, outcome)
                elif outcome.changed and one.name not in changed[place]:
                    changed[place] += (one.name,)
    return changed


def difference(
    ctx: Ctx, one: Field, row: tuple[str, list[Link]], there: dict[str, str], live: set[str], faults: list[Fault]
) -> Difference:
    """`there` has the id of the link by that of its other end, `live` whom one can link. What a link does not name
    stays as it is.
    """
    if one.through is None:
        msg = f"{one.name} has no links"
        raise LookupError(msg)
    id_, links = row
    found = Difference(one, one.through)
    if len(there) > LIST:
        message = (
            f"The record has more than {LIST} links, so that a list does not tell them all; change them one by one "
            f"as records of «{one.through.object}»."
        )
        faults.append(Fault(f"/{one.name}", "too_many", message))
        return found
    kept = {link["id"] for link in links}
    found.changes += [(None, Delete(link_id)) for far, link_id in there.items() if far not in kept]
    for place, link in enumerate(links):
        where = f"/{one.name}/{place}"
        values = attributes_of(ctx, one, link, where, faults)
        if link["id"] in there:
            found.changes += [(place, Update(there[link["id"]], values))] if values else []
        elif link["id"] in live:
            ends = {one.through.near: id_, one.through.far: link["id"]}
            found.changes.append((place, Create(values | ends)))
        else:
            faults += unlinkable(ctx, one, link["id"], values, where)
    return found


def unlinkable(ctx: Ctx, one: Field, far: str, values: Link, where: str) -> list[Fault]:
    """There is no such record, and what else is wrong with the link."""
    label = ctx.catalog.objects[one.to[0]].label.lower()
    return [
        Fault(f"{where}/id", "not_found", f"There is no {label} with the id {far}."),
        *attribute_faults(ctx, one, values, where),
    ]


def attribute_faults(ctx: Ctx, one: Field, values: Link, where: str) -> list[Fault]:
    """What is wrong with the attributes of a link that is not made."""
    junction = ctx.catalog.objects[one.through.object if one.through else ""]
    missing = missing_faults([a for a in junction.attributes if a.required and a.default is None], values)
    faults = [fault.below(where) for fault in missing]
    for part, value in values.items():
        attribute = junction.by_name[part]
        try:
            if value is not None:
                KINDS[attribute.kind].parse(attribute, value, Parsing(ctx.workspace.currency))
        except BadValue as error:
            faults += [fault.below(f"{where}/{part}") for fault in error.faults]
    return faults


def attributes_of(ctx: Ctx, one: Field, link: Link, where: str, faults: list[Fault]) -> Link:
    """What a link says besides its ends."""
    junction = ctx.catalog.objects[one.through.object if one.through else ""]
    known = {field.name for field in junction.attributes if ctx.access.visible(junction.name, field.name)}
    sent = {key: value for key, value in link.items() if key not in ("object", "id")}
    faults += [
        Fault(f"{where}/{pointer(key)}", "unknown_field", f"A link of {one.label} has no attribute «{key[:80]}».")
        for key in sent
        if key not in known
    ]
    return {key: value for key, value in sent.items() if key in known}


def told(found: Difference, place: int | None, error: RelataError) -> list[Fault]:
    """The refusal of a link, with pointers into the list."""
    where = f"/{found.of.name}" if place is None else f"/{found.of.name}/{place}"
    faults = []
    for fault in error.faults or (Fault("", error.code, error.message),):
        if fault.code == "not_unique" and fault.pointer in (f"/{found.through.near}", f"/{found.through.far}"):
            faults.append(Fault(AGAIN, fault.code, fault.message))
        elif fault.pointer == f"/{found.through.far}":
            faults.append(Fault(f"{where}/id", fault.code, fault.message))
        elif fault.pointer == f"/{found.through.near}":
            faults.append(Fault(where, fault.code, fault.message))
        else:
            faults.append(fault.below(where))
    return faults


async def foreseen(ctx: Ctx, name: str, wanted: Mapping[int, Lists], faults: dict[int, list[Fault]]) -> None:
    """Add what is wrong with the links of records that were not made, so that all is told at once."""
    for one in ctx.catalog.objects[name].links:
        rows = {place: lists[one.name] for place, lists in wanted.items() if one.name in lists}
        there = await load(ctx, one.to[0], sorted({link["id"] for links in rows.values() for link in links}))
        for place, links in rows.items():
            for position, link in enumerate(links):
                where, found = f"/{one.name}/{position}", there.get(link["id"])
                values = attributes_of(ctx, one, link, where, faults[place])
                if found is None or found.deleted:
                    faults[place] += unlinkable(ctx, one, link["id"], values, where)
                else:
                    faults[place] += attribute_faults(ctx, one, values, where)


async def links_there(ctx: Ctx, name: str, one: Field, ids: list[str]) -> dict[str, dict[str, str]]:
    """Id of a record → id at the other end → id of the link, of those that the actor is shown; of each record one
    more than a list has at most.
    """
    key = ("links", name, one.name, ctx.access.key)
    statement: Statement = ctx.workspace.statements.get(key, lambda: compile_links(ctx, name, one))
    rows = await ctx.rows(statement.text, bound(ctx, statement, ()) | {"ids": ids})
    return {id_: dict(msgspec.json.decode(pairs)) for id_, pairs in rows}


def compile_links(ctx: Ctx, name: str, one: Field) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    child, reached = frame.across((one.name,))
    far = child.table.c[one.through.far if one.through else ""]
    pair = sa.func.json_build_array(sa.cast(far, sa.Text()), sa.cast(child.table.c.id, sa.Text())).label("pair")
    most: sa.ColumnElement[Any] = sa.literal_column(str(LIST + 1))
    rows = sa.select(pair).select_from(child.source()).where(reached).limit(most).subquery("links")
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::json")
    listed = sa.select(sa.func.coalesce(sa.func.json_agg(rows.c.pair), none)).scalar_subquery()
    mine = frame.table.c.id == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    chosen: sa.Select[Any] = sa.select(sa.cast(frame.table.c.id, sa.Text()), listed).select_from(frame.source())
    return finish(chosen.where(mine), frame.build)


async def shown(ctx: Ctx, name: str, made: Written) -> Written:
    """The record with its links, which were made after it."""
    found = (await load(ctx, name, [made.id])).get(made.id)
    return made if found is None else replace(made, record=found.shown)


AGAIN = "/~again"
"""The place of the fault that the same two were linked meanwhile, which is mended by comparing again."""
