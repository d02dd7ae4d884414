"""Fills a workspace through the one write path, always with the same people and deals; only the dates
follow the day on which it is made.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from relata.demo import words
from relata.errors import RelataError
from relata.kernel.context import Ctx
from relata.kernel.expression.fold import fold
from relata.kernel.records.change import Create
from relata.kernel.records.write import write_all

STAGES = ("prospecting", "qualification", "proposal", "negotiation", "closed_won", "closed_lost")
CHANCE = {
    "prospecting": 10,
    "qualification": 25,
    "proposal": 50,
    "negotiation": 75,
    "closed_won": 100,
    "closed_lost": 0,
}
Values = dict[str, Any]


async def fill(ctx: Ctx, owner: str) -> int:
    """Everything; how many records there are now. `owner` is the user who signs in."""
    made = Maker(ctx, random.Random(7), owner)
    await made.people()
    await made.customers()
    await made.deals()
    await made.service()
    await made.activities()
    return made.count


class Maker:
    """Makes the records group by group, each pointing to those made before."""

    def __init__(self, ctx: Ctx, chance: random.Random, owner: str) -> None:
        self.ctx = ctx
        self.chance = chance
        self.owners = [owner]
        self.today = ctx.now.date()
        self.count = 0
        self.accounts: list[str] = []
        self.contacts: list[tuple[str, str]] = []
        self.opportunities: list[tuple[str, str]] = []
        self.cases: list[tuple[str, str]] = []

    async def make(self, name: str, rows: Sequence[Values]) -> list[str]:
        ids = []
        for start in range(0, len(rows), 500):
            for outcome in await write_all(self.ctx, name, [Create(row) for row in rows[start : start + 500]]):
                if isinstance(outcome, RelataError):
                    raise outcome
                ids.append(outcome.id)
        self.count += len(ids)
        return ids

    def day(self, first: int, last: int) -> str:
        return (self.today + dt.timedelta(days=self.chance.randint(first, last))).isoformat()

    def moment(self, first: int, last: int) -> str:
        return f"{self.day(first, last)}T{self.chance.randint(7, 16):02}:{self.chance.choice((0, 15, 30, 45)):02}:00Z"

    def owner(self) -> str:
        return self.chance.choice(self.owners)

    async def people(self) -> None:
        teams = await self.make("team", [{"name": "Sales north"}, {"name": "Sales south"}, {"name": "Service"}])
        names = ("Felix Brandt", "Amara Diallo", "Jonas Wirth", "Mei Tanaka", "Inès Moreau")
        rows = [
            {
                "name": name,
                "emails": f"{fold(name).replace(' ', '.')}@halden.example",
                "title": "Account manager",
                "team": teams[i % 3],
                "role": "member",
            }
            for i, name in enumerate(names)
        ]
        self.owners += await self.make("user", rows)
        await self.make(
            "pipeline",
            [
                {"name": "New business", "stages": list(STAGES)},
                {"name": "Renewals", "stages": ["proposal", "negotiation", "closed_won", "closed_lost"]},
            ],
        )
        await self.make("product", [
            {"name": name, "code": code, "family": family, "price": {"amount": price, "currency": "EUR"}} for name, code, family, price in words.PRODUCTS
        ])  # fmt: skip

    async def customers(self) -> None:
        rows: list[Values] = []
        firms = []
        for index in range(90):
            stem, trade, industry = words.FIRMS[index % len(words.FIRMS)]
            name = (
                f"{stem} {trade}"
                if index < len(words.FIRMS)
                else f"{stem} {words.FORMS[(index // len(words.FIRMS) + index) % len(words.FORMS)]}"
            )
            city, country = words.PLACES[(index * 7) % len(words.PLACES)]
            domain = f"{''.join(c for c in fold(name) if c.isalnum())}.example"
            firms.append((domain, city, country))
            rows.append({
                "name": name, "industry": industry, "domain": domain, "website": f"https://www.{domain}", "owner": self.owner(),
                "type": self.chance.choices(("customer", "prospect", "partner", "former_customer"), (5, 4, 1, 1))[0],
                "employees": self.chance.choice((18, 45, 120, 260, 640, 1500, 4200)),
                "annual_revenue": {"amount": str(self.chance.randint(8, 900) * 100_000), "currency": "EUR"},
                "phones": [{"value": f"+{self.chance.randint(30, 49)} {self.chance.randint(100, 999)} {self.chance.randint(10000, 99999)}", "label": "office"}],
                "billing_address": {"city": city, "country": country, "street": f"{self.chance.choice(('Harbour', 'Mill', 'Station', 'Canal'))} street {self.chance.randint(1, 90)}"},
                "tags": self.chance.sample(["key account", "newsletter", "reference", "pays late"], self.chance.choice((0, 0, 1, 2))),
            })  # fmt: skip
        self.accounts = await self.make("account", rows)
        people: list[Values] = []
        for index in range(260):
            at = index % len(self.accounts)
            first, last = self.chance.choice(words.FIRST), self.chance.choice(words.LAST)
            domain, city, country = firms[at]
            people.append({
                "name": {"first": first, "last": last}, "title": self.chance.choice(words.TITLES), "account": self.accounts[at], "owner": self.owner(),
                "emails": [{"value": f"{letters(first)}.{letters(last)}@{domain}", "label": "work", "primary": True}],
                "phones": f"+{self.chance.randint(30, 49)} {self.chance.randint(150, 179)} {self.chance.randint(1000000, 9999999)}",
                "mailing_address": {"city": city, "country": country}, "lead_source": self.chance.choice(("website", "referral", "event", "partner")),
            })  # fmt: skip
        ids = await self.make("contact", people)
        self.contacts = [(id_, person["account"]) for id_, person in zip(ids, people, strict=True)]
        await self.make("lead", [
            {"name": {"first": self.chance.choice(words.FIRST), "last": self.chance.choice(words.LAST)},
             "company": f"{self.chance.choice(words.FIRMS)[0]} {self.chance.choice(words.FORMS)}", "rating": self.chance.choice(("cold", "warm", "hot")),
             "status": self.chance.choice(("new", "new", "contacted", "qualified", "unqualified")), "source": self.chance.choice(("website", "event", "referral")),
             "emails": f"info{index}@lead.example", "owner": self.owner()}
            for index in range(48)
        ])  # fmt: skip

    async def deals(self) -> None:
        rows: list[Values] = []
        for _ in range(140):
            contact, account = self.chance.choice(self.contacts)
            stage = self.chance.choices(STAGES, (20, 18, 16, 10, 22, 12))[0]
            closed = stage.startswith("closed")
            rows.append({
                "name": f"{self.chance.choice(words.PROJECTS)}, phase {self.chance.randint(1, 4)}", "account": account, "contact": contact, "stage": stage,
                "amount": {"amount": str(self.chance.randint(4, 360) * 500), "currency": "EUR"}, "probability": CHANCE[stage],
                "close_date": self.day(-240, -3) if closed else self.day(-10, 180), "owner": self.owner(),
                "type": self.chance.choice(("new_business", "expansion", "renewal")), "source": self.chance.choice(("website", "referral", "event")),
                "forecast_category": "closed" if closed else self.chance.choice(("pipeline", "best_case", "commit")),
                "next_step": None if closed else self.chance.choice(words.TASKS),
                "lost_reason": self.chance.choice(("price", "timing", "competitor")) if stage == "closed_lost" else None,
            })  # fmt: skip
        ids = await self.make("opportunity", rows)
        self.opportunities = [(id_, row["account"]) for id_, row in zip(ids, rows, strict=True)]
        roles = ("decides", "signs", "champion", "influences", "uses")
        await self.make("contact_role", [
            {"opportunity": id_, "contact": self.chance.choice(self.contacts)[0], "role": self.chance.choice(roles)} for id_, _ in self.opportunities for _ in range(self.chance.choice((0, 1, 2)))
        ])  # fmt: skip
        campaigns = await self.make("campaign", [
            {"name": name, "type": type_, "status": status, "start_date": self.day(start, start), "end_date": self.day(start + 30, start + 30),
             "budget": {"amount": str(budget), "currency": "EUR"}, "owner": self.owner()}
            for name, type_, status, start, budget in (
                ("Autumn trade fair", "event", "completed", -80, 42_000), ("Cold chain webinar", "webinar", "active", -10, 6_500),
                ("Spring newsletter", "e_mail", "planned", 60, 2_000), ("Partner days", "partner", "planned", 30, 15_000))
        ])  # fmt: skip
        await self.make("campaign_member", [
            {"campaign": self.chance.choice(campaigns), "contact": contact, "status": self.chance.choice(("invited", "opened", "responded", "attended"))}
            for contact, _ in self.chance.sample(self.contacts, 80)
        ])  # fmt: skip

    async def service(self) -> None:
        rows: list[Values] = []
        for _ in range(70):
            contact, account = self.chance.choice(self.contacts)
            rows.append({
                "subject": self.chance.choice(words.TROUBLES), "account": account, "contact": contact, "owner": self.owner(),
                "status": self.chance.choice(("new", "open", "open", "pending", "solved", "closed")), "priority": self.chance.choice(("low", "normal", "normal", "high", "urgent")),
                "type": self.chance.choice(("question", "problem", "incident", "request")), "origin": self.chance.choice(("e_mail", "phone", "web")),
            })  # fmt: skip
        ids = await self.make("case", rows)
        self.cases = [(id_, row["account"]) for id_, row in zip(ids, rows, strict=True)]

    async def activities(self) -> None:
        await self.make("task", [
            {"subject": self.chance.choice(words.TASKS), "due_date": self.day(-6, 20), "assignee": self.owner(), "owner": self.owner(), "about": self.about(),
             "status": self.chance.choice(("open", "open", "in_progress", "done")), "priority": self.chance.choice(("low", "normal", "high"))}
            for _ in range(160)
        ])  # fmt: skip
        await self.make("call", [
            {"subject": self.chance.choice(words.CALLS), "started_at": self.moment(-90, -1), "duration": self.chance.randint(2, 40) * 60, "about": self.about(),
             "outcome": self.chance.choice(("reached", "no_answer", "left_a_message")), "owner": self.owner()}
            for _ in range(140)
        ])  # fmt: skip
        meetings = []
        for _ in range(70):
            start = self.moment(-60, 30)
            end = f"{start[:11]}{int(start[11:13]) + 1:02}{start[13:]}"
            meetings.append(
                {
                    "subject": self.chance.choice(words.MEETINGS),
                    "starts_at": start,
                    "ends_at": end,
                    "place": self.chance.choice(("On site", "Video", "Our office")),
                    "about": self.about(),
                    "owner": self.owner(),
                }
            )
        await self.make("meeting", meetings)
        await self.make(
            "note",
            [
                {"title": "Note", "body": self.chance.choice(words.NOTES), "about": self.about(), "owner": self.owner()}
                for _ in range(90)
            ],
        )

    def about(self) -> list[dict[str, str]]:
        """An opportunity or a case with its account, or a contact."""
        pick = self.chance.random()
        if pick < 0.6:
            id_, account = self.chance.choice(self.opportunities)
            return [{"object": "opportunity", "id": id_}, {"object": "account", "id": account}]
        if pick < 0.75:
            id_, account = self.chance.choice(self.cases)
            return [{"object": "case", "id": id_}, {"object": "account", "id": account}]
        contact, account = self.chance.choice(self.contacts)
        return [{"object": "contact", "id": contact}, {"object": "account", "id": account}]


def letters(name: str) -> str:
    return "".join(char for char in fold(name) if char.isalnum())
