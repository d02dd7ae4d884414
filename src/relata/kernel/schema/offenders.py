"""Records that stand in the way of a stricter field: empty where it becomes required, equal where it
becomes unique, holding an option that goes away. They are listed, never changed."""

from __future__ import annotations

from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import LIVE, present

SHOWN = 20


async def check_stricter(ctx: Ctx, object_: Object, old: Field, new: Field) -> None:
    """Raises Invalid that lists up to 20 offending records per fault, with the number of all."""
    faults = []
    if new.required and not old.required:
        faults += await refuse(ctx, object_, f"not {present(new)}", "/required", "empty", f"{new.label} is empty in {{n}} records")
    if new.unique and not old.unique:
        again = f"{q(new.name)} in (select {q(new.name)} from {table(ctx, object_)} where {LIVE} and {present(new)} group by 1 having count(*) > 1)"
        faults += await refuse(ctx, object_, again, "/unique", "not_unique", f"{new.label} is not unique in {{n}} records")
    gone = [option.key for option in old.options if new.option(option.key) is None]
    if gone:
        several = KINDS[new.kind].columns[0].type == "text[]"
        used = f"{q(new.name)} && %(gone)s::text[]" if several else f"{q(new.name)} = any(%(gone)s::text[])"
        message = f"{{n}} records still hold {', '.join(gone[:5])}; give them another value first"
        faults += await refuse(ctx, object_, used, "/options", "in_use", message, gone)
    if faults:
        raise Invalid(faults)


async def refuse(ctx: Ctx, object_: Object, condition: str, where: str, code: str, message: str, gone: list[str] | None = None) -> list[Fault]:
    name = f'relata.full_name("{object_.title}__first", "{object_.title}__last")' if object_.by_name[object_.title].kind == "person_name" else f"{q(object_.title)}::text"
    if object_.by_name[object_.title].kind == "formula":
        name = "id::text"
    text = (
        f"select count(*), coalesce((select json_agg(x) from (select id, left({name}, 80) as title from {table(ctx, object_)} "
        f"where {LIVE} and {condition} order by id limit {SHOWN}) x), '[]') from {table(ctx, object_)} where {LIVE} and {condition}"
    )
    row: Any = await ctx.row(text, {"gone": gone or []})
    if not row or not row[0]:
        return []
    shown = "; ".join(f"{found['title'] or 'untitled'} ({found['id']})" for found in msgspec.json.decode(row[1]))
    return [Fault(where, code, f"{message.format(n=f'{row[0]:,}')}: {shown}{' …' if row[0] > SHOWN else ''}.")]


def table(ctx: Ctx, object_: Object) -> str:
    return f"{q(ctx.workspace.schema)}.{q(object_.name)}"
