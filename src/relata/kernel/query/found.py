"""The records of one object whose search document holds the given text, as a sub-query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from relata.kernel.expression.fold import pattern_sql
from relata.kernel.query.frame import Frame

SEARCH = ("record", "object", "title", "key", "last", "grams", "words", "marks", "at")


def search_table(schema: str) -> sa.TableClause:
    return sa.table("_search", *(sa.column(name) for name in SEARCH), schema=schema)


def found_records(frame: Frame) -> sa.Select[Any]:
    """Record ids by a part of a title, e-mail address or number; takes the constant `q`.

    Materialised, so that the trigram index is asked once and the hits are then sorted and counted:
    otherwise a generic plan walks the sort index through the whole table.
    """
    frame.build.touched.setdefault(frame.name, set()).add("*")
    if frame.name not in frame.build.hits:
        frame.build.hits[frame.name] = hits(frame)
    return sa.select(frame.build.hits[frame.name].c.record)


def hits(frame: Frame) -> sa.CTE:
    document = search_table(frame.build.schema)
    pattern = pattern_sql(sa.bindparam("q", type_=sa.Text()))
    anywhere = sa.literal_column("'%'").op("||")(pattern).op("||")(sa.literal_column("'%'"))
    return (
        sa.select(document.c.record)
        .where(document.c.object == frame.object.held, document.c.grams.op("like")(anywhere))
        .cte(f"hits_{frame.name}")
        .prefix_with("MATERIALIZED")
    )
