"""A rule that an app declares or an administrator makes: what a record must not be, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A record for which the condition `refuse_if` holds is refused, with `message` at `field` (None: at the whole)."""

    name: str
    label: str
    refuse_if: str
    message: str
    field: str | None = None
    custom: bool = False


CONDITIONS = ("required_if", "readonly_if", "visible_if")
"""The keys of a field that hold the text of a condition."""
RULED = (*CONDITIONS, "default_formula")
