from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from relata.assembly import APPS
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Grant, Role
from relata.kernel.app import App
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.jobs.job import Run
from relata.kernel.records import bulk_job
from relata.kernel.records.change import Create
from relata.kernel.records.completing import complete
from relata.kernel.records.draft import Draft
from relata.kernel.records.forms import Forms
from relata.kernel.records.statement import row_of
from relata.kernel.records.write import begin
from tests.workers import data_folder, do_job, entries, send
from tests.world import WORKSPACE, World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server of the world keeps its files; asked for before the world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def lines(*rows: Any) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else msgspec.json.encode(row) for row in rows)


def taken(
    world: World, folder: Path, name: str, body: bytes, kind: str = "application/x-ndjson", **query: str
) -> tuple[str, dict[str, Any]]:
    id_ = send(world.mei, name, body, kind, **query)
    do_job(world, folder, id_)
    return id_, world.mei.get(f"/jobs/{id_}")


def test_good_rows_are_taken_and_each_bad_one_says_what_is_wrong(folder: Path, world: World) -> None:
    body = lines(
        {"name": "Vale"}, b"{oops", b"[1]", {"nam": "x"}, {"name": "Bo", "employees": "many"}, b"", {"name": "Kent"}
    )
    id_, job = taken(world, folder, "account", body)
    assert (job["status"], job["total"], job["done"], job["failed"]) == ("succeeded", 6, 6, 4)
    assert [(row["line"], row["action"]) for row in entries(world.mei, id_, "succeeded")] == [
        (1, "created"),
        (7, "created"),
    ]
    failed = {row["line"]: [error["pointer"] for error in row["errors"]] for row in entries(world.mei, id_, "failed")}
    assert failed == {2: [""], 3: [""], 4: ["/nam", "/name"], 5: ["/employees"]}
    assert entries(world.mei, id_, "unprocessed") == []
    assert {record["name"] for record in world.mei.query("account")} == {"Vale", "Kent"}


def test_a_bulk_leaves_journal_events_and_search_like_any_change(folder: Path, world: World) -> None:
    id_, _ = taken(world, folder, "account", lines({"name": "Vale Instruments"}))
    record = entries(world.mei, id_, "succeeded")[0]["id"]
    change = world.mei.get(f"/records/account/{record}/history")["changes"][0]
    assert (change["by"]["id"] if isinstance(change["by"], dict) else change["by"]) == world.mei.user
    assert (change["through"], change["cause"]) == ("bulk", id_)
    assert world.rows("select op::text from {schema}._outbox where record = %s", [record]) == [("c",)]
    assert world.rows("select title from {schema}._search where record = %s", [record]) == [("Vale Instruments",)]


def test_csv_has_parts_of_fields_as_columns_and_counts_its_cells(folder: Path, world: World) -> None:
    text = (
        "\ufeffname.first;name.last;emails;mailing_address.country;birthday\r\n"
        'Ada;"Love; lace";ada@x.example;GB;1815-12-10\r\nonly;two\r\nBo;Ek;not an address;SE;\r\n"Two\nlines";B;;;\r\n'
    )
    id_, job = taken(world, folder, "contact", text.encode(), "text/csv")
    assert (job["total"], job["failed"]) == (4, 2)
    failed = {row["line"]: row["errors"][0]["code"] for row in entries(world.mei, id_, "failed")}
    assert failed == {3: "ragged_row", 4: "bad_email"}
    names = sorted(record["name"]["first"] for record in world.mei.query("contact"))
    assert names == ["Ada", "Two\nlines"]
    answer = world.mei("GET", f"/jobs/{id_}/failed", headers={"accept": "text/csv"})
    table = list(csv.reader(io.StringIO(answer.text)))
    header = ["name.first", "name.last", "emails", "mailing_address.country", "birthday"]
    assert table[0] == ["~line", "~id", "~errors", "~text", *header]
    assert [(row[0], row[4]) for row in table[1:]] == [("3", "only"), ("4", "Bo")]


def test_a_csv_of_windows_is_read_as_such(folder: Path, world: World) -> None:
    taken(world, folder, "account", "name\nMüller & Söhne\n".encode("cp1252"), "text/csv")
    assert world.mei.query("account")[0]["name"] == "Müller & Söhne"


def test_upsert_changes_what_is_there_creates_what_is_not_and_leaves_what_is_equal(folder: Path, world: World) -> None:
    first = lines({"external_id": "a", "name": "A"}, {"external_id": "b", "name": "B"})
    taken(world, folder, "account", first, mode="upsert", key="external_id")
    second = lines(
        {"external_id": "a", "name": "A"},
        {"external_id": "b", "name": "B2"},
        {"external_id": "c", "name": "C"},
        {"name": "D"},
    )
    id_, job = taken(world, folder, "account", second, mode="upsert", key="external_id")
    assert [row["action"] for row in entries(world.mei, id_, "succeeded")] == ["unchanged", "updated", "created"]
    assert job["failed"] == 1
    versions = {record["external_id"]: (record["name"], record["version"]) for record in world.mei.query("account")}
    assert versions == {"a": ("A", 1), "b": ("B2", 2), "c": ("C", 1)}


def test_of_rows_with_one_key_the_last_one_wins(folder: Path, world: World) -> None:
    rows = [{"external_id": "a", "name": f"A{number}"} for number in range(4)]
    id_, _ = taken(world, folder, "account", lines(*rows), mode="upsert", key="external_id")
    assert [row["action"] for row in entries(world.mei, id_, "succeeded")] == [
        "created",
        "updated",
        "updated",
        "updated",
    ]
    assert [(record["name"], record["version"]) for record in world.mei.query("account")] == [("A3", 4)]


def test_a_unique_value_is_taken_once(folder: Path, world: World) -> None:
    world.mei.create("product", name="Old", code="P1")
    rows = ({"name": "A", "code": "P1"}, {"name": "B", "code": "P2"}, {"name": "C", "code": "P2"}, {"name": "D"})
    id_, job = taken(world, folder, "product", lines(*rows))
    assert job["failed"] == 2
    assert {row["line"]: row["errors"][0]["code"] for row in entries(world.mei, id_, "failed")} == {
        1: "not_unique",
        3: "not_unique",
    }


def test_links_to_records_that_are_not_there_are_refused(folder: Path, world: World) -> None:
    account = world.mei.create("account", name="Vale")["id"]
    gone = "01a20280-0000-7000-8000-000000000000"
    rows = ({"name": "A", "account": account}, {"name": "B", "account": gone}, {"name": "C", "owner": gone})
    id_, _ = taken(world, folder, "opportunity", lines(*rows))
    assert {row["line"]: row["errors"][0]["pointer"] for row in entries(world.mei, id_, "failed")} == {
        2: "/account",
        3: "/owner",
    }
    links = ({"subject": "A", "about": [{"object": "account", "id": account}, {"object": "account", "id": gone}]},)
    id_, _ = taken(world, folder, "task", lines(*links))
    assert entries(world.mei, id_, "failed")[0]["errors"][0]["pointer"] == "/about/1"


def test_update_and_delete_take_ids(folder: Path, world: World) -> None:
    kept, gone = (world.mei.create("account", name=name)["id"] for name in ("Vale", "Kent"))
    id_, job = taken(
        world, folder, "account", lines({"id": kept, "name": "Vale 2"}, {"id": "x"}, {"name": "no id"}), mode="update"
    )
    assert (job["done"], job["failed"]) == (3, 2)
    id_, _ = taken(world, folder, "account", lines({"id": gone}, {"id": gone}), mode="delete")
    assert [row["action"] for row in entries(world.mei, id_, "succeeded")] == ["deleted"]
    assert [record["name"] for record in world.mei.query("account")] == ["Vale 2"]


@pytest.mark.parametrize("heard", [True, False], ids=["heard of", "not heard of"])
def test_a_bulk_goes_on_while_its_fields_and_its_object_get_other_names(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    nora, turns = world.nora, iter(range(1_000))
    fields = [{"name": "name", "kind": "text"}, {"name": "code", "kind": "text", "unique": True}]
    nora.post("/objects", {"name": "boat", "label": "Boat", "fields": fields})
    renamings = {
        2: ("/objects/boat/fields/code", "sign"),
        4: ("/objects/boat", "ship"),
        6: ("/objects/ship/fields/name", "title"),
    }
    asked = Run.going_on

    async def going_on(run: Run) -> None:
        await asked(run)
        if renaming := renamings.get(next(turns)):
            path, name = renaming
            await asyncio.to_thread(nora.patch, path, {"name": name})

    async def deaf(installation: Installation) -> None:
        del installation
        await asyncio.Event().wait()

    if not heard:
        monkeypatch.setattr(Installation, "listen", deaf)
    monkeypatch.setattr(Run, "going_on", going_on)
    monkeypatch.setattr(bulk_job, "SIZE", 20)
    rows = [{"name": f"Boat {n}", "code": f"b{n}"} for n in range(200)]
    id_ = send(nora, "boat", lines(*rows))
    do_job(world, folder, id_)
    job = nora.get(f"/jobs/{id_}")
    assert (job["status"], job["done"], job["failed"]) == ("succeeded", 200, 0), job
    there = world.rows("select title, sign from {schema}.ship order by length(sign), sign")
    assert there == [(row["name"], row["code"]) for row in rows]

    csv_id = send(nora, "boat", b"name,code\nLate,late\n", "text/csv")
    nora.patch("/objects/ship/fields/sign", {"name": "mark"})
    do_job(world, folder, csv_id)
    assert nora.get(f"/jobs/{csv_id}")["failed"] == 0
    assert world.rows("select title from {schema}.ship where mark = 'late'") == [("Late",)]


def test_what_somebody_does_not_see_they_cannot_change(folder: Path, world: World) -> None:
    private = world.felix.create("note", title="Secret", private=True, external_id="s")
    id_, job = taken(world, folder, "note", lines({"id": private["id"], "title": "Mine"}), mode="update")
    assert job["failed"] == 1
    id_, job = taken(
        world, folder, "note", lines({"external_id": "s", "title": "Mine"}), mode="upsert", key="external_id"
    )
    assert entries(world.mei, id_, "failed")[0]["errors"][0]["code"] == "not_unique"
    assert world.felix.get(f"/records/note/{private['id']}")["title"] == "Secret"


@pytest.mark.parametrize("mode", ["update", "delete"])
@pytest.mark.parametrize("key", ["id", "external_id", "title"])
def test_a_private_record_of_another_is_refused_like_one_that_is_not_there(
    folder: Path, world: World, mode: str, key: str
) -> None:
    private = world.felix.create("note", title="Secret", body="x", private=True, external_id="s")
    absent = {"id": "00000000-0000-7000-8000-000000000000", "external_id": "t", "title": "Nothing"}
    rows = [{key: values[key], "body": "mine"} for values in (private, absent)]
    id_, job = taken(world, folder, "note", lines(*rows), mode=mode, key=key)
    assert (job["done"], job["failed"]) == (2, 2)
    first, second = entries(world.mei, id_, "failed")
    assert first["errors"] == second["errors"]
    assert world.felix.get(f"/records/note/{private['id']}") == private


@pytest.mark.parametrize("field", ["title", "body"])
def test_an_upsert_never_meets_a_private_record_of_another(folder: Path, world: World, field: str) -> None:
    private = world.felix.create("note", title="Secret", body="Secret", private=True)
    row = {"title": "Secret", "body": "Secret"}
    id_, job = taken(world, folder, "note", lines(row), mode="upsert", key=field)
    assert (job["status"], job["done"], job["failed"]) == ("succeeded", 1, 0)
    assert [entry["action"] for entry in entries(world.mei, id_, "succeeded")] == ["created"]
    assert world.felix.get(f"/records/note/{private['id']}") == private


CLERK = Role(name="member", label="Clerk", grants=(Grant(), Grant(object="account", hidden=("website",))))
CLERKS = (*APPS, App(name="clerks", roles=(CLERK,)))
"""Members for whom an account has no website."""


@pytest.mark.parametrize("mode", ["create", "update", "upsert"])
def test_a_hidden_field_in_a_row_is_an_unknown_one(folder: Path, world: World, mode: str) -> None:
    account = world.nora.create("account", name="Vale", external_id="v", website="https://vale.example")
    row = {} if mode == "create" else {"external_id": "v"}
    sent = [row | {"name": "Vale", field: "https://x.example"} for field in ("website", "websote")]
    query = {"mode": mode} if mode == "create" else {"mode": mode, "key": "external_id"}
    id_ = send(world.mei, "account", lines(*sent), **query)
    do_job(world, folder, id_, CLERKS)
    hidden, unknown = (entry["errors"] for entry in entries(world.mei, id_, "failed"))
    assert json.dumps(hidden).replace("website", "websote") == json.dumps(unknown)
    assert world.nora.query("account", fields=["website", "version"]) == [
        {"id": account["id"], "website": account["website"], "version": account["version"]}
    ]


@pytest.mark.parametrize("mode", ["update", "upsert", "delete"])
def test_a_hidden_field_matches_nothing(folder: Path, world: World, mode: str) -> None:
    account = world.nora.create("account", name="Vale", website="https://vale.example")
    id_ = send(world.mei, "account", lines({"website": account["website"], "name": "Mine"}), mode=mode, key="website")
    do_job(world, folder, id_, CLERKS)
    job = world.mei.get(f"/jobs/{id_}")
    assert (job["status"], job["done"]) == ("failed", 0)
    assert [found["id"] for found in world.nora.query("account")] == [account["id"]]
    assert world.nora.get(f"/records/account/{account['id']}") == account


def test_an_empty_file_is_a_job_without_rows(folder: Path, world: World) -> None:
    _, job = taken(world, folder, "account", b"")
    assert (job["status"], job["total"], job["done"]) == ("succeeded", 0, 0)
    _, job = taken(world, folder, "account", b"", "text/csv")
    assert job["status"] == "failed"


SENT: tuple[dict[str, Any], ...] = (
    {
        "name": {"first": "Ada", "last": "Lovelace"},
        "emails": "ada@x.example",
        "birthday": "1815-12-10",
        "tags": ["a", "a"],
    },
    {"name": {}, "title": None},
    {"name": {"last": "B"}, "title": 5, "emails": ["x", "y@z.example"], "nothing": 1},
    {"name": "B", "created_at": "2020-01-01T00:00:00Z", "mailing_address": {"country": "XX", "city": "\0"}},
    {"title": "Nobody"},
    {"name": {"first": ""}, "owner": "me"},
)


@pytest.mark.parametrize("sent", SENT)
def test_bulk_and_single_writes_come_to_the_same_verdict(world: World, sent: dict[str, Any]) -> None:
    async def both() -> None:
        async with Installation.open(world.conninfo, APPS, most=2) as installation:
            workspace = await installation.find(WORKSPACE)
            user = world.users["mei"]
            actor = Actor(principal=user, user=user, role=workspace.role("member"))
            async with installation.connection() as connection:
                ctx = Ctx(workspace, workspace.access(actor), connection)
                await same_verdict(ctx, sent)

    asyncio.run(both())


async def same_verdict(ctx: Ctx, sent: dict[str, Any]) -> None:
    one = begin(ctx, "contact", Create(sent), {})
    forms = Forms(ctx, "contact")
    many = forms.create(sent)
    assert isinstance(one, Draft)
    await complete(ctx, "contact", [one])
    await complete(ctx, "contact", [many])
    assert sorted(one.faults, key=repr) == sorted(many.faults, key=repr)
    if not one.faults:
        row = row_of(forms.object, one.after)
        made = {name: value for name, value in forms.row(many.after).items() if value is not None}
        assert made == {name: value for name, value in row.items() if value is not None}
