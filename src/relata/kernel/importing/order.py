"""In which order the tables of an import are taken, and which names its own rows bring: what points to a record comes after
it, and where that cannot be, because rows of one table name each other, the link is made when all rows are there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from relata.kernel.expression.fold import fold
from relata.kernel.importing.rows import Reader
from relata.kernel.metadata.object import Object
from relata.kernel.records.naming import EXTERNAL
from relata.kernel.records.source import Row


def ordered(tables: Sequence[tuple[str, Collection[str]]]) -> list[int]:
    """Places of the tables in the order in which they are taken. Each comes with its object and those that it points to;
    where they point to each other in a circle, the first that was given comes first.
    """
    left = list(range(len(tables)))
    found: list[int] = []
    while left:
        waiting = {tables[place][0] for place in left}
        free = [p for p in left if not any(to in waiting and to != tables[p][0] for to in tables[p][1])]
        found.append((free or left)[0])
        left.remove(found[-1])
    return found


@dataclass(slots=True)
class Brought:
    """The names of records that the rows of an import have, by object: titles and external ids, folded. Kept as hashes: a
    table may have millions.
    """

    names: dict[str, set[int]] = field(default_factory=dict)

    def has(self, name: str, text: str) -> bool:
        return hash(fold(text)) in self.names.get(name, ())

    def add(self, reader: Reader, rows: Iterable[Row]) -> None:
        """What the rows of one table bring; read without cleansing more than these columns."""
        object_ = reader.object
        columns = naming_columns(object_, reader)
        mine = self.names.setdefault(object_.name, set())
        for row in rows:
            for column in columns:
                value = row.values.get(column)
                if isinstance(value, str) and value.strip():
                    mine.add(hash(fold(value.strip())))
            if reader.names_parts:
                parts = [str(row.values.get(column, "")).strip() for column in reader.names_parts]
                mine.add(hash(fold(" ".join(part for part in parts if part))))


def naming_columns(object_: Object, reader: Reader) -> list[str]:
    wanted = (object_.title, EXTERNAL)
    return [
        column
        for column, targets in reader.targets.items()
        if any(target.field.name in wanted and target.part is None for target in targets)
    ]


def pointed(readers: Mapping[int, Reader]) -> set[str]:
    """The objects that some table of the import points to, and another or the same one brings."""
    to = {link.object for reader in readers.values() for link in reader.links.values()}
    return to & {reader.object.name for reader in readers.values()}
