"""Files that were uploaded before and are named by their ids. What a file is called may be written; its type and size are told by
the file itself, so that a value which is sent back as it was read is no change.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func

from relata.errors import Fault
from relata.kernel.expression.define import define
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema
from relata.kernel.metadata.kinds.cell_text import is_json_object, json_of, list_of
from relata.kernel.metadata.kinds.checks import checked_entry, checked_list, checked_text, each, kind_of
from relata.kernel.metadata.kinds.id import checked_id

MOST, LONGEST = 20, 200
"""Files of a field, characters of a name."""
TOLD = ("type", "size", "width", "height")
"""What the file tells of itself."""
ENDING = re.compile(r"\.\w{1,16}$")
UNNAMED = "file"

FILE_SQL = (define("file_names(jsonb)", "text[]", "array(select e ->> 'name' from jsonb_array_elements($1) e)"),)


class File(Kind):
    name = "file"
    label = "File"
    help = "Files, such as contracts and reports."
    type = Type.TEXTS
    calculable = False
    columns = (Column("", "jsonb"),)
    sortable = False
    types: ClassVar[tuple[str, ...]] = ()
    """The media types that it takes; of none, all."""

    def define(self, field: Field) -> list[Fault]:
        if field.default is None:
            return []
        return [Fault("/default", "not_applicable", "A file belongs to one record, so it cannot be a default.")]

    def cell(self, text: str) -> Any:
        return json_of(text) if is_json_object(text) else list_of(text)

    def schema(self, field: Field) -> Schema:
        whole = {"type": "integer", "minimum": 0}
        told = {"type": {"type": "string"}, "size": whole, "width": whole, "height": whole}
        return {"type": "array", "items": file_schema(told), "maxItems": MOST}

    def accepted(self, field: Field) -> Schema:
        """One id or file alone, or a list of them; what the file tells of itself is not looked at."""
        id_: Schema = {"type": "string", "format": "uuid"}
        one = {"anyOf": [id_, file_schema({key: {} for key in TOLD})]}
        return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "maxItems": MOST}]}

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if isinstance(value, str | dict):
            value = [value]
        found = each(checked_list(value, MOST), checked_file)
        ids = [one["id"] for one in found]
        twice = [index for index, id_ in enumerate(ids) if id_ in ids[:index]]
        if twice:
            raise BadValue.all([Fault(f"/{index}", "duplicate", "This file is there already.") for index in twice])
        return found

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return func.relata.file_names(columns[""])

    def load(self, field: Field, value: Any) -> Any:
        return None if value is None else tuple(one["name"] for one in value)


def file_schema(told: Schema) -> Schema:
    named = {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string", "maxLength": LONGEST}}
    return {"type": "object", "properties": named | told, "required": ["id"], "additionalProperties": False}


def checked_file(value: Any) -> dict[str, Any]:
    """`{"id", "name"?, …}`; what it says of type and size is left to be compared with the file."""
    if isinstance(value, str):
        return {"id": checked_id(value)}
    if not isinstance(value, dict):
        raise BadValue(f'Send the id of an uploaded file, or {{"id", "name"}}; {kind_of(value)} came.')
    made = checked_entry(value, {"id": checked_id, "name": checked_name}, TOLD)
    return made | {key: value[key] for key in TOLD if value.get(key) is not None}


def checked_name(value: Any) -> str:
    return clean_name(checked_text(value, LONGEST, "the name of a file"))


def clean_name(name: str) -> str:
    """A name that is shown as it is and can be saved everywhere: its last part alone, without control characters and those that
    turn the direction of writing; shortened before its ending. Made canonical before and after, so that nothing hides.
    """
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or not is_hidden(char))
    whole = unicodedata.normalize("NFC", " ".join(shown.split()))
    bare = re.sub(r'[<>:"|?*]', "_", whole).strip(". ")
    ending = ENDING.search(bare)
    kept = ending[0] if ending else ""
    return bare[: len(bare) - len(kept)][: LONGEST - len(kept)].rstrip() + kept if bare else UNNAMED


def is_hidden(char: str) -> bool:
    return unicodedata.category(char).startswith("C")
