"""Links to any number of records of one object, each link with attributes of its own, such as the members of a project
with their roles. The links are records of a junction; the field reads and writes them as a value.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import list_of
from relata.kernel.metadata.kinds.checks import LIST, checked_list, each, kind_of
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.metadata.kinds.number import sentence
from relata.kernel.metadata.rule import CONDITIONS


class Many(Kind):
    """Nothing is stored on the record: `query/linked.py` reads the links, `records/linking.py` writes them. What the
    attributes hold is left to the junction to judge.
    """

    name = "many"
    label = "Many-to-many"
    help = "Links to several records of one object, each with attributes, such as members and their roles."
    type = Type.IDS
    columns: ClassVar[tuple[Column, ...]] = ()
    takes = frozenset({"to", "fields", "inverse"})
    calculable = False
    sortable = False

    def define(self, field: Field) -> list[Fault]:
        faults = [] if len(field.to) == 1 else [Fault("/to", "required", "Name the one object that it links to.")]
        if field.default is not None:
            faults.append(Fault("/default", "not_applicable", f"{self.label} takes no default."))
        return faults + [
            Fault(f"/{key}", "not_applicable", f"{self.label} takes no «{key}»: set it on an attribute of the link.")
            for key in CONDITIONS
            if key != "visible_if" and getattr(field, key) is not None
        ]

    def cell(self, text: str) -> Any:
        return list_of(text)

    def schema(self, field: Field) -> Schema:
        link = {"object": {"type": "string", "enum": list(field.to)}, "id": {"type": "string", "format": "uuid"}}
        return {
            "type": "array",
            "items": {"type": "object", "properties": link, "required": list(link)},
            "maxItems": LIST,
        }

    def accepted(self, field: Field) -> Schema:
        id_ = {"type": "string", "format": "uuid"}
        link = {"object": {"type": "string", "enum": list(field.to)}, "id": id_}
        item = {"anyOf": [id_, {"type": "object", "properties": link, "required": ["id"]}]}
        return {"type": "array", "items": item, "maxItems": LIST}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        links = each(checked_list(value), lambda link: checked_link(field, link))
        first: dict[str, int] = {}
        faults = [
            Fault(f"/{index}/id", "duplicate", f"The record is named twice, also at {first[link['id']]}; name it once.")
            for index, link in enumerate(links)
            if first.setdefault(link["id"], index) != index
        ]
        if faults:
            raise BadValue.all(faults)
        return links

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(UUID(link["id"]) for link in value)

    def filter_value(self, field: Field, value: Any) -> Any:
        given = value.get("id") if isinstance(value, dict) else value
        return UUID(sentence(checked_id, given))


def checked_link(field: Field, value: Any) -> dict[str, Any]:
    """`{"object", "id"}` with the attributes that were sent, as they are."""
    sent = {"id": value} if isinstance(value, str) else value
    if not isinstance(sent, dict) or "id" not in sent:
        raise BadValue(f'Send an id, or {{"id": …}} with attributes; {kind_of(value)} came.')
    if sent.get("object", field.to[0]) != field.to[0]:
        raise BadValue(f"{field.label} links to {field.to[0]}.", "bad_target", "/object")
    try:
        return {**sent, "object": field.to[0], "id": checked_id(sent["id"])}
    except BadValue as error:
        raise BadValue.all([fault.below("/id") for fault in error.faults]) from None
