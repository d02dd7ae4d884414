"""What is read as of a moment is what was read at that moment, whatever happened since."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

NAMES = ("Ärzte", "abc", "Zebra", "O'Neil")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(NAMES),
    "stage": st.sampled_from([None, "prospecting", "proposal", "closed_won"]),
    "amount": st.sampled_from([None, {"amount": "12.50", "currency": "EUR"}, {"amount": "7.00", "currency": "USD"}]),
    "close_date": st.sampled_from([None, "2026-01-31", "2026-02-01"]),
    "account": st.sampled_from([None, 0, 1]),
}
CHANGE = st.fixed_dictionaries({}, optional=VALUES).filter(bool)
INDEX = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), INDEX, CHANGE),
        st.tuples(st.just("update"), INDEX, CHANGE),
        st.tuples(st.just("update"), INDEX, CHANGE),
        st.tuples(st.just("trash"), INDEX, st.just({})),
        st.tuples(st.just("industry"), st.integers(0, 1), st.sampled_from([{"industry": "media"}, {"industry": None}])),
        st.tuples(st.just("trash account"), st.integers(0, 1), st.just({})),
    ),
    min_size=2,
    max_size=9,
)


class Story:
    """Deals of two accounts, told apart from those of other stories by their next step."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mark = uuid.uuid4().hex
        self.accounts = [
            world.nora.create("account", name=f"A{i}", website=f"{self.mark}.example")["id"] for i in (0, 1)
        ]
        self.deals: list[str] = []
        self.trashed: set[str] = set()

    def step(self, verb: str, index: int, values: dict[str, Any]) -> None:
        nora = self.world.nora
        if values.get("account") is not None:
            home = self.accounts[values["account"]]
            values = {**values, "account": None if home in self.trashed else home}
        if verb == "create":
            self.deals.append(nora.create("opportunity", **{"name": "Deal", **values, "next_step": self.mark})["id"])
        elif verb in ("industry", "trash account"):
            self.change("account", self.accounts[index], values)
        elif index < len(self.deals):
            self.change("opportunity", self.deals[index], values)

    def change(self, name: str, id_: str, values: dict[str, Any]) -> None:
        path = f"/records/{name}/{id_}"
        if id_ in self.trashed:
            self.world.nora.post(f"{path}/restore")
            self.trashed.remove(id_)
        elif values:
            self.world.nora.patch(path, values)
        else:
            self.world.nora.delete(path)
            self.trashed.add(id_)

    def news(self, since: str, until: str | None) -> dict[str, Any]:
        """What the comparison tells of the deals that are worth something, two a page."""
        question = {"filter": self.valued(), "from": since, "to": until, "fields": ["amount"], "limit": 2}
        told: dict[str, Any] = self.world.nora.post("/records/opportunity/compare", question)
        following = told.pop("next")
        while following:
            page = self.world.nora.post("/records/opportunity/compare", {**question, "after": following})
            told["changes"] += page["changes"]
            following = page["next"]
        return told

    def valued(self) -> dict[str, Any]:
        mine = {"field": "next_step", "op": "is", "value": self.mark}
        return {"all": [mine, {"not": {"field": "amount", "op": "lt", "value": 10}}]}

    def answers(self, as_of: str | None) -> dict[str, Any]:
        """Everything that can be asked, now or as of a moment."""
        nora, past = self.world.nora, {"as_of": as_of} if as_of else {}
        mine = {"field": "next_step", "op": "is", "value": self.mark}
        media = {"all": [mine, {"field": "account.industry", "op": "is", "value": "media"}]}
        proposed = {
            "field": "opportunities",
            "op": "some",
            "where": {"field": "stage", "op": "is", "value": "proposal"},
        }
        ours = {"field": "website", "op": "contains", "value": self.mark}
        shown = [
            "name",
            "stage",
            "amount",
            "account",
            "account.name",
            "owner.name",
            "version",
            "updated_at",
            "updated_by",
        ]
        made: dict[str, Any] = {
            "media": nora.post("/records/opportunity/query", {"filter": media, "sort": "-name", "count": True, **past}),
            "valued": nora.post(
                "/records/opportunity/query",
                {"filter": self.valued(), "sort": "amount,-updated_at", "fields": shown, "count": True, **past},
            ),
            "trash": nora.post("/records/opportunity/query", {"filter": mine, "trash": True, "count": True, **past}),
            "with": nora.post("/records/account/query", {"filter": {"all": [proposed]}, "sort": "name,id", **past}),
            "without": nora.post(
                "/records/account/query", {"filter": {"all": [ours, {"not": proposed}]}, "sort": "name,id", **past}
            ),
            "sums": nora.post(
                "/records/opportunity/aggregate",
                {"group": ["account.industry"], "measures": [{"fn": "count"}, {"fn": "sum", "field": "amount"}],
                 "filter": mine, **past},
            ),
            "board": nora.post(
                "/records/opportunity/board",
                {"group": "stage", "filter": mine, "sort": "close_date", "fields": ["name"], "limit": 1, **past},
            ),
        }  # fmt: skip
        made["with"] = [record for record in made["with"]["records"] if record["id"] in self.accounts]
        for id_ in self.deals:
            answer = nora("GET", f"/records/opportunity/{id_}", params=past)
            made[id_] = answer.json() if answer.status_code == 200 else answer.status_code
        return made


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_moment_reads_as_it_was_read_then(
    module_world: World, steps: list[tuple[str, int, dict[str, Any]]]
) -> None:
    story = Story(module_world)
    kept: list[tuple[str, dict[str, Any]]] = []
    for step in steps:
        story.step(*step)
        moment = dt.datetime.now(dt.UTC).isoformat()
        kept.append((moment, story.answers(None)))
    for moment, answers in kept:
        past = story.answers(moment)
        for question, answer in answers.items():
            assert past[question] == answer, (question, moment)
    until, after = kept[-1]
    for since, before in kept:
        check_comparison(story, since, until, before, after)
        assert story.news(since, None) == story.news(since, until)


def check_comparison(story: Story, since: str, until: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = ({r["id"]: r["amount"] for r in side["valued"]["records"]} for side in (before, after))
    told = story.news(since, until)
    changed = {id_ for id_ in old.keys() & new.keys() if old[id_] != new[id_]}
    assert {(one["id"], one["change"]) for one in told["changes"]} == {
        *((id_, "entered") for id_ in new.keys() - old.keys()),
        *((id_, "left") for id_ in old.keys() - new.keys()),
        *((id_, "changed") for id_ in changed),
    }
    assert (told["entered"], told["left"], told["changed"]) == (
        len(new.keys() - old.keys()), len(old.keys() - new.keys()), len(changed),
    )  # fmt: skip
    for one in told["changes"]:
        assert one["fields"]["amount"] == {"before": old.get(one["id"]), "after": new.get(one["id"])}


def later(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def test_a_moment_to_come_and_words_in_the_past_are_refused(module_world: World) -> None:
    coming = later(dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    query = "/records/lead/query"
    assert module_world.nora.faults("POST", query, {"as_of": coming, "q": "ada"}) == {
        "/as_of": "in_future",
        "/q": "not_in_past",
    }
    assert module_world.nora.faults("POST", query, {"as_of": "Monday"}) == {"/as_of": "bad_moment"}
    assert module_world.nora.faults("POST", "/records/lead/board", {"as_of": 3, "group": "status"}) == {
        "/as_of": "wrong_type"
    }


def test_before_everything_there_was_nothing(module_world: World) -> None:
    lead = module_world.nora.create("lead", name={"last": "Late"})
    assert module_world.nora.query("lead", as_of="2001-01-01") == []
    assert module_world.nora("GET", f"/records/lead/{lead['id']}?as_of=2001-01-01").status_code == 404
    rows = module_world.nora.post("/records/lead/aggregate", {"as_of": "2001-01-01", "measures": [{"fn": "count"}]})
    assert rows == {"rows": [{"count": 0}]}


def test_a_date_means_the_end_of_that_day_and_today_the_present(module_world: World) -> None:
    lead = module_world.nora.create("lead", name={"last": "Today"})
    zone = ZoneInfo("Europe/Berlin")
    today = dt.datetime.now(zone).date()
    yesterday = today - dt.timedelta(days=1)
    mine = {"field": "id", "op": "is", "value": lead["id"]}
    assert [r["id"] for r in module_world.nora.query("lead", filter=mine, as_of=today.isoformat())] == [lead["id"]]
    assert module_world.nora.query("lead", filter=mine, as_of=yesterday.isoformat()) == []


def test_who_may_not_see_a_record_today_does_not_see_its_past(module_world: World) -> None:
    note = module_world.nora.create("note", title="Open", body="to all")
    before = later(dt.datetime.now(dt.UTC))
    mine = {"field": "id", "op": "is", "value": note["id"]}
    path = f"/records/note/{note['id']}"
    assert module_world.mei("GET", path, params={"as_of": before}).status_code == 200
    module_world.nora.patch(path, {"private": True})
    assert module_world.mei("GET", path, params={"as_of": before}).status_code == 404
    assert module_world.mei.query("note", filter=mine, as_of=before) == []
    assert [r["private"] for r in module_world.nora.query("note", filter=mine, as_of=before)] == [None]


def test_a_field_made_later_was_empty_even_where_an_earlier_one_had_its_name(module_world: World) -> None:
    nora = module_world.nora
    nora.post("/objects/lead/fields", {"name": "colour", "kind": "text", "label": "Colour"})
    lead = nora.create("lead", name={"last": "Field"}, colour="red")
    nora.patch(f"/records/lead/{lead['id']}", {"colour": "blue"})
    first = later(dt.datetime.now(dt.UTC))
    nora.delete("/objects/lead/fields/colour")
    nora.post("/objects/lead/fields", {"name": "colour", "kind": "number", "label": "Colour"})
    nora.patch(f"/records/lead/{lead['id']}", {"colour": 7})
    path, mine = f"/records/lead/{lead['id']}", {"field": "id", "op": "is", "value": lead["id"]}
    assert nora.get(path, params={"as_of": first})["colour"] is None
    assert [r["colour"] for r in nora.query("lead", filter=mine, as_of=first, sort="colour")] == [None]
    assert nora.get(path, params={"as_of": later(dt.datetime.now(dt.UTC))})["colour"] == 7


def test_pages_of_the_past_meet_without_gap(module_world: World) -> None:
    nora, mark = module_world.nora, uuid.uuid4().hex
    made = [nora.create("lead", name={"last": f"P{i}"}, company=mark)["id"] for i in range(5)]
    moment = later(dt.datetime.now(dt.UTC))
    for id_ in made[:3]:
        nora.patch(f"/records/lead/{id_}", {"company": "elsewhere", "name": {"last": "A"}})
    nora.delete(f"/records/lead/{made[4]}")
    question = {"filter": {"field": "company", "op": "is", "value": mark}, "sort": "-name", "limit": 2, "as_of": moment}
    found: list[str] = []
    page: dict[str, Any] = {"next": None}
    while True:
        page = nora.post("/records/lead/query", {**question, "after": page["next"], "count": True})
        assert page["total"] == 5
        found += [record["id"] for record in page["records"]]
        if page["next"] is None:
            break
    assert found == made[::-1]


def test_two_moments_of_a_record_are_compared_field_by_field(module_world: World) -> None:
    nora = module_world.nora
    before = later(dt.datetime.now(dt.UTC))
    lead = nora.create("lead", name={"last": "Twice"}, company="Old")
    path = f"/records/lead/{lead['id']}"
    first = later(dt.datetime.now(dt.UTC))
    nora.patch(path, {"company": "New", "status": "contacted"})
    told = nora.get(f"{path}/compare", params={"from": first})
    assert told["fields"]["company"] == {"before": "Old", "after": "New"}
    assert set(told["fields"]) == {"company", "status"}
    born = nora.get(f"{path}/compare", params={"from": before, "to": first})
    assert (born["before"], born["after"]) == (False, True)
    assert born["fields"]["company"] == {"before": None, "after": "Old"}
    assert nora.faults("GET", f"{path}/compare") == {"/from": "required"}
    assert nora.faults("GET", f"{path}/compare", params={"from": first, "to": before}) == {"/to": "out_of_range"}
    assert nora.faults("POST", "/records/lead/compare", {"from": "x", "more": 1, "fields": ["nothing"]}) == {
        "/from": "bad_moment", "/more": "unknown_parameter", "/fields/0": "unknown_field",
    }  # fmt: skip


def test_the_moments_of_a_record_never_run_backwards(module_world: World) -> None:
    lead = module_world.nora.create("lead", name={"last": "Clock"})
    ahead = "update {schema}.lead set updated_at = now() + interval '1 hour' where id = %s returning updated_at"
    (moment,) = module_world.rows(ahead, [lead["id"]])[0]
    module_world.nora.patch(f"/records/lead/{lead['id']}", {"company": "later"})
    module_world.nora.delete(f"/records/lead/{lead['id']}")
    found = module_world.rows(
        "select at from {schema}._journal where record = %s and version > 1 order by version", [lead["id"]]
    )
    assert found == [(moment,), (moment,)]
