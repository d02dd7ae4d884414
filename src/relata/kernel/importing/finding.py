"""Which records the rows of an import mean: by the first of the plan's fields that a row has and that finds a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from relata.errors import Fault
from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.importing.rows import ReadRow
from relata.kernel.metadata.kinds.marks import mark
from relata.kernel.metadata.object import Object
from relata.kernel.records.forms import Forms
from relata.kernel.records.lookup import Key, find_by
from relata.kernel.records.naming import EXTERNAL, ID, TITLE, meant
from relata.kernel.records.recognising import recognised, sort_of
from relata.kernel.records.turns import Token

SEVERAL = (
    "Several records have this {label}: the row could mean any of them. Match by another field, or merge them first."
)


@dataclass(frozen=True)
class Finder:
    """For one object and the fields of a plan, in their order."""

    forms: Forms
    ways: tuple[str, ...]

    @property
    def object(self) -> Object:
        return self.forms.object

    @cached_property
    def unique(self) -> list[str]:
        """The fields of which no two records have the same value, but for those by which rows find their records: these tokens
        tell as much.
        """
        return [one.name for one in self.object.fields if one.unique and one.name not in self.ways]

    @cached_property
    def sorts(self) -> dict[str, str | None]:
        """The sort of marks of each way, None of those without."""
        return {way: None if way == ID else sort_of(self.object, way) for way in self.ways}

    def texts(self, way: str, row: ReadRow) -> list[str]:
        """What of a row is looked up, as text; nothing where it has no such value."""
        if way not in row.looked_up:
            row.looked_up[way] = self.read(way, row)
        return row.looked_up[way]

    def read(self, way: str, row: ReadRow) -> list[str]:
        if way == ID:
            return [row.id] if row.id else []
        value = row.values.get(way)
        if value in (None, "", [], {}):
            return []
        if isinstance(value, list) or self.sorts[way]:
            entries = value if isinstance(value, list) else [value]
            return [entry["value"] if isinstance(entry, dict) else str(entry) for entry in entries]
        if isinstance(value, dict):
            return [" ".join(str(value[part]) for part in ("first", "last") if value.get(part))]
        return [str(value).strip()]

    def tokens(self, row: ReadRow) -> set[Token]:
        """What two rows must not share if they are to be taken at once."""
        if row.tokens is None:
            row.tokens = set()
            for way, sort in self.sorts.items():
                row.tokens |= {(way, mark(sort, text) if sort else fold(text)) for text in self.texts(way, row)}
        return row.tokens

    async def find(self, ctx: Ctx, rows: Mapping[int, ReadRow], faults: dict[int, list[Fault]]) -> dict[int, str]:
        """Place → id of the record that the row means."""
        found: dict[int, str] = {}
        for way in self.ways:
            left = {place: row for place, row in rows.items() if place not in found and place not in faults}
            texts = {place: said for place, row in left.items() if (said := self.texts(way, row))}
            for place, ids in (await self.by(ctx, way, texts, left)).items():
                if len(ids) == 1:
                    found[place] = ids[0]
                elif ids:
                    label = self.object.by_name[way].label
                    faults.setdefault(place, []).append(Fault(f"/{way}", "ambiguous", SEVERAL.format(label=label)))
        return found

    async def by(
        self, ctx: Ctx, way: str, texts: Mapping[int, list[str]], rows: Mapping[int, ReadRow]
    ) -> dict[int, Sequence[str]]:
        if not texts:
            return {}
        name = self.object.name
        if self.sorts[way]:
            known = await recognised(ctx, name, way, every(texts))
            return {place: united(known.get(text, ()) for text in said) for place, said in texts.items()}
        named = {ID: ID, EXTERNAL: EXTERNAL, self.object.title: TITLE}.get(way)
        if named is not None:
            known = await meant(ctx, name, every(texts), (named,))
            return {place: united(known.get(text, ()) for text in said) for place, said in texts.items()}
        wanted: dict[int, Key] = {}
        for place in texts:
            stored = self.forms.key(rows[place].values, (way,), [])
            if way in stored:
                wanted[place] = (stored[way],)
        return dict(await find_by(ctx, name, (way,), wanted))


def every(texts: Mapping[int, list[str]]) -> set[str]:
    return {text for said in texts.values() for text in said}


def united(ids: Iterable[Sequence[str]]) -> list[str]:
    """At most two of them."""
    return list(dict.fromkeys(id_ for some in ids for id_ in some))[:2]
