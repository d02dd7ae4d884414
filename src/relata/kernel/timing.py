"""What the statements of one operation took, for whoever wants to know why it was slow. The driver notes it where somebody
listens; without a listener it costs a look at a variable.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter


@dataclass(slots=True)
class Timing:
    """`queued` are the seconds of waiting for a connection, `spent` those of all statements. Statements that take
    `patience` seconds or more are told one by one, also those that fail.
    """

    patience: float = float("inf")
    statements: int = 0
    spent: float = 0.0
    queued: float = 0.0
    rows: int = 0

    def told(self, text: str, began: float, seconds: float, rows: int) -> None:
        """A statement, when it began (by `perf_counter`), the seconds that it took, and its rows."""

    def note(self, text: str, began: float, rows: int) -> None:
        """A statement has ended."""
        seconds = perf_counter() - began
        self.statements += 1
        self.spent += seconds
        self.rows += rows
        if seconds >= self.patience:
            self.told(text, began, seconds, rows)


TIMING: ContextVar[Timing | None] = ContextVar("timing", default=None)
