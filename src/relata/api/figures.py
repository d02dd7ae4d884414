"""What Prometheus is told besides the requests: connections, the relay's lag and waiting jobs, read when it asks. Of
workspaces those are told that this process has in use.
"""

from __future__ import annotations

import contextlib
from typing import Any

from prometheus_client import CollectorRegistry, Gauge

from relata.errors import RelataError
from relata.kernel.installation import Installation
from relata.kernel.metadata.quoting import quote_name, quote_text
from relata.kernel.placement import Places

POOL = {
    "pool_size": "Connections to the database that are open.",
    "pool_available": "Connections that are free.",
    "requests_waiting": "Requests that wait for a connection.",
}
# The first transaction that is not numbered yet: its age is how far the relay is behind.
WORKSPACE = """
select {name} as workspace,
  coalesce((select extract(epoch from now() - o.at) from {schema}._outbox o
    where o.xid > (select xid from {schema}._sequence) order by o.xid limit 1), 0)::float8,
  (select count(*) from {schema}._job where status = 'queued'),
  (select count(*) from {schema}._job where status = 'running')"""


async def figures(places: Places) -> CollectorRegistry:
    """The present state; of a database that does not answer, only that it is away."""
    registry = CollectorRegistry()
    told = [Gauge(f"relata_database_{name}", help_, ("database",), registry=registry) for name, help_ in POOL.items()]
    alive = Gauge("relata_database_up", "Whether the database answers.", ("database",), registry=registry)
    lag = Gauge(
        "relata_relay_lag_seconds", "Age of the oldest change without a number.", ("workspace",), registry=registry
    )
    jobs = Gauge("relata_jobs", "Jobs that wait or run.", ("workspace", "status"), registry=registry)
    for name in places.away:
        alive.labels(name).set(0)
    for name, here in list(places.there.items()):
        stats = here.pool.get_stats()
        for gauge, of in zip(told, POOL, strict=True):
            gauge.labels(name).set(stats.get(of, 0))
        alive.labels(name).set(0)
        with contextlib.suppress(RelataError):
            rows = await asked(here)
            alive.labels(name).set(1)
            for workspace, seconds, queued, running in rows:
                lag.labels(workspace).set(seconds)
                jobs.labels(workspace, "queued").set(queued)
                jobs.labels(workspace, "running").set(running)
    return registry


async def asked(here: Installation) -> list[tuple[Any, ...]]:
    """One statement for all workspaces in use."""
    parts = [WORKSPACE.format(name=quote_text(w.name), schema=quote_name(w.schema)) for w in here.workspaces.values()]
    async with here.connection() as connection:
        if not parts:
            await connection.execute("select 1")
            return []
        return await (await connection.execute(" union all ".join(parts).encode())).fetchall()
