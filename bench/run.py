"""The workload against Relata and against bare PostgreSQL, in one run on one server.

    bench/run.py --workload ../shared/bench [--contacts 200000] [--secs 10] [--skip-load]

Starts the product as `relata serve` on a data directory of its own, loads the generated data through
the bulk door, loads the same data into bare tables of a second database on the same PostgreSQL, drives
both, and prints the table of the design's section 6 as ratios: requests per second of Relata over
those of bare SQL, and milliseconds of CPU per request in the application and in PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from relata.database import open_database
from relata.settings import read_settings

HERE = Path(__file__).parent
AIMS = {"create": 1 / 3, "update": 1 / 4, "read": 1 / 2, "list": 2, "search": 1, "pipeline": 3, "report": 5}
EARLIEST = {"companies": 20_000, "contacts": 200_000, "opps": 50_000, "activities": 200_000}


def main() -> None:
    wanted = arguments()
    data = wanted.work / "data"
    generate(wanted, data)
    sys.path[:0] = [str(wanted.workload), str(HERE)]
    os.environ["CRM_DATA"] = str(data)
    with served(wanted) as (address, conninfo):
        os.environ |= {
            "RELATA_BENCH_URL": address,
            "RELATA_BENCH_KEY": key(wanted),
            "RELATA_BENCH_PIDFILE": str(wanted.work / "server.pid"),
            "PG_PIDFILE": str(wanted.work / "postgres.pid"),
            "PG_DSN": bare_dsn(conninfo),
            "RELATA_BENCH_CONNINFO": conninfo,
        }
        asyncio.run(drive(wanted))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--workload", type=Path, required=True, help="Folder with driver.py, generate.py and adapters/."
    )
    parser.add_argument("--work", type=Path, default=Path("bench-work"), help="Folder for data and database.")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 200,000 contacts.")
    parser.add_argument("--secs", type=float, default=10)
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--ops", default=",".join(AIMS))
    parser.add_argument("--skip-load", action="store_true", help="The data is there from an earlier run.")
    wanted = parser.parse_args()
    wanted.workload, wanted.work = wanted.workload.resolve(), wanted.work.resolve()
    wanted.work.mkdir(parents=True, exist_ok=True)
    return wanted


def generate(wanted: argparse.Namespace, data: Path) -> None:
    if not (data / "activities.csv").exists():
        sizes = [f"--{name}={int(count * wanted.scale)}" for name, count in EARLIEST.items()]
        subprocess.run([sys.executable, str(wanted.workload / "generate.py"), "--out", str(data), *sizes], check=True)


class served:
    """The product, started as people start it; gives its address and how to reach its database."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self.wanted = wanted
        self.environment = os.environ | {"RELATA_DATA_DIR": str(wanted.work / "home"), "RELATA_PORT": str(wanted.port)}

    def __enter__(self) -> tuple[str, str]:
        first = not (self.wanted.work / "home").exists()
        if first:
            command(self.environment, "init", "--email", "bench@example.com", "--password", "quiet probes at night")
        self.process = subprocess.Popen([sys.executable, "-m", "relata", "serve"], env=self.environment)
        (self.wanted.work / "server.pid").write_text(str(self.process.pid))
        address = f"http://127.0.0.1:{self.wanted.port}"
        wait_for(address)
        conninfo = self.find_database()
        return address, conninfo

    def find_database(self) -> str:
        """Attach to the server's PostgreSQL, and note its process for the CPU columns."""
        self.database = open_database(
            read_settings({"RELATA_DATA_DIR": str(self.wanted.work / "home")}, self.wanted.work)
        )
        pid = next((self.wanted.work / "home").rglob("postmaster.pid")).read_text().splitlines()[0]
        (self.wanted.work / "postgres.pid").write_text(pid)
        return self.database.conninfo

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self.process.terminate()
        self.process.wait(30)


def wait_for(address: str) -> None:
    import urllib.error
    import urllib.request

    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not get ready in 30 seconds.")


def command(environment: dict[str, str], *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "relata", *words], env=environment, check=True, capture_output=True, text=True
    ).stdout


def key(wanted: argparse.Namespace) -> str:
    environment = os.environ | {"RELATA_DATA_DIR": str(wanted.work / "home")}
    return str(
        json.loads(command(environment, "key", "create", "--name", "bench", "--role", "administrator", "--json"))["key"]
    )


def bare_dsn(conninfo: str) -> str:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = 'bare'").fetchone() is None:
            connection.execute("create database bare")
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    return f"postgresql://{parts['user']}@/bare?host={parts['host']}&port={parts['port']}"


async def drive(wanted: argparse.Namespace) -> None:
    driver = importlib.import_module("driver")
    relata = importlib.import_module("adapter").A
    bare = importlib.import_module("adapters.pg").A
    if not wanted.skip_load:
        await load_bare(driver, bare())
        await load_relata(driver, relata())
    await asyncio.to_thread(settle, os.environ["RELATA_BENCH_CONNINFO"])
    results: dict[tuple[str, str, int], dict[str, Any]] = {}
    # One adapter each for the whole run: its counter makes new addresses, which must not repeat.
    adapters = {"bare": bare(), "relata": relata()}
    for adapter in adapters.values():
        adapter.seq = time.time_ns() // 1_000
    for op in wanted.ops.split(","):
        for clients in (1, 8):
            for name, adapter in adapters.items():
                await adapter.open(clients)
                try:
                    results[op, name, clients] = await driver.bench_op(adapter, op, clients, wanted.secs)
                finally:
                    await adapter.close()
            print(line(op, clients, results), flush=True)
    table(wanted.ops.split(","), results)


def settle(conninfo: str) -> None:
    """Both sides begin rested: events numbered, tables vacuumed and analysed."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for _ in range(600):
            row = connection.execute(
                "select exists (select 1 from ws_main._outbox where xid > (select xid from ws_main._sequence))"
            ).fetchone()
            if row is not None and not row[0]:
                break
            time.sleep(0.5)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


async def load_bare(driver: Any, adapter: Any) -> None:
    await adapter.open(1)
    for kind in ("companies", "contacts", "opportunities", "activities"):
        began = time.perf_counter()
        count = 0
        for chunk in driver.chunks(driver.rows(kind), 5_000):
            await getattr(adapter, f"import_{kind}")(chunk)
            count += len(chunk)
        print(f"bare    {kind:<14} {count / (time.perf_counter() - began):>9,.0f} records/s", flush=True)
    schema = importlib.import_module("adapters.pg")
    async with adapter.pool.acquire() as connection:
        for statement in schema.INDEX.strip().split(";"):
            if statement.strip():
                await connection.execute(statement)
        await connection.execute("select setval(pg_get_serial_sequence('contact', 'id'), max(id)) from contact")
    await adapter.close()


async def load_relata(driver: Any, adapter: Any) -> None:
    """Everything through the bulk door; links by the ids that the workload gives."""
    await adapter.open(2)
    await timed(adapter, "user", [{"name": f"Owner {i}", "external_id": str(i)} for i in range(1, 11)])
    await timed(adapter, "account", [account(row) for row in driver.rows("companies")])
    links = {"account": await known(adapter, "account"), "user": await known(adapter, "user")}
    await timed(adapter, "contact", [contact(row, links) for row in driver.rows("contacts")])
    links["contact"] = await known(adapter, "contact")
    await timed(adapter, "opportunity", [opportunity(row, links) for row in driver.rows("opportunities")])
    await timed(adapter, "note", [note(row, links) for row in driver.rows("activities")])
    await adapter.close()


async def timed(adapter: Any, name: str, rows: list[dict[str, Any]]) -> None:
    began = time.perf_counter()
    await adapter.bulk(name, rows)
    print(f"relata  {name:<14} {len(rows) / (time.perf_counter() - began):>9,.0f} records/s", flush=True)


async def known(adapter: Any, name: str) -> dict[str, str]:
    """The workload's id → ours."""
    found: dict[str, str] = {}
    cursor = None
    while True:
        page = await adapter.call(
            "POST", f"/records/{name}/query", {"fields": ["external_id"], "sort": "id", "limit": 1000, "after": cursor}
        )
        found |= {record["external_id"]: record["id"] for record in page["records"]}
        cursor = page["next"]
        if cursor is None:
            return found


def account(row: dict[str, str]) -> dict[str, Any]:
    return {
        "external_id": row["id"], "name": row["name"], "emails": row["email"], "phones": row["phone"], "website": row["website"],
        "billing_address": {"city": row["city"], "country": row["country"]},
    }  # fmt: skip


def contact(row: dict[str, str], links: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "external_id": row["id"], "name": {"first": row["first_name"], "last": row["last_name"]}, "emails": row["email"],
        "phones": row["phone"], "title": row["title"], "mailing_address": {"city": row["city"], "country": row["country"]},
        "account": links["account"][row["company_id"]],
    }  # fmt: skip


def opportunity(row: dict[str, str], links: dict[str, dict[str, str]]) -> dict[str, Any]:
    stages = importlib.import_module("adapter").STAGES
    return {
        "external_id": row["id"], "name": row["name"], "amount": {"amount": row["amount"], "currency": "EUR"},
        "stage": stages[row["stage"]], "close_date": row["close_date"], "owner": links["user"][row["owner"]],
        "account": links["account"][row["company_id"]], "contact": links["contact"][row["contact_id"]],
    }  # fmt: skip


def note(row: dict[str, str], links: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "external_id": row["id"], "title": f"{row['type']}: {row['subject']}", "body": row["body"], "owner": links["user"][row["owner"]],
        "about": [{"object": "contact", "id": links["contact"][row["contact_id"]]}],
    }  # fmt: skip


def line(op: str, clients: int, results: dict[tuple[str, str, int], dict[str, Any]]) -> str:
    bare, ours = results[op, "bare", clients], results[op, "relata", clients]
    ratio = ours["rps"] / bare["rps"] if bare["rps"] else float("nan")
    cpu = f"{ours.get('app_cpu_ms', 0):.2f} + {ours.get('pg_cpu_ms', 0):.2f}"
    return (
        f"{op:<9} {clients} clients  relata {ours['rps']:>8,.0f}/s p50 {ours.get('p50')} p95 {ours.get('p95')} ms  "
        f"bare {bare['rps']:>8,.0f}/s  ratio {ratio:.2f}  CPU {cpu} ms  errors {ours['errors']}"
    )


def table(ops: list[str], results: dict[tuple[str, str, int], dict[str, Any]]) -> None:
    print(
        "\n| operation | relata, 8 clients | bare SQL, 8 clients | ratio | aim | alone: p50 · p95 | CPU app + PostgreSQL |"
    )
    print("|---|---|---|---|---|---|---|")
    for op in ops:
        bare, ours, alone = results[op, "bare", 8], results[op, "relata", 8], results[op, "relata", 1]
        cpu = f"{ours.get('app_cpu_ms', 0):.2f} + {ours.get('pg_cpu_ms', 0):.2f} ms"
        print(
            f"| {op} | {ours['rps']:,.0f}/s | {bare['rps']:,.0f}/s | {ours['rps'] / max(bare['rps'], 0.001):.2f} | {AIMS.get(op, 0):.2f} "
            f"| {alone.get('p50')} · {alone.get('p95')} ms | {cpu} |"
        )


if __name__ == "__main__":
    main()
