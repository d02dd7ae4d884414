"""The records that the cells of relation columns name: looked up for many rows at once, made where that was asked for, left
for later where other rows of the import bring them, else refused with what is near.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from relata.errors import Fault, RelataError
from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.importing.near import offer, ranked
from relata.kernel.importing.order import Brought
from relata.kernel.importing.rows import Link, Reader, ReadRow, at_column
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text
from relata.kernel.records.change import Create
from relata.kernel.records.forms import faults_of
from relata.kernel.records.naming import EXTERNAL, ID, TITLE, meant
from relata.kernel.records.recognising import naming_fields, recognised
from relata.kernel.records.statement import Writer
from relata.kernel.records.turns import Token
from relata.kernel.records.write import write_all

MOST_TITLES = 20_000
"""Titles of another object among which near ones are looked for."""
REMEMBERED = 100_000
"""Names that are remembered from one chunk to the next."""
SEVERAL = "Several records ({label}) are called «{text}»; use an id or external id."
Known = dict[tuple[str, str], str]
"""Field and folded text → id."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the texts of one column mean: ids of records that there are, faults of those that could not be made, near ones."""

    found: dict[str, list[str]]
    faults: dict[str, list[Fault]]
    near: dict[str, tuple[str, str]]


@dataclass(slots=True)
class Linking:
    """The links of one table. `known` are names that are settled: of records that were there, or that a committed chunk made."""

    reader: Reader
    brought: Brought
    known: Known = field(default_factory=dict)
    titles: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def tokens(self, row: ReadRow) -> set[Token]:
        """Names of which two rows that are taken at the same time could both make a record."""
        return {
            ("make", link.object, fold(text))
            for name, text in row.links.items()
            if (link := self.reader.links[name]).create and (name, fold(text)) not in self.known
        }

    def remember(self, learned: Known) -> None:
        """What a chunk found out, when it is committed."""
        if len(self.known) + len(learned) > REMEMBERED:
            self.known.clear()
        self.known |= learned

    async def resolve(self, ctx: Ctx, rows: list[ReadRow], told: Told) -> None:
        """Put the ids that are meant into the values of the rows, faults where there are none."""
        for name, link in self.reader.links.items():
            asked = {row.links[name] for row in rows if name in row.links}
            good = {row.links[name] for row in rows if name in row.links and not row.faults}
            unknown = {text for text in asked if (name, fold(text)) not in self.known}
            found = await self.look_up(ctx, link, unknown)
            told.learned |= {(name, fold(text)): ids[0] for text, ids in found.items() if len(ids) == 1}
            missing = [text for text in unknown if text not in found and not self.brought.has(link.object, text)]
            faults = await self.make(ctx, link, [text for text in missing if text in good], told) if link.create else {}
            near = await self.near(ctx, link, [text for text in missing if (name, fold(text)) not in told.learned])
            answers = Answers(found, faults, near)
            for place, row in enumerate(rows):
                if name in row.links:
                    self.settle(link, place, row, answers, told)

    def settle(self, link: Link, place: int, row: ReadRow, answers: Answers, told: Told) -> None:
        name, text = link.field.name, row.links[link.field.name]
        id_ = self.known.get((name, fold(text))) or told.learned.get((name, fold(text)))
        label = self.reader.access.catalog.objects[link.object].label.lower()
        if id_ is not None:
            row.values[name] = id_
        elif len(answers.found.get(text, ())) > 1:
            row.faults.append(Fault(f"/{link.column}", "ambiguous", SEVERAL.format(label=label, text=text[:80])))
        elif text in answers.faults:
            row.faults += answers.faults[text]
        elif link.create and row.faults:
            return  # nothing is made for a row that is refused anyway
        elif self.brought.has(link.object, text):
            told.later.setdefault(place, {})[name] = text
        elif text in answers.near:
            row.values[name], title = answers.near[text]
            told.near[link.column, text, title] += 1
        else:
            close = offer(text, tuple(self.titles.get(link.object, ())))
            row.faults.append(Fault(f"/{link.column}", "not_found", f"There is no {label} «{text[:80]}»{close}"))

    async def look_up(self, ctx: Ctx, link: Link, texts: set[str]) -> dict[str, list[str]]:
        """What the texts mean: in the way that the plan says, or in any."""
        object_ = ctx.catalog.objects[link.object]
        if link.way is not None and link.way not in (ID, EXTERNAL, object_.title):
            return await recognised(ctx, link.object, link.way, texts)
        ways = (ID, EXTERNAL, TITLE) if link.way is None else (TITLE if link.way == object_.title else link.way,)
        found = await meant(ctx, link.object, texts, ways)
        left = {text for text in texts if text not in found and ("@" in text or "." in text)} if not link.way else set()
        for name in naming_fields(object_) if left else ():
            more = await recognised(ctx, link.object, name, left)
            found |= more
            left -= more.keys()
        return found

    async def make(self, ctx: Ctx, link: Link, texts: list[str], told: Told) -> dict[str, list[Fault]]:
        """A record for each name that is none yet; the faults of those that cannot be made."""
        object_ = ctx.catalog.objects[link.object]
        title = object_.by_name[object_.title]
        called = {fold(text): text for text in sorted(texts)}
        kind = KINDS[title.kind]
        changes = [Create({title.name: kind.cell(text)}) for text in called.values()]
        faults: dict[str, list[Fault]] = {}
        outcomes = await write_all(ctx, link.object, changes) if changes else []
        for (folded, text), outcome in zip(called.items(), outcomes, strict=True):
            if isinstance(outcome, RelataError):
                message = "; ".join(fault.message for fault in faults_of(outcome))
                fault = Fault("", "not_made", f"«{text[:80]}» could not be made: {message}")
                faults |= {one: [at_column(link.column, fault)] for one in texts if fold(one) == folded}
            else:
                told.learned[link.field.name, folded] = outcome.id
                told.made[link.object] += 1
        return faults

    async def near(self, ctx: Ctx, link: Link, texts: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Text → id and title of the one record that is near, where near ones are to be taken."""
        texts = list(texts)
        if texts and link.object not in self.titles:
            self.titles[link.object] = await titles_of(ctx, link.object)
        found = {}
        for text in texts if self.reader.plan.near else ():
            titles = self.titles[link.object]
            close = ranked(text, tuple(titles))
            if len(close) == 1 and len(titles[close[0]]) == 1:
                found[text] = (next(iter(titles[close[0]])), close[0])
        return found


@dataclass(slots=True)
class Told:
    """What the links of a chunk tell: names that were learned, rows whose links come later (by place and field), near names
    that were taken, and records that were made.
    """

    learned: Known = field(default_factory=dict)
    later: dict[int, dict[str, str]] = field(default_factory=dict)
    near: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)


async def titles_of(ctx: Ctx, name: str) -> dict[str, set[str]]:
    """Title → ids of some records that the actor sees."""
    writer = Writer(ctx.access, ctx.workspace.schema, name)
    text = (
        f"select s.title, s.record::text from {q(ctx.workspace.schema)}._search s join {writer.table} t on t.id = s.record "
        f"where s.object = {quote_text(ctx.catalog.objects[name].held)} and s.title is not null and t.deleted_at is null "
        f"and {writer.seen(name, 't')} limit {MOST_TITLES}"
    )
    values = {**ctx.access.constants, **writer.constants, "user": ctx.access.actor.user, "now": ctx.now}
    found: dict[str, set[str]] = {}
    for title, id_ in await (await ctx.connection.execute(text.encode(), values)).fetchall():
        found.setdefault(title, set()).add(id_)
    return found
