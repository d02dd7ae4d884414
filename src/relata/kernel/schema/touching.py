"""What a change of a field can touch at all: another label only what shows it, another formula whatever reads it, an
option those who hold or name it. Nothing touches nobody: then there is nothing to ask before it is saved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from relata.kernel.context import Ctx
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.schema.changes import existing
from relata.kernel.schema.fields import MERGE, read_changes
from relata.kernel.schema.reading import Sent, stored_form
from relata.kernel.schema.users import SORTS, Target

SHOWING = frozenset({"views", "layouts", "imports"})
"""Who shows a field by its label, or finds it by that."""
READING = frozenset(SORTS) - {"layouts", "titles", "imports", "relations"}
"""Who goes by the values of a field."""


def targets_of(ctx: Ctx, name: str, field: str, sent: Any) -> tuple[Target, ...]:
    """What the change touches; as far as it can be read, for its faults are told elsewhere."""
    ctx.access.administer()
    old = existing(ctx, name, field)
    asked = Sent(sent, "", [])
    merged = asked.document.get(MERGE)
    if merged is not None or asked.text("kind") not in ("", old.kind):
        return (Target(name, field, frozenset(merged if isinstance(merged, dict) else ())),)
    new = msgspec.convert({**stored_form(old), **read_changes(asked, old)}, Field)
    nothing = Target(name, field, sorts=frozenset(), records="none")
    found = []
    if (new.formula, new.rollup) != (old.formula, old.rollup):
        found.append(replace(nothing, sorts=READING, records="all"))
    if new.rate_date != old.rate_date:
        found.append(replace(nothing, sorts=READING, records="holding"))
    if options := altered(old, new):
        gone = any(new.option(key) is None for key in options)
        sorts = READING if gone else frozenset({"views"})
        found.append(replace(nothing, options=options, sorts=sorts, records="holding"))
    if new.label != old.label:
        found.append(replace(nothing, sorts=SHOWING))
    return tuple(found) or (nothing,)


def altered(old: Field, new: Field) -> frozenset[str]:
    """The options that go away, or say something else than before; a colour says nothing."""
    if "options" not in KINDS[old.kind].takes:
        return frozenset()
    kept = {one.key: replace(one, colour="") for one in new.options}
    return frozenset(one.key for one in old.options if kept.get(one.key) != replace(one, colour=""))
