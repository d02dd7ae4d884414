"""A change that is only tried: what it would touch, and all that stands in its way."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from relata.errors import Conflict, Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.schema.impact import impact
from relata.kernel.schema.offenders import Standing
from relata.kernel.schema.users import Target


async def tried(ctx: Ctx, trial: Awaitable[Any], *targets: Target) -> dict[str, Any]:
    """`{"impact", "faults", "offenders"}` of a change that rolls itself back. What is none of the caller's business is
    raised as ever: Denied, NotFound, Unavailable.
    """
    faults: tuple[Fault, ...] = ()
    offenders: list[Any] = []
    try:
        await trial
    except Standing as error:
        faults, offenders = error.faults, error.offenders
    except Invalid as error:
        faults = error.faults
    except Conflict as error:
        faults = (Fault("", error.code, error.message),)
    return {
        "impact": await impact(ctx, *targets),
        "faults": [asdict(fault) for fault in faults],
        "offenders": [asdict(one) for one in offenders],
    }
