"""Totals, boards and reports that are kept stay exact under writers: after each burst the kept answer
is compared with what PostgreSQL counts.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from tests.world import Caller, World

STAGES = ("prospecting", "proposal", "closed_won", None)
SECONDS = 3.0
LEAST = 5
"""Bursts, however long they take."""
BURST = 6
ASKED = 3
"""How often each answer is asked for between two bursts: all but the first are kept ones."""

OPEN = {"field": "stage", "op": "in", "value": ["prospecting", "proposal"]}
MEDIA = {"field": "account.industry", "op": "is", "value": "media"}


class Writers:
    """Three threads that write in bursts and wait for each other, and for the comparison, in between."""

    def __init__(self, world: World, accounts: list[str]) -> None:
        self.world = world
        self.accounts = accounts
        self.barrier = threading.Barrier(4)
        self.stop = False
        self.wrong: list[str] = []
        self.written = 0

    def work(self, caller: Caller, seed: int) -> None:
        chance = random.Random(seed)
        mine: list[str] = []
        while True:
            self.barrier.wait(60)
            if self.stop:
                return
            for _ in range(BURST):
                self.step(caller, chance, mine)
            self.barrier.wait(60)

    def step(self, caller: Caller, chance: random.Random, mine: list[str]) -> None:
        kind = chance.choice(("create", "stage", "other", "delete", "account")) if mine else "create"
        if kind == "create":
            values = {"name": "deal", "stage": chance.choice(STAGES), "account": chance.choice(self.accounts)}
            amount = {"amount": str(chance.randint(1, 99)), "currency": "EUR"}
            answer = caller("POST", "/records/opportunity", {**values, "amount": amount})
            mine.append(answer.json().get("id", ""))
        elif kind == "delete":
            answer = caller("DELETE", f"/records/opportunity/{mine.pop(chance.randrange(len(mine)))}")
        elif kind == "account":
            industry = chance.choice(("media", "energy"))
            answer = caller("PATCH", f"/records/account/{chance.choice(self.accounts)}", {"industry": industry})
        else:
            values = {"stage": chance.choice(STAGES)} if kind == "stage" else {"next_step": str(chance.random())}
            answer = caller("PATCH", f"/records/opportunity/{chance.choice(mine)}", values)
        if answer.status_code >= 300 and answer.status_code != 409:
            self.wrong.append(answer.text)
        self.written += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        callers = (self.world.nora, self.world.key, self.world.nora)
        threads = [threading.Thread(target=self.work, args=(caller, seed)) for seed, caller in enumerate(callers)]
        for thread in threads:
            thread.start()
        try:
            yield
            self.stop = True
            self.barrier.wait(60)
        except BaseException:
            self.barrier.abort()
            raise
        finally:
            for thread in threads:
                thread.join(60)

    def burst(self) -> None:
        """Let all write; they have stopped when this returns."""
        self.barrier.wait(60)
        self.barrier.wait(60)


def test_kept_totals_boards_and_reports_are_exact_between_bursts_of_writers(world: World) -> None:
    accounts = [world.nora.create("account", name=f"Account {i}", industry="media")["id"] for i in range(4)]
    writers = Writers(world, accounts)
    bursts = 0
    end = time.monotonic() + SECONDS
    with writers.running():
        while bursts < LEAST or time.monotonic() < end:
            writers.burst()
            bursts += 1
            compare(world)
    assert writers.wrong == []
    assert writers.written == bursts * 3 * BURST


def test_answers_asked_while_writers_write_are_exact_afterwards(world: World) -> None:
    accounts = [world.nora.create("account", name=f"Account {i}", industry="media")["id"] for i in range(4)]
    writers = Writers(world, accounts)
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers(world.nora)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with writers.running():
            for _ in range(8):
                writers.burst()
                compare(world)
    finally:
        done.set()
        asking.join(60)
    assert writers.wrong == []


def answers(caller: Caller) -> dict[str, Any]:
    """What the API says about every question of this file."""
    path = "/records/opportunity"
    by_stage = {"group": "stage", "measures": [{"fn": "count"}, {"fn": "sum", "field": "amount"}]}
    board = caller.post(f"{path}/board", {**by_stage, "limit": 2, "fields": ["name", "stage"]})["groups"]
    rows = caller.post(f"{path}/aggregate", by_stage)["rows"]
    related = {"group": [{"field": "account.industry", "as": "industry"}]}
    return {
        "all": total(caller),
        "open": total(caller, filter=OPEN),
        "rest": total(caller, filter={"not": OPEN}),
        "media": total(caller, filter=MEDIA),
        "active accounts": caller.post(
            "/records/account/query",
            {"filter": {"field": "opportunities", "op": "some", "where": OPEN}, "limit": 1, "count": True},
        )["total"],
        "board": {group["key"]: (group["count"], money(group["sum_amount"])) for group in board if group["count"]},
        "cards": {group["key"]: len(group["records"]) for group in board if group["count"]},
        "report": {row["stage"]: (row["count"], money(row["sum_amount"])) for row in rows},
        "industries": {
            row["industry"]: row["count"] for row in caller.post(f"{path}/aggregate", related)["rows"]
        },
    }  # fmt: skip


def total(caller: Caller, **document: Any) -> int:
    found: int = caller.post("/records/opportunity/query", {**document, "limit": 1, "count": True})["total"]
    return found


def money(value: Any) -> Decimal | None:
    return Decimal(value["amount"]) if value else None


def truth(world: World) -> dict[str, Any]:
    """The same straight from the tables."""
    found = world.rows(
        "select o.stage, a.industry, o.account::text, count(*), sum(o.amount__amount) from {schema}.opportunity o"
        " left join {schema}.account a on a.id = o.account where o.deleted_at is null group by 1, 2, 3"
    )
    stages: dict[str | None, tuple[int, Decimal]] = {}
    industries: dict[str | None, int] = {}
    for stage, industry, _, number, amount in found:
        before = stages.get(stage, (0, Decimal(0)))
        stages[stage] = before[0] + number, before[1] + amount
        industries[industry] = industries.get(industry, 0) + number
    whole = sum(number for number, _ in stages.values())
    open_ = sum(number for stage, (number, _) in stages.items() if stage in OPEN["value"])
    return {
        "all": whole,
        "open": open_,
        "rest": whole - open_,
        "media": industries.get("media", 0),
        "active accounts": len({account for stage, _, account, _, _ in found if stage in OPEN["value"]}),
        "board": stages,
        "cards": {stage: min(number, 2) for stage, (number, _) in stages.items()},
        "report": stages,
        "industries": industries,
    }


def compare(world: World) -> None:
    expected = truth(world)
    for _ in range(ASKED):
        assert answers(world.nora) == expected
