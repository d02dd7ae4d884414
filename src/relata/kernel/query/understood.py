"""Questions that were asked before in the same words: checked once, kept by the bytes that were sent.
Interfaces and integrations ask the same few questions all day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from relata.kernel.access.access import Access
from relata.kernel.context import Ctx
from relata.kernel.expression.clock import Clock

LONGEST = 8_000
"""Bytes of a question that is kept."""
T = TypeVar("T")
Read = Callable[[Any, str, Access, Clock], T]


def understood(ctx: Ctx, name: str, sent: bytes, decode: Callable[[bytes], Any], read: Read[T]) -> T:
    """What `read` makes of the question, or made of it before. Nothing is kept that depends on the time or
    says names from before, and nothing that was refused.
    """
    actor = ctx.access.actor
    key = (read, name, sent, ctx.access.key, actor.user, actor.time_zone)
    found: T | None = ctx.workspace.questions.find(key)
    if found is not None:
        return found
    clock = ctx.clock
    made = read(decode(sent), name, ctx.access, clock)
    noticed = ctx.access.noticed is not None and ctx.access.noticed.names
    if not clock.asked and not noticed and len(sent) <= LONGEST:
        ctx.workspace.questions.keep(key, made)
    return made
