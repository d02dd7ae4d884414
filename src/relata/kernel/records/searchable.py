"""The search document of a record: SQL over its row, which the statement that writes the row has called `r`."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from relata.kernel.expression.fold import fold_sql
from relata.kernel.expression.invoke import invoke
from relata.kernel.metadata.columns import Row, field_columns
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Columns
from relata.kernel.metadata.kinds.marks import LINK
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.quoting import quote_text

KEPT_TEXT = "400"  # characters of a title that an index can hold whatever they are
KEPT: sa.ColumnElement[int] = sa.literal_column(KEPT_TEXT)


def document(object_: Object, row: Row, compiled: Callable[[sa.ClauseElement], str]) -> tuple[dict[str, str], str]:
    """Column of the search document → SQL over `folded`, and that source. Each text is put together once
    and folded once: `raw` holds what the record says, `folded` the same without case and accents.
    """
    title = object_.by_name[object_.title]
    named = KINDS[title.kind].compared(title, field_columns(title, row))
    texts = {
        field.name: KINDS[field.kind].words(field, field_columns(field, row))
        for field in object_.fields
        if field.searched or field is title
    }
    given = {name: words for name, words in texts.items() if words is not None}
    prose = {name for name in given if KINDS[object_.by_name[name].kind].long}
    long = [words for name, words in given.items() if name in prose]
    short = [words for name, words in given.items() if name not in prose]
    marks = [one for field in object_.fields if (one := marked(object_, field, field_columns(field, row))) is not None]
    raw = sa.table("raw", sa.column("title", sa.Text()), sa.column("short", sa.Text()), sa.column("long", sa.Text()))
    start = sa.func.left(raw.c.title, KEPT, type_=sa.Text())
    source = (
        "from r, lateral (select r.id, r.updated_at, "
        f"{compiled(sa.cast(named, sa.Text()))} as title, {compiled(joined(short))} as short, "
        f"{compiled(joined(long))} as long, {compiled(united(marks))} as marks offset 0) raw, lateral (select raw.id, raw.updated_at, raw.title, "
        "raw.marks, "
        f"left({compiled(fold_sql(start))}, {KEPT_TEXT}) as key, {compiled(fold_sql(raw.c.short))} as short, "
        f"{compiled(fold_sql(raw.c.long))} as long offset 0) folded"
    )
    columns = {
        "record": "folded.id",
        "object": quote_text(object_.held),
        "title": "folded.title",
        "key": "folded.key",
        "last": "nullif(split_part(folded.key, ' ', -1), '')",
        "grams": "folded.short",
        "words": "to_tsvector('simple', left(concat_ws(' ', folded.short, folded.long), 200000))",
        "marks": "folded.marks",
        "at": "folded.updated_at",
    }
    return columns, source


def marked(object_: Object, field: Field, columns: Columns) -> sa.ColumnElement[Any] | None:
    """The marks of a field, if it has some."""
    if field.name not in object_.recognised:
        return KINDS[field.kind].marks(field, columns)
    one = invoke("relata.mark", columns[""], sa.literal_column(f"'{LINK}'"), type_=sa.Text())
    filled = sa.func.nullif(columns[""], sa.literal_column("''")).is_not(None)
    return sa.case((filled, postgresql.array([one])))


def united(arrays: list[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    """All marks, or NULL."""
    if not arrays:
        return sa.literal_column("null::text[]")
    return reduce(sa.func.array_cat, arrays)


def joined(texts: list[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    """The texts with a space between them, empty ones left out."""
    parts = [sa.cast(text, sa.Text()) for text in texts]
    if not parts:
        return sa.literal_column("''")
    return reduce(lambda whole, part: sa.func.concat_ws(sa.literal_column("' '"), whole, part), parts)
