"""What changes of the schema cost those who write meanwhile: contacts by the million, four writers, one change after the other.

    bench/schema_changes.py [--records 1000000] [--work bench-schema] [--only unique,required]

Loads the contacts as a set into the tables themselves, serves them, and prints for each change how long it took until it was
answered and until it was all done, the longest and the p99.9 duration of a write, and how long one was seen waiting for a lock
of a table, which does not depend on how busy the machine is.
"""

from __future__ import annotations

import argparse
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
from product import caller, product

WRITERS = 4
CALM = 2.0
"""Seconds of writing before the first change and after each."""
OVER = ("succeeded", "failed", "cancelled")
FIELDS = "/objects/contact/fields"
Change = tuple[str, str, str, Any]
PREPARED: tuple[Any, ...] = (
    {"name": "code", "kind": "text"},
    {"name": "must", "kind": "text"},
    {"name": "size", "kind": "number"},
    {"name": "digits", "kind": "text"},
    {"name": "level", "kind": "choice", "options": ["A", "B", "C"]},
)
CHANGES: tuple[Change, ...] = (
    ("label only: the catalog is exchanged", "PATCH", f"{FIELDS}/code", {"label": "Code of it"}),
    ("new field, text", "POST", FIELDS, {"name": "plain", "kind": "text"}),
    ("new field, required with a default", "POST", FIELDS, {"name": "set", "kind": "text", "required": True, "default": "x"}),
    ("new field, relation with its link and index", "POST", FIELDS, {"name": "second", "kind": "relation", "to": ["account"]}),
    ("new field, choice with its index", "POST", FIELDS, {"name": "grade", "kind": "choice", "options": ["A", "B"]}),
    ("new field, unique", "POST", FIELDS, {"name": "number_there", "kind": "text", "unique": True}),
    ("made required", "PATCH", f"{FIELDS}/must", {"required": True}),
    ("made unique", "PATCH", f"{FIELDS}/code", {"unique": True}),
    ("field deleted", "DELETE", f"{FIELDS}/plain", None),
    ("field renamed", "PATCH", f"{FIELDS}/size", {"name": "extent"}),
    ("field renamed that they write", "PATCH", f"{FIELDS}/code", {"name": "sign"}),
    ("options merged", "PATCH", f"{FIELDS}/level", {"merge": {"b": "a"}}),
    ("kind: number to percent", "PATCH", f"{FIELDS}/size", {"kind": "percent"}),
    ("kind: text to number", "PATCH", f"{FIELDS}/digits", {"kind": "number"}),
    ("kind: text to choice of 20 values", "PATCH", f"{FIELDS}/must", {"kind": "choice"}),
)  # fmt: skip
LOOKED = 0.015
"""Seconds between two looks at who waits for a lock."""
LOCKED = (
    "select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0)::float from pg_locks "
    "where not granted and locktype = 'relation' and mode in ('RowExclusiveLock', 'RowShareLock', 'AccessShareLock')"
)
LOAD = (
    "insert into {schema}.contact (id, created_at, updated_at, version, name__last, name__first, title, external_id, "
    "code, must, size, digits, level) "
    "select gen_random_uuid(), now(), now(), 1, 'Name ' || n, 'First', 'engineer', 'x-' || n, 'code ' || n, 'value ' || n %% 20, n, n::text, "
    "(array['a', 'b', 'c'])[n %% 3 + 1] from generate_series(%s::int, %s::int) n"
)


@dataclass(slots=True)
class Writers:
    """Writes by several at once, each with when it began, how long it took and what it was answered."""

    base: str
    key: str
    taken: list[tuple[float, float, int]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    counter: Iterator[int] = field(default_factory=itertools.count)
    waits: list[tuple[float, float]] = field(default_factory=list)

    def look(self, conninfo: str) -> None:
        """Note for how long somebody has waited for a lock of a table."""
        with psycopg.connect(conninfo, autocommit=True) as connection:
            while not self.stop.wait(LOOKED):
                row = connection.execute(LOCKED).fetchone()
                if row is not None and row[0]:
                    self.waits.append((time.monotonic(), row[0]))

    def write(self) -> None:
        with caller(self.base, self.key) as client:
            mine = ""
            while not self.stop.is_set():
                n = next(self.counter)
                if mine and n % 2:
                    self.note(client, "PATCH", mine, {"title": f"t{n}"})
                    continue
                values = {"name": {"last": f"New {n}"}, "code": f"new {n}", "must": f"value {n % 20}"}
                answer = self.note(client, "POST", "/records/contact", values)
                if answer is not None and answer.status_code == 201:
                    mine = f"/records/contact/{answer.json()['id']}"

    def note(self, client: httpx.Client, method: str, path: str, sent: Any) -> httpx.Response | None:
        began = time.monotonic()
        answer = None
        try:
            answer = client.request(method, path, json=sent)
        except httpx.TransportError as error:
            print(f"a writer: {error}", flush=True)
        self.taken.append((began, time.monotonic() - began, answer.status_code if answer else 0))
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, default=Path("bench-schema"))
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    folder: Path = given.work.absolute()
    changes = [one for one in CHANGES if not given.only or any(w in one[0] for w in given.only.split(","))]
    with product(folder) as (conninfo, base, key):
        with caller(base, key) as client:
            for one in PREPARED:
                client.post(FIELDS, json=one).raise_for_status()
        load(conninfo, given.records)
        measure(conninfo, base, key, changes)


def load(conninfo: str, count: int) -> None:
    began = time.monotonic()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        row = connection.execute("select schema_name from relata.workspace").fetchone()
        assert row is not None
        for first in range(0, count, 100_000):
            text = LOAD.replace("{schema}", row[0])
            connection.execute(text.encode(), [first + 1, min(first + 100_000, count)])
        connection.execute(f"vacuum analyze {row[0]}.contact".encode())
        connection.execute("checkpoint")
    print(f"{count:,} contacts loaded in {time.monotonic() - began:.0f} s", flush=True)


def measure(conninfo: str, base: str, key: str, changes: list[Change]) -> None:
    writers = Writers(base, key)
    threads = [threading.Thread(target=writers.write) for _ in range(WRITERS)]
    threads.append(threading.Thread(target=writers.look, args=[conninfo]))
    for thread in threads:
        thread.start()
    try:
        with caller(base, key) as client:
            time.sleep(CALM)
            began = time.monotonic()
            time.sleep(3 * CALM)
            told("nothing", writers, began, time.monotonic(), 0, "")
            for name, method, path, sent in changes:
                began = time.monotonic()
                answer = client.request(method, path, json=sent)
                answered = time.monotonic() - began
                ended = finished(client, answer)
                told(name, writers, began, time.monotonic(), answered, f"{answer.status_code} {ended}")
                time.sleep(CALM)
    finally:
        writers.stop.set()
        for thread in threads:
            thread.join(60)


def finished(client: httpx.Client, answer: httpx.Response) -> str:
    """How the job behind the change ended, if there is one."""
    if answer.status_code >= 300:
        return answer.text[:200]
    job = (answer.json() or {}).get("job") if answer.content else None
    while job:
        state = client.get(f"/jobs/{job}").json()
        if state["status"] in OVER:
            return f"{state['status']} {state['message'] or ''}"
        time.sleep(0.05)
    return ""


def told(name: str, writers: Writers, began: float, ended: float, answered: float, more: str) -> None:
    time.sleep(0.5)
    during = sorted(took for at, took, _ in list(writers.taken) if at + took > began and at < ended)
    bad: dict[int, int] = {}
    for at, took, status in list(writers.taken):
        if at + took > began and at < ended and status not in (200, 201):
            bad[status] = bad.get(status, 0) + 1
    if not during:
        print(f"{name}: no write came back in {ended - began:.1f} s", flush=True)
        return
    locked = max((wait for at, wait in list(writers.waits) if began < at < ended + 0.1), default=0.0)
    high = during[min(len(during) - 1, int(len(during) * 0.999))]
    print(
        f"{name:45} answered {answered * 1000:7.0f} ms · done {(ended - began) * 1000:7.0f} ms · {len(during):6} writes, "
        f"median {during[len(during) // 2] * 1000:4.0f}, p99.9 {high * 1000:6.0f}, longest {during[-1] * 1000:6.0f} ms, "
        f"for a lock {locked * 1000:6.0f} ms · {bad or ''} {more}",
        flush=True,
    )


if __name__ == "__main__":
    main()
