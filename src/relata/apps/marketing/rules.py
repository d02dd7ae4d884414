"""What must hold for campaigns whoever writes them."""

from __future__ import annotations

import datetime as dt

from relata.errors import Fault
from relata.kernel.records.rule import Record, Rule, Verdict


def ends_after_start(_before: Record | None, after: Record, _now: dt.datetime) -> Verdict:
    first, last = after.get("start_date"), after.get("end_date")
    if first and last and last < first:
        return Verdict(
            faults=(Fault("/end_date", "before_start", "The campaign ends before it starts; change one of the dates."),)
        )
    return Verdict()


def has_one_member(_before: Record | None, after: Record, _now: dt.datetime) -> Verdict:
    if bool(after.get("contact")) == bool(after.get("lead")):
        return Verdict(
            faults=(Fault("/contact", "required", "A campaign member is either a contact or a lead; set one of them."),)
        )
    return Verdict()


RULES = (
    Rule(name="campaign_ends_after_start", object="campaign", run=ends_after_start),
    Rule(name="member_is_one_person", object="campaign_member", run=has_one_member),
)
