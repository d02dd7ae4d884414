"""From what a client sent to canonical values: every field checked by its kind, all faults at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from relata.errors import Fault
from relata.kernel.access.access import Access
from relata.kernel.history.origin import CREATOR, DEFAULT, by_rule
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.object import Object
from relata.kernel.records.rule import Record, Rule

Values = dict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [], {})


def parse_values(object_: Object, access: Access, sent: Any, parsing: Parsing, faults: list[Fault]) -> Values:
    """Canonical values of the fields that were sent; None empties a field."""
    if not isinstance(sent, dict):
        faults.append(Fault("", "wrong_type", f"Send an object of fields; {kind_of(sent)} came."))
        return {}
    values: Values = {}
    for name, value in sent.items():
        field = object_.by_name.get(name)
        if field is None or not access.visible(object_.name, name):
            faults.append(Fault(f"/{pointer(name)}", "unknown_field", f"{object_.label} has no field «{name[:80]}»."))
        elif not access.writable(object_.name, name):
            faults.append(Fault(f"/{name}", "read_only", f"{field.label} cannot be written."))
        elif value is None:
            values[name] = None
        else:
            try:
                values[name] = KINDS[field.kind].parse(field, value, parsing)
            except BadValue as error:
                faults += [fault.below(f"/{name}") for fault in error.faults]
    return values


def origins_of(values: Values, sent: Iterable[str]) -> dict[str, Any]:
    """Where the values of a new record are from that nobody sent."""
    return {name: CREATOR if name == "owner" else DEFAULT for name in values if name not in sent}


def with_defaults(object_: Object, values: Values, user: str | None, parsing: Parsing) -> Values:
    """A new record's values: what was sent, then defaults; the creator owns it unless told otherwise."""
    made = dict(values)
    for field in object_.own:
        if field.default is not None and field.name not in made:
            made[field.name] = KINDS[field.kind].parse(field, field.default, parsing)
    if object_.owned and "owner" not in made and user is not None:
        made["owner"] = user
    return made


def judge(
    rules: tuple[Rule, ...],
    before: Record | None,
    after: Values,
    now: dt.datetime,
    faults: list[Fault],
    origins: dict[str, Any],
) -> Values:
    """The values after all rules had their say; `origins` is told what they set."""
    judged = dict(after)
    for rule in rules:
        verdict = rule.run(before, judged, now)
        faults += verdict.faults
        for name, value in (verdict.changes or {}).items():
            if judged.get(name) != value:
                origins[name] = by_rule(rule.name)
            judged[name] = value
    return judged


def changed_values(object_: Object, before: Mapping[str, Any], after: Mapping[str, Any]) -> Values:
    """What differs from before; the rules leave most values the very objects that they were."""
    return {
        name: value
        for name, value in after.items()
        if value is not (old := before.get(name))
        and (value != old or not KINDS[object_.by_name[name].kind].same(value, old))
    }


def missing_faults(fields: Iterable[Field], after: Mapping[str, Any]) -> list[Fault]:
    """Which of the fields, all of them required, are empty."""
    return [
        Fault(f"/{field.name}", "required", f"{field.label} is required.")
        for field in fields
        if after.get(field.name) in EMPTY
    ]
