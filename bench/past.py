"""What the past costs: records of one object with a year of changes, read as of moments ago, beside hand-written SQL.

    bench/past.py [--records 200000] [--changes 10] [--work bench-past]

Writes the records and their journal by SQL as a year of steady work would have, serves them, and prints for each
question and moment the middle and the largest of some answers in milliseconds, one client, and by what they differ from the same
question of today and, for the list, from SQL that somebody would write for it by hand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
from product import caller, product

DAYS = (0, 1, 7, 30, 120)
TIMES = 9
TITLES = ("engineer", "buyer", "director", "founder", "assistant")
CHANGED = ("title", "department", "external_id", "description")
"""The fields that a change alters, one of them each time."""
FILL = """
    insert into {schema}.contact (id, created_at, updated_at, version, name__last, name__first, title, department, external_id, description)
    select gen_random_uuid(), now() - interval '400 days', now() - random() * interval '365 days', %(changes)s + 1, 'Name ' || n, 'First',
      (%(titles)s::text[])[1 + n %% 5], 'Department ' || n %% 40, 'x-' || n, 'About ' || n
    from generate_series(1, %(records)s) n"""
# Of each record its changes, spread evenly over a year; they are stored in the order of time, as they would have been.
PAST = """
    insert into {schema}._journal (object, record, version, at, since, op, through, before)
    select 'contact', id, version, at, lag(at, 1, created_at) over (partition by id order by version), 'u', 'bench',
      jsonb_build_object(field, case field when 'title' then (%(titles)s::text[])[1 + (random() * 4)::int]
        when 'department' then 'Department ' || (random() * 39)::int else 'Earlier ' || version end)
    from (
      select c.id, c.created_at, 1 + row_number() over (partition by c.id order by k.at) as version, k.at,
        (%(fields)s::text[])[1 + (random() * 3)::int] as field
      from {schema}.contact c cross join lateral (
        select now() - random() * interval '365 days' + c.version * interval '0' as at from generate_series(1, %(changes)s)) k) changes
    order by at"""
BY_HAND = """
    with since as materialized (
      select distinct on (record) record, before ->> 'title' as title from {schema}._journal
      where object = 'contact' and at > %(at)s and before ? 'title' order by record, version),
    found as materialized (
      select c.id, c.name__last from {schema}.contact c left join since s on s.record = c.id
      where c.created_at <= %(at)s and c.deleted_at is null and case when s.record is null then c.title else s.title end = 'buyer')
    select (select count(*) from found), array(select id from found order by name__last, id limit 50)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--work", type=Path, default=Path("bench-past"))
    given = parser.parse_args()
    with (
        product(given.work.absolute()) as (conninfo, base, key),
        psycopg.connect(conninfo, autocommit=True) as connection,
        caller(base, key) as client,
    ):
        row = connection.execute("select schema_name from relata.workspace").fetchone()
        assert row is not None
        fill(connection, row[0], given.records, given.changes)
        for name, ask in questions(client).items():
            report(name, ask)
        by_hand(connection, row[0])


def fill(connection: psycopg.Connection[Any], schema: str, records: int, changes: int) -> None:
    began = time.monotonic()
    values = {"records": records, "changes": changes, "titles": list(TITLES), "fields": list(CHANGED)}
    for text in (FILL, PAST):
        connection.execute(text.replace("{schema}", schema).encode(), values)
    for table in ("contact", "_journal"):
        connection.execute(f"vacuum analyze {schema}.{table}".encode())
    connection.execute("checkpoint")
    print(f"{records:,} contacts, {records * changes:,} changes: {time.monotonic() - began:.0f} s", flush=True)


def questions(client: httpx.Client) -> dict[str, Callable[[dict[str, str]], Any]]:
    """Each asked with the moment, or without one."""
    ids = [one["id"] for one in client.post("/records/contact/query", json={"limit": 50}).json()["records"]]
    buyers = {"field": "title", "op": "is", "value": "buyer"}
    fields = ["name", "title", "department", "updated_at"]

    def query(sort: str) -> Callable[[dict[str, str]], Any]:
        sent = {"filter": buyers, "fields": fields, "sort": [sort], "limit": 50, "count": True}
        return lambda moment: client.post("/records/contact/query", json=sent | moment)

    def count(moment: dict[str, str]) -> Any:
        sent = {"group": [{"field": "title"}], "measures": [{"fn": "count"}]}
        return client.post("/records/contact/aggregate", json=sent | moment)

    return {
        "one record": lambda moment: client.get(f"/records/contact/{ids[0]}", params=moment),
        "list of 50 with total, filtered": query("name"),
        "the same, by a field without an index": query("department"),
        "count by title": count,
    }


def report(name: str, ask: Callable[[dict[str, str]], Any]) -> None:
    today = 0.0
    for days in DAYS:
        moment = {"as_of": ago(days).isoformat()} if days else {}
        middle, most = timed(partial(answered, ask, moment))
        today = today or middle
        print(
            f"{name:40} {days:4} days ago: {middle:7.1f} ms, at most {most:7.1f}; of today's {middle / today:6.1f}",
            flush=True,
        )


def answered(ask: Callable[[dict[str, str]], httpx.Response], moment: dict[str, str]) -> None:
    answer = ask(moment)
    if answer.status_code != 200:
        raise SystemExit(answer.text)


def by_hand(connection: psycopg.Connection[Any], schema: str) -> None:
    text = BY_HAND.replace("{schema}", schema).encode()
    for days in DAYS[1:]:
        at = {"at": ago(days)}
        middle, most = timed(partial(connection.execute, text, at))
        print(
            f"{'the list by hand-written SQL':40} {days:4} days ago: {middle:7.1f} ms, at most {most:7.1f}", flush=True
        )


def timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """The middle and the largest of some, in milliseconds, after one that counts for nothing."""
    ask()
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[TIMES // 2], max(taken)


def ago(days: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=days)


if __name__ == "__main__":
    main()
