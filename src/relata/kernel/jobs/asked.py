"""What somebody sends as a schedule, read with all of its faults."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.context import Ctx
from relata.kernel.expression.moments import zones
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.kept import ENCODE, KIND, Kept
from relata.kernel.jobs.recurrence import read_recurrence
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import checked_text, kind_of, pointer

KEYS = ("label", "rule", "starts", "time_zone", "does", "active")
TIMES = ("rule", "starts", "time_zone")
LONGEST, LARGEST = 200, 50_000
EARLIEST, LATEST = 2000, 2100
LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def read_schedule(
    ctx: Ctx, jobs: Mapping[str, Job], sent: Any, now: dt.datetime, before: Kept | None = None, *, whole: bool = True
) -> Kept:
    """With its next time, which is worked out anew where it may be another one. What it does is checked unless only the owner
    could answer for it (not `whole`): it is again when it fires.
    """
    if not isinstance(sent, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}; {kind_of(sent)} came.")])
    faults = [
        Fault(f"/{pointer(key)}", "unknown_parameter", f"Use {', '.join(KEYS)}; there is no «{key[:80]}».")
        for key in sent
        if key not in KEYS
    ]
    document = sent if before is None else {**told(before), **sent}
    active = document.get("active", True)
    if not isinstance(active, bool):
        faults.append(Fault("/active", "wrong_type", f"Send true or false; {kind_of(active)} came."))
    one = Kept(
        id=before.id if before else "",
        label=label_of(document.get("label"), faults),
        rule=rule_of(document.get("rule"), faults),
        starts=starts_of(document.get("starts"), faults),
        time_zone=zone_of(document.get("time_zone", ctx.access.actor.time_zone), faults),
        does=does_of(document.get("does"), jobs, faults),
        active=active is True,
        principal=before.principal if before else "",
        actor=before.actor if before else None,
        next_at=before.next_at if before else None,
        last_at=before.last_at if before else None,
        job=before.job if before else None,
        message=before.message if before else None,
    )
    if one.does and whole and (one.active or before is None or "does" in sent):
        try:
            one.arguments(ctx, jobs)
        except Invalid as error:
            faults += [fault.below("/does") for fault in error.faults]
    faulty = {fault.pointer for fault in faults}
    if faulty.isdisjoint(f"/{name}" for name in TIMES):
        one = timed(one, before, now, faults)
    if faults:
        raise Invalid(faults)
    return one


def timed(one: Kept, before: Kept | None, now: dt.datetime, faults: list[Fault]) -> Kept:
    if not one.active:
        return replace(one, next_at=None)
    if before and before.active and all(getattr(one, name) == getattr(before, name) for name in TIMES):
        return one
    first = one.schedule.next(now)
    if first is None:
        faults.append(
            Fault("/rule", "never", "No time within the next ten years meets this rule; look at its days and UNTIL.")
        )
    return replace(one, next_at=first, message=None)


def told(one: Kept) -> dict[str, Any]:
    """As it would be sent."""
    return {name: getattr(one, name) for name in KEYS} | {"starts": one.starts.isoformat()}


def label_of(given: Any, faults: list[Fault]) -> str:
    try:
        label = checked_text(given, LONGEST).strip() if given is not None else ""
    except BadValue as error:
        faults += [fault.below("/label") for fault in error.faults]
        return ""
    if not label:
        faults.append(Fault("/label", "required", "Say what it is called."))
    return label


def rule_of(given: Any, faults: list[Fault]) -> str:
    try:
        return read_recurrence(given).text
    except Invalid as error:
        faults += [fault.below("/rule") for fault in error.faults]
        return ""


def starts_of(given: Any, faults: list[Fault]) -> dt.datetime:
    try:
        if isinstance(given, str) and LOCAL.fullmatch(given):
            starts = dt.datetime.fromisoformat(given)
            if EARLIEST <= starts.year <= LATEST:
                return starts
    except ValueError:
        pass
    message = f"Send a local time without offset between the years {EARLIEST} and {LATEST}, such as 2026-11-23T08:30."
    faults.append(Fault("/starts", "required" if given is None else "bad_moment", message))
    return dt.datetime.min  # noqa: DTZ901 (never used: there is a fault)


def zone_of(given: Any, faults: list[Fault]) -> str:
    if isinstance(given, str) and given in zones():
        return given
    message = f"There is no time zone «{str(given)[:80]}»; name one as Europe/Berlin or America/New_York."
    faults.append(Fault("/time_zone", "unknown_option", message))
    return ""


def does_of(given: Any, jobs: Mapping[str, Job], faults: list[Fault]) -> dict[str, Any]:
    kinds = [kind for kind, job in jobs.items() if job.repeated]
    if not isinstance(given, dict) or given.get(KIND) not in kinds:
        where = f"/does/{KIND}" if isinstance(given, dict) else "/does"
        known = f"Say what it does: an object with «{KIND}», which is one of {', '.join(kinds)}."
        faults.append(Fault(where, "unknown_option" if isinstance(given, dict) else "required", known))
        return {}
    if len(ENCODE(given)) > LARGEST:
        faults.append(Fault("/does", "too_long", f"What it does takes at most {LARGEST:,} bytes."))
        return {}
    return given
