"""The question, from what a client sent: every fault at once, nothing unknown passed over."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Fault, Invalid, Malformed
from relata.kernel.access.access import Access
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.tree import Node
from relata.kernel.query.reading import Order, Path, Reading
from relata.kernel.query.wanted import OWN, Wanted, read_wanted

LIMIT = 50
MOST = 1_000
KEYS = ("filter", "sort", "fields", "limit", "after", "count", "q", "trash", "as_of", "currency")


@dataclass(frozen=True, slots=True)
class Query:
    """A page of records of one object, at the moment `as_of` if there is one. `shape` and `constants` are the filter;
    `q` is text to find.
    """

    object: str
    shape: Node
    constants: tuple[Any, ...]
    fields: tuple[Path, ...]
    sort: tuple[Order, ...]
    limit: int
    after: tuple[Any, ...] | None
    count: bool
    q: str | None
    trash: bool
    as_of: dt.datetime | None = None
    currency: Wanted = OWN


def read_query(document: Any, name: str, access: Access, clock: Clock) -> Query:
    """The checked query; raises Invalid with every fault, Malformed for a bad cursor."""
    access.object(name)
    if not isinstance(document, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with {', '.join(KEYS)}.")])
    reading = Reading(access, name, clock)
    reading.known(document, KEYS)
    as_of = reading.as_of(document)
    shape, constants = reading.filter(document.get("filter"))
    sort = reading.sort(document.get("sort")) or (Order(("id",), descending=True),)
    query = Query(
        object=name,
        shape=shape,
        constants=constants,
        fields=reading.fields(document.get("fields")),
        sort=sort,
        limit=reading.whole(document.get("limit"), "/limit", LIMIT, MOST, 0),
        after=read_cursor(document.get("after"), sort),
        count=reading.flag(document.get("count"), "/count"),
        q=reading.text(document.get("q"), "/q"),
        trash=reading.flag(document.get("trash"), "/trash"),
        as_of=as_of,
        currency=read_wanted(reading, document.get("currency")),
    )
    reading.done()
    return query


def signature(sort: tuple[Order, ...]) -> str:
    return ",".join(("-" if order.descending else "") + ".".join(order.path) for order in sort)


def write_cursor(sort: tuple[Order, ...], values: list[Any]) -> str:
    """Where a page ended: the sort and the last record's keys, as text that is safe in a URL."""
    packed = ENCODE([signature(sort), *values])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(cursor: Any, sort: tuple[Order, ...]) -> tuple[Any, ...] | None:
    if cursor is None or cursor == "":
        return None
    bad = Malformed("The cursor in «after» is damaged; send «next» of the last page unchanged.")
    if not isinstance(cursor, str) or len(cursor) > 40_000:
        raise bad
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signed, *values = DECODER.decode(packed)
    except (ValueError, TypeError, RecursionError):
        raise bad from None
    if signed != signature(sort):
        raise Malformed("The cursor in «after» belongs to another sort; begin again without it.")
    if not values or any(isinstance(value, list | dict) or "\0" in str(value) for value in values):
        raise bad
    return tuple(values)


DECODER = msgspec.json.Decoder(list[Any], float_hook=Decimal)
ENCODE = msgspec.json.Encoder(decimal_format="number").encode
