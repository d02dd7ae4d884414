"""Records that cells name: by id, external id or title, exact but for case and accents. All the names of
a column are looked up at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.importing.near import offer, ranked
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.query.compile import finish
from relata.kernel.query.frame import Build, Frame
from relata.kernel.query.run import bound

NAMES = 20_000
"""Titles of the other object among which near matches are looked for."""


@dataclass(slots=True)
class Names:
    """What the cells of a relation mean: text → ids; title → ids, where some text means nothing; and
    the near matches that were taken.
    """

    object: str
    label: str
    found: dict[str, set[str]] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)

    def id_of(self, text: str) -> str:
        """The id of the record that is meant; raises BadValue."""
        ids = self.known(text)
        if not ids:
            raise BadValue(f"There is no {self.label} «{text[:80]}»{offer(text, tuple(self.called))}", "not_found")
        if len(ids) > 1:
            raise BadValue(
                f"Several records ({self.label}) are called «{text[:80]}»; use an id or external id.", "ambiguous"
            )
        return next(iter(ids))

    def known(self, text: str) -> set[str]:
        return self.found.get(text.strip()) or self.found.get(fold(text.strip()), set())

    def unknown(self, texts: Iterable[str]) -> list[str]:
        return [text for text in texts if not self.known(text)]

    def add(self, text: str, id_: str) -> None:
        self.found.setdefault(fold(text.strip()), set()).add(id_)


async def look_up(ctx: Ctx, name: str, texts: Iterable[str]) -> Names:
    """What these texts mean among the records of an object that the actor sees."""
    names = Names(name, ctx.catalog.objects[name].label.lower())
    wanted = sorted({text.strip() for text in texts})
    if not wanted:
        return names
    frame = Frame(Build(ctx.access, ctx.workspace.schema), name)
    title = sa.cast(frame.compared((frame.object.title,)), sa.Text())
    chosen = sa.select(sa.cast(frame.current.c.id, sa.Text()), frame.current.c.external_id, title.label("title"))
    statement = finish(chosen.select_from(frame.source()).where(frame.live()), frame.build)
    values = bound(ctx, statement, ()) | {"texts": wanted, "folded": [fold(text) for text in wanted]}
    exact = "id = any(%(texts)s) or external_id = any(%(texts)s) or relata.fold(title) = any(%(folded)s)"
    text = f"select id, external_id, title from ({statement.text}) as t(id, external_id, title) where {exact}"
    asked = set(wanted)
    for id_, external, called in await (await ctx.connection.execute(text.encode(), values)).fetchall():
        for key in (id_, external):
            if key in asked:
                names.found.setdefault(key, set()).add(id_)
        if called is not None:
            names.add(called, id_)
    if names.unknown(wanted):
        text = f"select title, id from ({statement.text}) as t(id, external_id, title) where title is not null limit {NAMES}"
        for called, id_ in await (await ctx.connection.execute(text.encode(), values)).fetchall():
            names.called.setdefault(called, set()).add(id_)
    return names


def accept(names: Names, texts: Iterable[str]) -> None:
    """Take near matches: each text that means nothing, but is near to one title, means that one."""
    for text in names.unknown(texts):
        near = ranked(text, tuple(names.called))
        if len(near) == 1 and len(names.called[near[0]]) == 1:
            names.add(text, next(iter(names.called[near[0]])))
            names.near[text] = near[0]
