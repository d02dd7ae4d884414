"""The routes of records, with what each says of itself."""

from __future__ import annotations

from typing import Any

from relata.api import records
from relata.api.operation import FLAG, ID, TEXT, Described, Operation, listing, nullable, query, ref, shape, whole
from relata.api.schemas import UNDO_WISH
from relata.api.values import choices_of, example_of, title_condition
from relata.kernel.access.access import Access
from relata.kernel.history.journal import MOST as MOST_CHANGES
from relata.kernel.metadata.object import Object
from relata.kernel.query.language import LIMIT, MOST

RECORD = ref("{object}")
PAGE = listing("records", RECORD, next=nullable(TEXT), total=nullable({"type": "integer"}))
FIELDS = query(
    "fields", "Which fields, by their dotted names, parted by commas.", {**TEXT, "examples": ["id,created_at"]}
)
TRASH = query("trash", "Also what lies in the trash.", FLAG)
CURRENCY = query("currency", "What money is converted into, in place of the workspace's currency.", TEXT)
AS_OF = query("as_of", "As it was then: a moment with its zone, or a date for the end of that day.", TEXT)
ASKED = (
    query("filter", "Which records; see Filter.", ref("Filter"))
    | {"content": {"application/json": {"schema": ref("Filter")}}},
    query("sort", "Such as «-created_at,id».", {**TEXT, "examples": ["-created_at"]}),
    FIELDS,
    query("limit", "Records of a page.", whole(0, MOST, LIMIT)),
    query("after", "«next» of the page before, with the same sort.", TEXT),
    query("count", "Also the exact total.", FLAG),
    query("q", "Any part of a name, an address, a number.", {"type": "string", "maxLength": 200}),
    TRASH,
    AS_OF,
    CURRENCY,
)
ASKED[0].pop("schema")
ROWS = listing("rows", {"type": "object"})
CHANGES = listing("changes", ref("Change"), next=nullable(TEXT))
ANY = ("create", "update", "delete")


def change_example(access: Access, object_: Object) -> dict[str, Any] | None:
    made = example_of(access, object_)
    return dict(list(made.items())[:1]) if made else None


def question_example(access: Access, object_: Object) -> dict[str, Any]:
    condition = title_condition(access, object_)
    return {"filter": condition, "sort": "-created_at", "fields": ["id", "created_at"], "limit": 10, "count": True}


def measure_example(access: Access, object_: Object) -> dict[str, Any]:
    group = [{"field": "created_at", "by": "month"}]
    return {"filter": title_condition(access, object_), "group": group, "measures": [{"fn": "count"}], "sort": "-count"}


def board_example(access: Access, object_: Object) -> dict[str, Any] | None:
    choices = choices_of(access, object_)
    return {"group": choices[0], "measures": [{"fn": "count"}], "limit": 5} if choices else None


def batch_example(access: Access, object_: Object) -> dict[str, Any] | None:
    made = example_of(access, object_)
    return {"atomic": True, "changes": [{"create": made}]} if made and access.may(object_.name, "create") else None


def undo_example(access: Access, object_: Object) -> dict[str, Any] | None:
    return {"version": 1, "dry_run": True} if example_of(access, object_) else None


READ = Operation(
    name="read",
    summary="One {label}",
    tag="records",
    query=(FIELDS, TRASH, AS_OF),
    parameters=("If-None-Match",),
    answers={200: RECORD, 304: None},
    headers=("ETag",),
)
QUERY = Operation(
    name="query",
    summary="A page of {plural}; the question as JSON",
    tag="records",
    body=ref("Query"),
    example=question_example,
    answers={200: PAGE},
)
UPDATE = Operation(
    name="update",
    summary="Other values of a {label}; what is not sent stays",
    tag="records",
    verbs=("update",),
    parameters=("If-Match", "Idempotency-Key"),
    body=ref("{object}.update"),
    example=change_example,
    answers={200: RECORD},
    headers=("ETag", "Idempotent-Replayed"),
    refusals=(412,),
)
CREATE = Operation(
    name="create",
    summary="A new {label}",
    tag="records",
    verbs=("create",),
    parameters=("Idempotency-Key",),
    body=ref("{object}.create"),
    example=example_of,
    answers={201: RECORD},
    headers=("ETag", "Location", "Idempotent-Replayed"),
)
BOARD = Operation(
    name="board",
    summary="The options of a choice as columns, each with measures and first {plural}",
    tag="records",
    needs_choice=True,
    body=ref("{object}.board"),
    example=board_example,
    answers={200: listing("groups", {"type": "object"})},
)
AGGREGATE = Operation(
    name="aggregate",
    summary="Counts, sums and other measures of {plural}, by groups",
    tag="records",
    body=ref("Aggregate"),
    example=measure_example,
    answers={200: ROWS},
)
LIST = Operation(
    name="list",
    summary="A page of {plural}",
    tag="records",
    query=ASKED,
    parameters=("If-None-Match",),
    answers={200: PAGE, 304: None},
    headers=("ETag",),
)
BATCH = Operation(
    name="batch",
    summary="Up to 1,000 changes of {plural}: all, or each for itself",
    tag="records",
    verbs=ANY,
    parameters=("Idempotency-Key",),
    body=ref("{object}.batch"),
    example=batch_example,
    answers={200: shape({"results": {"type": "array", "items": ref("Result")}}, "results")},
    headers=("Idempotent-Replayed",),
)
DELETE = Operation(
    name="delete",
    summary="A {label} into the trash",
    tag="records",
    verbs=("delete",),
    parameters=("If-Match", "Idempotency-Key"),
    answers={204: None},
    headers=("Idempotent-Replayed",),
    refusals=(400, 412, 422),
)
RESTORE = Operation(
    name="restore",
    summary="A {label} out of the trash",
    tag="records",
    verbs=("delete",),
    parameters=("Idempotency-Key",),
    answers={200: RECORD},
    headers=("ETag", "Idempotent-Replayed"),
    refusals=(400, 422),
)
HISTORY = Operation(
    name="history",
    summary="Every change of a {label}, newest first",
    tag="records",
    query=(
        query("limit", "Changes of a page.", whole(1, MOST_CHANGES, 50)),
        query("after", "«next» of the page before.", TEXT),
    ),
    answers={200: CHANGES},
)

UNDO_ONE = Operation(
    name="undo",
    summary="Take one change of a {label} back",
    tag="records",
    verbs=ANY,
    parameters=("Idempotency-Key",),
    body=shape({"version": {"type": "integer", "minimum": 1}, **UNDO_WISH}, "version", closed=True),
    example=undo_example,
    answers={200: ref("Undone")},
    headers=("Idempotent-Replayed",),
)
UNDO_CAUSE = Operation(
    name="undo_cause",
    summary="Take back everything that one request, batch or job did",
    tag="records",
    help="More than 1,000 changes are undone by a job: then the answer is 202 with its id.",
    parameters=("Idempotency-Key",),
    body=shape({"cause": ID, **UNDO_WISH}, "cause", closed=True),
    answers={200: ref("Undone"), 202: shape({"id": ID, "status": TEXT}, "id", "status")},
    headers=("Location", "Idempotent-Replayed"),
    refusals=(404,),
)
WHY = Operation(
    name="why",
    summary="Where a value of a {label} comes from, as a chain of causes",
    tag="records",
    query=(query("field", "The field, one of the record's own.", TEXT, required=True),),
    answers={200: ref("Why")},
)
COMPARE = Operation(
    name="compare",
    summary="What entered, left or changed among {plural} between two moments",
    tag="records",
    body=ref("Comparison"),
    example={"from": "2026-01-01", "limit": 10},
    answers={200: ref("Compared")},
)
COMPARE_ONE = Operation(
    name="compare_one",
    summary="What differs in a {label} between two moments",
    tag="records",
    query=(
        query("from", "A moment with its zone, or a date for the end of that day.", TEXT, required=True),
        query("to", "The other moment; now if none is given.", TEXT),
        FIELDS,
    ),
    answers={200: ref("ComparedRecord")},
)

# In the order of how often they are asked: the first that fits is taken.
ROUTES = [
    Described("GET", "/records/{object}/{id}", records.read, READ),
    Described("POST", "/records/{object}/query", records.query, QUERY),
    Described("PATCH", "/records/{object}/{id}", records.update, UPDATE),
    Described("POST", "/records/{object}", records.create, CREATE),
    Described("POST", "/records/{object}/board", records.board, BOARD),
    Described("POST", "/records/{object}/aggregate", records.aggregate, AGGREGATE),
    Described("GET", "/records/{object}", records.listed, LIST),
    Described("POST", "/records/{object}/batch", records.batch, BATCH),
    Described("DELETE", "/records/{object}/{id}", records.delete, DELETE),
    Described("POST", "/records/{object}/{id}/restore", records.restore, RESTORE),
    Described("POST", "/records/{object}/{id}/undo", records.undo_one, UNDO_ONE),
    Described("GET", "/records/{object}/{id}/why", records.reason, WHY),
    Described("POST", "/undo", records.undo_cause, UNDO_CAUSE),
    Described("POST", "/records/{object}/compare", records.compare, COMPARE),
    Described("GET", "/records/{object}/{id}/compare", records.compare_one, COMPARE_ONE),
    Described("GET", "/records/{object}/{id}/history", records.past, HISTORY),
]
