"""What a function or operator of the language is.

One value that says how to check, compile, run and explain it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement

if TYPE_CHECKING:
    from relata.kernel.expression.types import Type

Sql: TypeAlias = ColumnElement[Any]
ToSql: TypeAlias = Callable[..., Sql]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name in the documentation and the types it accepts.

    All arguments marked `alike` have one common type. A `condition` counts as false when it is
    empty. A `member` has the type of the elements of the argument before it. With `choices`, it is one of these
    constants.
    """

    name: str
    types: tuple[Type, ...]
    alike: bool = False
    condition: bool = False
    member: bool = False
    choices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A total function.

    Any values of the right types, also empty ones, give a value and never an error.

    `sql` receives the argument types as a tuple, then the compiled arguments; `python` receives the
    values. `gives` is the result type; None stands for the common type of the `alike` arguments. A
    `nullable` condition may be NULL in SQL where it is False in memory, which is the same in a
    WHERE clause.
    """

    name: str
    takes: tuple[Argument, ...]
    gives: Type | None
    sql: ToSql
    python: Callable[..., object]
    help: str
    optional: int = 0
    repeats: bool = False
    nullable: bool = False
    notation: str | None = None

    @property
    def least(self) -> int:
        """The smallest number of arguments."""
        return len(self.takes) - self.optional

    def argument(self, position: int) -> Argument | None:
        """The declaration of the argument at a position, counted from 0.

        None if there are too many.
        """
        if position < len(self.takes):
            return self.takes[position]
        return self.takes[-1] if self.repeats else None

    @property
    def signature(self) -> str:
        """How it is called, for documentation: `round(number, digits?)`."""
        if self.notation:
            return self.notation
        names = [
            f"{argument.name}?" if position >= self.least else argument.name
            for position, argument in enumerate(self.takes)
        ]
        return f"{self.name}({', '.join([*names, '…'] if self.repeats else names)})"


def plain(build: Callable[..., Sql]) -> ToSql:
    """A compiler that does not ask for the types of the arguments."""
    return lambda _types, *args: build(*args)
