"""The shapes of what imports are told as."""

from __future__ import annotations

from relata.api.operation import FLAG, ID, TEXT, WHOLE, Schema, nullable, shape
from relata.kernel.importing.account import ACTIONS
from relata.kernel.importing.plan import DECIMALS, DUPLICATES, LONGEST

ANY = "*/*"
NUMBER: Schema = {"type": "number"}
TEXTS: Schema = {"type": "array", "items": TEXT}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
NAMES: Schema = {"type": "array", "items": NAME, "maxItems": 20}
MOMENT: Schema = {"type": "string", "format": "date-time"}
COLUMN_PLAN = shape(
    {
        "column": TEXT,
        "to": {**NAMES, "description": "Fields, parts of them (billing_address.city), entries with a label (phones.mobile)."},
        "new": {**nullable({"type": "object"}), "description": "The field to be made for it: kind, label, options."},
        "skip": FLAG,
        "create_missing": {**FLAG, "description": "Make the records that it names and that are not there."},
        "replace": {"type": "object", "additionalProperties": TEXT, "description": "Texts, each with what it is read as."},
    },
    "column",
)  # fmt: skip
PLAN = shape(
    {
        "object": {**nullable(TEXT), "description": "What the rows are; null: the table is left out."},
        "match": {**NAMES, "description": "Rows find their record by the first of these fields that finds one."},
        "duplicates": {"enum": list(DUPLICATES), "description": "What happens with a row that finds a record."},
        "new": {**FLAG, "description": "Whether rows that find none make new records."},
        "date_format": nullable(TEXT),
        "decimal": {"enum": list(DECIMALS)},
        "country": {**nullable(TEXT), "description": "Of phone numbers without one."},
        "currency": TEXT,
        "time_zone": TEXT,
        "near": {**FLAG, "description": "Whether near matches are taken."},
        "columns": {"type": "array", "items": COLUMN_PLAN},
    }
)  # fmt: skip
COLUMN = shape(
    {"column": TEXT, "kind": TEXT, "filled": SHARE, "samples": TEXTS, "why": TEXT, "sure": SHARE, "options": TEXTS},
    "column", "kind", "filled", "samples", "why", "sure", "options",
)  # fmt: skip
TABLE = shape(
    {
        "number": WHOLE, "file": TEXT, "sheet": nullable(TEXT), "format": TEXT, "notes": TEXTS, "rows": WHOLE,
        "layout": nullable(TEXT), "columns": {"type": "array", "items": COLUMN}, "plan": PLAN,
    },
    "number", "file", "sheet", "format", "rows",
)  # fmt: skip
COUNTS: dict[str, Schema] = dict.fromkeys(("rows", *ACTIONS, "unlinked"), WHOLE)
OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
ACCOUNT: Schema = {
    **shape(
        {
            **COUNTS,
            "job": ID,
            "made_fields": TEXTS,
            "tables": {
                "type": "array",
                "items": shape(
                    {"number": WHOLE, "object": TEXT, **COUNTS, "faults": OBJECTS, "sums": OBJECTS, "near": OBJECTS,
                     "made_records": {"type": "object"}},
                    "number", "object", *COUNTS,
                ),
            },
        }
    ),
    "description": "What became of the rows: of each table with its faults, grouped, and the sums of its numbers.",
}  # fmt: skip
JOB = shape(
    {
        "id": ID, "kind": TEXT, "status": TEXT, "total": nullable(WHOLE), "done": WHOLE, "failed": WHOLE, "message": nullable(TEXT),
        "started_at": nullable(MOMENT), "seconds": nullable(NUMBER), "speed": nullable(NUMBER), "remaining": nullable(NUMBER),
    },
    "id", "kind", "status", "total", "done", "failed",
)  # fmt: skip
STATUS: Schema = {"enum": ["draft", "checking", "checked", "running", "succeeded", "failed", "cancelled"]}
IMPORT = shape(
    {
        "id": ID, "label": TEXT, "status": STATUS, "created_at": MOMENT, "by": nullable(ID), "by.name": nullable(TEXT),
        "undone": FLAG, "tables": {"type": "array", "items": TABLE}, "job": nullable(JOB), "check": nullable(ACCOUNT),
        "run": nullable(ACCOUNT),
    },
    "id", "label", "status", "created_at", "tables",
)  # fmt: skip
IMPORTS = shape({"imports": {"type": "array", "items": IMPORT}, "next": nullable(ID)}, "imports", "next")
LABEL = shape({"label": {"type": "string", "maxLength": 200}}, closed=True)
PLANS = shape(
    {
        "label": {"type": "string", "maxLength": 200},
        "tables": {"type": "array", "items": shape({"number": WHOLE, "plan": PLAN}, "number", "plan", closed=True)},
    },
    closed=True,
)  # fmt: skip
PREVIEW = shape({"fields": TEXTS, "rows": {"type": "array", "items": {"type": "object"}}}, "fields", "rows")
TARGET = shape({"to": TEXT, "label": TEXT, "kind": TEXT, "required": FLAG, "many_columns": FLAG}, "to", "label", "kind")
TARGETS = shape(
    {
        "targets": {"type": "array", "items": TARGET},
        "match": {"type": "array", "items": shape({"field": TEXT, "label": TEXT}, "field", "label")},
        "kinds": TEXTS,
    },
    "targets", "match", "kinds",
)  # fmt: skip
FAILED: Schema = {"type": "string"}
