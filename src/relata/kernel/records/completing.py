"""The drafts of one object are completed together: defaults, the rules of the apps, the rules
that are kept as data, and what is required; all faults of each at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.expression.memory import evaluate, nothing_related
from relata.kernel.expression.tree import Ref
from relata.kernel.history import origin
from relata.kernel.metadata.conditions import BEFORE, IS_NEW, Condition, Conditions, bare, ruled
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.query.facts import Facts, gather
from relata.kernel.records.attaching import attach
from relata.kernel.records.draft import Draft
from relata.kernel.records.rule import Record
from relata.kernel.records.validate import EMPTY, changed_values, judge, missing_faults


async def complete(ctx: Ctx, name: str, drafts: Sequence[Draft]) -> None:
    object_ = ctx.catalog.objects[name]
    conditions = ctx.catalog.conditions(name)
    await attach(ctx, object_, drafts)
    await give_defaults(ctx, object_, conditions, [draft for draft in drafts if draft.before is None])
    rules = ctx.workspace.rules.get(name, ())
    for draft in drafts:
        draft.after = judge(rules, draft.before, draft.after, ctx.now, draft.faults, draft.origins)
        if draft.before is not None:
            draft.changed = changed_values(object_, draft.before, draft.after)
    if conditions.judging:
        records = [record for draft in drafts for record in (draft.before, draft.after) if record is not None]
        facts = await gather(ctx, name, records, ruled(conditions.judging))
        for draft in drafts:
            Judging(ctx, object_, conditions, facts, draft).judge()
    required = [one for one in object_.own if one.required]
    for draft in drafts:
        asked = required if draft.before is None else [one for one in required if one.name in draft.changed]
        if any(draft.after.get(one.name) in EMPTY for one in asked):
            faulty = draft.faulty
            draft.faults += [fault for fault in missing_faults(asked, draft.after) if fault.pointer[1:] not in faulty]


async def give_defaults(ctx: Ctx, object_: Object, conditions: Conditions, drafts: Sequence[Draft]) -> None:
    """What formulas give for the fields of new records that nobody sent, turn by turn."""
    parsing = Parsing(ctx.workspace.currency)
    for turn in conditions.defaults if drafts else ():
        facts = await gather(ctx, object_.name, [draft.after for draft in drafts], ruled(one for _, one in turn))
        for draft in drafts:
            faulty = draft.faulty
            for name, condition in turn:
                if name in draft.sent or (condition.own | {name}) & faulty:
                    continue
                value = value_of(ctx, condition, facts, None, draft.after)
                given = object_.by_name[name]
                kind = KINDS[given.kind]
                try:
                    draft.after[name] = None if value is None else kind.parse(given, kind.spoken(value), parsing)
                    draft.origins[name] = origin.FORMULA
                except BadValue as error:
                    draft.faults += [fault.below(f"/{name}") for fault in error.faults]


def value_of(ctx: Ctx, condition: Condition, facts: Facts, before: Record | None, after: Record) -> object:
    def read(ref: Ref) -> object:
        if ref.path == (IS_NEW,):
            return before is None
        return facts.value(before if ref.path[0] == BEFORE else after, bare(ref.path))

    return evaluate(condition.tree, read, nothing_related, ctx.clock)


@dataclass(frozen=True, slots=True)
class Judging:
    """One draft before the rules that are kept as data. A rule is asked where the change touches what it reads, so
    that a record that broke a later rule can still be changed elsewhere.
    """

    ctx: Ctx
    object: Object
    conditions: Conditions
    facts: Facts
    draft: Draft

    def judge(self) -> None:
        draft, faulty = self.draft, self.draft.faulty
        found = [fault for fault in (*self.readonly(), *self.required()) if fault.pointer[1:] not in faulty]
        for check, condition in self.conditions.checks:
            if draft.touches(condition.own) and not condition.own & faulty and self.holds(condition):
                found.append(Fault(self.where(check.field), "rule", check.message))
        draft.faults += found

    def readonly(self) -> list[Fault]:
        """What the record was decides, so that the change which closes it may still fill it."""
        before = self.draft.before
        if before is None:
            return []
        return [
            Fault(f"/{name}", "read_only", f"{self.object.by_name[name].label} cannot be changed in this state.")
            for name, condition in self.conditions.readonly.items()
            if name in self.draft.sent
            and name in self.draft.changed
            and value_of(self.ctx, condition, self.facts, before, before) is True
        ]

    def required(self) -> list[Fault]:
        found = []
        for name, condition in self.conditions.required.items():
            shown = self.conditions.visible.get(name)
            read = condition.own | (shown.own if shown else frozenset())
            if (
                self.draft.after.get(name) in EMPTY
                and self.draft.touches(read | {name})
                and not read & self.draft.faulty
                and self.holds(condition)
                and (shown is None or self.holds(shown))
            ):
                found.append(self.missing(name))
        return found

    def missing(self, name: str) -> Fault:
        if self.ctx.access.visible(self.object.name, name):
            return Fault(f"/{name}", "required", f"{self.object.by_name[name].label} is required.")
        message = "A field that you do not see must be filled for this; ask somebody who sees it."
        return Fault("", "required", message)

    def holds(self, condition: Condition) -> bool:
        return value_of(self.ctx, condition, self.facts, self.draft.before, self.draft.after) is True

    def where(self, name: str | None) -> str:
        """The place of a fault: the whole record where the field is hidden."""
        return f"/{name}" if name and self.ctx.access.visible(self.object.name, name) else ""
