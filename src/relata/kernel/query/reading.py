"""What clients send of a question, read member by member: every fault is collected, nothing unknown passed over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.expression.calendar import day_end
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.filter import parse_filter
from relata.kernel.expression.tree import TRUE, Node, parameterise
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.date import DAY, checked_date
from relata.kernel.metadata.kinds.moment import read_moment
from relata.kernel.metadata.scope import ObjectScope

MOST_FIELDS, MOST_ORDERS, LONGEST = 200, 8, 200
"""Fields and sort terms of a question, characters of a text to find."""
INSTANT = dt.timedelta(microseconds=1)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One sort term: a field and its direction."""

    path: Path
    descending: bool


class Reading:
    """Collects the faults of a document while its members are read."""

    def __init__(self, access: Access, name: str, clock: Clock) -> None:
        self.access = access
        self.scope: ObjectScope = access.scope(name)
        self.name = name
        self.clock = clock
        self.faults: list[Fault] = []

    def fault(self, where: str, code: str, message: str) -> None:
        self.faults.append(Fault(where, code, message))

    def done(self) -> None:
        if self.faults:
            raise Invalid(self.faults)

    def known(self, document: dict[str, Any], keys: tuple[str, ...]) -> None:
        for key in document:
            if key not in keys:
                self.fault(f"/{pointer(key)}", "unknown_parameter", f"Use {', '.join(keys)}; there is no «{key[:80]}».")

    def filter(self, document: Any, where: str = "/filter") -> tuple[Node, tuple[Any, ...]]:
        try:
            return parameterise(parse_filter(document, self.scope, self.clock))
        except Invalid as error:
            self.faults += [fault.below(where) for fault in error.faults]
            return TRUE, ()

    def path(self, text: Any, where: str) -> Path | None:
        """A field by its dotted name, if the actor may see it and it holds one value."""
        if not isinstance(text, str):
            self.fault(where, "wrong_type", f"Name a field as text; {kind_of(text)} came.")
            return None
        path = tuple(text.split("."))
        found = self.scope.resolve(path) if len(path) <= 8 else None
        if found is None or (found.many is not None and found.parse is None):
            self.fault(where, "unknown_field", f"{self.scope.object.label} has no field «{text[:80]}».")
            return None
        return found.path

    def sort(self, given: Any) -> tuple[Order, ...]:
        terms = [] if given is None or given == "" else given.split(",") if isinstance(given, str) else given
        if not isinstance(terms, list) or len(terms) > MOST_ORDERS:
            self.fault(
                "/sort",
                "wrong_type",
                f"Sort by at most {MOST_ORDERS} fields, such as «-amount,name» or a list of these.",
            )
            return ()
        orders = []
        for index, term in enumerate(terms):
            text = term.strip() if isinstance(term, str) else term
            descending = isinstance(text, str) and text.startswith("-")
            path = self.path(text[1:] if descending else text, f"/sort/{index}")
            if path and self._sortable(path, f"/sort/{index}"):
                orders.append(Order(path, descending))
        return tuple(orders)

    def _sortable(self, path: Path, where: str) -> bool:
        object_ = self.scope.object
        for name in path:
            field = object_.field(name)
            if field is None:
                return True
            if field.kind in ("relation", "user") and name != path[-1]:
                object_ = self.access.catalog.objects[field.to[0]]
            elif name == path[-1] and not KINDS[field.kind].sortable:
                self.fault(where, "not_sortable", f"{field.label} cannot be sorted by; name a part of it.")
                return False
        return True

    def fields(self, given: Any) -> tuple[Path, ...]:
        if given is None or given == "":
            visible = self.access.visible
            return tuple((f.name,) for f in self.scope.object.fields if visible(self.name, f.name))
        names = given.split(",") if isinstance(given, str) else given
        if not isinstance(names, list) or len(names) > MOST_FIELDS:
            self.fault(
                "/fields",
                "wrong_type",
                f"Name at most {MOST_FIELDS} fields, such as «name,account.name» or a list of these.",
            )
            return ()
        asked = [name.strip() if isinstance(name, str) else name for name in names]
        found = [(self.path(name, f"/fields/{i}"), name) for i, name in enumerate(asked)]
        paths = [path for present, name in found if present for path in (present, tuple(name.split(".")))]
        return tuple(dict.fromkeys([("id",), *paths]))

    def whole(self, given: Any, where: str, fallback: int, most: int, least: int = 1) -> int:
        if given is None:
            return fallback
        if isinstance(given, str) and given.isdecimal() and len(given) < 10:
            given = int(given)
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            self.fault(where, "out_of_range", f"Send a whole number from {least} to {most:,}.")
            return fallback
        return given

    def as_of(self, document: Any) -> dt.datetime | None:
        """The past moment that the question is about; a date means the end of that day, today's the present moment.
        What is told from the present, such as «the last 7 days», is told from there.
        """
        given = document.get("as_of")
        if given is None or given == "":
            return None
        now, zone = self.clock.now, self.clock.zone
        try:
            day = isinstance(given, str) and DAY.fullmatch(given) is not None
            last = dt.date.fromisoformat(checked_date(given)) if day else None
            moment = day_end(last, zone) - INSTANT if last else read_moment(given)
        except BadValue as error:
            self.faults += [fault.below("/as_of") for fault in error.faults]
            return None
        moment = now if last == self.clock.today else moment
        if moment > now:
            self.fault("/as_of", "in_future", "This moment is still to come; take a past one.")
        if document.get("q"):
            self.fault("/q", "not_in_past", "Words are looked up in the present only; filter by a field instead.")
        self.clock = Clock(moment, zone)
        return moment

    def flag(self, given: Any, where: str) -> bool:
        if isinstance(given, str) and given in ("true", "false", "1", "0"):
            return given in ("true", "1")
        if given is not None and not isinstance(given, bool):
            self.fault(where, "wrong_type", f"Send true or false; {kind_of(given)} came.")
        return given is True

    def text(self, given: Any, where: str) -> str | None:
        if given is None or given == "":
            return None
        if not isinstance(given, str) or len(given) > LONGEST or "\0" in given or not encodable(given):
            self.fault(where, "wrong_type", f"Send text of at most {LONGEST} characters.")
            return None
        return given


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
