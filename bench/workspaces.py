"""Hundreds of workspaces in one database: what starting, memory and speed are then.

    bench/workspaces.py [--count 300] [--seconds 6] [--held 100] [--work bench-workspaces]

Makes the workspaces, each with a key and some accounts, then serves them and prints: start, memory of the processes and of the backends of
PostgreSQL before and after every workspace was used once, and requests per second spread over 1, 50 and all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg

from relata.assembly import APPS
from relata.database import open_database
from relata.kernel.context import Ctx
from relata.kernel.identity.people import create_key
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.settings import read_settings

CLIENTS = 8
QUESTION = {"filter": {"field": "name", "op": "contains", "value": "a"}, "sort": "name", "limit": 20, "count": True}
SIZES = (
    "select count(*), pg_size_pretty(pg_database_size(current_database())), "
    "pg_size_pretty((select sum(pg_total_relation_size(oid)) from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r')) "
    "from pg_class"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--held", type=int, default=100)
    parser.add_argument("--work", type=Path, default=Path("bench-workspaces"))
    given = parser.parse_args()
    folder: Path = given.work.absolute()
    try:
        with open_database(read_settings({"RELATA_DATA_DIR": str(folder)}, folder.parent)) as database:
            keys = asyncio.run(make(database.conninfo, given.count))
            with psycopg.connect(database.conninfo) as connection:
                row = connection.execute(SIZES).fetchone()
            assert row is not None
            print(f"{row[0]:,} relations, database {row[1]}, of that its catalog {row[2]}")
            asyncio.run(drive(database.conninfo, folder, keys, given.seconds, given.held))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def make(conninfo: str, count: int) -> dict[str, str]:
    """Name → key of each workspace."""
    keys: dict[str, str] = {}
    took: list[float] = []
    async with Installation.open(conninfo, APPS, most=3, longest=600) as here:
        here.most_held = 1
        for number in range(count):
            name, began = f"w{number:04d}", time.monotonic()

            async def settle(ctx: Ctx, name: str = name) -> None:
                keys[name] = (await create_key(ctx, "bench", "administrator"))[1]
                for each in range(20):
                    await write(ctx, "account", Create({"name": f"Account {each}"}))

            await create_workspace(here, Plan(name=name, label=name), settle)
            took.append(time.monotonic() - began)
    ordered = sorted(took)
    print(f"made {count}: median {ordered[count // 2]:.2f} s, slowest {ordered[-1]:.2f} s, the last {took[-1]:.2f} s")
    return keys


async def drive(conninfo: str, folder: Path, keys: dict[str, str], seconds: float, held: int) -> None:
    began = time.monotonic()
    variables = {**os.environ, "RELATA_DATA_DIR": str(folder), "RELATA_PORT": "0", "RELATA_WORKSPACES_HELD": str(held)}
    with subprocess.Popen(  # noqa: ASYNC220 — nothing else runs yet
        [sys.executable, "-m", "relata", "serve"], env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:  # fmt: skip
        assert server.stdout is not None
        try:
            line = next(line for line in server.stdout if "http://" in line)
            print(f"ready after {time.monotonic() - began:.2f} s")
            async with httpx.AsyncClient(base_url=line[line.index("http://") :].strip(), timeout=30) as client:
                await asyncio.sleep(5)
                show("before", server.pid, conninfo)
                first = [await asked(client, key) for key in keys.values()]
                ordered = sorted(first)
                print(
                    f"first use of each: median {ordered[len(first) // 2] * 1000:.0f} ms, slowest {ordered[-1] * 1000:.0f} ms"
                )
                show("after", server.pid, conninfo)
                for spread in (1, 50, len(keys)):
                    chosen = list(keys.values())[:spread]
                    await rate(client, chosen, seconds * 2)  # connections meet the workspaces
                    print(f"over {spread}: {await rate(client, chosen, seconds):,.0f} requests/s")
                    show(f"  then, over {spread}", server.pid, conninfo)
        finally:
            server.terminate()


async def rate(client: httpx.AsyncClient, keys: list[str], seconds: float) -> float:
    end, done = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        while time.monotonic() < end:
            await asked(client, random.choice(keys))
            done += 1

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return done / seconds


async def asked(client: httpx.AsyncClient, key: str) -> float:
    began = time.monotonic()
    answer = await client.post(
        "/api/v1/records/account/query", json=QUESTION, headers={"authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


def show(when: str, server: int, conninfo: str) -> None:
    """Memory that only the process has, and its part of what it shares (PSS)."""
    with psycopg.connect(conninfo) as connection:
        text = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        backends = [pid for (pid,) in connection.execute(text).fetchall()]
    private = [size for pid in backends if (size := memory(pid, "Private_Dirty"))]
    children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    workers = ", ".join(f"{memory(int(pid), 'Pss'):.0f}" for pid in children)
    told: Any = max(private, default=0)
    print(
        f"{when}: server {memory(server, 'Pss'):.0f} MB, its children {workers} MB; {len(backends)} connections, backends "
        f"{sum(private):.0f} MB of their own, the largest {told:.0f} MB"
    )


def memory(pid: int, what: str) -> float:
    """Megabytes; 0 where the process is none of ours to look into."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


if __name__ == "__main__":
    main()
