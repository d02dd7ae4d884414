"""What can be wrong with objects and fields before any formula is read: names, kinds, targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relata.errors import Fault
from relata.kernel.metadata.field import NAME, NAME_LENGTH, Field
from relata.kernel.metadata.former import Former
from relata.kernel.metadata.kinds.base import Kind
from relata.kernel.metadata.object import GROUPS, SYSTEM_NAMES, Object
from relata.kernel.metadata.rule import RULED
from relata.kernel.metadata.view import VIEW_TYPES

RESERVED = frozenset({"all", "any", "not", "me", "count", "records", "some", "none", "every", "deleted_at"})

MOST_CHECKS, LONGEST_MESSAGE = 100, 500


def faults_of(
    objects: tuple[Object, ...], kinds: Mapping[str, Kind], checked: frozenset[str] = frozenset()
) -> list[Fault]:
    """What is wrong; objects that are `checked` already are only seen beside the others."""
    faults: list[Fault] = []
    known = {object_.name for object_ in objects}
    seen: set[str] = set()
    formerly = {former.name: (former, one.name) for one in objects for former in one.former if former.valid}
    for object_ in objects:
        where = f"/objects/{object_.name}"
        if object_.name in seen:
            faults.append(Fault(where, "duplicate", f"There are two objects «{object_.name}»."))
        seen.add(object_.name)
        if object_.custom and object_.name in formerly:
            faults.append(Fault(f"{where}/name", "reserved", reserved(*formerly[object_.name])))
        if object_.name in checked:
            continue
        faults += object_faults(object_, where, kinds)
        faults += [fault for field in object_.own for fault in field_faults(field, known, kinds, where)]
    return faults + inverse_faults(objects) + link_faults(objects)


def object_faults(object_: Object, where: str, kinds: Mapping[str, Kind]) -> list[Fault]:
    faults = name_faults(object_.name, where + "/name") + label_faults(object_.label, where + "/label")
    faults += label_faults(object_.plural, where + "/plural")
    faults += date_faults(object_, where)
    names = [field.name for field in object_.own]
    faults += [
        Fault(f"{where}/fields/{name}", "duplicate", f"There are two fields «{name}».")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    faults += [
        Fault(f"{where}/fields/{name}/name", "reserved", reserved(former, now))
        for name, (former, now) in object_.formerly.items()
        if former.valid and (taken := object_.field(name)) is not None and taken.custom
    ]
    if object_.field(object_.title) is None:
        faults.append(
            Fault(where + "/title", "unknown_field", f"The title names «{object_.title}», which is no field.")
        )
    title = object_.field(object_.title)
    if title is not None and title.kind in kinds and not kinds[title.kind].columns:
        faults.append(
            Fault(where + "/title", "not_applicable", "A record is called by a field with a value of its own.")
        )
    if object_.group is not None and object_.group not in GROUPS:
        faults.append(Fault(where + "/group", "unknown_option", f"A group is one of {', '.join(GROUPS)}."))
    faults += [
        Fault(f"{where}/views/{view.name}", "unknown_option", f"A view is one of {', '.join(VIEW_TYPES)}.")
        for view in object_.views
        if view.type not in VIEW_TYPES
    ]
    return faults + check_faults(object_, where)


def reserved(former: Former, now: str) -> str:
    day = former.until[:10]
    return f"«{former.name}» is understood as «{now}» until {day}: free that name first, or choose another."


def date_faults(object_: Object, where: str) -> list[Fault]:
    """What is wrong with the dates at whose rates money is converted."""
    dated = {field.name for field in object_.fields if field.kind in ("date", "moment")}
    return [
        Fault(
            f"{where}/fields/{field.name}/rate_date",
            "unknown_field",
            f"Name a date or moment of {object_.plural}: {', '.join(sorted(dated))}.",
        )
        for field in object_.own
        if field.rate_date is not None and field.rate_date not in dated
    ]


def check_faults(object_: Object, where: str) -> list[Fault]:
    """What is wrong with the rules of an object, but for their conditions."""
    faults: list[Fault] = []
    if len(object_.checks) > MOST_CHECKS:
        faults.append(Fault(where + "/rules", "too_many", f"An object has at most {MOST_CHECKS} rules."))
    names = [check.name for check in object_.checks]
    for check in object_.checks:
        at = f"{where}/rules/{check.name}"
        faults += name_faults(check.name, at + "/name") + label_faults(check.label, at + "/label")
        if names.count(check.name) > 1:
            faults.append(Fault(at + "/name", "duplicate", f"There are two rules «{check.name}»."))
        if not check.message.strip() or len(check.message) > LONGEST_MESSAGE:
            message = f"Say in 1 to {LONGEST_MESSAGE} characters what is wrong and how to mend it."
            faults.append(Fault(at + "/message", "required", message))
        if check.field is not None and object_.field(check.field) is None:
            told = f"{object_.label} has no field «{check.field}»."
            faults.append(Fault(at + "/field", "unknown_field", told))
    return faults


def ruled_faults(field: Field, kind: Kind, where: str) -> list[Fault]:
    """Which conditions and default formula the field cannot have."""
    faults = []
    if not kind.writable:
        faults += [
            Fault(f"{where}/{name}", "not_applicable", f"{kind.label} takes no «{name}»: nobody writes it.")
            for name in RULED
            if name != "visible_if" and getattr(field, name) is not None
        ]
    elif field.default_formula is not None and not kind.calculable:
        faults.append(
            Fault(where + "/default_formula", "not_applicable", f"{kind.label} cannot be worked out by a formula.")
        )
    if field.default is not None and field.default_formula is not None:
        faults.append(Fault(where + "/default_formula", "not_applicable", "Give a default or a formula, not both."))
    faults += [
        Fault(f"{where}/{name}", "not_applicable", f"{field.label} is always required; make it optional first.")
        for name in ("required_if", "visible_if")
        if field.required and getattr(field, name) is not None
    ]
    return faults


def field_faults(field: Field, known: set[str], kinds: Mapping[str, Kind], where: str) -> list[Fault]:
    where = f"{where}/fields/{field.name}"
    faults = name_faults(field.name, where + "/name") + label_faults(field.label, where + "/label")
    if field.name in SYSTEM_NAMES or field.name in RESERVED:
        faults.append(
            Fault(where + "/name", "reserved", f"The name «{field.name}» is taken by Relata; choose another.")
        )
    kind = kinds.get(field.kind)
    if kind is None or not kind.creatable:
        offered = ", ".join(name for name, kind in kinds.items() if kind.creatable)
        faults.append(Fault(where + "/kind", "unknown_kind", f"There is no kind «{field.kind}»; there are: {offered}."))
        return faults
    faults += [fault.below(where) for fault in kind.define(field)]
    faults += [
        Fault(where + "/to", "unknown_object", f"There is no object «{target}».")
        for target in field.to
        if target not in known
    ]
    given = {
        "options": field.options,
        "to": field.to,
        "inverse": field.inverse,
        "formula": field.formula,
        "rollup": field.rollup,
        "fields": field.through,
        "rate_date": field.rate_date,
    }
    faults += [
        Fault(f"{where}/{name}", "not_applicable", f"{kind.label} takes no «{name}».")
        for name, value in given.items()
        if value and name not in kind.takes and not (name == "to" and kind.name == "user")
    ]
    if field.unique and not kind.unique_able:
        faults.append(Fault(where + "/unique", "not_applicable", f"{kind.label} cannot be unique."))
    if field.required and not (kind.writable and kind.columns):
        faults.append(Fault(where + "/required", "not_applicable", f"{kind.label} cannot be required."))
    return faults + ruled_faults(field, kind, where)


def link_faults(objects: Iterable[Object]) -> list[Fault]:
    """What is wrong with the junctions of many-to-many fields."""
    by_name = {object_.name: object_ for object_ in objects}
    faults = []
    for object_ in by_name.values():
        for field in object_.own:
            where = f"/objects/{object_.name}/fields/{field.name}"
            if field.kind == "many" and field.through is None:
                faults.append(Fault(where, "required", f"{field.label} says through which object it links."))
            if field.through is None or len(field.to) != 1:
                continue
            junction = by_name.get(field.through.object)
            ends = {end.name: end.to for end in junction.own if end.name in junction.ends} if junction else {}
            wanted = {field.through.near: (object_.name,), field.through.far: field.to}
            if ends != wanted:
                message = f"«{field.through.object}» is no object of links between {object_.name} and {field.to[0]}."
                faults.append(Fault(where, "bad_target", message))
            if junction and any(one.name in ("object", "id") for one in junction.own):
                at = f"/objects/{junction.name}/fields/object/name"
                faults.append(Fault(at, "reserved", "An attribute of a link cannot be called «object»."))
        known = {field.name for field in object_.own if field.kind == "relation" and field.required}
        if not {part for together in object_.unique for part in together} <= known:
            message = "Only relations that are required can be unique together."
            faults.append(Fault(f"/objects/{object_.name}/unique", "not_applicable", message))
    return list(dict.fromkeys(faults))


def inverse_faults(objects: Iterable[Object]) -> list[Fault]:
    faults = []
    by_name = {object_.name: object_ for object_ in objects}
    taken: set[tuple[str, str]] = set()
    for object_ in by_name.values():
        for field in object_.own:
            if not field.inverse:
                continue
            where = f"/objects/{object_.name}/fields/{field.name}/inverse"
            faults += name_faults(field.inverse, where)
            for target in field.to:
                clash = (target, field.inverse) in taken
                taken.add((target, field.inverse))
                there = by_name.get(target)
                reserved_there = field.custom and there is not None and there.present(field.inverse) != field.inverse
                if clash or reserved_there or (there is not None and there.field(field.inverse)):
                    message = f"{target} already has «{field.inverse}»; choose another name for the list."
                    faults.append(Fault(where, "duplicate", message))
    return faults


def name_faults(name: str, where: str) -> list[Fault]:
    if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        message = "A name starts with a letter and has small letters a to z, digits and single underscores, at most 40."
        return [Fault(where, "bad_name", message)]
    return []


def label_faults(label: str, where: str) -> list[Fault]:
    if not label.strip() or len(label) > 100 or "\0" in label:
        return [Fault(where, "bad_label", "A label has 1 to 100 characters.")]
    return []
