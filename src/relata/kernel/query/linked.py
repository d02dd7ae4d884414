"""The SQL of a many-to-many: a sub-query over the links of a record that the actor sees and whose other end is there,
worked out whenever it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, aggregate_order_by

from relata.kernel.metadata.kinds.checks import LIST
from relata.kernel.metadata.quoting import quote_text

if TYPE_CHECKING:
    from relata.kernel.metadata.field import Field
    from relata.kernel.query.frame import Frame

Column = sa.ColumnElement[Any]
MOST: Column = sa.literal_column(str(LIST))
NONE: Column = sa.literal_column("'[]'::jsonb")


def shown_links(frame: Frame, field: Field) -> Column:
    """`[{"object", "id", …attributes}]` in the order in which they were linked, of the first `LIST` links."""
    child, reached, far = links_of(frame, field)
    access = frame.build.access
    members: dict[str, Column] = {"object": sa.literal_column(quote_text(field.to[0])), "id": sa.cast(far, sa.Text())}
    members |= {
        one.name: child.shown((one.name,))
        for one in child.object.attributes
        if access.visible(child.name, one.name) and not one.through
    }
    pairs = [part for name, column in members.items() for part in (sa.literal_column(quote_text(name)), column)]
    link: Column = sa.func.jsonb_build_object(*pairs[:MOST_ARGUMENTS])
    for start in range(MOST_ARGUMENTS, len(pairs), MOST_ARGUMENTS):
        link = link.op("||")(sa.func.jsonb_build_object(*pairs[start : start + MOST_ARGUMENTS]))
    rows = ordered(child, reached, link.label("link")).subquery(frame.build.named("m"))
    return sa.select(
        sa.func.coalesce(sa.func.jsonb_agg(aggregate_order_by(rows.c.link, rows.c.made, rows.c.id)), NONE)
    ).scalar_subquery()


def compared_links(frame: Frame, field: Field) -> Column:
    """The ids of the records at the other end."""
    child, reached, far = links_of(frame, field)
    listed = sa.func.array_agg(far, type_=ARRAY(UUID()))
    return sa.select(listed).select_from(child.source()).where(reached).scalar_subquery()


def links_of(frame: Frame, field: Field) -> tuple[Frame, Column, Column]:
    """The records of the junction, that they are links of this record, and the id at their other end."""
    child, reached = frame.across((field.name,))
    through = field.through
    if through is None:
        msg = f"{field.name} has no links"
        raise LookupError(msg)
    return child, reached, child.table.c[through.far]


def ordered(child: Frame, reached: Column, *columns: Column) -> sa.Select[Any]:
    made, id_ = child.table.c.created_at, child.table.c.id
    rows: sa.Select[Any] = sa.select(made.label("made"), id_.label("id"), *columns)
    return rows.select_from(child.source()).where(reached).order_by(made, id_).limit(MOST)


MOST_ARGUMENTS = 80
"""Of one call of a function; PostgreSQL takes 100."""
