"""Rules: pure functions that see a record before and after a change, and amend or refuse it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relata.errors import Fault

Record = Mapping[str, Any]
"""Field → canonical value; an empty field is None or absent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says: values to set besides, and what is wrong."""

    changes: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`run(before, after, now)`; `before` is None for a new record."""

    name: str
    object: str
    run: Callable[[Record | None, Record, dt.datetime], Verdict]
