"""What the rules of many records read of other records: one query per relation for all of them, with the rights of
the system, so that a rule means the same whoever makes the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Role
from relata.kernel.context import Ctx
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.expansion import Path
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.query.compile import Statement, finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.load import DECODER

SYSTEM = Actor(
    principal="00000000-0000-0000-0000-000000000000",
    role=Role(name="system", label="System", sees_private=True),
    through="rule",
)
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """Records of `name` and what they point to: relation path → id → canonical values of the record there."""

    catalog: Catalog
    name: str
    found: dict[Path, dict[str, Record]] = field(default_factory=dict)

    _ways: dict[Path, tuple[tuple[Path, ...], Field, str | None]] = field(default_factory=dict)

    def value(self, record: Record | None, path: Path) -> Any:
        """The value at the end of a path, as the expression language sees it."""
        if path not in self._ways:
            self._ways[path] = self.way(path)
        links, last, part = self._ways[path]
        for link in links:
            id_ = None if record is None else record.get(link[-1])
            record = None if id_ is None else self.found.get(link, {}).get(id_)
        value = None if record is None else record.get(last.name)
        if value is None:
            return None
        kind = KINDS[last.kind]
        return kind.load(last, value) if part is None else kind.part(last, value, part)

    def way(self, path: Path) -> tuple[tuple[Path, ...], Field, str | None]:
        """The relations that a path follows, each with those before it; its last field, and the part if one is named."""
        walked = self.catalog.steps(self.name, path)
        object_, last = walked[-1]
        links = tuple(path[: hop + 1] for hop in range(len(walked) - 1))
        return links, self.catalog.objects[object_].by_name[last], None if len(walked) == len(path) else path[-1]


async def gather(ctx: Ctx, name: str, records: Sequence[Record], paths: Iterable[Path]) -> Facts:
    """The facts that the paths need, of all these records."""
    facts = Facts(ctx.catalog, name)
    wanted: dict[Path, set[str]] = {}
    for path in paths:
        walked = ctx.catalog.steps(name, path)
        for hop in range(1, len(walked)):
            wanted.setdefault(path[:hop], set()).add(walked[hop][1])
    for link in sorted(wanted, key=len):
        around: Iterable[Record] = records if len(link) == 1 else facts.found[link[:-1]].values()
        ids = {id_ for record in around if (id_ := record.get(link[-1])) is not None}
        target = ctx.catalog.objects[ctx.catalog.steps(name, link)[-1][0]].by_name[link[-1]].to[0]
        facts.found[link] = await read_facts(ctx, target, tuple(sorted(wanted[link])), sorted(ids))
    return facts


async def read_facts(ctx: Ctx, name: str, fields: tuple[str, ...], ids: list[str]) -> dict[str, Record]:
    """Id → canonical values of these fields, of the records that are there and not in the trash."""
    if not ids:
        return {}
    key = ("facts", name, fields, ctx.catalog.version)
    statement: Statement = ctx.workspace.statements.get(key, lambda: compile_facts(ctx, name, fields))
    rows = await ctx.rows(statement.text, statement.constants | {"ids": ids})
    return {id_: DECODER.decode(values) for id_, values in rows}


def compile_facts(ctx: Ctx, name: str, fields: tuple[str, ...]) -> Statement:
    build = Build(Access(ctx.catalog, SYSTEM), ctx.workspace.schema)
    frame = Frame(build, name)
    shown = [frame.shown((one,)).label(one) for one in fields]
    values = sa.select(*shown).correlate(frame.current).lateral("facts")
    wanted = frame.table.c.id == sa.any_(sa.bindparam("ids", type_=TYPES["uuid[]"]))
    chosen: sa.Select[Any] = sa.select(
        sa.cast(frame.table.c.id, sa.Text()), sa.func.row_to_json(sa.literal_column("facts"))
    )
    return finish(chosen.select_from(frame.source().join(values, sa.true())).where(wanted, frame.live()), build)
