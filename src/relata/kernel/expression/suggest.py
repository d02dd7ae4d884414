"""The sentence for a name that does not exist, with the nearest one that does."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from relata.kernel.expression.scope import NamedScope, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60
_MOST_NAMES = 2_000


def suggestion(name: str) -> str:
    """A name as it may stand in a sentence: cut short, and nothing unprintable."""
    shown = "".join(char if char.isprintable() else "?" for char in name[:_LONGEST])
    return f"{shown}…" if len(name) > _LONGEST else shown


def nearest(name: str, names: Iterable[str]) -> str:
    """` Did you mean …?` after a full stop, or only the full stop."""
    known = [known for known, _ in zip(names, range(_MOST_NAMES), strict=False)]
    found = difflib.get_close_matches(name[:_LONGEST], known, n=1)
    return f". Did you mean {found[0]}?" if found else "."


def unknown_field(name: str, scope: Scope) -> str:
    """The sentence for a field that does not exist or may not be seen: the two sound the same."""
    names = scope.names() if isinstance(scope, NamedScope) else ()
    return f"There is no field {suggestion(name)}{nearest(name, names)}"
