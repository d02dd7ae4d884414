"""Definitions of objects and fields from what an administrator sent; every fault at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from relata.errors import Fault, Invalid
from relata.kernel.metadata.field import COLOURS, Field, Option, Rollup, slug
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.kinds.checks import checked_text, kind_of, pointer
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.rule import RULED

FIELD_KEYS = (
    "name", "kind", "label", "help", "required", "unique", "options", "to", "inverse", "inverse_label", "formula", "default", "fields",
    "of", "fn", "field", "filter", "sort", "rate_date", *RULED,
)  # fmt: skip
ROLLUP_KEYS = ("of", "fn", "field", "filter", "sort")
OBJECT_KEYS = ("name", "label", "plural", "icon", "colour", "title", "fields")
MOST_FIELDS = 800
MOST_OBJECTS = 500
ORDER = ("text", "person_name", "auto_number", "long_text")


class Sent:
    """One document of an administrator, its faults collected below `where`."""

    def __init__(self, document: Any, where: str, faults: list[Fault]) -> None:
        self.where = where
        self.faults = faults
        self.document: dict[str, Any] = document if isinstance(document, dict) else {}
        if not isinstance(document, dict):
            self.fault("", "wrong_type", f"Send an object; {kind_of(document)} came.")

    def fault(self, at: str, code: str, message: str) -> None:
        self.faults.append(Fault(self.where + at, code, message))

    def known(self, keys: tuple[str, ...]) -> None:
        for key in self.document:
            if key not in keys:
                self.fault(
                    f"/{pointer(key)}", "unknown_parameter", f"Use {', '.join(keys)}; «{key[:60]}» cannot be set."
                )

    def text(self, key: str, fallback: str = "") -> str:
        value = self.document.get(key)
        if value is None:
            return fallback
        try:
            return checked_text(value, 5_000)
        except BadValue as error:
            self.faults += [fault.below(f"{self.where}/{key}") for fault in error.faults]
            return fallback

    def flag(self, key: str) -> bool:
        value = self.document.get(key)
        if value is not None and not isinstance(value, bool):
            self.fault(f"/{key}", "wrong_type", f"Send true or false; {kind_of(value)} came.")
        return value is True

    def options(self) -> tuple[Option, ...]:
        given = self.document.get("options")
        if given is None:
            return ()
        if not isinstance(given, list):
            self.fault("/options", "wrong_type", f"Send a list of options; {kind_of(given)} came.")
            return ()
        return tuple(self.option(item, index) for index, item in enumerate(given[:1_000]))

    def option(self, item: Any, index: int) -> Option:
        where = f"{self.where}/options/{index}"
        one = Sent({"label": item} if isinstance(item, str) else item, where, self.faults)
        one.known(("key", "label", "colour", "probability", "outcome"))
        label = one.text("label") or one.text("key")
        colour = one.text("colour", COLOURS[index % len(COLOURS)])
        if colour not in COLOURS:
            one.fault("/colour", "unknown_option", f"A colour is one of {', '.join(COLOURS)}.")
        probability = one.document.get("probability")
        if probability is not None and (
            isinstance(probability, bool) or not isinstance(probability, int) or not 0 <= probability <= 100
        ):
            one.fault("/probability", "out_of_range", "A probability is a whole number from 0 to 100.")
            probability = None
        return Option(
            key=one.text("key") or slug(label),
            label=label,
            colour=colour,
            probability=probability,
            outcome=one.text("outcome") or None,
        )

    def rollup(self, old: Rollup | None = None) -> Rollup | None:
        """What a roll-up is of; `old` gives what was not sent."""
        if old is None and all(self.document.get(key) is None for key in ROLLUP_KEYS):
            return None
        old = old or Rollup()
        texts = {key: self.text(key, getattr(old, key) or "") for key in ("of", "fn", "field", "sort")}
        return Rollup(
            of=texts["of"],
            fn=texts["fn"],
            field=texts["field"] or None,
            filter=self.document.get("filter", old.filter),
            sort=texts["sort"] or None,
        )

    def targets(self, kind: str) -> tuple[str, ...]:
        given = self.document.get("to")
        if given is None:
            return ("user",) if kind == "user" else ()
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.fault("/to", "wrong_type", "Name an object, or a list of objects.")
            return ()
        return tuple(names)


def read_new_field(document: Any, where: str, parsing: Parsing, faults: list[Fault]) -> Field:
    sent = Sent(document, where, faults)
    sent.known(FIELD_KEYS)
    label = sent.text("label")
    name = sent.text("name") or slug(label)
    kind = sent.text("kind")
    if not kind:
        sent.fault("/kind", "required", f"Name the kind: {', '.join(n for n, k in KINDS.items() if k.creatable)}.")
    field = Field(
        name=name,
        kind=kind,
        label=label or name.replace("_", " ").capitalize(),
        help=sent.text("help"),
        required=sent.flag("required"),
        unique=sent.flag("unique"),
        custom=True,
        searched=kind in KINDS and KINDS[kind].searched,
        indexed=kind == "choice",
        options=sent.options(),
        to=sent.targets(kind),
        inverse=sent.text("inverse") or None,
        inverse_label=sent.text("inverse_label") or None,
        formula=sent.text("formula") or None,
        rollup=sent.rollup(),
        default=sent.document.get("default"),
        default_formula=sent.text("default_formula").strip() or None,
        required_if=sent.text("required_if").strip() or None,
        readonly_if=sent.text("readonly_if").strip() or None,
        visible_if=sent.text("visible_if").strip() or None,
        rate_date=sent.text("rate_date").strip() or None,
    )
    check_default(field, where, parsing, faults)
    return field


def check_default(field: Field, where: str, parsing: Parsing, faults: list[Fault]) -> None:
    kind = KINDS.get(field.kind)
    if field.default is None or kind is None:
        return
    if not kind.writable:
        faults.append(Fault(where + "/default", "not_applicable", f"{kind.label} takes no default."))
        return
    try:
        kind.parse(field, field.default, parsing)
    except BadValue as error:
        faults += [fault.below(where + "/default") for fault in error.faults]


def read_new_object(document: Any, parsing: Parsing) -> Object:
    """A custom object with its fields; raises Invalid with every fault that shows without the catalog."""
    faults: list[Fault] = []
    sent = Sent(document, "", faults)
    sent.known(OBJECT_KEYS)
    name = sent.text("name") or slug(sent.text("label"))
    label = sent.text("label") or name.replace("_", " ").capitalize()
    given = [] if sent.document.get("fields") is None else sent.document["fields"]
    if not isinstance(given, list):
        sent.fault("/fields", "wrong_type", f"Send a list of fields; {kind_of(given)} came.")
        given = []
    if len(given) > MOST_FIELDS:
        sent.fault("/fields", "too_many", f"An object has at most {MOST_FIELDS} fields.")
        given = []
    fields = tuple(read_new_field(item, f"/fields/{index}", parsing, faults) for index, item in enumerate(given))
    colour = sent.text("colour", "indigo")
    if colour not in COLOURS:
        sent.fault("/colour", "unknown_option", f"A colour is one of {', '.join(COLOURS)}.")
    if faults:
        raise Invalid(faults)
    plural = sent.text("plural") or label + "s"
    title = sent.text("title") or title_of(fields)
    return Object(
        name=name,
        label=label,
        plural=plural,
        own=fields,
        title=title,
        icon=sent.text("icon", "box"),
        colour=colour,
        custom=True,
    )


def stored_form(value: Any) -> dict[str, Any]:
    """A definition as it is kept."""
    made: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(Decimal,))
    return made


def title_of(fields: tuple[Field, ...]) -> str:
    """The field that a record is best called by."""
    named = next((field.name for field in fields if field.name == "name"), None)
    by_kind = [field.name for kind in ORDER for field in fields if field.kind == kind]
    return named or (by_kind[0] if by_kind else "id")
