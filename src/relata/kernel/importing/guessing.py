"""What a table is and where its columns go, guessed: from what similar imports did, from names, and from what the values are. A guess
that the values contradict is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from relata.kernel.importing.mapping import LABELLED, RELATIONS, candidates, labelled, placed, words
from relata.kernel.importing.synonyms import OBJECTS
from relata.kernel.importing.values import Values, values_of
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.records.cells import column_of
from relata.kernel.records.recognising import sort_of

EXACT, GUESSED, UNSURE = 1.0, 0.8, 0.4
ENOUGH = 0.55
"""From which score on a table is taken for one of an object."""
NUMBERS = ("number", "percent", "money", "rating")
FITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NUMBERS, ("number", "percent", "money", "boolean")),
    "duration": ("number", "text", "duration"),
    "date": ("date", "moment", "number"),
    "moment": ("date", "moment", "number"),
    "boolean": ("boolean", "choice", "text"),
    "emails": ("email",),
    "phones": ("phone", "number"),
    "links": ("link", "text", "email"),
    "location": ("text", "number", "location"),
}
"""Kind of a field → the kinds of values that it may take; others take all."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Where a column goes, why, and how sure that is, from 0 to 1; `kind` and `options` are those of a field for its values."""

    to: tuple[str, ...]
    why: str
    sure: float
    kind: str
    options: tuple[str, ...] = ()
    date_format: str | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """What the rows are (None: nobody can tell), and `match`, the fields by which they find their records, best first."""

    object: str | None
    layout: str | None
    match: tuple[str, ...]
    columns: dict[str, ColumnGuess]


def guess_table(
    objects: Mapping[str, Object],
    name: str,
    samples: Mapping[str, Sequence[Any]],
    past: Mapping[str, Mapping[str, str]],
    object_: str | None = None,
) -> Guess:
    """A guess about the table of a file or sheet. `samples` are filled cells by column, `past` are the fields that columns went
    into before, by object and words; `object_` says what the rows are.
    """
    values = {column: values_of(cells) for column, cells in samples.items()}
    if object_ is None:
        object_ = guess_object(objects, name, values, past)
    if object_ is None or object_ not in objects:
        columns = {column: unplaced(one) for column, one in values.items()}
        return Guess(None, None, (), columns)
    columns = guess_columns(objects[object_], values, past.get(object_, {}))
    return Guess(object_, None, guess_match(objects[object_], columns), columns)


def unplaced(values: Values) -> ColumnGuess:
    return ColumnGuess((), "no field fits", 0.0, values.kind, values.options, values.date_format, values.decimal)


# -- objects ----------------------------------------------------------------------------------


def guess_object(
    objects: Mapping[str, Object], name: str, values: Mapping[str, Values], past: Mapping[str, Mapping[str, str]]
) -> str | None:
    """The object whose fields most columns name; the name of the file weighs much."""
    said = set(re.split(r"[\W_\d]+", words(PurePath(name).stem)))
    whole = re.sub(r"\d+", "", words(PurePath(name).stem)).strip()
    scores = {}
    for object_ in (one for one in objects.values() if one.group is not None or one.name in OBJECTS):
        columns = guess_columns(object_, values, past.get(object_.name, {}))
        sure = sum(one.sure for one in columns.values() if one.sure > UNSURE)
        own = {words(object_.name), words(object_.label), words(object_.plural), *OBJECTS.get(object_.name, ())}
        named = whole in own or bool(said & own)
        title = any(to.partition(".")[0] == object_.title for one in columns.values() for to in one.to)
        scores[object_.name] = sure / max(len(values), 1) + (1.0 if named else 0.0) + (0.2 if title else 0.0)
    best = max(scores, key=lambda one: scores[one], default=None)
    return best if best is not None and scores[best] >= ENOUGH else None


def guess_match(object_: Object, columns: Mapping[str, ColumnGuess]) -> tuple[str, ...]:
    """Ids of other systems first, then what is unique, then addresses; a name only where it is one of a thing."""
    mapped = {to.partition(".")[0] for one in columns.values() for to in one.to}
    unique = [one.name for one in object_.fields if one.unique and one.name in mapped]
    marked = [
        name
        for name in ("emails", "domain", "website")
        if name in mapped and object_.field(name) and sort_of(object_, name)
    ]
    title = (
        [object_.title]
        if object_.title in mapped and object_.by_name[object_.title].kind == "text" and not object_.guarded
        else []
    )
    first = ["external_id"] if "external_id" in mapped else []
    return tuple(dict.fromkeys([*first, *unique, *marked, *(title if not first else [])]))


# -- columns ----------------------------------------------------------------------------------


def guess_columns(object_: Object, values: Mapping[str, Values], past: Mapping[str, str]) -> dict[str, ColumnGuess]:
    """No field gets two columns by a guess, but for lists. Surer columns choose first."""
    wishes: dict[str, list[tuple[float, str, str]]] = {}
    for column, one in values.items():
        wishes[column] = [
            wish for wish in wishes_of(object_, column, one, past) if wish[0] == EXACT or fits(object_, wish[1], one)
        ]
    found: dict[str, tuple[float, str, str]] = {}
    used: set[str] = set()
    while True:
        free = {
            column: wish
            for column, some in wishes.items()
            if column not in found and (wish := next((w for w in some if w[1] not in used), None))
        }
        if not free:
            break
        column = max(free, key=lambda one: free[one][0])  # the first of the surest
        found[column] = free[column]
        if not listed(object_, free[column][1]):
            used |= taken_with(free[column][1])
    return {column: told(one, found.get(column)) for column, one in values.items()}


def told(values: Values, wish: tuple[float, str, str] | None) -> ColumnGuess:
    if wish is None:
        return unplaced(values)
    sure, to, why = wish
    return ColumnGuess((to,), why, sure, values.kind, values.options, values.date_format, values.decimal)


def wishes_of(object_: Object, column: str, values: Values, past: Mapping[str, str]) -> list[tuple[float, str, str]]:
    """(how sure, where to, why), the best first."""
    said = words(column)
    found: list[tuple[float, str, str]] = []
    if said in past:
        found.append((EXACT, past[said], "as in an import before"))
    if column_of(object_, column):
        found.append((EXACT, column, "same name"))
    exact = {words(one.name): one.name for one in object_.fields} | {
        words(one.label): one.name for one in object_.fields
    }
    if said in exact:
        found.append((EXACT, exact[said], "same name"))
    special = {*labelled(object_, said), *placed(object_, said)}
    found += [(GUESSED - 0.05 * (name not in special), name, "similar name") for name in candidates(object_, said)]
    kinds = {"email": "emails", "phone": "phones", "link": "links"}
    if values.kind in kinds:
        found += [(UNSURE, one.name, "by its values") for one in object_.fields if one.kind == kinds[values.kind]]
    return [wish for wish in found if writable(object_, wish[1])]


def writable(object_: Object, to: str) -> bool:
    field = object_.field(to.partition(".")[0])
    return field is not None and not field.readonly and KINDS[field.kind].writable and field.through is None


def fits(object_: Object, to: str, values: Values) -> bool:
    """Whether the values can be such of the field."""
    field = object_.field(to.partition(".")[0])
    if field is None or not values.count:
        return field is not None
    allowed = FITS.get(field.kind)
    if field.kind == "phones":
        return values.kind in ("phone", "number") or values.digits
    if field.kind in ("text", "long_text") and field.name == object_.title:
        return values.kind not in ("email", "boolean")
    if field.kind in RELATIONS or allowed is None or "." in to:
        return not (field.kind in LABELLED and allowed and values.kind not in allowed)
    return values.kind in allowed


def listed(object_: Object, to: str) -> bool:
    field = object_.field(to.partition(".")[0])
    return field is not None and field.kind in (*LABELLED, "tags", "choices")


def taken_with(to: str) -> set[str]:
    """A field as a whole and its parts exclude each other."""
    first, dot, _ = to.partition(".")
    return (
        {to, first}
        if dot
        else {to, *(f"{to}.{part}" for part in ("first", "last", "middle", "prefix", "suffix", "amount", "currency"))}
    )
