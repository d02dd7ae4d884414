"""Making a many-to-many: the junction whose records are its links, and the field at each side. The same for what apps
declare and for what administrators make.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from relata.kernel.metadata.field import NAME_LENGTH, Field, Through, define
from relata.kernel.metadata.object import Object

TITLES = ("text", "choice", "auto_number")
"""Kinds of attributes by which a link is called, if it has one."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The three parts of a many-to-many; `there` is None where only one side has a field."""

    here: Field
    junction: Object
    there: Field | None


def link(
    here: Object, field: Field, there: Object, attributes: tuple[Field, ...], taken: Container[str] = ()
) -> Linked:
    """The parts for `field` of `here`, to records of `there`; `taken` are the names that no junction can get."""
    name = free_name(f"{here.name}_{field.name}", taken)
    near, far = here.name, there.name if there.name != here.name else f"other_{there.name}"[:NAME_LENGTH]
    junction = Object(
        name=name,
        label=f"{here.label}: {field.label}"[:100],
        plural=f"{here.label}: {field.label}"[:100],
        own=(
            define("relation", near, here.label, to=(here.name,), required=True, custom=field.custom),
            define("relation", far, there.label, to=(there.name,), required=True, custom=field.custom),
            *attributes,
        ),
        title=next((one.name for kind in TITLES for one in attributes if one.kind == kind), "id"),
        icon="link",
        group=None,
        owned=False,
        custom=field.custom,
        unique=((near, far),),
        ends=(near, far),
    )
    back = None
    if field.inverse is not None:
        back = define("many", field.inverse, field.inverse_label or here.plural, to=(here.name,), custom=field.custom)
        back = replace(back, through=Through(object=name, near=far, far=near))
    made = replace(field, inverse=None, inverse_label=None, through=Through(object=name, near=near, far=far))
    return Linked(made, junction, back)


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name, or with a number where it is taken or too long."""
    name, number = wanted[:NAME_LENGTH].rstrip("_"), 1
    while name in taken:
        number += 1
        name = f"{wanted[: NAME_LENGTH - 4].rstrip('_')}_{number}"
    return name
