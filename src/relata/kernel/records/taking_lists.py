"""Lists of links in a bulk: the rows of a turn that send some are written with their links as sets, each row wholly or
not at all. Where a row is refused, the set is written again without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from relata.errors import Fault, RelataError
from relata.kernel.context import Ctx
from relata.kernel.records.change import Create
from relata.kernel.records.forms import faults_of
from relata.kernel.records.linking import AGAIN, Link, foreseen, link, lists_of, locked, parsed
from relata.kernel.records.source import Row
from relata.kernel.records.write import write_plain

TRIES = 5
Faults = dict[int, list[Fault]]


class Refused(Exception):
    """Rolls the writing of a set back; `faults` are those of its refused rows."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


@dataclass(slots=True)
class Lists:
    """The lists that rows send, by their places; `linked` are the fields of each of which links were changed in the
    set that is being written.
    """

    ctx: Ctx
    name: str
    wanted: dict[int, dict[str, list[Link]]] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    linked: dict[int, tuple[str, ...]] = field(default_factory=dict)
    targets: dict[int, str] = field(default_factory=dict)

    def apart(self, rows: Sequence[Row]) -> list[Row]:
        """The rows without their lists."""
        if not self.ctx.catalog.objects[self.name].links:
            return list(rows)
        left = []
        for place, row in enumerate(rows):
            lists = {} if row.faults else lists_of(self.ctx, self.name, Create(row.values))
            if lists:
                faults = self.faults.setdefault(place, [])
                self.wanted[place] = parsed(self.ctx, self.name, lists, faults)
            own = {key: value for key, value in row.values.items() if key not in lists} if lists else row.values
            left.append(replace(row, values=own))
        return left

    async def link_present(self, targets: dict[int, str]) -> Faults:
        """Link records that are there, before the change of their own: that is told which lists it was about."""
        self.targets = targets
        there = await locked(self.ctx, self.name, list(targets.values()))
        faults, self.linked = await self.link({place: id_ for place, id_ in targets.items() if id_ in there})
        return faults

    async def link_made(self, made: dict[int, str]) -> Faults:
        """Link records that were just made."""
        return (await self.link(made))[0]

    async def link(self, ids: dict[int, str]) -> tuple[Faults, dict[int, tuple[str, ...]]]:
        faults: Faults = {place: [] for place in ids}
        wanted = {place: (id_, self.wanted[place]) for place, id_ in ids.items()}
        try:
            changed = await link(self.ctx, self.name, wanted, faults, write_plain)
        except RelataError as error:
            return {place: list(faults_of(error)) for place in ids}, {}
        return {place: of_row for place, of_row in faults.items() if of_row}, changed

    async def foresee(self, faults: Faults) -> None:
        """What is wrong with the links of those rows whose records could not be made."""
        unmade = {place: self.wanted[place] for place in faults if place not in self.targets}
        if unmade:
            await foreseen(self.ctx, self.name, unmade, faults)

    async def whole(
        self,
        places: list[int],
        write: Callable[[list[int]], Awaitable[Faults]],
        refuse: Callable[[int, list[Fault], str | None], None],
    ) -> None:
        """`write` takes a set and tells which rows it refused."""
        waiting, tries = places, 0
        while waiting and tries < TRIES:
            self.linked = {}
            try:
                async with self.ctx.connection.transaction():
                    refused = await write(waiting)
                    if refused:
                        raise Refused(refused)
            except Refused as error:
                again = {p for p, faults in error.faults.items() if any(one.pointer == AGAIN for one in faults)}
                tries += bool(again)
                for place in error.faults.keys() - again:
                    refuse(place, error.faults[place], self.targets.get(place))
                waiting = [place for place in waiting if place not in error.faults or place in again]
            else:
                return
