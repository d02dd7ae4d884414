"""Many changes of one object in one request: all or none, or each for itself."""

from __future__ import annotations

from typing import Any

import msgspec

from relata.errors import Fault, Invalid, RelataError
from relata.kernel.context import Ctx
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.records.change import Change, Create, Delete, Update, Written
from relata.kernel.records.write import Outcome, write_all

MOST = 1_000


def read_batch(document: Any) -> tuple[bool, list[Change]]:
    """`{"atomic", "changes": [{"create"} | {"update", "values", "version"?} | {"delete"}]}`, checked."""
    if not isinstance(document, dict) or not isinstance(document.get("changes"), list):
        raise Invalid([Fault("/changes", "required", 'Send {"atomic": false, "changes": […]}.')])
    faults = [
        Fault(f"/{key[:80]}", "unknown_parameter", "A batch has «atomic» and «changes».")
        for key in document
        if key not in ("atomic", "changes")
    ]
    atomic = document.get("atomic", False)
    if not isinstance(atomic, bool):
        faults.append(Fault("/atomic", "wrong_type", f"Send true or false; {kind_of(atomic)} came."))
    changes = document["changes"]
    if len(changes) > MOST:
        faults.append(
            Fault("/changes", "too_many", f"A batch has at most {MOST:,} changes; use the bulk import for more.")
        )
    made = [] if faults else [read_change(item, f"/changes/{index}", faults) for index, item in enumerate(changes)]
    ids = [change.id for change in made if change is not None and not isinstance(change, Create)]
    if len(set(ids)) < len(ids):
        faults.append(Fault("/changes", "duplicate", "A batch changes a record once; put the changes of one together."))
    if faults:
        raise Invalid(faults)
    return atomic, [change for change in made if change is not None]


def read_change(item: Any, where: str, faults: list[Fault]) -> Change | None:
    verbs = [verb for verb in ("create", "update", "delete") if isinstance(item, dict) and verb in item]
    allowed = {"create": {"create"}, "update": {"update", "values", "version"}, "delete": {"delete", "version"}}
    if len(verbs) != 1 or not set(item) <= allowed[verbs[0]]:
        faults.append(
            Fault(where, "wrong_type", 'Send {"create": values}, {"update": id, "values": …} or {"delete": id}.')
        )
        return None
    if verbs[0] == "create":
        return Create(item["create"])
    version = item.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        faults.append(Fault(f"{where}/version", "wrong_type", "A version is a whole number."))
    try:
        id_ = checked_id(item[verbs[0]])
    except BadValue as error:
        faults += [fault.below(f"{where}/{verbs[0]}") for fault in error.faults]
        return None
    return Update(id_, item.get("values"), version) if verbs[0] == "update" else Delete(id_, version)


class Undone(Exception):
    """Rolls an atomic batch back."""


async def run_batch(ctx: Ctx, name: str, changes: list[Change], *, atomic: bool) -> dict[str, Any]:
    """`{"results": [{"status", "record"} | {"status", "errors", …}]}` in order; with `atomic`, a
    refused change refuses all, and nothing is written.
    """
    if not atomic:
        outcomes = await write_all(ctx, name, changes)
        return {"results": [result(outcome) for outcome in outcomes]}
    outcomes = []
    try:
        async with ctx.connection.transaction():
            outcomes = await write_all(ctx, name, changes)
            if any(isinstance(outcome, RelataError) for outcome in outcomes):
                raise Undone
    except Undone:
        faults = [
            fault.below(f"/changes/{index}")
            for index, outcome in enumerate(outcomes)
            if isinstance(outcome, RelataError)
            for fault in (outcome.faults or (Fault("", outcome.code, outcome.message),))
        ]
        raise Invalid(faults, "Nothing was changed, because some of the changes cannot be made.") from None
    return {"results": [result(outcome) for outcome in outcomes]}


def result(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Written):
        return {"status": 200, "id": outcome.id, "version": outcome.version, "record": msgspec.Raw(outcome.record)}
    errors = [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in outcome.faults]
    return {"status": outcome.status, "code": outcome.code, "detail": outcome.message, "errors": errors}
