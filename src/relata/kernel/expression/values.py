"""From JSON and quoted text to in-memory values, strictly.

What is not exactly of the type is refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from relata.kernel.expression.numbers import LIMIT
from relata.kernel.expression.types import ELEMENTS, Type

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_LIMIT = 4_000
_MOST_DECIMALS = 40
_unstorable = re.compile("[\0\ud800-\udfff]")
_date = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_uuid = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def parse_element(value: object, type_: Type) -> object:
    """One JSON value as one in-memory value of the type, or of the type of its elements.

    A MOMENT may be given as a date, and stays one: it stands for the whole day. Raises ValueError
    with a sentence.
    """
    return _PARSERS[ELEMENTS.get(type_, type_)](value)


def parse_text(value: object) -> str:
    """A text that PostgreSQL can hold and that is not too long."""
    if not isinstance(value, str):
        raise ValueError("Give a text.")  # noqa: TRY004
    if len(value) > TEXT_LIMIT:
        raise ValueError(f"The text is too long: at most {TEXT_LIMIT:,} characters.")
    if _unstorable.search(value):
        raise ValueError("The text holds a character that cannot be stored (NUL or half of a pair).")
    return value


def _parse_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("Give a number.")  # noqa: TRY004
    if isinstance(value, int) and abs(value) >= LIMIT:
        raise ValueError("The number is too large: at most 28 digits.")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or number.adjusted() >= LIMIT.adjusted():
        raise ValueError("The number is too large: at most 28 digits.")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MOST_DECIMALS:
        raise ValueError(f"The number has too many decimals: at most {_MOST_DECIMALS}.")
    return number


def _parse_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Give true or false.")  # noqa: TRY004
    return value


def _parse_date(value: object) -> dt.date:
    if isinstance(value, str) and _date.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("There is no such day.") from error
    raise ValueError("Give a date such as 2026-11-22.")


def _parse_moment(value: object) -> dt.date:
    """A datetime in UTC, or a date for the whole day."""
    if isinstance(value, str) and _date.fullmatch(value):
        return _parse_date(value)
    try:
        if isinstance(value, str):
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(_MOMENT_HELP) from error
    raise ValueError(_MOMENT_HELP)


_MOMENT_HELP = "Give a moment with its zone such as 2026-11-22T10:00:00Z, or a date for the whole day."


def _parse_id(value: object) -> uuid.UUID:
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, str) and _uuid.fullmatch(value):
        return uuid.UUID(value)
    raise ValueError("Give the id of a record.")


_PARSERS: dict[Type, Callable[[object], object]] = {
    Type.TEXT: parse_text,
    Type.NUMBER: _parse_number,
    Type.BOOLEAN: _parse_boolean,
    Type.DATE: _parse_date,
    Type.MOMENT: _parse_moment,
    Type.ID: _parse_id,
}
