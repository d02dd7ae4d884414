"""Many rows of one object through the one door: the same kinds, rules and statements as `write`, but
prepared once, looked up as sets and written thousands at a time. What is wrong with a row refuses that
row alone, and what comes of all is what would have come of one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from relata.kernel.context import Ctx
from relata.kernel.records.forms import Forms
from relata.kernel.records.lookup import checked_key
from relata.kernel.records.named import by_present_names
from relata.kernel.records.source import Row
from relata.kernel.records.taken import Taken
from relata.kernel.records.taking import Taking
from relata.kernel.records.turns import Token, record_token, unique_names

MODES = ("create", "update", "upsert", "delete")
VERBS = {"create": ("create",), "update": ("update",), "upsert": ("create", "update"), "delete": ("delete",)}


@dataclass(slots=True)
class Bulk:
    """Takes chunks of rows of `name`. `mode` is one of MODES; `key` names the fields that match rows
    with records, «id» where rows carry ids. Both stay as they were said: chunks that are in hand may know catalogs of
    before and after a renaming.
    """

    name: str
    mode: str
    key: tuple[str, ...] = ("id",)
    _forms: Forms | None = field(default=None)

    def check(self, ctx: Ctx) -> Forms:
        """Raises Denied, NotFound or Invalid where the actor may not do this at all; else how rows are read."""
        name = ctx.access.present_object(self.name)
        for verb in VERBS[self.mode]:
            ctx.access.object(name, verb)
        self.present_key(ctx, name)
        if self._forms is None or self._forms.ctx.catalog is not ctx.catalog:
            self._forms = Forms(ctx, name)
        forms = copy(self._forms)  # several chunks are in hand, each with a moment of its own
        forms.ctx = ctx
        return forms

    def present_key(self, ctx: Ctx, name: str) -> tuple[str, ...]:
        """The key by the present names of its fields; raises Invalid."""
        return self.key if self.mode == "create" else checked_key(ctx.access, ctx.catalog.objects[name], self.key)

    async def take(self, ctx: Ctx, rows: Sequence[Row]) -> list[Taken]:
        """What becomes of each row, in order. Must run in a transaction, which the caller commits."""
        forms = self.check(ctx)
        key = self.present_key(ctx, forms.object.name)
        return await Taking(ctx, forms, self.mode, key, named(forms, rows)).all()

    def keys(self, rows: Sequence[Row]) -> set[Token]:
        """What two chunks must not share if they are to be taken at the same time; asked after `check`."""
        forms, found = self._forms, set[Token]()
        if forms is None:
            return {("unchecked",)}
        key = self.present_key(forms.ctx, forms.object.name)
        names = unique_names(forms.object, self.mode, key)
        for row in (row for row in named(forms, rows) if not row.faults):
            stored = forms.key(row.values, names, [])
            found |= {(name, value) for name, value in stored.items()}
            if self.mode == "create":
                continue
            record = record_token(forms, key, row)
            if record is not None:
                found.add(record)
            # Which value the record lets go for this one is not known before it is read.
            found |= {("let go", name) for name in stored}
        return found


def named(forms: Forms, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows by the present names of fields; one in which a field comes twice has a fault."""
    if not forms.object.formerly:
        return rows
    made = []
    for row in rows:
        faults = list(row.faults)
        values = by_present_names(forms.object, row.values, forms.ctx.access, faults)
        made.append(replace(row, values=values, faults=tuple(faults)))
    return made
