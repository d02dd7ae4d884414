"""What is there before a change: canonical values for rules and the journal, and the record as the
actor sees it. Invisible equals not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound


@dataclass(frozen=True, slots=True)
class Current:
    """A record as it is: canonical values of all stored fields, and what its reader is shown, if anybody is."""

    id: str
    version: int
    updated_at: str
    deleted: bool
    values: dict[str, Any]
    shown: bytes

    @property
    def live(self) -> bool:
        return not self.deleted


async def load(ctx: Ctx, name: str, ids: list[str]) -> dict[str, Current]:
    """Id → current state, for the records that the actor sees, in the trash or not."""
    if not ids:
        return {}
    key = ("load", name, ctx.shown, ctx.access.key)
    statement: Statement = ctx.workspace.statements.get(key, lambda: compile_load(ctx, name))
    found = {}
    rows = await ctx.rows(statement.text, bound(ctx, statement, ()) | {"ids": ids})
    for id_, version, updated, deleted, values, shown in rows:
        found[id_] = Current(id_, version, updated, deleted, DECODER.decode(values), shown)
    return found


def compile_load(ctx: Ctx, name: str) -> Statement:
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    fields = [field for field in frame.object.fields if field.name not in UNCHANGED and KINDS[field.kind].columns]
    visible = [f for f in frame.object.fields if ctx.shown and ctx.access.visible(name, f.name)]
    chosen_fields = {"stored": fields, "seen": visible}
    columns = {
        part: [frame.shown((field.name,)).label(field.name) for field in of] for part, of in chosen_fields.items()
    }
    around = (frame.current, *(below.current for below in frame.below()))
    stored, seen = (sa.select(*shown).correlate(*around).lateral(part) for part, shown in columns.items())
    t = frame.current
    wanted = t.c.id == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    chosen: sa.Select[Any] = sa.select(
        sa.cast(t.c.id, sa.Text()),
        t.c.version,
        sa.cast(t.c.updated_at, sa.Text()),
        t.c.deleted_at.is_not(None),
        sa.func.row_to_json(sa.literal_column("stored")),
        sa.func.row_to_json(sa.literal_column("seen")),
    )
    return finish(
        chosen.select_from(frame.source().join(stored, sa.true()).join(seen, sa.true())).where(wanted, frame.seen()),
        frame.build,
    )


UNCHANGED = frozenset({"id", "created_at", "updated_at", "created_by", "updated_by", "version"})
DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
