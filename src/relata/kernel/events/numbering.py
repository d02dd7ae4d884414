"""The one statement that numbers events: committed transactions in the order of their ids, below the
oldest one that still runs. In that order no later commit can fall between two numbers, so nobody who
reads by number ever skips an event (measured in the design notes on the kernel: no gap, no skip, no
duplicate). A transaction is one row, however many events it left.
"""

from __future__ import annotations

from typing import Any

import psycopg

from relata.kernel.driver import fetch_row
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.metadata.quoting import quote_text

BATCH = 500
EVENTS = "relata_events"
"""The channel on which every process hears, after the fact and gathered, that a workspace has new events."""


async def number_events(connection: psycopg.AsyncConnection[Any], schema: str) -> tuple[int, bool]:
    """Number the events of at most 500 transactions of a workspace, and tell all processes: how many, and whether others wait.

    One statement and no lock: of two processes that number the same transactions, the database refuses one.
    """
    try:
        row = await fetch_row(connection, text_of(schema), {})
    except psycopg.errors.UniqueViolation:
        return 0, True
    return (row[0], row[1]) if row else (0, False)


async def begin_anew(connection: psycopg.AsyncConnection[Any], schema: str) -> bool:
    """Where the tables were restored into another cluster, whose transaction ids are lower than those
    kept here, give the events ids below all of that cluster's own: they keep their numbers, those that had none get the
    next ones (all of them are committed), and numbering goes on above. Whether that was so.
    """
    outbox, numbered, sequence = (f"{q(schema)}.{q(name)}" for name in ("_outbox", "_numbered", "_sequence"))
    foreign = (
        f"select greatest((select max(xid) from {outbox}), (select xid from {sequence})) >= "
        "pg_snapshot_xmax(pg_current_snapshot())"
    )
    async with connection.transaction():
        await connection.execute(f"lock table {sequence}".encode())
        row = await (await connection.execute(foreign.encode())).fetchone()
        if not row or not row[0]:
            return False
        await connection.execute(f"lock table {outbox}, {numbered}".encode())
        await connection.execute(f"create temp table kept on commit drop as {kept_text(schema)}".encode())
        await connection.execute(f"truncate {outbox}, {numbered}".encode())
        columns = "at, object, record, version, op, fields, actor, cause"
        for text in (
            f"insert into {outbox} (id, xid, {columns}) overriding system value select seq, part, {columns} from kept order by seq",
            f"insert into {numbered} (xid, first, last, at) select part, min(seq), max(seq), max(numbered) from kept group by part",
            f"update {sequence} set n = greatest(n, (select max(seq) from kept)), xid = coalesce((select max(part) from kept), '0')",
            f"select setval(pg_get_serial_sequence({quote_text(outbox)}, 'id'), greatest((select n from {sequence}), 1))",
            "drop table kept",
            f"update {q(schema)}._rate_change set xid = '3'",
        ):
            await connection.execute(text.encode())
    return True


def kept_text(schema: str) -> str:
    """The events with their numbers, in at most 500 parts of neighbours without a gap: each stands for a transaction, and no cluster has
    ids of its own as low as that. A part is cleaned away as one, so there are several.
    """
    outbox, numbered, sequence = (f"{q(schema)}.{q(name)}" for name in ("_outbox", "_numbered", "_sequence"))
    return (
        "select *, (dense_rank() over (order by island, chunk))::text::xid8 as part from (select *, "
        "seq - row_number() over (order by seq) as island, "
        "(row_number() over (order by seq) - 1) / greatest(5000, 1 + count(*) over () / 500) as chunk from (select "
        "o.at, o.object, o.record, o.version, o.op, o.fields, o.actor, o.cause, coalesce(m.at, now()) as numbered, "
        "case when m.xid is null then s.n + row_number() over (partition by m.xid is null order by o.xid, o.id) "
        "else m.first + row_number() over (partition by o.xid order by o.id) - 1 end as seq "
        f"from {sequence} s, {outbox} o left join {numbered} m using (xid) where m.xid is not null or o.xid > s.xid) e) p"
    )


def text_of(schema: str) -> str:
    outbox, numbered, sequence = (f"{q(schema)}.{q(name)}" for name in ("_outbox", "_numbered", "_sequence"))
    return (
        f"with s as materialized (select n, xid from {sequence}), "
        f"w as materialized (select o.xid, count(*) as events from {outbox} o where o.xid > (select xid from s) "
        f"and o.xid < pg_snapshot_xmin(pg_current_snapshot()) group by o.xid order by o.xid limit {BATCH}), "
        "k as (select xid, events, sum(events) over (order by xid) as upto from w), "
        f"i as (insert into {numbered} (xid, first, last) "
        "select k.xid, s.n + k.upto - k.events + 1, s.n + k.upto from k, s), "
        "e as materialized (select coalesce(sum(events), 0) as events, max(xid) as xid from w), "
        f"u as (update {sequence} t set n = t.n + e.events, xid = e.xid from e where e.xid is not null) "
        # The newest id, not «exists»: for that the planner reads the whole table.
        f"select e.events::bigint, coalesce((select o.xid from {outbox} o order by o.xid desc limit 1) > coalesce(e.xid, s.xid), false), "
        f"case when e.events > 0 then pg_notify({quote_text(EVENTS)}, {quote_text(schema)}) end from e, s"
    )
