"""The records of one object whose search document holds the given text, as a sub-query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from relata.kernel.expression.fold import pattern_sql
from relata.kernel.query.frame import Frame

SEARCH = ("record", "object", "title", "key", "last", "grams", "words", "at")


def search_table(schema: str) -> sa.TableClause:
    return sa.table("_search", *(sa.column(name) for name in SEARCH), schema=schema)


def found_records(frame: Frame) -> sa.Select[Any]:
    """Record ids by a part of a title, e-mail address or number; takes the constant `q`.

    Materialised, so that the trigram index is asked once and the hits are then sorted and counted:
    otherwise a generic plan walks the sort index through the whole table.
    """
    document = search_table(frame.build.schema)
    pattern = pattern_sql(sa.bindparam("q", type_=sa.Text()))
    anywhere = sa.literal_column("'%'").op("||")(pattern).op("||")(sa.literal_column("'%'"))
    frame.build.touched.setdefault(frame.name, set()).add("*")
    hits = (
        sa.select(document.c.record)
        .where(document.c.object == frame.name, document.c.grams.op("like")(anywhere))
        .cte(f"hits{frame.build.aliases}")
        .prefix_with("MATERIALIZED")
    )
    return sa.select(hits.c.record)
