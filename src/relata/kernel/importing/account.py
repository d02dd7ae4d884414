"""The account of an import: every row taken or refused with its reason, and the sums of the file beside the sums of what was
taken. Accounts of parts are JSON, so that those of chunks outlive a worker, and add up to that of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from relata.kernel.records.results import speakable
from relata.kernel.records.taken import Taken

ACTIONS = ("created", "updated", "unchanged", "skipped", "refused")
LINES, VALUES, GROUPS = 10, 5, 500
"""Lines and values of a fault that are told, and faults that are told apart in one table."""
OTHERS = ("", "more", "There are more different faults; mend these first.")
Key = tuple[str, str, str]


@dataclass(slots=True)
class Group:
    """One fault in many rows."""

    count: int = 0
    lines: list[int] = field(default_factory=list)
    values: dict[str, None] = field(default_factory=dict)
    offer: str | None = None


@dataclass(slots=True)
class Account:
    """Of one table or a part of it; `unlinked` counts rows that were taken without a link, because the record that it names
    was refused.
    """

    actions: Counter[str] = field(default_factory=Counter)
    unlinked: int = 0
    groups: dict[Key, Group] = field(default_factory=dict)
    sums: dict[str, list[Decimal]] = field(default_factory=dict)
    near: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    made_records: Counter[str] = field(default_factory=Counter)
    made_fields: list[str] = field(default_factory=list)

    def add(self, taken: Taken, numbers: Mapping[str, Decimal], cells: Mapping[str, Any]) -> None:
        """Count a row with the numbers of its numeric columns and its cells."""
        self.actions[taken.action] += 1
        for column, number in numbers.items():
            total = self.sums.setdefault(column, [Decimal(0), Decimal(0)])
            total[taken.action == "refused"] += number
        for fault in taken.faults:
            self.tell((fault.pointer[1:], fault.code, fault.message), taken.line, cells)

    def tell(self, key: Key, line: int, cells: Mapping[str, Any]) -> None:
        key = key if key in self.groups or len(self.groups) < GROUPS else OTHERS
        group = self.groups.setdefault(key, Group())
        group.count += 1
        if len(group.lines) < LINES:
            group.lines.append(line)
        value = cells.get(key[0])
        if value not in (None, "") and len(group.values) < VALUES:
            group.values[str(speakable(value))[:120]] = None

    def join(self, other: Account) -> None:
        """Add another part."""
        self.actions += other.actions
        self.unlinked += other.unlinked
        self.near += other.near
        self.made_records += other.made_records
        self.made_fields += other.made_fields
        for column, parts in other.sums.items():
            total = self.sums.setdefault(column, [Decimal(0), Decimal(0)])
            self.sums[column] = [total[0] + parts[0], total[1] + parts[1]]
        for given, group in other.groups.items():
            key = given if given in self.groups or len(self.groups) < GROUPS else OTHERS
            mine = self.groups.setdefault(key, Group())
            mine.count += group.count
            mine.lines = sorted({*mine.lines, *group.lines})[:LINES]
            mine.values = dict.fromkeys([*mine.values, *group.values][:VALUES])
            mine.offer = mine.offer or group.offer

    @property
    def rows(self) -> int:
        return sum(self.actions.values())

    def told(self) -> dict[str, Any]:
        """As JSON, the most frequent faults first."""
        groups = sorted(self.groups.items(), key=lambda item: -item[1].count)
        return {
            "rows": self.rows, **{action: self.actions[action] for action in ACTIONS}, "unlinked": self.unlinked,
            "faults": [
                {"column": column, "code": code, "message": message, "count": one.count, "lines": one.lines,
                 "values": list(one.values), "offer": one.offer}
                for (column, code, message), one in groups
            ],
            "sums": [
                {"column": column, "file": str(taken + refused), "taken": str(taken), "refused": str(refused)}
                for column, (taken, refused) in self.sums.items()
            ],
            "near": [{"column": c, "value": v, "taken_as": t, "count": n} for (c, v, t), n in self.near.items()],
            "made_records": dict(self.made_records), "made_fields": self.made_fields,
        }  # fmt: skip


def account_of(told: Mapping[str, Any]) -> Account:
    """An account as it was told."""
    groups = {
        (one["column"], one["code"], one["message"]): Group(
            one["count"], list(one["lines"]), dict.fromkeys(one["values"]), one["offer"]
        )
        for one in told["faults"]
    }
    return Account(
        Counter({action: told[action] for action in ACTIONS if told[action]}),
        told["unlinked"],
        groups,
        {one["column"]: [Decimal(one["taken"]), Decimal(one["refused"])] for one in told["sums"]},
        Counter({(one["column"], one["value"], one["taken_as"]): one["count"] for one in told["near"]}),
        Counter(told["made_records"]),
        list(told["made_fields"]),
    )


def whole(tables: Iterable[tuple[int, str, Account]]) -> dict[str, Any]:
    """The account of an import: that of each table by its number and object, and what all have in common."""
    told = [{"number": number, "object": name, **account.told()} for number, name, account in tables]
    counted = ("rows", *ACTIONS, "unlinked")
    return {**{name: sum(one[name] for one in told) for name in counted}, "tables": told}
