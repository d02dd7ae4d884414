"""A value of one kind as one of another: written out by the old kind and read by the new one. It fits where nothing
gets lost on the way, which is tried out: written out again and read back, it must be what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relata.kernel.metadata.field import COLOURS, Field, Option, slug
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Kind, Parsing
from relata.kernel.metadata.kinds.cell_text import members_of

LOST = "misfit"
LONGEST = 100
"""Characters of a key. Where a text can be one, formulas and programs go on meeting the same value."""
EMPTY: tuple[Any, ...] = (None, "", [], {})


def becomes(old: Kind, new: Kind) -> bool:
    """Whether it makes sense that a field changes from one kind to the other."""
    if old is new or not (old.exchanged and new.exchanged and old.writable and new.writable):
        return False
    return old.textual or new.textual or bool(old.family & new.family)


def kinds_after(field: Field) -> list[str]:
    """The kinds that a field can become."""
    if not field.custom or field.readonly or not KINDS[field.kind].writable:
        return []
    return [name for name, kind in KINDS.items() if kind.creatable and becomes(KINDS[field.kind], kind)]


@dataclass(frozen=True, slots=True)
class Conversion:
    """From the field as it is to the field as it will be."""

    old: Field
    new: Field
    parsing: Parsing

    def convert(self, value: Any) -> Any:
        """The canonical value for the new field, None for an empty one; raises BadValue with the reason."""
        old, new = KINDS[self.old.kind], KINDS[self.new.kind]
        if value in EMPTY:
            return None
        reason: BadValue | None = None
        for text in old.texts(self.old, value, self.parsing):
            try:
                made = new.parse(self.new, new.read(self.new, text, self.parsing), self.parsing)
            except BadValue as error:
                reason = reason or error
                continue
            if made not in EMPTY and ((old.textual and new.notations) or self.returns(value, made)):
                return made
        if is_empty(value):
            return None
        raise reason or BadValue(f"{new.label} cannot hold all of it.", LOST)

    def returns(self, value: Any, made: Any) -> bool:
        """Whether the old kind reads the same out of the new value."""
        old, new = KINDS[self.old.kind], KINDS[self.new.kind]
        wanted = old.sense(value)
        for text in new.texts(self.new, made, self.parsing):
            try:
                back = old.parse(self.old, old.read(self.old, text, self.parsing), self.parsing)
            except BadValue:
                continue
            if back not in EMPTY and old.sense(back) == wanted:
                return True
        return False

    def shown(self, value: Any) -> str:
        """A value as people read it."""
        return KINDS[self.old.kind].texts(self.old, value, self.parsing)[0]

    def names(self, value: Any) -> list[str]:
        """What options would be made of a value."""
        if is_empty(value):
            return []
        text = self.shown(value)
        if "options" in KINDS[self.new.kind].family and not KINDS[self.new.kind].family & {"one"}:
            return [] if text.lstrip().startswith("[") and self.broken(text) else members_of(text)
        return [text.strip()]

    def broken(self, text: str) -> bool:
        try:
            members_of(text)
        except BadValue:
            return True
        return False

    def with_options(self, names: list[str]) -> Conversion:
        """With an option of each name; the old options keep their keys and colours."""
        known = {option.label.strip(): option for option in self.old.options}
        taken = {option.key for option in self.old.options}
        made: list[Option] = []
        for index, name in enumerate(names):
            option = known.get(name)
            if option is None:
                key = free_key(name if len(name) <= LONGEST else slug(name)[:90], taken)
                option = Option(key=key, label=name, colour=COLOURS[index % len(COLOURS)])
            taken.add(option.key)
            made.append(option)
        return replace(self, new=replace(self.new, options=tuple(made)))


@dataclass(frozen=True, slots=True)
class Merging(Conversion):
    """Of the same kind, with some options taken for another one: `into` is option → the option that it becomes."""

    into: Mapping[str, str]

    def convert(self, value: Any) -> Any:
        if is_empty(value):
            return None
        several = [self.into.get(key, key) for key in value] if isinstance(value, list) else self.into.get(value, value)
        return KINDS[self.new.kind].parse(self.new, several, self.parsing)


def is_empty(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def free_key(wanted: str, taken: set[str]) -> str:
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}_{number}"
    return key
