"""Checks that several kinds share: text that can be stored, lists, options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from relata.errors import Fault
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue

LINE = 4_000
LIST = 200


def checked_text(value: Any, longest: int = LINE, what: str = "text") -> str:
    """`value` if it is text that PostgreSQL can hold byte for byte."""
    if not isinstance(value, str):
        raise BadValue(f"Send {what} in quotation marks; {kind_of(value)} came.")
    if "\0" in value:
        raise BadValue("Take out the NUL character (U+0000): no text can hold it.", "bad_text")
    if len(value) > longest:
        raise BadValue(f"At most {longest:,} characters fit; {len(value):,} came.", "too_long")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadValue("Take out the lone surrogates: they are not text.", "bad_text") from None
    return value


def kind_of(value: Any) -> str:
    """What a JSON value is, for sentences."""
    names = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    return "null" if value is None else names.get(type(value), "a number")


def each(value: list[Any], check: Callable[[Any], Any]) -> list[Any]:
    """Every member checked, all faults together, with pointers to the members."""
    faults: list[Fault] = []
    checked = []
    for index, member in enumerate(value):
        try:
            checked.append(check(member))
        except BadValue as error:
            faults += [fault.below(f"/{index}") for fault in error.faults]
    if faults:
        raise BadValue.all(faults)
    return checked


def checked_list(value: Any, longest: int = LIST) -> list[Any]:
    if not isinstance(value, list):
        raise BadValue(f"Send a list; {kind_of(value)} came.")
    if len(value) > longest:
        raise BadValue(f"At most {longest:,} members fit; {len(value):,} came.", "too_long")
    return value


def checked_parts(value: Any, parts: tuple[str, ...], longest: int) -> dict[str, str]:
    """An object of texts under known names, without empty ones, in the order of `parts`."""
    if not isinstance(value, dict):
        raise BadValue(f"Send an object with {', '.join(parts)}; {kind_of(value)} came.")
    faults = [
        Fault(f"/{pointer(name)}", "unknown_field", f"There is no part «{name}»; use {', '.join(parts)}.")
        for name in value
        if name not in parts
    ]
    found = {}
    for name in parts:
        if value.get(name) is None:
            continue
        try:
            text = checked_text(value[name], longest)
        except BadValue as error:
            faults += [fault.below(f"/{name}") for fault in error.faults]
        else:
            if text:
                found[name] = text
    if faults:
        raise BadValue.all(faults)
    return found


def checked_entry(
    value: dict[str, Any], checks: Mapping[str, Callable[[Any], Any]], besides: Collection[str] = ()
) -> dict[str, Any]:
    """The parts of an entry, each by its check: the first must be there, the others may be. Those `besides` are known, and left
    to the caller.
    """
    faults = [
        Fault(f"/{pointer(key)}", "unknown_field", f"Use {', '.join(checks)}; there is no «{key[:40]}».")
        for key in value
        if key not in checks and key not in besides
    ]
    made: dict[str, Any] = {}
    for place, (key, check) in enumerate(checks.items()):
        if place and value.get(key) is None:
            continue
        try:
            made[key] = check(value.get(key))
        except BadValue as error:
            faults += [fault.below(f"/{key}") for fault in error.faults]
    if faults:
        raise BadValue.all(faults)
    return made


def parts_schema(parts: tuple[str, ...], longest: int, *, accepted: bool = False) -> dict[str, Any]:
    """The JSON Schema of `checked_parts`: as it comes back, or what is accepted."""
    text = {"type": ["string", "null"]} if accepted else {"type": "string", "minLength": 1}
    made = {part: {**text, "maxLength": longest} for part in parts}
    return {"type": "object", "properties": made, "additionalProperties": False}


def checked_option(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(f"Send the key of an option as text; {kind_of(value)} came.")
    if field.option(value) is None:
        keys = ", ".join(option.key for option in field.options[:20]) or "none yet"
        raise BadValue(f"«{value[:80]}» is not an option of {field.label}; there are: {keys}.", "unknown_option")
    return value


def option_faults(field: Field) -> list[Fault]:
    """What is wrong with the options of a definition."""
    faults = []
    seen: set[str] = set()
    if len(field.options) > 500:
        faults.append(Fault("/options", "too_many", "A field has at most 500 options."))
    for index, option in enumerate(field.options):
        where = f"/options/{index}"
        if not option.key or len(option.key) > 100 or "\0" in option.key:
            faults.append(Fault(f"{where}/key", "bad_key", "A key has 1 to 100 characters."))
        if not option.label.strip() or len(option.label) > 200:
            faults.append(Fault(f"{where}/label", "bad_label", "A label has 1 to 200 characters."))
        if option.key in seen:
            faults.append(Fault(f"{where}/key", "duplicate", f"The key «{option.key}» is there twice."))
        seen.add(option.key)
    return faults


def pointer(name: str) -> str:
    """A name as a token of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")[:200]
