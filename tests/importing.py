"""Imports in tests: files sent, plans changed, jobs done in this process."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from tests.workers import do_job
from tests.world import Caller, World


class Importing:
    """An import of one caller, step by step; `document` is how it stands."""

    def __init__(self, world: World, folder: Path, caller: Caller | None = None) -> None:
        self.world, self.folder = world, folder
        self.caller = caller or world.nora
        self.document: dict[str, Any] = self.caller.post("/imports", {})

    @property
    def path(self) -> str:
        return f"/imports/{self.document['id']}"

    def read(self) -> dict[str, Any]:
        self.document = self.caller.get(self.path)
        return self.document

    def add(self, name: str, content: bytes | str) -> dict[str, Any]:
        """Send a file; how the import stands then."""
        sent = content.encode() if isinstance(content, str) else content
        answer = self.send(name, sent)
        assert answer.status_code == 201, answer.text
        self.document = answer.json()
        return self.document

    def send(self, name: str, content: bytes) -> Any:
        return self.caller.client.request(
            "POST",
            f"/api/v1{self.path}/files",
            params={"name": name},
            content=content,
            headers={**self.caller.headers, "content-type": "application/octet-stream"},
        )

    def plan(self, number: int = 0, **plan: Any) -> dict[str, Any]:
        self.document = self.caller.patch(self.path, {"tables": [{"number": number, "plan": plan}]})
        return self.table(number)

    def table(self, number: int = 0) -> dict[str, Any]:
        return next(one for one in self.document["tables"] if one["number"] == number)

    def columns(self, number: int = 0) -> dict[str, list[str]]:
        """Where the columns of a table go."""
        return {one["column"]: one["to"] for one in self.table(number)["plan"]["columns"]}

    def check(self) -> dict[str, Any]:
        return self.carry_out("check")["check"]  # type: ignore[no-any-return]

    def start(self) -> dict[str, Any]:
        return self.carry_out("start")["run"]  # type: ignore[no-any-return]

    def carry_out(self, verb: str) -> dict[str, Any]:
        self.document = self.caller.post(f"{self.path}/{verb}", None)
        do_job(self.world, self.folder, self.document["job"]["id"])
        return self.read()

    def rows(self, which: str, number: int = 0) -> list[dict[str, str]]:
        answer = self.caller("GET", f"{self.path}/rows/{which}", params={"table": number})
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.content.decode())))


def faults_of(account: dict[str, Any]) -> dict[str, str]:
    """Column → message, of the first table."""
    return {fault["column"]: fault["message"] for fault in account["tables"][0]["faults"]}
