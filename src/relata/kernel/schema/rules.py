"""Rules made, changed and deleted by administrators; kept with the definition of their object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa

from relata.errors import Conflict, Fault, Invalid, NotFound
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.sql import to_sql
from relata.kernel.installation import Installation
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.conditions import of_existing
from relata.kernel.metadata.field import slug
from relata.kernel.metadata.rule import Check
from relata.kernel.metadata.store import Definition
from relata.kernel.query.compile import finish
from relata.kernel.query.facts import SYSTEM
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound
from relata.kernel.schema.alter import Edit, alter, relocated
from relata.kernel.schema.offenders import SHOWN, Offender, Offenders
from relata.kernel.schema.reading import Sent

KEYS = ("name", "label", "refuse_if", "message", "field")
CHANGES = ("label", "refuse_if", "message", "field")
COUNTING = "3s"


@dataclass(frozen=True, slots=True)
class Made:
    """A rule, and how many live records break it already, with the first of them; None where counting them would take
    too long.
    """

    check: Check
    breaking: int | None
    offenders: list[Offender]


async def create_rule(here: Installation, ctx: Ctx, name: str, sent: Any, *, check: bool = False) -> Made:
    """A new rule; with `check`, only whether it could be made."""
    ctx.access.administer()
    ctx.access.object(name)
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    asked.known(KEYS)
    label = asked.text("label").strip()
    made = Check(
        name=asked.text("name") or slug(label)[:40].strip("_"),
        label=label,
        refuse_if=asked.text("refuse_if"),
        message=asked.text("message"),
        field=asked.text("field") or None,
        custom=True,
    )
    faults += [Fault(f"/{key}", "required", f"«{key}» is missing.") for key in REQUIRED if not getattr(made, key)]
    return await keep_rule(here, ctx, name, made, faults, check=check, new=True)


async def change_rule(here: Installation, ctx: Ctx, name: str, rule: str, sent: Any, *, check: bool = False) -> Made:
    """Another label, condition, message or field; the name stays."""
    old = custom_rule(ctx, name, rule)
    faults: list[Fault] = []
    asked = Sent(sent, "", faults)
    asked.known(CHANGES)
    changes: dict[str, Any] = {key: asked.text(key) or None for key in CHANGES if key in asked.document}
    faults += [Fault(f"/{key}", "required", f"«{key}» is missing.") for key in REQUIRED if not changes.get(key, "kept")]
    made = replace(old, **{key: value for key, value in changes.items() if value or key == "field"})
    return await keep_rule(here, ctx, name, made, faults, check=check)


async def delete_rule(here: Installation, ctx: Ctx, name: str, rule: str) -> None:
    custom_rule(ctx, name, rule)

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        return edit(catalog, definitions, name, rule, None)

    await alter(here, ctx, name, decide)


async def keep_rule(  # noqa: PLR0913 — a rule, its place and how it is kept
    here: Installation, ctx: Ctx, name: str, made: Check, faults: list[Fault], *, check: bool, new: bool = False
) -> Made:
    if faults:
        raise Invalid(faults)
    if made.field is not None:
        made = replace(made, field=ctx.access.present(ctx.access.object(name), made.field))

    def decide(catalog: Catalog, definitions: list[Definition]) -> Edit:
        if new and any(one.name == made.name for one in catalog.objects[name].checks):
            raise Invalid([Fault("/name", "duplicate", f"There is already a rule «{made.name}».")])
        return edit(catalog, definitions, name, made.name, made)

    try:
        catalog = await alter(here, ctx, name, decide, check=check)
    except Invalid as error:
        raise relocated(error, {f"/objects/{name}/rules/{made.name}": "", f"/objects/{name}/rules": ""}) from None
    count, first = await breaking(ctx, catalog, name, made.name)
    found = await Offenders(ctx, catalog.objects[name]).where("id = any(%(named)s::uuid[])", "", first)
    return Made(made, count, found.offenders)


def edit(catalog: Catalog, definitions: list[Definition], name: str, rule: str, made: Check | None) -> Edit:
    """The rule in the place of the one of its name, at the end where there is none; None takes it away."""
    own = {one.name: one for one in catalog.objects[name].checks if one.custom}
    if made is not None:
        own[rule] = made
    else:
        own.pop(rule, None)
    nothing = Definition(name, "", custom=False, value={})
    kept = next((d for d in definitions if d.object == name and not d.field), nothing)
    return Edit(saves=(replace(kept, value={**kept.value, "checks": msgspec.to_builtins(list(own.values()))}),))


def custom_rule(ctx: Ctx, name: str, rule: str) -> Check:
    ctx.access.administer()
    found = next((one for one in ctx.access.object(name).checks if one.name == rule), None)
    if found is None:
        raise NotFound(f"There is no rule «{rule[:80]}».")
    if not found.custom:
        raise Conflict("This rule belongs to Relata and cannot be changed.")
    return found


async def breaking(ctx: Ctx, catalog: Catalog, name: str, rule: str) -> tuple[int | None, list[str]]:
    """How many live records a rule would refuse as they are, and the ids of the first."""
    condition = next(condition for check, condition in catalog.conditions(name).checks if check.name == rule)
    build = Build(Access(catalog, SYSTEM), ctx.workspace.schema)
    frame = Frame(build, name)
    refused = to_sql(of_existing(condition.tree), frame, condition=True)
    id_ = frame.table.c.id
    counted: sa.Select[Any, Any] = sa.select(sa.func.count().over(), id_).order_by(id_).limit(SHOWN)
    statement = finish(counted.select_from(frame.source()).where(frame.live(), refused), build)
    try:
        async with ctx.connection.transaction():
            await ctx.connection.execute(f"set local statement_timeout = '{COUNTING}'".encode())
            cursor = await ctx.connection.execute(statement.text.encode(), bound(ctx, statement, ()))
            rows = await cursor.fetchall()
    except psycopg.errors.QueryCanceled:
        return None, []
    return (rows[0][0] if rows else 0), [str(id_) for _, id_ in rows]


REQUIRED = ("label", "refuse_if", "message")
