"""What kinds share when they read the text of a cell, such as one of a CSV file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from relata.kernel.metadata.kinds.base import BadValue

ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(float_hook=Decimal)
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def number_of(text: str) -> Decimal:
    """A number such as 1234.5 or 1,234.50; raises BadValue."""
    bare = text.strip()
    if not PLAIN.fullmatch(bare) and not GROUPED.fullmatch(bare):
        raise BadValue(f"«{text[:40]}» is not a number; write it as 1234.5.")
    return Decimal(bare.replace(",", ""))


def list_of(text: str) -> Any:
    """Values with semicolons between them, or a list in JSON."""
    if text.lstrip().startswith("["):
        return json_of(text)
    return [part.strip() for part in text.split(";") if part.strip()]


def members_of(text: str) -> list[str]:
    """The same, each of them text."""
    found = list_of(text)
    if not isinstance(found, list) or not all(isinstance(member, str) for member in found):
        raise BadValue(f"«{text[:40]}» is not a list of texts.")
    return found


def listed(members: Sequence[str]) -> str:
    """Values with semicolons between them; in JSON where `list_of` would read something else."""
    text = "; ".join(members)
    return text if list_of_plain(text) == list(members) else ENCODER.encode(members).decode()


def list_of_plain(text: str) -> list[str] | None:
    return None if text.lstrip().startswith("[") else list_of(text)


def json_of(text: str) -> Any:
    """Any JSON, its numbers exact; raises BadValue."""
    try:
        return DECODER.decode(text.encode())
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError):
        raise BadValue(f"«{text[:40]}» is not JSON.") from None


def is_json_object(text: str) -> bool:
    return text.lstrip().startswith("{")
