"""What changed between two moments: in a record, field by field; in a list, which records came into the filter, left
it, or stayed with other values. Both sides are read by the one path, each as of its moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa

from relata.errors import Fault, Invalid, NotFound
from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.query.compile import Statement, condition, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.language import Query, read_query
from relata.kernel.query.one import missing, read_one
from relata.kernel.query.reading import Path
from relata.kernel.query.run import bound

KEYS = ("filter", "from", "to", "fields", "limit", "after")
PLACE = re.compile(r"%\((\w+)\)s")
KEPT = frozenset({"version", "updated_at", "updated_by"})
"""What every change changes: no news in a record."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same question at two moments; without a moment, `after` is asked of the present."""

    before: Query
    after: Query
    limit: int
    above: str | None


def read_comparison(document: Any, name: str, access: Access, clock: Clock, fields: Any = ("id",)) -> Comparison:
    """The checked question; raises Invalid with every fault. `fields` are those compared where none are named."""
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}.")])
    faults = [
        Fault(f"/{pointer(key)}", "unknown_parameter", f"Use {', '.join(KEYS)}; there is no «{key[:80]}».")
        for key in document
        if key not in KEYS
    ]
    if not document.get("from"):
        faults.append(Fault("/from", "required", "Name the moment to compare with, such as 2026-11-01."))
    if document.get("fields") in (None, "", []):
        document = {**document, "fields": fields and list(fields)}
    before = side(document, "from", name, access, clock, faults)
    after = side(document, "to", name, access, clock, faults)
    above = document.get("after")
    try:
        above = None if above is None else checked_id(above)
    except BadValue:
        faults.append(Fault("/after", "bad_id", f"Send «next» of the last page unchanged; {kind_of(above)} came."))
    if before and before.as_of and after and after.as_of and before.as_of > after.as_of:
        faults.append(Fault("/to", "out_of_range", "The second moment lies before the first; turn them round."))
    if faults or before is None or after is None:
        raise Invalid(list(dict.fromkeys(faults)))
    return Comparison(before, after, before.limit, above)


def side(
    document: dict[str, Any], moment: str, name: str, access: Access, clock: Clock, faults: list[Fault]
) -> Query | None:
    """The question of one side; its moment goes by another name here."""
    asked: dict[str, Any] = {key: document[key] for key in ("filter", "limit") if key in document}
    asked |= {"fields": document["fields"], "as_of": document.get(moment)}
    try:
        query = read_query(asked, name, access, clock)
    except Invalid as error:
        faults += [replace(f, pointer=f"/{moment}") if f.pointer == "/as_of" else f for f in error.faults]
        return None
    return replace(query, fields=tuple(path for path in query.fields if path != ("id",)))


async def run_comparison(ctx: Ctx, asked: Comparison) -> dict[str, Any]:
    """`{"entered": n, "left": n, "changed": n, "changes": [{"id", "change", "fields": {name: {before, after}}}], "next"}`,
    in the order of the ids.
    """
    key = ("comparison", shape(asked.before), shape(asked.after), ctx.access.key)
    sides: tuple[Statement, Statement] = ctx.workspace.statements.get(
        key, lambda: (compile_side(ctx, asked.before), compile_side(ctx, asked.after))
    )
    before, after = sides
    old_text = PLACE.sub(r"%(old_\1)s", before.text)
    text = (
        f"with old as materialized ({old_text}), new as materialized ({after.text}), "
        "told as materialized (select coalesce(old.id, new.id) as id, case when old.id is null then 'entered' "
        "when new.id is null then 'left' else 'changed' end as change, old.held as before, new.held as after "
        "from old full join new on new.id = old.id "
        "where old.id is null or new.id is null or old.held is distinct from new.held), "
        "page as (select * from told where %(above)s::uuid is null or id > %(above)s::uuid order by id limit %(most)s) "
        "select (select coalesce(json_object_agg(change, n), '{}') from (select change, count(*) as n from told group by 1) c), "
        "(select coalesce(json_agg(page order by id), '[]') from page)"
    )
    old = bound(ctx, before, asked.before.constants, asked.before.as_of)
    values = bound(ctx, after, asked.after.constants, asked.after.as_of)
    values |= {f"old_{name}": value for name, value in old.items()}
    row = await ctx.row(text, values | {"above": asked.above, "most": asked.limit + 1})
    totals, page = (msgspec.json.decode(part) for part in row) if row else ({}, [])
    more = len(page) > asked.limit
    page = page[: asked.limit]
    names = [".".join(path) for path in asked.before.fields]
    return {
        **{change: totals.get(change, 0) for change in ("entered", "left", "changed")},
        "changes": [told(entry, names) for entry in page],
        "next": page[-1]["id"] if more and page else None,
    }


def told(entry: dict[str, Any], names: list[str]) -> dict[str, Any]:
    before, after = (entry[side] or [None] * len(names) for side in ("before", "after"))
    fields = {
        name: {"before": old, "after": new}
        for name, old, new in zip(names, before, after, strict=True)
        if old != new or entry["change"] != "changed"
    }
    return {"id": entry["id"], "change": entry["change"], "fields": fields}


def shape(query: Query) -> tuple[Any, ...]:
    return query.object, query.shape, query.fields, query.as_of is None


def compile_side(ctx: Ctx, query: Query) -> Statement:
    """The records that meet the filter at one moment, each with its fields as a JSON list."""
    frame = Frame(Build(ctx.access, ctx.workspace.schema, then=query.as_of is not None), query.object)
    held = sa.func.to_jsonb(sa.func.json_build_array(*(frame.shown(path) for path in query.fields)))
    conditions = condition(frame, query.shape)
    rows: sa.Select[Any] = sa.select(frame.table.c.id.label("id"), held.label("held"))
    return finish(rows.select_from(frame.source()).where(*conditions), frame.build)


async def compare_record(ctx: Ctx, name: str, id_: str, asked: Comparison) -> dict[str, Any]:
    """`{"before": whether it was there, "after": …, "fields": {name: {before, after}}}`; raises NotFound where it was
    there at neither moment, or is not visible.
    """
    fields: tuple[Path, ...] = tuple(path for path in asked.before.fields if path[-1] not in KEPT)
    held: list[dict[str, Any] | None] = []
    for query in (asked.before, asked.after):
        try:
            record, _ = await read_one(ctx, name, id_, fields, as_of=query.as_of)
        except NotFound:
            held.append(None)
        else:
            held.append(msgspec.json.decode(record))
    if held == [None, None]:
        raise missing(ctx, name, id_)
    before, after = (side or {} for side in held)
    changed = {key: {"before": before.get(key), "after": after.get(key)} for key in (before | after)}
    return {
        "before": held[0] is not None,
        "after": held[1] is not None,
        "fields": {key: pair for key, pair in changed.items() if pair["before"] != pair["after"]},
    }
