"""A bulk that a schedule repeats: all records that meet a filter at the time are changed or deleted. What it does is read by
what reads a bulk that is sent.
"""

from __future__ import annotations

from typing import Any

from relata.errors import Fault, Invalid, NotFound
from relata.kernel.context import Ctx
from relata.kernel.jobs.job import Job, Repeated
from relata.kernel.metadata.canonical import filter_of
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.scope import ObjectScope
from relata.kernel.records.bulk import Bulk
from relata.kernel.records.bulk_job import bulk_arguments, run_bulk
from relata.kernel.records.selection import read_selection
from relata.kernel.records.source import NDJSON


def arguments(ctx: Ctx, document: dict[str, Any]) -> dict[str, Any]:
    """Those of a run that takes its records now; raises Invalid with every fault, and Denied."""
    given = document.get("object")
    name = ctx.access.present_object(given) if isinstance(given, str) else ""
    try:
        ctx.access.object(name)
    except NotFound as error:
        raise Invalid([Fault("/object", "unknown_option", error.message)]) from None
    chosen = read_selection({key: value for key, value in document.items() if key != "object"}, name, ctx)
    wanted = Bulk(name, chosen.mode)
    wanted.check(ctx)
    return bulk_arguments(wanted, NDJSON) | {"selection": chosen.packed()}


def present(catalog: Catalog, document: dict[str, Any]) -> dict[str, Any]:
    name = catalog.present(document["object"])
    object_ = catalog.objects.get(name)
    if object_ is None:
        return document
    made = {**document, "object": name, "filter": filter_of(document["filter"], ObjectScope(catalog, name))}
    if document.get("values"):
        made["values"] = {object_.present(field): value for field, value in document["values"].items()}
    return made


BULK = Job(kind="bulk", run=run_bulk, repeated=Repeated(arguments, present))
