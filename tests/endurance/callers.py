"""Callers who never stop: each does one thing after the other, whatever dies meanwhile, and writes down how it went."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"
PAUSE = 0.05
"""Seconds before somebody who was not answered tries again."""
BULK, BATCH = 300, 6


@dataclass(slots=True)
class Deed:
    """One request: what it was to do (`kind`), the text by which its trace is found (`token`), the record that it was
    about, and how it ended; of what was agreed to, the version that came of it.
    """

    kind: str
    token: str
    outcome: str = UNKNOWN
    record: str | None = None
    version: int | None = None
    tokens: list[str] = field(default_factory=list)


class Caller(threading.Thread):
    """Somebody with a key and a seed. `deeds` is what they did, in order; a deed of unknown end is done again only where
    it carries an idempotency key, and then until it is answered.
    """

    def __init__(self, address: str, key: str, name: str, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        headers = {"authorization": f"Bearer {key}"}
        self.client = httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=30)
        self.chance = random.Random(f"{seed} {name}")
        self.ended = threading.Event()
        self.deeds: list[Deed] = []
        self.known: dict[str, int] = {}
        self.trashed: set[str] = set()
        self.trouble: list[str] = []

    def run(self) -> None:
        deeds: list[tuple[int, Callable[[], None]]] = self.repertoire()
        weights = [weight for weight, _ in deeds]
        try:
            while not self.ended.is_set():
                self.chance.choices([deed for _, deed in deeds], weights)[0]()
        except Exception as error:  # noqa: BLE001 — a caller that gives up is a finding, told by the checker
            self.trouble.append(repr(error))
        finally:
            self.client.close()

    def repertoire(self) -> list[tuple[int, Callable[[], None]]]:
        return [(4, self.create), (3, self.create_with_key), (8, self.update), (2, self.delete), (2, self.batch)]

    def note(self, kind: str) -> Deed:
        self.deeds.append(Deed(kind, f"{self.name} {len(self.deeds)}"))
        return self.deeds[-1]

    def ask(self, deed: Deed, method: str, path: str, document: Any = None, **headers: str) -> Any:
        """The answer to a deed, with its outcome noted: whoever is not answered, or with 5xx, does not know it."""
        try:
            answer = self.client.request(method, path, json=document, headers=headers)
        except httpx.TransportError:
            time.sleep(PAUSE)
            return None
        if answer.status_code >= 500:
            time.sleep(PAUSE)
            return None
        deed.outcome = ACKNOWLEDGED if answer.status_code < 300 else REFUSED
        return answer.json() if answer.content and deed.outcome == ACKNOWLEDGED else None

    def made(self, deed: Deed, record: Any) -> None:
        if record is not None:
            deed.record, deed.version = record["id"], record["version"]
            self.known[record["id"]] = record["version"]

    def create(self) -> None:
        deed = self.note("create")
        self.made(deed, self.ask(deed, "POST", "/records/note", {"title": deed.token}))

    def create_with_key(self) -> None:
        deed = self.note("keyed")
        key = {"idempotency-key": deed.token.replace(" ", "-")}
        while deed.outcome == UNKNOWN and not self.ended.is_set():
            self.made(deed, self.ask(deed, "POST", "/records/note", {"title": deed.token}, **key))

    def update(self) -> None:
        """With the version that was seen last, or whatever it is."""
        if not (living := [id_ for id_ in self.known if id_ not in self.trashed]):
            return
        deed = self.note("update")
        deed.record = self.chance.choice(living[-40:])
        version = self.known[deed.record]
        guard = {"if-match": f'"{version}"'} if self.chance.random() < 0.5 else {}
        self.made(deed, self.ask(deed, "PATCH", f"/records/note/{deed.record}", {"body": deed.token}, **guard))
        if deed.outcome != ACKNOWLEDGED:
            self.look(deed.record)

    def delete(self) -> None:
        """Into the trash, and out of it again."""
        if not self.known:
            return
        id_ = self.chance.choice(list(self.known)[-40:])
        deed = self.note("restore" if id_ in self.trashed else "delete")
        deed.record = id_
        if deed.kind == "restore":
            self.made(deed, self.ask(deed, "POST", f"/records/note/{id_}/restore"))
        else:
            self.ask(deed, "DELETE", f"/records/note/{id_}")
        self.look(id_)

    def look(self, id_: str) -> None:
        """What has become of a record, as far as anybody says."""
        asked = Deed("look", "")
        while asked.outcome == UNKNOWN and not self.ended.is_set():
            found = self.ask(asked, "GET", f"/records/note/{id_}")
            if asked.outcome == REFUSED:
                self.trashed.add(id_)
            elif found is not None:
                self.trashed.discard(id_)
                self.known[id_] = found["version"]

    def batch(self) -> None:
        """Several records, all or none."""
        deed = self.note("batch")
        deed.tokens = [f"{deed.token}.{number}" for number in range(BATCH)]
        changes = [{"create": {"title": token}} for token in deed.tokens]
        self.ask(deed, "POST", "/records/note/batch", {"atomic": True, "changes": changes})


class Loader(Caller):
    """Sends one bulk after the other; each is to be taken whole and once, whoever dies on the way."""

    def repertoire(self) -> list[tuple[int, Callable[[], None]]]:
        return [(1, self.bulk)]

    def bulk(self) -> None:
        deed = self.note("bulk")
        deed.tokens = [f"{deed.token}.{number}" for number in range(BULK)]
        body = "\n".join(json.dumps({"name": token}) for token in deed.tokens)
        try:
            kind = {"content-type": "application/x-ndjson"}
            answer = self.client.request("POST", "/records/account/bulk", content=body, headers=kind)
        except httpx.TransportError:
            time.sleep(PAUSE)
            return
        if answer.status_code != 202:
            time.sleep(PAUSE)
            return
        job = answer.json()["id"]
        asked = Deed("job", "")
        while deed.outcome == UNKNOWN:
            found = self.ask(asked, "GET", f"/jobs/{job}")
            if found is not None and found["status"] not in ("queued", "running"):
                deed.outcome = ACKNOWLEDGED if found["status"] == "succeeded" else REFUSED
                if deed.outcome == REFUSED:
                    self.trouble.append(f"a bulk ended as {found['status']}: {found.get('message')}")
            time.sleep(PAUSE)


class Administrator(Caller):
    """Makes a field, and deletes it, over and over."""

    def repertoire(self) -> list[tuple[int, Callable[[], None]]]:
        return [(1, self.field)]

    def field(self) -> None:
        deed = self.note("field")
        name = f"made_{len(self.deeds)}"
        self.ask(deed, "POST", "/objects/product/fields", {"name": name, "kind": "number", "unique": True})
        deed.tokens = [name]
        again = self.note("field deleted")
        again.tokens = [name]
        self.ask(again, "DELETE", f"/objects/product/fields/{name}")
        time.sleep(PAUSE * 10)


class Follower(threading.Thread):
    """Follows the events, and comes back with the last number it saw whenever the stream breaks."""

    def __init__(self, address: str, key: str) -> None:
        super().__init__(name="follower", daemon=True)
        headers = {"authorization": f"Bearer {key}"}
        self.client = httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=20)
        self.ended = threading.Event()
        self.seen: list[int] = []
        self.resets = 0
        self.number: str | None = "0"
        self.heard = time.monotonic()
        self.trouble = ""

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.follow()
            except httpx.HTTPError as error:
                self.trouble = repr(error)
                time.sleep(PAUSE)
        self.client.close()

    def told(self) -> str:
        """How it stands with the stream."""
        silence = time.monotonic() - self.heard
        return f"{'following' if self.is_alive() else 'ended'}, silent for {silence:.0f} s, {self.resets} resets, {self.trouble}"

    def follow(self) -> None:
        with self.client.stream("GET", "/events", headers={"last-event-id": self.number or "0"}) as answer:
            if answer.status_code != 200:
                self.trouble = f"{answer.status_code} {answer.read()[:200]!r}"
                time.sleep(PAUSE)
                return
            kind = ""
            for line in answer.iter_lines():
                self.heard = time.monotonic()
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                    self.resets += kind == "reset"
                elif line.startswith("id: "):
                    self.number = line.removeprefix("id: ")
                elif line.startswith("data: ") and kind == "change":
                    self.seen.append(json.loads(line.removeprefix("data: "))["seq"])
                if self.ended.is_set():
                    return
