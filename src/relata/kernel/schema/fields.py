"""Changing and deleting fields of live data: also their kind, where every value fits."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
import psycopg

from relata.errors import Conflict, Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.kinds.checks import pointer
from relata.kernel.metadata.rule import RULED
from relata.kernel.metadata.store import FIELD_CHANGES, SHAPE, Definition
from relata.kernel.metadata.sync import present
from relata.kernel.schema.alter import Edit, alter, relocated, with_more
from relata.kernel.schema.changes import existing, gone
from relata.kernel.schema.conversion import becomes, kinds_after
from relata.kernel.schema.converting import Converting, Overtaken, Ready
from relata.kernel.schema.documents import follow
from relata.kernel.schema.impact import others, users_of
from relata.kernel.schema.linking import drops_of
from relata.kernel.schema.offenders import check_stricter
from relata.kernel.schema.reading import ROLLUP_KEYS, Sent, check_default, stored_form
from relata.kernel.schema.trash import emptied, trashing
from relata.kernel.schema.users import Target

OWN = ("kind", "formula", "inverse_label", *ROLLUP_KEYS)
"""What can be changed of an administrator's own fields only."""
MERGE = "merge"
"""The key under which options are named that become others."""
TURNS = 3
"""How often the change of a kind begins anew."""
SETTLED = ("kind", "required", "unique")
"""What cannot be changed while a field is being built."""
READERS = ("formulas", "rollups", "rules", "conditions")


async def change_field(here: Installation, ctx: Ctx, name: str, field: str, sent: Any, *, check: bool = False) -> Field:
    """Another label, help, kind, options (also merged), default, formula, conditions; made required or unique, or not. With
    `check`, only whether it could be done.
    """
    ctx.access.administer()
    old = existing(ctx, name, field)
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    asked.known((*FIELD_CHANGES, MERGE, *(OWN if old.custom else ())))
    changes = read_changes(asked, old)
    into = read_merge(asked, old, changes)
    preview = msgspec.convert({**stored_form(old), **changes}, Field)
    moves = preview.kind != old.kind or bool(into)
    if not moves or "default" in asked.document:
        check_default(preview, "", Parsing(ctx.workspace.currency), faults)
    if faults:
        raise Invalid(faults)
    if field in ctx.catalog.objects[name].ends and not set(asked.document) <= {"label", "help"}:
        raise Conflict("It is an end of the links: only its label and its help can be changed.")
    besides(old, changes, moves=moves)
    if not old.custom and old.required and changes.get("required") is False:
        raise Conflict(f"{old.label} is required by Relata itself.")

    def decide(catalog: Catalog, definitions: list[Definition], ready: Ready | None = None) -> Edit:
        now = catalog.objects[name].field(field)
        if now is None:
            raise gone(name, field)
        changed = besides(now, changes, moves=moves)
        new = msgspec.convert({**stored_form(now), **changed}, Field)
        saved = with_more(definitions, name, field, changed)
        if moves:
            if now != old:
                raise Conflict(f"{old.label} has just been changed by another administrator; look at it and try again.")
            shape = with_more(definitions, name, "", {SHAPE: catalog.objects[name].shape + 1})
            return KindChange(catalog, name, now, new, into).edit(saved, shape, ready)

        async def strict(ctx: Ctx) -> None:
            await check_stricter(ctx, catalog.objects[name], now, new)

        return Edit(saves=(saved,), before=strict)

    try:
        if not moves:
            catalog = await alter(here, ctx, name, decide, check=check)
        else:
            converting = KindChange(ctx.catalog, name, old, preview, into).converting(ctx)
            catalog = await prepared(
                converting, lambda ready: alter(here, ctx, name, partial(decide, ready=ready), check=check), check=check
            )
    except Invalid as error:
        at_home = relocated(error, {f"/objects/{name}/fields/{field}": ""})
        raise (blamed(at_home, ctx.catalog) if moves else at_home) from None
    except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation) as error:
        raise narrower(error, preview) from None
    return catalog.objects[name].by_name[field]


def besides(now: Field, changes: dict[str, Any], *, moves: bool) -> dict[str, Any]:
    """The changes without what is being built already; raises Conflict where they contradict it."""
    if now.building is None:
        return changes
    rest = {key: value for key, value in changes.items() if not (key in now.building.rules and value is True)}
    if moves or any(key in SETTLED and rest[key] != getattr(now, key) for key in rest):
        message = f"{now.label} is still being built: wait for the job {now.building.job}, or cancel it."
        raise Conflict(message)
    return rest


async def prepared(
    converting: Converting, change: Callable[[Ready | None], Awaitable[Catalog]], *, check: bool
) -> Catalog:
    """What the change makes once all is ready for it, which a `check` does without; again where others have overtaken it."""
    await converting.forget()
    if check:
        return await change(None)
    async with converting.alone():
        for _ in range(TURNS):
            with contextlib.suppress(Overtaken):
                async with converting.prepared() as ready:
                    return await change(ready)
    raise Overtaken


def read_changes(asked: Sent, old: Field) -> dict[str, Any]:
    """What was sent, in the form in which it is stored."""
    changes: dict[str, Any] = {
        key: asked.text(key) for key in ("label", "help", "formula", "inverse_label") if key in asked.document
    }
    changes |= {key: asked.flag(key) for key in ("required", "unique") if key in asked.document}
    changes |= {key: asked.text(key).strip() or None for key in (*RULED, "rate_date") if key in asked.document}
    if "options" in asked.document:
        changes["options"] = [msgspec.to_builtins(option) for option in asked.options()]
    if any(key in asked.document for key in ROLLUP_KEYS):
        changes["rollup"] = msgspec.to_builtins(asked.rollup(old.rollup), builtin_types=(Decimal,))
    if "default" in asked.document:
        changes["default"] = asked.document["default"]
    return changes | read_kind(asked, old)


def read_merge(asked: Sent, old: Field, changes: dict[str, Any]) -> dict[str, str]:
    """Option → the option that it becomes; those that do are no options any more."""
    sent = asked.document.get(MERGE)
    if sent is None:
        return {}
    if not isinstance(sent, dict) or not sent or not all(isinstance(one, str) for one in sent.values()):
        asked.fault(f"/{MERGE}", "wrong_type", 'Send which option becomes which: {"lukewarm": "warm"}.')
        return {}
    if "kind" in changes or "options" in changes:
        asked.fault(f"/{MERGE}", "not_applicable", "Merge options first, and change the rest of them after that.")
    for key, into in sent.items():
        where = f"/{MERGE}/{pointer(key)}"
        if old.option(key) is None:
            asked.fault(where, "unknown_option", f"{old.label} has no option «{key[:80]}».")
        if old.option(into) is None or into in sent:
            asked.fault(where, "unknown_option", f"«{into[:80]}» is no option that stays.")
    changes["options"] = [msgspec.to_builtins(option) for option in old.options if option.key not in sent]
    return sent


def read_kind(asked: Sent, old: Field) -> dict[str, Any]:
    """What goes with another kind."""
    wanted = asked.text("kind")
    if not old.custom or not wanted or wanted == old.kind:
        return {}
    kind = KINDS.get(wanted)
    if kind is None or not kind.creatable or not becomes(KINDS[old.kind], kind):
        offered = ", ".join(kinds_after(old))
        told = f"it can become: {offered}" if offered else "make a new field instead"
        asked.fault("/kind", "not_applicable", f"{KINDS[old.kind].label} cannot become «{wanted[:40]}»; {told}.")
        return {}
    changes: dict[str, Any] = {"kind": wanted, "searched": kind.searched, "indexed": wanted == "choice"}
    if "options" not in kind.takes:
        changes["options"] = []
    if wanted != "money":
        changes["rate_date"] = None
    return changes


@dataclass(frozen=True, slots=True)
class KindChange:
    """One field gets another kind, or some of its options become another (`into`): its values, its past, its search
    documents.
    """

    catalog: Catalog
    name: str
    old: Field
    new: Field
    into: Mapping[str, str]

    def converting(self, ctx: Ctx) -> Converting:
        users = users_of(self.catalog, Target(self.name, self.old.name, frozenset(self.into)))
        readers = tuple(others(users, *READERS))
        return Converting(ctx, self.catalog.objects[self.name], self.old, self.new, readers, self.into)

    def edit(self, saved: Definition, shape: Definition, ready: Ready | None) -> Edit:
        """The change, or a trial where nothing is ready for it."""

        async def convert(ctx: Ctx) -> tuple[Definition, ...]:
            converting = self.converting(ctx)
            made = await (converting.run(ready) if ready else converting.trial())
            found = {"options": [msgspec.to_builtins(option) for option in made.options], "default": made.default}
            if ready:
                await self.strict(ctx, made)
            return (replace(saved, value={**saved.value, **found}),)

        return Edit(saves=(saved, shape), before=convert, light=True, after=self.follow)

    async def strict(self, ctx: Ctx, made: Field) -> None:
        """What becomes required or unique at the same time is judged by the new values."""
        object_ = self.catalog.objects[self.name]
        own = tuple(made if field.name == made.name else field for field in object_.own)
        before = replace(made, required=self.old.required, unique=self.old.unique)
        await check_stricter(ctx, replace(object_, own=own), before, made)

    async def follow(self, ctx: Ctx, catalog: Catalog) -> None:
        """The search documents of the records that hold something, if it stands in them or stood."""
        title = catalog.objects[self.name].title == self.new.name
        if not (title or self.old.searched or self.new.searched):
            return
        await follow(ctx, catalog, self.name, present(self.new))


async def delete_field(here: Installation, ctx: Ctx, name: str, field: str, *, check: bool = False) -> None:
    """A custom field with its values, into the trash; refused while a formula, a rule or the title uses it."""
    ctx.access.administer()
    if not existing(ctx, name, field).custom:
        raise Conflict("This field belongs to Relata and cannot be deleted.")

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        if catalog.objects[name].field(field) is None:
            raise gone(name, field)
        users = others(users_of(catalog, Target(name, field)), *READERS, "rates", "titles")
        if users:
            raise Conflict(f"It is used by {', '.join(users)}; change these first.")
        if field in catalog.objects[name].ends:
            raise Conflict("It is an end of the links; delete the many-to-many fields that show them.")
        drops = drops_of(catalog, name, catalog.objects[name].by_name[field])
        found = catalog.objects[name].by_name[field]
        shape = with_more(definitions, name, "", {SHAPE: catalog.objects[name].shape + 1})

        async def after(ctx: Ctx, catalog: Catalog) -> None:
            await emptied(ctx, catalog, name, found)

        put = trashing(name, catalog.objects[name], found, drops)
        return Edit(saves=(shape,), drops=drops, aside=put, after=after)

    await alter(here, ctx, name, decide, check=check)


def blamed(error: Invalid, catalog: Catalog) -> Invalid:
    """Faults of other definitions, such as of a formula that reads the field, as faults of its new kind."""
    faults = []
    for fault in error.faults:
        match fault.pointer.split("/"):
            case ["", "objects", name, "fields", field, *_] if known := catalog.objects[name].field(field):
                told = f"{catalog.objects[name].label}: {known.label}"
            case ["", "objects", name, "rules", rule, *_]:
                told = f"the rule «{rule}» of {catalog.objects[name].plural}"
            case _:
                faults.append(fault)
                continue
        faults.append(Fault("/kind", "in_use", f"It is used by {told}, which would break: {fault.message}"))
    return Invalid(faults) if faults != list(error.faults) else error


def narrower(error: psycopg.Error, field: Field) -> Invalid:
    """Different texts can be one number, and a text of blanks is empty."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        told = f"Different values of {field.label} would become the same, but each is there only once; give up «unique» or change them."
        return Invalid([Fault("/unique", "not_unique", told)])
    return Invalid(
        [Fault("/required", "empty", f"Some values of {field.label} are blank, but it is required; fill them.")]
    )
