"""What an import needs before its first row: fields made, names looked up, missing records made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from relata.errors import Fault, Invalid, RelataError
from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.importing.cleanse import RELATIONS, Choices, amount_of
from relata.kernel.importing.mapping import Matching, Target, new_label, new_name
from relata.kernel.importing.resolve import Names, accept, look_up
from relata.kernel.metadata.field import Field, define
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.object import Object
from relata.kernel.records.change import Create
from relata.kernel.records.source import Row
from relata.kernel.records.write import write_all

LOOKED_AT = 2_000
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII)
NUMBER = re.compile(r"-?(0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?", re.ASCII)


@dataclass(slots=True)
class Scan:
    """What one reading of the file tells: how many rows, samples, and all texts of some columns."""

    rows: int = 0
    columns: list[str] = field(default_factory=list)
    samples: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[str, set[str]] = field(default_factory=dict)


def header_of(rows: Iterable[Row]) -> list[str]:
    """The columns of NDJSON: every name in its first rows."""
    names: dict[str, None] = {}
    for number, row in enumerate(rows):
        names |= dict.fromkeys(row.values)
        if number == LOOKED_AT:
            break
    return list(names)


def scan(rows: Iterable[Row], columns: Sequence[str], wanted: set[str]) -> Scan:
    """Read once through; `wanted` are the columns of which every text is needed."""
    found = Scan(
        columns=list(columns), samples={column: [] for column in columns}, texts={column: set() for column in wanted}
    )
    for row in rows:
        found.rows += 1
        if found.rows <= LOOKED_AT:
            for column, value in row.values.items():
                if column in found.samples:
                    found.samples[column].append(value)
        for column in wanted:
            value = row.values.get(column)
            if isinstance(value, str) and value.strip():
                found.texts[column].add(value.strip())
    return found


def guessed_kind(samples: Sequence[Any]) -> str:
    """The kind that all the values of a column fit, text in doubt."""
    texts = [str(value).strip() for value in samples if value not in (None, "")]
    for kind, form in (("date", DATE), ("number", NUMBER)):
        if texts and all(form.fullmatch(text) for text in texts):
            return kind
    if texts and all(text.lower() in ("true", "false", "yes", "no") for text in texts):
        return "boolean"
    return "long_text" if any(len(text) > 500 or "\n" in text for text in texts) else "text"


def fields_to_make(
    object_: Object, matching: Matching, said: dict[str, str], found: Scan, *, all_unmapped: bool
) -> dict[str, Field]:
    """Column → the custom field to be made for it."""
    made: dict[str, Field] = {}
    for column in matching.targets:
        wanted = said.get(column, "")
        if not wanted.startswith("+") and not (all_unmapped and column in matching.unmapped):
            continue
        asked, _, kind = wanted.removeprefix("+").partition(":")
        name = new_name(object_, column, asked or None)
        kind = kind or guessed_kind(found.samples.get(column, []))
        made[column] = define(kind, name, new_label(asked or column), custom=True)
    for column, field_ in made.items():
        matching.targets[column] = [Target(field_, None, new=True)]
        matching.reasons[column] = "new field"
    return made


def with_fields(object_: Object, made: Iterable[Field]) -> Object:
    """The object as it will be."""
    return replace(object_, own=(*object_.own, *made))


def relation_columns(matching: Matching) -> dict[str, Field]:
    """Columns whose cells name other records."""
    return {c: t.field for c, targets in matching.targets.items() for t in targets if t.field.kind in RELATIONS}


def replaced(column: str, texts: Iterable[str], choices: Choices) -> set[str]:
    return {choices.replace.get((column, text), text) for text in texts}


async def resolve_columns(
    ctx: Ctx, matching: Matching, found: Scan, choices: Choices, own: tuple[str, set[str]]
) -> dict[str, Names]:
    """Column → what its texts mean. Names that the file itself brings (`own`: of which object, folded)
    need no near match.
    """
    names: dict[str, Names] = {}
    for column, relation in relation_columns(matching).items():
        texts = replaced(column, found.texts.get(column, set()), choices)
        names[column] = await look_up(ctx, relation.to[0], texts)
        if choices.accept_near:
            accept(names[column], [text for text in texts if relation.to[0] != own[0] or fold(text) not in own[1]])
    return names


async def make_missing(
    ctx: Ctx, columns: Iterable[str], matching: Matching, found: Scan, names: dict[str, Names], choices: Choices
) -> dict[str, int]:
    """Make a record for each text that names none; how many of which object."""
    relations = relation_columns(matching)
    counts: dict[str, int] = {}
    for column in relation_names(columns, relations):
        target = relations[column].to[0]
        title = ctx.catalog.objects[target].by_name[ctx.catalog.objects[target].title]
        texts = {
            fold(text): text for text in sorted(names[column].unknown(replaced(column, found.texts[column], choices)))
        }
        called = list(texts.values())
        values = [{title.name: {"last": text} if title.kind == "person_name" else text} for text in called]
        for text, outcome in zip(
            called, await write_all(ctx, target, [Create(value) for value in values]), strict=True
        ):
            if isinstance(outcome, RelataError):
                told = "; ".join(fault.message for fault in outcome.faults) or outcome.message
                raise Invalid(list(outcome.faults), f"«{text}» could not be made: {told}")
            for others in names.values():
                if others.object == target:
                    others.add(text, outcome.id)
        counts[target] = counts.get(target, 0) + len(called)
    return {name: count for name, count in counts.items() if count}


def relation_names(asked: Iterable[str], relations: dict[str, Field]) -> list[str]:
    """Columns by their own name or that of their field; raises Invalid."""
    found = []
    for name in asked:
        column = next((c for c, one in relations.items() if name in (c, one.name)), None)
        if column is None:
            message = f"«{name}» is no column with links to other records; there are: {', '.join(relations) or 'none'}."
            raise Invalid([Fault("/create-missing", "unknown_column", message)], message)
        found.append(column)
    return found


def numbers_of(row: Row, numeric: Iterable[str]) -> dict[str, Decimal]:
    """The numbers of a row's numeric columns, as far as they can be read."""
    found = {}
    for column in numeric:
        value = row.values.get(column)
        if value in (None, ""):
            continue
        try:
            found[column] = amount_of(value)
        except (BadValue, ArithmeticError):
            continue
    return found
