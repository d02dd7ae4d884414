"""A schedule as it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from relata.errors import Conflict
from relata.kernel.context import Ctx
from relata.kernel.jobs.job import Job
from relata.kernel.jobs.recurrence import read_recurrence
from relata.kernel.jobs.schedule import Schedule
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.quoting import quote_name as q

COLUMNS = (
    "s.id::text, s.label, s.rule, s.starts, s.time_zone, s.does, s.active, s.principal::text, s.actor::text, s.next_at, s.last_at, "
    "s.job::text, s.message"
)
KIND = "job"
ENCODE = msgspec.json.Encoder(decimal_format="number").encode
DECODE = msgspec.json.Decoder(float_hook=Decimal).decode


@dataclass(frozen=True, slots=True)
class Kept:
    """`does` is `{"job": <kind>, …}`; its owner is `principal`, a user or a key, with `actor` where it is a user."""

    id: str
    label: str
    rule: str
    starts: dt.datetime
    time_zone: str
    does: dict[str, Any]
    active: bool
    principal: str
    actor: str | None
    next_at: dt.datetime | None
    last_at: dt.datetime | None
    job: str | None
    message: str | None

    @property
    def schedule(self) -> Schedule:
        return Schedule(read_recurrence(self.rule), self.starts, ZoneInfo(self.time_zone))

    @property
    def kind(self) -> str:
        return str(self.does[KIND])

    def arguments(self, ctx: Ctx, jobs: Mapping[str, Job]) -> dict[str, Any]:
        """Those of a run by this actor; raises what the kind of job refuses."""
        job = jobs.get(self.kind)
        if job is None or job.repeated is None:
            raise Conflict(f"This version repeats no job «{self.kind}».")
        return job.repeated.arguments(ctx, {key: value for key, value in self.does.items() if key != KIND})


def kept(row: Sequence[Any]) -> Kept:
    values = dict(zip(Kept.__slots__, row, strict=True))
    return Kept(**values | {"does": DECODE(values["does"])})


async def follow(
    connection: psycopg.AsyncConnection[Any], schema: str, catalog: Catalog, jobs: Mapping[str, Job]
) -> None:
    """After a renaming: what schedules do says present names."""
    text = f"select id::text, does from {q(schema)}._schedule for update"
    for id_, stored in await (await connection.execute(text.encode())).fetchall():
        does = DECODE(stored)
        job = jobs.get(does[KIND])
        made = job.repeated.present(catalog, does) if job and job.repeated else does
        if made != does:
            text = f"update {q(schema)}._schedule set does = %s where id = %s"
            await connection.execute(text.encode(), [ENCODE(made).decode(), id_])
