"""The shapes that are the same in every workspace: problems, filters, questions, jobs."""

from __future__ import annotations

from relata.api.operation import FLAG, ID, TEXT, WHOLE, Schema, listing, nullable, ref, shape, whole
from relata.kernel.expression.filter import CONDITION_LIMIT
from relata.kernel.expression.operators import OPERATORS, TO_MANY_OPERATORS
from relata.kernel.metadata import figure
from relata.kernel.metadata.field import COLOURS
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.money import currencies
from relata.kernel.query import aggregate, board, language
from relata.kernel.records import batch
from relata.kernel.schema.linking import MOST_ATTRIBUTES

EVERY_OPERATOR = sorted({operator for allowed in OPERATORS.values() for operator in allowed} | {*TO_MANY_OPERATORS})
FILTERS: Schema = {"type": "array", "items": ref("Filter"), "maxItems": CONDITION_LIMIT}
CODE: Schema = {"type": "string", "description": "For machines; the message is for people."}
FAULT = shape({"pointer": TEXT, "code": CODE, "message": TEXT}, "pointer", "code", "message")
ERRORS: Schema = {"type": "array", "items": FAULT}

PROBLEM = shape(
    {
        "type": {**TEXT, "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {**TEXT, "description": "A sentence that says how to mend it."},
        "code": CODE,
        "request_id": TEXT,
        "errors": {**ERRORS, "description": "Every fault, each with a JSON pointer (RFC 6901) to its place."},
    },
    "type", "title", "status", "detail", "code", "request_id", "errors",
)  # fmt: skip

NAMES: Schema = {
    "description": "Fields by their dotted names, as a list or parted by commas.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": TEXT, "maxItems": 200}, {"type": "null"}],
}
SORT: Schema = {
    "description": "Such as «-amount,name», or a list of these.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": TEXT, "maxItems": 8}, {"type": "null"}],
}
FILTER: Schema = {
    "description": "Which records: conditions, put together with all, any and not.",
    "anyOf": [
        {"type": "null"},
        {"type": "object", "maxProperties": 0},
        shape({"all": FILTERS}, "all", closed=True),
        shape({"any": FILTERS}, "any", closed=True),
        shape({"not": ref("Filter")}, "not", closed=True),
        shape(
            {
                "field": {"type": "string", "minLength": 1, "maxLength": 200},
                "op": {"type": "string", "enum": EVERY_OPERATOR},
                "value": {},
                "where": ref("Filter"),
            },
            "field",
            "op",
            closed=True,
        ),
    ],
}
AS_OF: Schema = {
    **nullable(TEXT),
    "description": "As it was then: a moment with its zone, or a date for the end of that day.",
}
CURRENCY: Schema = {
    "description": "What money is converted into (the workspace's currency), and at the rates of which day: a date, today, "
    "or that of the field's definition.",
    "anyOf": [
        {"type": "null"},
        {"type": "string", "enum": list(currencies())},
        shape({"to": nullable({"enum": list(currencies())}), "on": nullable(TEXT)}, closed=True),
    ],
}
WORDS: Schema = nullable({"type": "string", "maxLength": 200})
NUMBER: Schema = {"type": "number"}
HAVING = shape(
    {"field": TEXT, "op": {"type": "string", "enum": list(aggregate.COMPARISONS)}, "value": NUMBER},
    "field", "op", "value",
)  # fmt: skip
ALIAS: Schema = nullable({"type": "string", "pattern": "^[a-z](_?[a-z0-9])*$", "maxLength": 60})
GROUP = shape({"field": TEXT, "by": nullable({"enum": list(aggregate.UNITS)}), "as": ALIAS}, "field", closed=True)
MEASURE = shape(
    {"fn": {"enum": list(aggregate.FUNCTIONS)}, "field": nullable(TEXT), "as": ALIAS},
    closed=True,
)
MEASURES: Schema = {"type": "array", "items": ref("Measure"), "maxItems": 20}
QUERY = shape(
    {
        "filter": nullable(ref("Filter")),
        "sort": SORT,
        "fields": NAMES,
        "limit": nullable(whole(0, language.MOST, language.LIMIT)),
        "after": nullable({"type": "string", "description": "«next» of the page before, with the same sort."}),
        "count": nullable(FLAG),
        "q": WORDS,
        "trash": nullable(FLAG),
        "as_of": AS_OF,
        "currency": CURRENCY,
    },
    closed=True,
)
COMPARISON = shape(
    {
        "filter": nullable(ref("Filter")),
        "from": {**TEXT, "description": "A moment with its zone, or a date for the end of that day."},
        "to": AS_OF,
        "fields": NAMES,
        "limit": nullable(whole(0, language.MOST, language.LIMIT)),
        "after": nullable(ID),
    },
    "from",
    closed=True,
)
UNDO_WISH = {"on_conflict": {"enum": ["keep", "overwrite"]}, "dry_run": FLAG}
AGGREGATE = shape(
    {
        "group": nullable({"type": "array", "items": {"anyOf": [TEXT, ref("Group")]}, "maxItems": 20}),
        "measures": nullable(MEASURES),
        "filter": nullable(ref("Filter")),
        "having": nullable(
            {"anyOf": [HAVING, shape({"all": {"type": "array", "items": HAVING, "maxItems": 20}}, "all")]}
        ),
        "sort": SORT,
        "limit": nullable(whole(1, aggregate.MOST, aggregate.LIMIT)),
        "q": WORDS,
        "as_of": AS_OF,
        "currency": CURRENCY,
        "time_zone": {**nullable(TEXT), "description": "In whose days, weeks and months; without it, in the person's."},
    },
    closed=True,
)
RESULT = shape(
    {"status": {"type": "integer"}, "id": ID, "version": WHOLE, "record": {"type": "object"}, "code": CODE, "detail": TEXT, "errors": ERRORS},
    "status",
)  # fmt: skip
JOB = shape(
    {
        "id": ID,
        "kind": TEXT,
        "status": {"enum": ["queued", "running", "succeeded", "failed", "cancelled"]},
        "total": nullable(WHOLE),
        "done": WHOLE,
        "failed": WHOLE,
        "message": nullable(TEXT),
        "links": {"type": "object", "additionalProperties": {**TEXT, "format": "uri-reference"}},
    },
    "id", "kind", "status", "done", "failed", "links",
)  # fmt: skip
OPTION: Schema = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": 200},
        shape(
            {
                "key": TEXT,
                "label": TEXT,
                "colour": {"enum": list(COLOURS)},
                "probability": nullable({"type": "integer", "minimum": 0, "maximum": 100}),
                "outcome": nullable(TEXT),
            },
            closed=True,
        ),
    ]
}
NAME: Schema = {"type": "string", "pattern": "^[a-z](_?[a-z0-9])*$", "maxLength": 40}
OBJECT_NAMES: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}, {"type": "null"}]}


def formula_text(help_: str) -> Schema:
    return {**nullable({"type": "string", "maxLength": 4_000}), "description": help_}


FIELD_CHANGE = {
    "label": nullable({"type": "string", "maxLength": 100}),
    "help": nullable({"type": "string", "maxLength": 5_000}),
    "required": nullable(FLAG),
    "unique": nullable(FLAG),
    "options": nullable({"type": "array", "items": ref("Option"), "maxItems": 500}),
    "formula": nullable({"type": "string", "maxLength": 5_000}),
    "inverse_label": nullable({"type": "string", "maxLength": 100}),
    "of": nullable({**TEXT, "description": "Of a roll-up: the list, such as contacts, or several: contacts.tasks."}),
    "fn": nullable({"enum": list(figure.FUNCTIONS)}),
    "field": nullable(TEXT),
    "filter": {"description": "Of a roll-up: a filter, or the text of a condition.", "anyOf": [ref("Filter"), TEXT]},
    "sort": nullable(TEXT),
    "default": {"description": "In the form in which clients send values of the kind."},
    "default_formula": formula_text("What a new record gets where nothing was sent."),
    "required_if": formula_text("A condition: the field must be filled."),
    "readonly_if": formula_text("A condition on the record before a change: the field keeps its value."),
    "visible_if": formula_text("A condition: the field is shown, and may be required."),
    "rate_date": nullable({**TEXT, "description": "Of money: the date or moment at whose rate it is converted."}),
}
FIELD = shape(
    {
        "name": NAME,
        "kind": {"enum": [name for name, kind in KINDS.items() if kind.creatable]},
        **FIELD_CHANGE,
        "to": {**OBJECT_NAMES, "description": "The object that a relation points to; several for «about»."},
        "inverse": nullable(NAME),
        "fields": {
            **nullable({"type": "array", "items": ref("Field"), "maxItems": MOST_ATTRIBUTES}),
            "description": "Of a many-to-many: the attributes of its links.",
        },
    },
    "kind",
    closed=True,
)
OBJECT_CHANGE = {
    "label": nullable({"type": "string", "maxLength": 100}),
    "plural": nullable({"type": "string", "maxLength": 100}),
    "icon": nullable(TEXT),
    "colour": nullable({"enum": list(COLOURS)}),
}
OBJECT = shape(
    {
        "name": NAME,
        **OBJECT_CHANGE,
        "title": nullable({"type": "string", "description": "The field that a record is called by."}),
        "fields": nullable({"type": "array", "items": ref("Field"), "maxItems": 800}),
    },
    closed=True,
)
CATALOG = listing("objects", {"type": "object"}, version=WHOLE)
SIDES = shape({"before": {}, "after": {}}, "before", "after")
DIFFERENCES: Schema = {"type": "object", "additionalProperties": SIDES}
COMPARED = shape(
    {
        **dict.fromkeys(("entered", "left", "changed"), WHOLE),
        "changes": {
            "type": "array",
            "items": shape(
                {"id": ID, "change": {"enum": ["entered", "left", "changed"]}, "fields": DIFFERENCES},
                "id", "change", "fields",
            ),
        },
        "next": nullable(ID),
    },
    "entered", "left", "changed", "changes", "next",
)  # fmt: skip
WHY = shape(
    {
        "path": {**TEXT, "description": "Of an input: how the formula names it."},
        "object": TEXT,
        "id": nullable(ID),
        "field": TEXT,
        "value": {},
        "causes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["change", "formula", "rollup"]},
                    "inputs": {"type": "array", "items": ref("Why")},
                    "origin": {
                        "enum": ["sent", "default", "default_formula", "creator", "rule", None],
                        "description": "Of a change, where its value is from; null where nobody noted it.",
                    },
                    "rule": {**nullable(TEXT), "description": "The rule that set it."},
                    "line": {**nullable(WHOLE), "description": "The row of the file that was taken in."},
                    "source": {
                        **nullable(shape({"kind": TEXT, "name": TEXT}, "kind", "name")),
                        "description": "The file of an import.",
                    },
                },
                "required": ["kind"],
            },
        },
    },
    "object", "id", "field", "value", "causes",
)  # fmt: skip
COMPARED_RECORD = shape({"before": FLAG, "after": FLAG, "fields": DIFFERENCES}, "before", "after", "fields")
UNDONE = shape(
    {
        "cause": nullable(ID),
        "dry_run": FLAG,
        **dict.fromkeys(("records", "undone", "unchanged"), WHOLE),
        **{key: {"type": "array", "items": {"type": "object"}} for key in ("conflicts", "refused", "dependents")},
        **dict.fromkeys(("conflicts_total", "refused_total", "dependents_total"), WHOLE),
    },
    "cause", "dry_run", "records", "undone", "unchanged",
)  # fmt: skip
HIT = shape({"object": TEXT, "id": ID, "title": nullable(TEXT), "snippet": nullable(TEXT)}, "object", "id", "title")
CHANGE = shape(
    {
        "at": {**TEXT, "format": "date-time"},
        "by": nullable(ID),
        "through": {**TEXT, "description": "The door: browser, key, import, …"},
        "op": {"enum": ["create", "update", "delete", "restore", "merge"]},
        "version": WHOLE,
        "cause": nullable(ID),
        "fields": DIFFERENCES,
    },
    "at", "by", "through", "op", "version", "fields",
)  # fmt: skip

STATIC: dict[str, Schema] = {
    "Problem": PROBLEM, "Filter": FILTER, "Query": QUERY, "Group": GROUP, "Measure": MEASURE, "Aggregate": AGGREGATE,
    "Result": RESULT, "Job": JOB, "Option": OPTION, "Field": FIELD, "Object": OBJECT, "Change": CHANGE, "Hit": HIT,
    "Comparison": COMPARISON, "Compared": COMPARED, "ComparedRecord": COMPARED_RECORD, "Undone": UNDONE, "Why": WHY,
}  # fmt: skip
"""By names with a capital, which no object has."""


def batch_of(object_: str, verbs: tuple[str, ...]) -> Schema:
    """The changes of one batch, of those that the caller may make."""
    version = nullable({"type": "integer"})
    changes = {
        "create": shape({"create": ref(f"{object_}.create")}, "create", closed=True),
        "update": shape(
            {"update": ID, "values": ref(f"{object_}.update"), "version": version}, "update", "values", closed=True
        ),
        "delete": shape({"delete": ID, "version": version}, "delete", closed=True),
    }
    listed = {"type": "array", "items": {"anyOf": [changes[verb] for verb in verbs]}, "maxItems": batch.MOST}
    return shape({"atomic": FLAG, "changes": listed}, "changes", closed=True)


def board_of(choices: list[str]) -> Schema:
    """A board of an object by one of its choice fields."""
    return shape(
        {
            "group": {"enum": choices, "description": "A choice field; its options are the columns."},
            "measures": nullable(MEASURES),
            "fields": NAMES,
            "filter": nullable(ref("Filter")),
            "sort": SORT,
            "limit": nullable(whole(0, language.MOST, board.CARDS)),
            "q": WORDS,
            "as_of": AS_OF,
            "currency": CURRENCY,
        },
        "group",
        closed=True,
    )
