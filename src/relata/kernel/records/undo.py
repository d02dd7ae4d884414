"""Undoing as a change like any other: through the one door, with a cause of its own that names what was undone, so
that it can be undone in turn. A trial run does the same and is rolled back: what it foretells is what would happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as member
from itertools import groupby
from typing import Any

import msgspec

from relata.errors import Fault, Invalid, NotFound, RelataError
from relata.kernel.context import Ctx, uuid7
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.records.change import Change, Delete, Restore, Update, Written
from relata.kernel.records.dependents import dependents
from relata.kernel.records.relinking import Relinked, conflicts, relinked
from relata.kernel.records.results import told
from relata.kernel.records.undoing import Intent, Undone, intents, traces
from relata.kernel.records.write import write_all

TOLD = 100
"""Conflicts, refusals and dependents that are told one by one; all are counted."""
ORDER = (Restore, Update, Delete)


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever undoes said."""

    undone: Undone
    overwrite: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Account:
    """What came of it."""

    records: set[tuple[str, str]] = member(default_factory=set)
    refused: list[dict[str, Any]] = member(default_factory=list)

    def refuse(self, name: str, change: Change, error: RelataError) -> None:
        faults = error.faults or (Fault("", error.code, error.message),)
        self.refused.append({"object": name, "id": getattr(change, "id", ""), "errors": told(faults)})


class Foretold(Exception):
    """Rolls a trial run back."""


def read_undo(document: Any, undone: Undone | None = None) -> Wish:
    """`{"cause" or "version", "on_conflict"?: "keep" | "overwrite", "dry_run"?}`, checked; with `undone`, the record
    is known and its version is named.
    """
    what = "version" if undone else "cause"
    keys = (what, "on_conflict", "dry_run")
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(keys)}.")])
    faults = [
        Fault(f"/{key[:80]}", "unknown_parameter", f"Use {', '.join(keys)}.") for key in document if key not in keys
    ]
    given = document.get(what)
    if undone and (isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 2**31):
        faults.append(Fault("/version", "wrong_type", "Name the version that the change made, a whole number."))
    if not undone:
        try:
            given = checked_id(given)
        except BadValue as error:
            faults += [fault.below("/cause") for fault in error.faults]
    if document.get("on_conflict", "keep") not in ("keep", "overwrite"):
        faults.append(Fault("/on_conflict", "unknown_option", "Use keep or overwrite."))
    if not isinstance(document.get("dry_run", False), bool):
        faults.append(Fault("/dry_run", "wrong_type", "Send true or false."))
    if faults:
        raise Invalid(faults)
    target = Undone(object=undone.object, record=undone.record, version=given) if undone else Undone(cause=given)
    return Wish(target, document.get("on_conflict") == "overwrite", document.get("dry_run", False))


async def undo(ctx: Ctx, wish: Wish) -> dict[str, Any]:
    """`{"cause", "dry_run", "records", "undone", "unchanged", "conflicts", "refused", "dependents", …_total}`; raises
    NotFound where there is no such change, or none that the actor sees. Of more than `MOST` changes only the first
    records are dealt with: the rest is for a job.
    """
    found = await traces(ctx, wish.undone)
    planned = await intents(ctx, found, overwrite=wish.overwrite)
    if not planned:
        raise NotFound("There is no such change.")
    lists = await relinked(ctx, wish.undone, found, overwrite=wish.overwrite)
    again = [again for one in planned for again in one.again] + [
        again for one in lists for again in conflicts(ctx, one)
    ]
    ctx.given_cause = uuid7()
    account = Account()
    try:
        async with ctx.connection.transaction():
            await name_undone(ctx, wish.undone)
            await carry_out(ctx, planned, account)
            await relink(ctx, lists, account)
            if wish.dry_run:
                raise Foretold
    except Foretold:
        pass
    staying = await dependents(ctx, planned)
    return {
        "cause": None if wish.dry_run or not account.records else ctx.cause,
        "dry_run": wish.dry_run,
        "records": len(planned),
        "undone": len(account.records),
        "unchanged": len(planned) - len(account.records),
        **listed("conflicts", [msgspec.to_builtins(one) for one in again]),
        **listed("refused", account.refused),
        **listed("dependents", [dict(one) for one in dict.fromkeys(tuple(d.told().items()) for d in staying)]),
    }


def listed(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: entries[:TOLD], f"{name}_total": len(entries)}


async def name_undone(ctx: Ctx, undone: Undone) -> None:
    text = f"insert into {q(ctx.workspace.schema)}._undo (cause, undone, record, version) values (%s, %s, %s, %s) on conflict do nothing"
    values = [ctx.cause, undone.cause, undone.record, undone.version]
    await ctx.connection.execute(text.encode(), values)


async def carry_out(ctx: Ctx, planned: Sequence[Intent], account: Account) -> None:
    """All restorings first, so that what points to these records can point there again; all deletions last, and after
    them what needs a unique value that one of the deleted had.
    """
    taken: list[tuple[str, Change]] = []
    for verb in ORDER:
        for name, of_object in groupby(planned, lambda one: one.object):
            changes = [change for one in of_object for change in one.changes() if isinstance(change, verb)]
            taken += [(name, change) for change, _ in await change_all(ctx, name, changes, account)]
    for name, pairs in groupby(taken, lambda one: one[0]):
        for change, error in await change_all(ctx, name, [change for _, change in pairs], account):
            account.refuse(name, change, error)


async def relink(ctx: Ctx, lists: Sequence[Relinked], account: Account) -> None:
    """The links first: only if some of them change, that is a change of the record whose lists have them."""
    for one in lists:
        if not ctx.access.writable(one.object, one.field.name):
            continue
        of_links = Account()
        await carry_out(ctx, one.links, of_links)
        account.refused += of_links.refused
        change = one.change(of_links.records)
        if change:
            for refused, error in await change_all(ctx, one.object, [change], account):
                account.refuse(one.object, refused, error)


async def change_all(
    ctx: Ctx, name: str, changes: Sequence[Change], account: Account
) -> list[tuple[Change, RelataError]]:
    """Those whose unique value another of them still has are tried again when that one has let it go; which of them
    others have.
    """
    waiting = list(changes)
    while waiting:
        outcomes = list(zip(waiting, await write_all(ctx, name, waiting), strict=True))
        taken = [(change, error) for change, error in outcomes if isinstance(error, RelataError) and is_taken(error)]
        for change, outcome in outcomes:
            if isinstance(outcome, Written):
                account.records |= {(name, outcome.id)} if outcome.changed else set()
            elif not is_taken(outcome):
                account.refuse(name, change, outcome)
        if not any(isinstance(outcome, Written) for _, outcome in outcomes):
            return taken
        waiting = [change for change, _ in taken]
    return []


def is_taken(error: RelataError) -> bool:
    return any(fault.code == "not_unique" for fault in error.faults)
