"""Uses a running Relata steadily for hours and watches its memory: what grows without end is found by its slope.

    python tools/soak.py --minutes 120 [--rate 60] [--clients 6] [--records 20000]

Fills a workspace, then sends a mix of requests at a steady rate (per second, of all callers; take half of what the machine
can do), with two followers of the events. Every half minute it writes down the memory of each process (PSS, MB), the
connections and the size of the database. At the end it tells, per kind of process, by how much memory grew per hour after the
first quarter, and how many answers were wrong. Ends with 1 if a process grew by more than a tenth of what it held in an hour,
or an answer was wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.database.launching import postmaster  # noqa: E402 — the path comes first
from tests.endurance.callers import Follower  # noqa: E402
from tests.endurance.kills import Program, running  # noqa: E402
from tests.serving import rows, settled_place  # noqa: E402
from tests.workers import until  # noqa: E402

EVERY = 30.0
GROWS = 0.1
"""Share of its memory by which a process may grow in an hour."""
SHARED = "postgres, shared"
QUIET_MB = 8.0
"""Growth per hour that is told but found harmless."""


class User(threading.Thread):
    """Somebody who does one thing after the other, at their share of the rate."""

    def __init__(self, address: str, key: str, pace: float, seed: int) -> None:
        super().__init__(daemon=True)
        headers = {"authorization": f"Bearer {key}"}
        self.client = httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=30)
        self.pace, self.chance = pace, random.Random(seed)  # noqa: S311 — no secret comes of it
        self.ended = threading.Event()
        self.ids: list[str] = []
        self.answers: Counter[str] = Counter()
        self.took: dict[str, list[float]] = defaultdict(list)

    def run(self) -> None:
        deeds = {
            self.create: 3,
            self.change: 3,
            self.read: 6,
            self.listed: 4,
            self.search: 3,
            self.board: 1,
            self.trash: 1,
        }
        due = time.monotonic()
        while not self.ended.is_set():
            deed = self.chance.choices(list(deeds), list(deeds.values()))[0]
            began = time.monotonic()
            status = deed()
            self.took[deed.__name__].append(time.monotonic() - began)
            self.answers[f"{deed.__name__} {status}"] += 1
            due = max(due + self.pace, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
        self.client.close()

    def ask(self, method: str, path: str, document: Any = None) -> httpx.Response:
        return self.client.request(method, path, json=document)

    def create(self) -> int:
        number = self.chance.randrange(10**9)
        made = self.ask(
            "POST", "/records/contact", {"name": {"first": "Ada", "last": f"Number {number}"}, "title": "engineer"}
        )
        if made.status_code == 201:
            self.ids = [*self.ids[-500:], made.json()["id"]]
        return made.status_code

    def change(self) -> int:
        return self.ask("PATCH", f"/records/contact/{self.some()}", {"title": f"t {self.chance.random()}"}).status_code

    def read(self) -> int:
        return self.ask("GET", f"/records/contact/{self.some()}").status_code

    def listed(self) -> int:
        wanted = {"field": "title", "op": "starts_with", "value": self.chance.choice("tes")}
        sort = self.chance.choice(["name", "-updated_at"])
        return self.ask(
            "POST", "/records/contact/query", {"filter": wanted, "sort": sort, "limit": 50, "count": True}
        ).status_code

    def search(self) -> int:
        return self.ask("GET", f"/search?q=number {self.chance.randrange(100)}").status_code

    def board(self) -> int:
        asked = {"group": [{"field": "title"}], "measures": [{"fn": "count"}], "limit": 20}
        return self.ask("POST", "/records/contact/aggregate", asked).status_code

    def trash(self) -> int:
        status = self.ask("DELETE", f"/records/contact/{(last := self.some())}").status_code
        self.ids = [id_ for id_ in self.ids if id_ != last]
        return status

    def some(self) -> str:
        if not self.ids:
            self.create()
        return self.chance.choice(self.ids)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--rate", type=float, default=60)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--records", type=int, default=20_000)
    wanted = parser.parse_args()
    with settled_place() as place, place.database() as (conninfo, _), running(place) as program:
        fill(program.address, place.key, wanted.records)
        users = [User(program.address, place.key, wanted.clients / wanted.rate, n) for n in range(wanted.clients)]
        followers = [Follower(program.address, place.key) for _ in range(2)]
        for thread in (*users, *followers):
            thread.start()
        held: dict[str, list[tuple[float, float]]] = defaultdict(list)
        began = time.monotonic()
        while time.monotonic() - began < wanted.minutes * 60:
            time.sleep(EVERY)
            hours = (time.monotonic() - began) / 3600
            now = memory(program, Path(place.environment["RELATA_DATA_DIR"]))
            for kind, size in now.items():
                held[kind].append((hours, size))
            size, connections = rows(
                conninfo,
                "select pg_database_size(current_database()) / 1000000, (select count(*) from pg_stat_activity)",
            )[0]
            answered = sum(sum(user.answers.values()) for user in users)
            told = ", ".join(f"{kind} {size:,.0f}" for kind, size in sorted(now.items()))
            print(
                f"{hours * 60:6.1f} min {answered:>9,} answers | {told} MB | database {size:,} MB, {connections} connections",
                flush=True,
            )
        for ended in (*(user.ended for user in users), *(follower.ended for follower in followers)):
            ended.set()
        for user in users:
            user.join(60)
        return verdict(held, users)


def fill(address: str, key: str, count: int) -> None:
    body = "\n".join(json.dumps({"name": {"last": f"Number {n}"}, "title": f"t {n % 50}"}) for n in range(count))
    headers = {"authorization": f"Bearer {key}", "content-type": "application/x-ndjson"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=120) as client:
        job = client.post("/records/contact/bulk", content=body).json()["id"]
        until(lambda: client.get(f"/jobs/{job}").json()["status"] == "succeeded", 600)


def memory(program: Program, folder: Path) -> dict[str, float]:
    """Kind of process → MB (proportional set size); of PostgreSQL what its processes hold of their own, and what they share."""
    found: dict[str, float] = defaultdict(float)
    database = postmaster(folder)
    for process in [database, *database.children(recursive=True)]:
        own, shared = parts(process)
        found["postgres"] += own
        found[SHARED] += shared
    for process in program.processes():
        command = process.cmdline()
        found["worker" if "work" in command else "other"] += pss(process)
    if program.process is not None:
        found["server"] = pss(psutil.Process(program.process.pid))
    return dict(found)


def pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, AttributeError):
        return 0.0


def parts(process: psutil.Process) -> tuple[float, float]:
    """Its own memory and its share of that of all PostgreSQL's processes, MB."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return pss(process), 0.0
    sizes = {line.split()[0]: int(line.split()[1]) / 1e3 for line in text.splitlines()[1:]}
    return sizes["Pss:"] - sizes["Pss_Shmem:"], sizes["Pss_Shmem:"]


def verdict(held: dict[str, list[tuple[float, float]]], users: list[User]) -> int:
    wrong = False
    for kind, points in sorted(held.items()):
        late = points[len(points) // 4 :]
        slope = statistics.linear_regression(*zip(*late, strict=True)).slope if len(late) > 2 else 0.0
        grows = slope > max(QUIET_MB, GROWS * late[0][1])
        wrong = wrong or (grows and kind != SHARED)  # it follows the data that is cached there
        print(
            f"{kind:<16} {late[0][1]:>7,.1f} → {late[-1][1]:>7,.1f} MB, {slope:+.1f} MB per hour{' GROWS' if grows else ''}"
        )
    answers: Counter[str] = sum((user.answers for user in users), Counter())
    for name in sorted({deed for user in users for deed in user.took}):
        times = sorted(second for user in users for second in user.took.get(name, []))
        print(
            f"{name:<10} {len(times):>9,} times, p50 {times[len(times) // 2] * 1e3:.1f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.1f} ms"
        )
    refused = {what: count for what, count in answers.items() if not what.split()[1].startswith("2")}
    print(f"refused: {refused or 'none'}")
    return 1 if wrong or refused else 0


if __name__ == "__main__":
    sys.exit(main())
