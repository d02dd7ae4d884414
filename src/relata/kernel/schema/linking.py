"""The many-to-many of an administrator: made with its junction and both its fields in one change of the schema, and
deleted with them when its last field goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relata.errors import Conflict, Fault, Invalid
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.junction import link
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.store import Definition
from relata.kernel.schema.reading import read_new_field, stored_form

MOST_ATTRIBUTES = 30
Drops = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The definitions of a many-to-many, and where the faults of each lie in what was sent."""

    saves: tuple[Definition, ...]
    places: Mapping[str, str]


def read_attributes(document: Any, where: str, parsing: Parsing, faults: list[Fault]) -> tuple[Field, ...]:
    """The attributes of the links, from «fields» of a field."""
    given = document.get("fields") if isinstance(document, dict) else None
    if given is None:
        return ()
    kind = KINDS.get(str(document.get("kind")))
    if kind is not None and "fields" not in kind.takes:
        faults.append(Fault(where + "/fields", "not_applicable", f"{kind.label} takes no «fields»."))
        return ()
    if not isinstance(given, list):
        faults.append(Fault(where + "/fields", "wrong_type", f"Send a list of fields; {kind_of(given)} came."))
        return ()
    if len(given) > MOST_ATTRIBUTES:
        message = f"A link has at most {MOST_ATTRIBUTES} attributes."
        faults.append(Fault(where + "/fields", "too_many", message))
        return ()
    read = [read_new_field(item, f"{where}/fields/{index}", parsing, faults) for index, item in enumerate(given)]
    names = [one.name for one in read]
    for index, one in enumerate(read):
        at = f"{where}/fields/{index}"
        if one.kind == "many":
            faults.append(Fault(f"{at}/kind", "not_applicable", "A link has no many-to-many of its own."))
        if names.index(one.name) < index:
            faults.append(Fault(f"{at}/name", "duplicate", f"There are two attributes «{one.name}»."))
    return tuple(read)


def made_of(catalog: Catalog, here: Object, field: Field, attributes: tuple[Field, ...], where: str = "") -> Made:
    """The definitions for a new many-to-many field of `here`; raises Invalid."""
    there = here if field.to == (here.name,) else catalog.objects.get(field.to[0]) if len(field.to) == 1 else None
    if there is None:
        message = f"There is no object «{field.to[0]}»." if field.to else "Name the one object that it links to."
        raise Invalid([Fault(where + "/to", "unknown_object" if field.to else "required", message)])
    if there.ends:
        message = f"{there.plural} are links themselves; link to one of their ends."
        raise Invalid([Fault(where + "/to", "bad_target", message)])
    linked = link(here, field, there, attributes, catalog.objects)
    junction, back = linked.junction, linked.there
    taken = [one.name for one in attributes if one.name in junction.ends]
    if taken:
        raise Invalid(
            [
                Fault(
                    f"{where}/fields/{index}/name",
                    "duplicate",
                    f"«{one.name}» names an end of the link; choose another.",
                )
                for index, one in enumerate(attributes)
                if one.name in taken
            ]
        )
    if back is not None and (
        there.field(back.name) or catalog.inverse(there.name, back.name) or same(here, field, back)
    ):
        message = f"{there.label} already has «{back.name}»; choose another name for the list."
        raise Invalid([Fault(where + "/inverse", "duplicate", message)])
    saves = [
        Definition(here.name, linked.here.name, custom=True, value=stored_form(linked.here)),
        Definition(junction.name, "", custom=True, value=stored_form(replace(junction, own=()))),
        *(Definition(junction.name, one.name, custom=True, value=stored_form(one)) for one in junction.own),
    ]
    places = {f"/objects/{junction.name}/fields/{one.name}": f"{where}/fields/{i}" for i, one in enumerate(attributes)}
    places[f"/objects/{junction.name}"] = where
    if back is not None:
        saves.append(Definition(there.name, back.name, custom=True, value=stored_form(back)))
        places[f"/objects/{there.name}/fields/{back.name}"] = where + "/inverse"
    return Made(tuple(saves), places)


def same(here: Object, field: Field, back: Field) -> bool:
    return back.to == field.to == (here.name,) and back.name == field.name


def drops_of(catalog: Catalog, name: str, field: Field) -> Drops:
    """What goes with a many-to-many field: itself and, if it is the last one, the junction with its links; raises
    Conflict where something else uses these.
    """
    if field.through is None:
        return ((name, field.name),)
    junction = field.through.object
    others = [
        one
        for object_ in catalog.objects.values()
        for one in object_.links
        if one.through and one.through.object == junction and (object_.name, one.name) != (name, field.name)
    ]
    if others:
        return ((name, field.name),)
    users = pointing(catalog, junction)
    if users:
        raise Conflict(f"Its links are used by {', '.join(users)}; change these first.")
    return ((name, field.name), (junction, None))


def pointing(catalog: Catalog, name: str) -> list[str]:
    """The fields of other objects that point to one, but for the links of its own many-to-many."""
    return [
        f"{object_.label}: {field.label}"
        for object_ in catalog.objects.values()
        for field in object_.own
        if name in field.to and object_.name != name and field.name not in object_.ends
    ]


def junctions_of(catalog: Catalog, name: str) -> list[str]:
    """The junctions of which an object is an end."""
    return [one.name for one in catalog.objects.values() if any(name in one.by_name[end].to for end in one.ends)]
