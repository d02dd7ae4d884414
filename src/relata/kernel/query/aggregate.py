"""Counts, sums and other measures by groups: by fields, parts of dates, and related fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.moments import zones
from relata.kernel.expression.tree import Node
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import NAME, Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.money import CONVERTED
from relata.kernel.query.reading import Path, Reading
from relata.kernel.query.wanted import OWN, Wanted, read_wanted

UNITS = ("day", "week", "month", "quarter", "year")
FUNCTIONS = ("count", "count_distinct", "sum", "average", "min", "max", "median")
COMPARISONS = ("is", "is_not", "lt", "lte", "gt", "gte")
KEYS = ("group", "measures", "filter", "having", "sort", "limit", "q", "as_of", "currency", "time_zone")
LIMIT = 1_000
MOST = 10_000
MEMBERS = 20
"""Groups, measures and conditions of a question."""


@dataclass(frozen=True, slots=True)
class Group:
    """A field to group by; `by` cuts dates and moments to a unit of the calendar."""

    path: Path
    by: str | None
    name: str
    moment: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted or summed for each group; `money` is the path of the field whose amounts are converted first."""

    fn: str
    path: Path | None
    name: str
    money: Path | None


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on a measure."""

    name: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A checked question for groups and measures of one object."""

    object: str
    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    shape: Node
    constants: tuple[Any, ...]
    having: tuple[Having, ...]
    sort: tuple[tuple[str, bool], ...]
    limit: int
    q: str | None
    as_of: dt.datetime | None = None
    currency: Wanted = OWN
    zone: str | None = None


def read_aggregate(document: Any, name: str, access: Access, clock: Clock) -> Aggregate:
    """The checked question; raises Invalid with every fault."""
    access.object(name)
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}.")])
    reading = Reading(access, name, clock)
    reading.known(document, KEYS)
    zone = read_zone(reading, document.get("time_zone"))
    as_of = reading.as_of(document)
    currency = read_wanted(reading, document.get("currency"))
    shape, constants = reading.filter(document.get("filter"))
    groups = tuple(
        read_group(reading, item, f"/group/{i}") for i, item in enumerate(members(reading, document, "group"))
    )
    given = members(reading, document, "measures") or [{"fn": "count"}]
    measures = tuple(read_measure(reading, item, f"/measures/{i}") for i, item in enumerate(given))
    for index, measure in enumerate(measures):
        comparable(reading, measure, groups, currency, f"/measures/{index}/field")
    names = [group.name for group in groups] + [measure.name for measure in measures]
    for twice in sorted({n for n in names if names.count(n) > 1}):
        reading.fault("/measures", "duplicate", f"Two results are called «{twice}»; name one with «as».")
    question = Aggregate(
        object=name,
        groups=groups,
        measures=measures,
        shape=shape,
        constants=constants,
        having=read_having(reading, document.get("having"), {m.name for m in measures if numeric(reading, m)}),
        sort=read_sort(reading, document.get("sort"), names),
        limit=reading.whole(document.get("limit"), "/limit", LIMIT, MOST),
        q=reading.text(document.get("q"), "/q"),
        as_of=as_of,
        currency=currency,
        zone=zone,
    )
    reading.done()
    return question


def read_zone(reading: Reading, given: Any) -> str | None:
    """The zone in whose calendar moments are cut and «this week» is told, in place of the person's."""
    if given is None:
        return None
    if not isinstance(given, str) or given not in zones():
        reading.fault("/time_zone", "unknown_option", "Use a name of the tz database, such as Europe/Berlin.")
        return None
    reading.clock = Clock(reading.clock.now, ZoneInfo(given))
    return given


def members(reading: Reading, document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    given = [] if document.get(key) is None else document[key]
    if given and isinstance(given, str | dict):
        given = [given]
    if not isinstance(given, list) or len(given) > MEMBERS:
        reading.fault(f"/{key}", "wrong_type", f"Send a list of at most {MEMBERS}; {kind_of(given)} came.")
        return []
    made = [{"field": member} if isinstance(member, str) else member for member in given]
    for index, member in enumerate(made):
        if not isinstance(member, dict):
            reading.fault(f"/{key}/{index}", "wrong_type", f"Send an object; {kind_of(member)} came.")
    return [member for member in made if isinstance(member, dict)]


def read_group(reading: Reading, item: dict[str, Any], where: str) -> Group:
    unknown(reading, item, ("field", "by", "as"), where)
    path = reading.path(item.get("field"), f"{where}/field")
    by = item.get("by")
    found = reading.scope.resolve(path) if path else None
    type_ = found.type if found else Type.DATE
    if by is not None and (by not in UNITS or type_ not in (Type.DATE, Type.MOMENT)):
        reading.fault(f"{where}/by", "unknown_option", f"Dates and moments are cut by {', '.join(UNITS)}.")
    if type_.many or (path and not groupable(reading, path)):
        reading.fault(
            f"{where}/field",
            "not_groupable",
            "This field cannot be grouped by; take a choice, relation, date, number or text.",
        )
    name = alias(reading, item, item["field"] if path else where, where)
    return Group(path or ("id",), by, name, type_ is Type.MOMENT)


def groupable(reading: Reading, path: Path) -> bool:
    field = reading.scope.object.field(path[0])
    return len(path) > 1 or field is None or KINDS[field.kind].groupable


def read_measure(reading: Reading, item: dict[str, Any], where: str) -> Measure:
    unknown(reading, item, ("fn", "field", "as"), where)
    fn = item.get("fn", "count")
    if fn not in FUNCTIONS:
        reading.fault(f"{where}/fn", "unknown_option", f"A measure is one of {', '.join(FUNCTIONS)}.")
        fn = "count"
    path = None
    if fn != "count" or item.get("field") is not None:
        path = reading.path(item.get("field"), f"{where}/field")
    found = reading.scope.resolve(path) if path else None
    money = money_of(reading, path) if path and fn not in ("count", "count_distinct") else None
    if found and fn in ("sum", "average", "median") and found.type is not Type.NUMBER:
        reading.fault(f"{where}/field", "not_measurable", f"Only numbers have a {fn}.")
    if found and fn in ("min", "max") and found.type not in (Type.NUMBER, Type.DATE, Type.MOMENT, Type.TEXT):
        reading.fault(f"{where}/field", "not_measurable", f"Only numbers, dates and texts have a {fn}.")
    fallback = fn if path is None else f"{fn}_{item['field'].replace('.', '_')}"
    return Measure(fn, path, alias(reading, item, fallback, where), money)


def money_of(reading: Reading, path: Path) -> Path | None:
    """The money field that is measured, whole or converted, which is the same."""
    for whole in (path, path[:-1] if path[-1] == CONVERTED else ()):
        found = last_field(reading, whole)
        if found is not None and found.kind == "money":
            return whole
    return None


def last_field(reading: Reading, path: Path) -> Field | None:
    object_ = reading.scope.object
    for name in path[:-1]:
        field = object_.field(name)
        if field is None or not field.to:
            return None
        object_ = reading.access.catalog.objects[field.to[0]]
    return object_.field(path[-1]) if path else None


def comparable(reading: Reading, measure: Measure, groups: tuple[Group, ...], currency: Wanted, where: str) -> None:
    """Amounts are measured converted, or bare within one currency; a day that is hidden tells no rate."""
    path = measure.path
    if path is None or measure.fn in ("count", "count_distinct"):
        return
    whole = measure.money or path[:-1]
    found = last_field(reading, whole)
    if found is None or found.kind != "money":
        return
    named = ".".join(whole)
    if measure.money is None and (*whole, "currency") not in {group.path for group in groups}:
        message = (
            f"Amounts of several currencies are not comparable: measure «{named}», or group by «{named}.currency»."
        )
        reading.fault(where, "not_measurable", message)
    elif measure.money is not None and currency.on is None and reading.scope.resolve((*whole, CONVERTED)) is None:
        message = 'The day of its rates is hidden from you; name one: "currency": {"on": "today"}.'
        reading.fault(where, "not_measurable", message)


def alias(reading: Reading, item: dict[str, Any], fallback: str, where: str) -> str:
    name = item.get("as")
    if name is None:
        return fallback
    if not isinstance(name, str) or not NAME.fullmatch(name) or len(name) > 60:
        reading.fault(f"{where}/as", "bad_name", "A name has small letters, digits and underscores, at most 60.")
        return fallback
    return name


def unknown(reading: Reading, item: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in item:
        if key not in keys:
            reading.fault(f"{where}/{key[:80]}", "unknown_parameter", f"Use {', '.join(keys)}.")


def numeric(reading: Reading, measure: Measure) -> bool:
    """Whether the measure is a number, which alone can be compared in «having»."""
    found = reading.scope.resolve(measure.path) if measure.path else None
    return found is None or found.type is Type.NUMBER or measure.fn.startswith("count")


def read_having(reading: Reading, given: Any, names: set[str]) -> tuple[Having, ...]:
    conditions = given.get("all", [given]) if isinstance(given, dict) else [] if given is None else given
    if not isinstance(conditions, list) or len(conditions) > MEMBERS:
        reading.fault(
            "/having", "wrong_type", 'Send {"field": measure, "op": "gt", "value": 3} or {"all": [of these]}.'
        )
        return ()
    made = []
    for index, item in enumerate(conditions):
        where = f"/having/{index}"
        if not isinstance(item, dict) or item.get("field") not in tuple(names):
            reading.fault(where, "unknown_field", f"Name a measure that is a number: {', '.join(sorted(names))}.")
        elif item.get("op") not in COMPARISONS:
            reading.fault(where, "unknown_operator", f"Use one of {', '.join(COMPARISONS)}.")
        elif isinstance(item.get("value"), bool) or not isinstance(item.get("value"), int | float | Decimal):
            reading.fault(where, "wrong_type", "Compare with a number.")
        else:
            made.append(Having(item["field"], item["op"], item["value"]))
    return tuple(made)


def read_sort(reading: Reading, given: Any, names: list[str]) -> tuple[tuple[str, bool], ...]:
    terms = [] if given is None or given == "" else given.split(",") if isinstance(given, str) else given
    if not isinstance(terms, list):
        reading.fault("/sort", "wrong_type", "Sort by results, such as «-count».")
        return ()
    made = []
    for index, term in enumerate(terms[:MEMBERS]):
        text = str(term).strip()
        name = text.removeprefix("-")
        if name not in names:
            reading.fault(f"/sort/{index}", "unknown_field", f"Sort by a group or measure: {', '.join(names)}.")
        made.append((name, text.startswith("-")))
    return tuple(made)
