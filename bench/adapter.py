"""Relata as a system under the workload's driver: everything through HTTP, as an integration would."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any
from urllib.parse import quote

from driver import Adapter  # type: ignore[import-not-found]  # the workload's, put on the path by run.py

STAGES = {
    "PROSPECTING": "prospecting", "QUALIFICATION": "qualification", "PROPOSAL": "proposal", "NEGOTIATION": "negotiation",
    "CLOSED_WON": "closed_won", "CLOSED_LOST": "closed_lost",
}  # fmt: skip
LISTED = "name,emails,phones,mailing_address.city,mailing_address.country,account.name"
BOARD = {
    "group": "stage",
    "measures": [{"fn": "count"}, {"fn": "sum", "field": "amount"}],
    "fields": ["name", "amount", "close_date", "account.name"],
    "sort": "-close_date",
    "limit": 20,
}
REPORT = {
    "group": [{"field": "stage"}, {"field": "close_date", "by": "month"}],
    "measures": [{"fn": "count"}, {"fn": "sum", "field": "amount"}],
}
SAMPLE = 20_000


class A(Adapter):  # type: ignore[misc]  # the base is the workload's, without types
    """Takes the address from RELATA_BENCH_URL, the key from RELATA_BENCH_KEY."""

    name = "relata"
    base = os.environ.get("RELATA_BENCH_URL", "http://127.0.0.1:8000") + "/api/v1"
    pidfile = os.environ.get("RELATA_BENCH_PIDFILE")
    contacts: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    async def setup(self) -> None:
        self.http.headers.update(
            {"authorization": f"Bearer {os.environ['RELATA_BENCH_KEY']}", "content-type": "application/json"}
        )

    async def call(self, method: str, path: str, document: Any = None) -> Any:
        data = None if document is None else json.dumps(document)
        async with self.http.request(method, self.base + path, data=data) as answer:
            body = await answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"{answer.status} {body[:200]!r}")
            return json.loads(body)

    async def ids(self, name: str) -> tuple[str, ...]:
        """Some thousand ids, spread over the whole table by sorting on nothing but the id."""
        found: list[str] = []
        cursor = None
        while len(found) < SAMPLE:
            page = await self.call(
                "POST", f"/records/{name}/query", {"fields": ["id"], "sort": "id", "limit": 1000, "after": cursor}
            )
            found += [record["id"] for record in page["records"]]
            cursor = page["next"]
            if cursor is None:
                break
        return tuple(found)

    async def some(self, kind: str) -> str:
        cls = type(self)
        if not getattr(cls, kind):
            setattr(cls, kind, await self.ids(kind.removesuffix("s")))
        return str(self.rnd.choice(getattr(cls, kind)))

    async def create(self) -> int:
        new = self.new_contact()
        made = await self.call(
            "POST",
            "/records/contact",
            {
                "name": {"first": new["first_name"], "last": new["last_name"]},
                "emails": new["email"],
                "phones": new["phone"],
                "mailing_address": {"city": new["city"], "country": new["country"]},
                "title": new["title"],
                "account": await self.some("accounts"),
            },
        )
        return int(made["version"])

    async def read(self) -> int:
        return len(
            await self.call("GET", f"/records/contact/{await self.some('contacts')}?fields={LISTED},title,created_at")
        )

    async def list(self) -> int:
        document = {
            "filter": {"field": "mailing_address.country", "op": "is", "value": self.rnd.choice(self.countries)},
            "sort": "name",
            "fields": LISTED,
            "limit": 50,
            "count": True,
        }
        page = await self.call("POST", "/records/contact/query", document)
        assert len(page["records"]) == 50
        return int(page["total"])

    async def search(self) -> int:
        document = {"q": self.term(), "sort": "name", "fields": LISTED, "limit": 50, "count": True}
        return int((await self.call("POST", "/records/contact/query", document))["total"])

    async def typing(self) -> int:
        """The palette's search over all objects, beside the workload's own."""
        return len((await self.call("GET", f"/search?q={quote(self.term())}"))["hits"])

    async def pipeline(self) -> int:
        return sum(
            len(group["records"]) for group in (await self.call("POST", "/records/opportunity/board", BOARD))["groups"]
        )

    async def update(self) -> int:
        made = await self.call(
            "PATCH", f"/records/contact/{await self.some('contacts')}", {"title": f"Title {self.nseq()}"}
        )
        return int(made["version"] > 1)

    async def report(self) -> int:
        return len((await self.call("POST", "/records/opportunity/aggregate", REPORT))["rows"])

    # -- loading: NDJSON through the bulk door, links by the workload's own ids ----------------

    async def bulk(self, name: str, rows: list[dict[str, Any]]) -> None:
        body = "\n".join(json.dumps(row) for row in rows)
        headers = {"content-type": "application/x-ndjson", "connection": "close"}
        path = f"{self.base}/records/{name}/bulk?mode=create"
        async with self.http.post(path, data=body.encode(), headers=headers) as answer:
            job = await answer.json()
            assert answer.status == 202, job
        while True:
            state = await self.call("GET", f"/jobs/{job['id']}")
            if state["status"] not in ("queued", "running"):
                assert state["status"] == "succeeded", state
                assert state["failed"] == 0, state
                return
            await asyncio.sleep(0.05)
