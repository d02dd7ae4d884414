"""A workspace of 200 custom objects with 100 fields each: what it costs to make, load, change, serve and show.

    bench/catalog.py [--objects 200] [--work bench-catalog]

Makes the objects through the door of administrators, of mixed kinds with relations, formulas and roll-ups, then times the changes beside
bare PostgreSQL, serves the workspace and times the catalog, the first requests after a change, and a browser until its first table.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2 as httpx
from playwright.sync_api import sync_playwright

from relata.assembly import APPS
from relata.database import open_database
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.identity.people import create_key
from relata.kernel.installation import Installation
from relata.kernel.metadata.store import stored_catalog
from relata.kernel.schema.changes import create_field, create_object
from relata.settings import read_settings
from tests.chromium import find_chromium

EMAIL, PASSWORD = "bench@example.org", "twelve hundred catalogs"
COUNTS = {
    "text": 22, "long_text": 4, "number": 14, "percent": 4, "money": 5, "boolean": 6, "date": 8, "moment": 4, "choice": 12,
    "choices": 2, "emails": 2, "phones": 2, "address": 1, "rating": 1, "tags": 1, "duration": 1,
}  # fmt: skip
TIMES = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=200)
    parser.add_argument("--work", type=Path, default=Path("bench-catalog"))
    given = parser.parse_args()
    folder: Path = given.work.absolute()
    variables = {**os.environ, "RELATA_DATA_DIR": str(folder), "RELATA_PORT": "0"}
    program = [sys.executable, "-m", "relata"]
    words = ["init", "--email", EMAIL, "--name", "Bench", "--password", PASSWORD]
    try:
        subprocess.run([*program, *words], env=variables, check=True, stdout=subprocess.DEVNULL)
        with open_database(read_settings({"RELATA_DATA_DIR": str(folder)}, folder.parent)) as database:
            key = asyncio.run(inside(database.conninfo, given.objects))
        with subprocess.Popen(
            [*program, "serve"], env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            try:
                assert server.stdout is not None
                line = next(line for line in server.stdout if "http://" in line)
                address = line[line.index("http://") :].strip()
                serve(address, key)
                browse(address)
            finally:
                server.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def document(number: int) -> dict[str, Any]:
    """An object that points to itself and to three made before it."""
    fields: list[dict[str, Any]] = [{"name": "name", "kind": "text", "required": True}]
    for kind, count in COUNTS.items():
        options = {"options": [f"Option {each}" for each in range(6)]} if kind.startswith("choice") else {}
        fields += [{"name": f"{kind}_{each}", "kind": kind, **options} for each in range(count)]
    name = f"thing_{number:03d}"
    fields.append({"name": "parent", "kind": "relation", "to": name, "inverse": "children"})
    for back in (1, 2, 5):
        if number >= back:
            link = {"to": f"thing_{number - back:03d}", "inverse": f"from_{number}_{back}"}
            fields.append({"name": f"other_{back}", "kind": "relation", **link})
    fields += [
        {"name": f"formula_{each}", "kind": "formula", "formula": f"number_{each} * 2 + parent.number_{each + 1}"}
        for each in range(3)
    ]
    fields.append({"name": "rolled", "kind": "rollup", "of": "children", "fn": "sum", "field": "number_0"})
    fields.append({"name": "worth", "kind": "rollup", "of": "children", "fn": "sum", "field": "money_0"})
    return {"name": name, "label": f"Thing {number}", "plural": f"Things {number}", "fields": fields}


async def inside(conninfo: str, count: int) -> str:
    """Make it and change it in this process; a key to the workspace."""
    async with Installation.open(conninfo, APPS, most=4, longest=600) as here:
        workspace = await here.find(None)
        actor = Actor(principal="bench", role=workspace.role("administrator"))
        async with here.connection() as connection:

            def ctx() -> Ctx:
                return Ctx(workspace, workspace.access(actor), connection)

            took = [await timed(create_object(here, ctx(), document(number))) for number in range(count)]
            show(f"{count} objects made", f"{sum(took):.1f} s, one {span(took)}, the last {took[-1] * 1000:.0f} ms")
            fields = sum(len(object_.own) for object_ in workspace.catalog.objects.values())
            show("fields", f"{fields:,}, formulas and roll-ups {5 * count:,}")
            before = workspace.catalog
            new = [{"name": f"extra_{each}", "kind": "number"} for each in range(TIMES)]
            took = [await timed(create_field(here, ctx(), f"thing_{each:03d}", new[each])) for each in range(TIMES)]
            bare = [await timed(add_column(connection, workspace.schema, each)) for each in range(TIMES)]
            show(
                "a new field, in the process that makes it", f"{span(took)}; bare «alter table add column» {span(bare)}"
            )
            last = workspace.catalog
            took = [
                await timed(stored_catalog(connection, workspace.schema, here.objects, before)) for _ in range(TIMES)
            ]
            show(f"{TIMES} changed objects taken over by another process", span(took))
            took = [await timed(stored_catalog(connection, workspace.schema, here.objects)) for _ in range(3)]
            show("loaded whole", span(took))
            gc.collect()
            tracemalloc.start()
            held = await stored_catalog(connection, workspace.schema, here.objects)
            gc.collect()
            whole = tracemalloc.get_traced_memory()[0]
            other = await stored_catalog(connection, workspace.schema, here.objects, before)
            gc.collect()
            more = tracemalloc.get_traced_memory()[0] - whole
            tracemalloc.stop()
            assert held.objects.keys() == other.objects.keys() == last.objects.keys()
            show(
                "memory of a catalog",
                f"{whole / 1e6:.1f} MB; of one that shares with the one before {more / 1e6:.1f} MB",
            )
            return (await create_key(ctx(), "bench", "administrator"))[1]


async def add_column(connection: Any, schema: str, number: int) -> None:
    """On a table that is not in use otherwise, and taken back."""
    async with connection.transaction(force_rollback=True):
        await connection.execute(f'alter table "{schema}"."thing_{number:03d}" add column bare numeric'.encode())


def serve(address: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60) as client:
        requests: dict[str, Callable[[], Any]] = {
            "catalog": lambda: client.get("/catalog"),
            "list": lambda: client.get("/records/thing_007?limit=50&sort=name"),
            "list with relations and roll-ups": lambda: client.post(
                "/records/thing_007/query", json={"fields": ["name", "parent.name", "formula_0", "rolled", "worth"]}
            ),
            "create": lambda: client.post("/records/thing_007", json={"name": "One", "number_0": 3}),
        }
        with client.stream("GET", "/catalog") as packed:
            size = sum(len(part) for part in packed.iter_raw())
        show("GET /catalog", f"{len(client.get('/catalog').content) / 1e6:.1f} MB, packed {size / 1e3:.0f} kB")
        changing: list[float] = []
        first: dict[str, list[float]] = {name: [] for name in requests}
        later: dict[str, list[float]] = {name: [] for name in requests}
        for number in range(TIMES):
            body = {"label": f"Label {number}"}
            changing.append(clocked(partial(client.patch, "/objects/thing_003/fields/text_1", json=body)))
            for name, ask in requests.items():
                first[name].append(clocked(ask))
                later[name].append(clocked(ask))
        show("a label changed over HTTP", span(changing))
        for name in requests:
            show(f"{name}: first after a change · later", f"{span(first[name])} · {span(later[name])}")


def browse(address: str) -> None:
    program = find_chromium()
    if program is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        took: list[float] = []
        page = browser.new_page(base_url=address)
        page.goto("/")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Accounts", exact=True).wait_for(timeout=60_000)
        for _ in range(5):
            with noted(took):
                page.goto("/o/thing_007")
                page.get_by_role("grid").get_by_role("link").first.wait_for(timeout=60_000)
        show("browser: address to first rows of a table", span(took))
        browser.close()


@contextmanager
def noted(took: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took.append(time.perf_counter() - began)


async def timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def clocked(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answer = ask()
    assert answer.status_code < 300, answer.text
    return time.perf_counter() - began


def span(took: list[float]) -> str:
    ordered = sorted(took)
    return (
        f"{ordered[len(ordered) // 2] * 1000:.1f} ms in the middle ({ordered[0] * 1000:.1f} – {ordered[-1] * 1000:.1f})"
    )


def show(what: str, figure: str) -> None:
    print(f"{what:50} {figure}", flush=True)


if __name__ == "__main__":
    main()
