"""Records that stand in the way of a stricter field: empty where it becomes required, equal where it
becomes unique, holding an option that goes away. They are listed, never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import bare_columns
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import LIVE, literal_sql, present

SHOWN = 20


async def check_stricter(ctx: Ctx, object_: Object, old: Field, new: Field) -> None:
    """Raises Invalid that lists up to 20 offending records per fault, with the number of all."""
    rows = Offenders(ctx, object_)
    faults: list[Fault] = []
    empty = twice = held = NOBODY
    if new.required and not old.required:
        empty = await rows.where(f"not {present(new)}", "/required")
        faults += empty.fault("empty", f"{new.label} is empty in {{n}} records")
    if new.unique and not old.unique:
        name, table = q(new.name), rows.table
        equal = f"select {name} from {table} where {LIVE} and {present(new)} group by 1 having count(*) > 1"
        twice = await rows.where(f"{name} in ({equal})", "/unique")
        faults += twice.fault("not_unique", f"{new.label} is not unique in {{n}} records")
    gone = [option.key for option in old.options if new.option(option.key) is None]
    if gone:
        several = KINDS[new.kind].columns[0].type == "text[]"
        of = f"{q(new.name)} && %(named)s::text[]" if several else f"{q(new.name)} = any(%(named)s::text[])"
        held = await rows.where(of, "/options", gone)
        message = f"{{n}} records still hold {', '.join(gone[:5])}; give them another value first, or merge the option into another"
        faults += held.fault("in_use", message)
    if faults:
        raise Standing(faults, [one for found in (empty, twice, held) for one in found.offenders])


@dataclass(frozen=True, slots=True)
class Offender:
    """A record that stands in the way: at which part of the change, what it holds, and why that does not go."""

    id: str
    title: str
    pointer: str
    value: str = ""
    reason: str = ""
    trashed: bool = False


class Standing(Invalid):
    """Refused because of records that stand in the way: the first of them."""

    def __init__(self, faults: list[Fault], offenders: list[Offender]) -> None:
        super().__init__(faults)
        self.offenders = offenders


@dataclass(frozen=True, slots=True)
class Found:
    """How many records there are, and the first of them with id and title."""

    count: int
    first: list[dict[str, Any]]
    where: str

    @property
    def offenders(self) -> list[Offender]:
        return [Offender(one["id"], one["title"] or "untitled", self.where) for one in self.first]

    def fault(self, code: str, message: str) -> list[Fault]:
        if not self.count:
            return []
        shown = "; ".join(f"{record['title'] or 'untitled'} ({record['id']})" for record in self.first)
        more = " …" if self.count > SHOWN else ""
        return [Fault(self.where, code, f"{message.format(n=f'{self.count:,}')}: {shown}{more}.")]


NOBODY = Found(0, [], "")


class Offenders:
    """The live records of one object that meet a condition in SQL."""

    def __init__(self, ctx: Ctx, object_: Object) -> None:
        self.ctx = ctx
        self.table = f"{q(ctx.workspace.schema)}.{q(object_.name)}"
        title = object_.by_name[object_.title]
        kind = KINDS[title.kind]
        self.title = literal_sql(kind.compared(title, bare_columns(title))) if kind.columns else "id"

    async def where(self, condition: str, pointer: str, named: list[str] | None = None) -> Found:
        first = (
            f"select id, left(({self.title})::text, 80) as title from {self.table} "
            f"where {LIVE} and {condition} order by id limit {SHOWN}"
        )
        text = (
            f"select count(*), coalesce((select json_agg(x) from ({first}) x), '[]') "
            f"from {self.table} where {LIVE} and {condition}"
        )
        row: Any = await self.ctx.row(text, {"named": named or []})
        return Found(row[0], msgspec.json.decode(row[1]), pointer)
