"""The account of an import: every row taken or refused with its reason, and the sums of the file beside
the sums of what was taken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from relata.errors import Fault
from relata.kernel.records.taken import Taken

SHOWN = 10


@dataclass(slots=True)
class Sum:
    """A numeric column: all of the file, what was taken, what was refused."""

    file: Decimal = Decimal(0)
    taken: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)


@dataclass(slots=True)
class Report:
    """Filled row by row; `note` holds what was assumed about the file."""

    object: str
    dry_run: bool
    columns: list[dict[str, Any]] = field(default_factory=list)
    note: str | None = None
    actions: Counter[str] = field(default_factory=Counter)
    faults: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    made_fields: list[str] = field(default_factory=list)
    made_records: dict[str, int] = field(default_factory=dict)
    near: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    files: dict[str, str] = field(default_factory=dict)

    def add(self, taken: Taken, numbers: dict[str, Decimal]) -> None:
        """Count a row with the numbers of its numeric columns."""
        self.actions[taken.action] += 1
        for column, number in numbers.items():
            total = self.sums.setdefault(column, Sum())
            total.file += number
            if taken.action == "refused":
                total.refused += number
            else:
                total.taken += number
        for fault in taken.faults:
            self.faults.setdefault((fault.pointer, fault.code, fault.message), []).append(taken.line)

    @property
    def rows(self) -> int:
        return sum(self.actions.values())

    @property
    def refused(self) -> int:
        return self.actions["refused"]

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "object": self.object, "dry_run": self.dry_run, "note": self.note, "columns": self.columns, "rows": self.rows,
            "taken": self.rows - self.refused, "refused": self.refused,
            **{action: self.actions[action] for action in ("created", "updated", "unchanged")},
            "faults": [
                {"pointer": pointer, "code": code, "message": message, "count": len(lines), "lines": lines[:SHOWN]}
                for (pointer, code, message), lines in sorted(self.faults.items(), key=lambda item: -len(item[1]))
            ],
            "sums": {name: {"file": str(s.file), "taken": str(s.taken), "refused": str(s.refused)} for name, s in self.sums.items()},
            "created_fields": self.made_fields, "created_records": self.made_records,
            "near_matches": [{"column": c, "value": v, "taken_as": t, "count": n} for (c, v, t), n in self.near.items()],
            "files": self.files,
        }  # fmt: skip


def at_column(column: str, fault: Fault) -> Fault:
    """A fault with the column of the file as its place."""
    return Fault(f"/{column}", fault.code, fault.message)
