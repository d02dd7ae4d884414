"""Which jobs finish what a change of the schema left in large tables, and putting those back into the queue that are
lost. The work itself is `schema/finishing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import psycopg
from psycopg.types.json import Jsonb

from relata.kernel.context import uuid7
from relata.kernel.jobs.acting import SYSTEM
from relata.kernel.jobs.queue import Named, tell_workers
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Building
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.sync import being_built, parts, required_name, unique_name

BUILD = "build"


@dataclass(frozen=True, slots=True)
class Left:
    """A field that a job is to finish, or an object where `field` is empty."""

    object: str
    field: str
    building: Building

    @property
    def arguments(self) -> dict[str, Any]:
        """Those of its job."""
        return {"object": self.object, "field": self.field, "rules": self.building.rules}


def left_to_jobs(catalog: Catalog, schema: str, later: Mapping[str, frozenset[str]]) -> list[Left]:
    """The fields of which something is `later` and that no job has in hand yet, each with a job of its own."""
    found = []
    for name, names in later.items():
        object_ = catalog.objects[name]
        for field in object_.own:
            state = parts(object_, field, schema)
            if field.building or names.isdisjoint((*state.indexes, *state.constraints)):
                continue
            ruled = {"required": required_name(field.name), "unique": unique_name(schema, name, field.name)}
            rules = tuple(rule for rule, part in ruled.items() if getattr(field, rule) and part in names)
            found.append(Left(name, field.name, Building(job=uuid7(), rules=rules)))
    return found


async def resume(
    connection: psycopg.AsyncConnection[Any], workspace: Named, catalog: Catalog, later: Mapping[str, frozenset[str]]
) -> None:
    """Queue the jobs of fields that are being built where they are over, as after a restore, and one for each object of
    which something else is `later`, as after an upgrade that declares an index.
    """
    for object_ in catalog.objects.values():
        for field in object_.own:
            if field.building:
                await queued(connection, workspace, Left(object_.name, field.name, field.building))
        if later.get(object_.name, frozenset()) - being_built(object_, workspace.schema):
            job = str(uuid5(NAMESPACE_OID, f"{workspace.schema}.{object_.name}"))
            await queued(connection, workspace, Left(object_.name, "", Building(job=job)))


async def queued(connection: psycopg.AsyncConnection[Any], workspace: Named, left: Left) -> None:
    """See to it that a job waits or runs."""
    text = (
        f"insert into {q(workspace.schema)}._job (id, kind, arguments, role, principal) values (%s, %s, %s, 'administrator', %s) "
        "on conflict (id) do update set status = 'queued', attempts = 0, cancel = false, message = null, finished_at = null "
        "where _job.status not in ('queued', 'running') returning id"
    )
    job = left.building.job
    row = await (await connection.execute(text.encode(), [job, BUILD, Jsonb(left.arguments), SYSTEM])).fetchone()
    if row:
        await tell_workers(connection, workspace, job)
