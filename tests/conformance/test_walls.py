"""Two workspaces in one installation: no door of one tells anything of the other, not even that something is there. The doors are
found in the routes, so a new one is tried by itself.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from starlette.routing import Mount

from relata.api.application import application
from relata.api.operation import Described
from relata.assembly import APPS
from relata.database import RunningDatabase
from relata.kernel.context import Ctx
from relata.kernel.identity.people import create_key, give_credentials
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace
from tests.workers import send
from tests.world import PASSWORD, Caller, World, database_like, done, inhabited

SECRET = "qzsecret"
"""Is in every text of the other workspace."""
NAMES = {
    "former": ("qzbefore", "qznothing"),
    "object": ("qzvault", "qzcrypt"),
    "field": ("qzfield", "qzmeadow"),
    "rule": ("qzrule", "qzmoon"),
    "which": ("succeeded",) * 2,
    "file": (str(uuid4()), str(uuid4())),
    "code": ("USD", "SEK"),
    "date": ("2026-01-02", "2026-01-03"),
    "entry": ("1000001", "1000002"),
    "number": ("0", "1"),
}
"""What only the other workspace has, and what is nowhere."""
OPEN = ("/healthz", "/readyz", "/metrics", "/api/v1/auth/login", "/api/v1/auth/logout")
STREAM = "/api/v1/events"


@dataclass(slots=True)
class Walls:
    """`here` looks at what is in the other workspace, whose `ids` it knows by their sort."""

    here: Caller
    there: Caller
    both: Caller
    ids: dict[str, str]
    cursor: str
    etag: str


@pytest.fixture(scope="module")
def walls(
    server: RunningDatabase, template: tuple[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walls]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        conninfo = stack.enter_context(database_like(server.conninfo, template[0], f"m_{uuid4().hex[:12]}"))
        made = asyncio.run(other_workspace(conninfo))
        world = stack.enter_context(inhabited(conninfo, template[1]))
        there = Caller(world.client, {"authorization": f"Bearer {made['token']}"})
        answer = world.client.post(
            "/api/v1/auth/login", json={"email": "nora@halden.example", "password": PASSWORD, "workspace": "north"}
        )
        cookie = answer.headers["set-cookie"].split(";")[0]
        world.client.cookies.clear()
        both = Caller(world.client, {"cookie": cookie, "x-relata-request": "1"})
        yield furnished(world, there, both, made)


async def other_workspace(conninfo: str) -> dict[str, str]:
    made: dict[str, str] = {}

    async def settle(ctx: Ctx) -> None:
        user = await write(
            ctx, "user", Create({"name": SECRET, "emails": "nora@halden.example", "role": "administrator"})
        )
        await give_credentials(ctx, user.id, "nora@halden.example", PASSWORD)
        made["user"] = user.id
        made["key"], made["token"] = await create_key(ctx, SECRET, "administrator")

    async with Installation.open(conninfo, APPS, most=2) as here:
        await create_workspace(here, Plan(name="north", label=SECRET), settle)
    return made


def furnished(world: World, there: Caller, both: Caller, made: dict[str, str]) -> Walls:
    """Something of every sort on the other side, and on both sides an object of the same name with different fields."""
    field = {"name": "qzfield", "label": SECRET, "kind": "text"}
    there.post(
        "/objects",
        {
            "name": "qzvault",
            "label": SECRET,
            "plural": SECRET,
            "fields": [{"name": "name", "label": "N", "kind": "text"}],
        },
    )
    for name in ("contact", "account"):
        there.post(f"/objects/{name}/fields", field)
    there.post("/objects/account/fields", {**field, "name": "qzbefore"})
    there.patch("/objects/account/fields/qzbefore", {"name": "qzafter"})
    done(there("PUT", "/currencies", {"rates": [{"currency": "USD", "date": "2026-01-02", "rate": "0.9"}]}))
    rule = {"name": "qzrule", "label": SECRET, "refuse_if": "name is empty", "message": SECRET}
    there("POST", "/objects/account/rules", rule)
    for caller, kind in ((world.key, "number"), (there, "text")):
        caller.post(
            "/objects",
            {
                "name": "twin",
                "label": "Twin",
                "plural": "Twins",
                "fields": [{"name": "size", "label": "Size", "kind": kind}],
            },
        )
    records = [there.create("account", name=f"{SECRET} {n}", qzfield=SECRET) for n in range(3)]
    vault = there.create("qzvault", name=SECRET)
    world.key.create("account", name="Ours")
    page = there.get("/records/account?limit=1&sort=name")
    job = send(there, "account", json.dumps({"name": SECRET}).encode())
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        text = "select cause::text from ws_north._journal where cause is not null limit 1"
        row = connection.execute(text).fetchone()
    assert row is not None
    there("POST", "/records/account", {"name": SECRET}, headers={"idempotency-key": "shared"})
    ids = {
        "account": records[0]["id"],
        "qzvault": vault["id"],
        "job": job,
        "import": there.post("/imports", {"label": SECRET})["id"],
        "cause": row[0],
        "user": made["user"],
        "key": made["key"],
    }
    etag = there("GET", f"/records/account/{ids['account']}").headers["etag"]
    return Walls(world.key, there, both, ids, page["next"], etag)


def doors() -> list[tuple[str, str, Described]]:
    app = application(lambda: pytest.fail("it is never opened"), None)

    def walk(routes: Any, prefix: str = "") -> Iterator[tuple[str, str, Described]]:
        for route in routes:
            if isinstance(route, Mount):
                yield from walk(route.routes, prefix + route.path)
            elif isinstance(route, Described) and prefix + route.path not in (*OPEN, STREAM):
                yield route.method, prefix + route.path, route

    return sorted(walk(app.routes), key=lambda door: door[:2])


DOORS = doors()


def addresses(walls: Walls, path: str) -> Iterator[tuple[str, str]]:
    """The address with what is there on the other side, and with what is nowhere."""
    for id_ in walls.ids.values() if "{id}" in path else [""]:
        for object_ in (NAMES["object"], ("account",) * 2) if "{object}" in path else [("", "")]:
            told = [path.replace("{object}", object_[at]).replace("{id}", (id_, str(uuid4()))[at]) for at in (0, 1)]
            for name, values in NAMES.items():
                told = [text.replace(f"{{{name}}}", values[at]) for at, text in enumerate(told)]
            assert "{" not in told[0], "say what stands for the new placeholder"
            yield told[0], told[1]


def bodies(door: Described, id_: str, name: str) -> Iterator[Any]:
    """Documents that mention something everywhere where an id or a name may stand."""
    condition = {"field": "id", "op": "is", "value": id_}
    known: dict[str, list[Any]] = {
        "query": [{"filter": condition, "count": True}, {"fields": [name]}, {"sort": name}],
        "aggregate": [{"filter": condition, "measures": [{"fn": "count"}]}, {"group": [{"field": name}], "measures": [{"fn": "count"}]}],
        "board": [{"group": "industry", "filter": condition, "measures": [{"fn": "count"}]}],
        "compare": [{"filter": condition, "from": "2026-01-01T00:00:00Z"}],
        "batch": [{"atomic": False, "changes": [{"update": id_, "values": {"name": "x"}}, {"delete": id_}, {"create": {"parent": id_}}]}],
        "bulk": [{"mode": "update", "filter": {"field": name, "op": "is", "value": id_}, "values": {"name": "x"}}],
        "titles": [{"account": [id_], "user": [id_]}, {name: [id_]}, {"ids": [{"object": "account", "id": id_}]}],
        "undo": [{"cause": id_}, {"cause": id_, "dry_run": True}, {"version": 1}],
    }  # fmt: skip
    yield from known.get(door.path.rpartition("/")[2], [])
    yield {"name": "x", "parent": id_, "owner": id_, "account": id_, name: id_}
    described = (door.operation.body or {}).get("properties", {})
    yield {field: id_ if "string" in str(schema) else [id_] for field, schema in described.items()}


def told(walls: Walls, answer: Any, *sent: str) -> tuple[int, str]:
    """The answer without what was sent, which it may repeat; nothing of the other side is in it."""
    assert answer.status_code < 500, (answer.request.url, answer.text)
    text = answer.text
    for one in sent:
        text = text.replace(one, "…")
    assert SECRET not in text, (answer.request.url, text)
    assert not any(id_ in text for id_ in walls.ids.values()), (answer.request.url, text)
    if answer.headers["content-type"].startswith("application/problem+json"):
        document = json.loads(text)
        document.pop("request_id")
        text = json.dumps(document)
    return answer.status_code, text


def sent_to(walls: Walls, method: str, path: str, **options: Any) -> Any:
    headers = {**walls.here.headers, **options.pop("headers", {})}
    return walls.here.client.request(method, path, headers=headers, **options)


@pytest.mark.parametrize(("method", "path", "door"), DOORS, ids=[f"{method} {path}" for method, path, _ in DOORS])
def test_what_is_elsewhere_is_told_like_what_is_nowhere(walls: Walls, method: str, path: str, door: Described) -> None:
    makes = method == "POST" and path in ("/api/v1/keys", "/api/v1/objects")
    for there, nowhere in addresses(walls, path):
        names = (*NAMES["object"], *NAMES["field"], *NAMES["rule"], *nowhere.split("/"), *there.split("/"))
        parts = tuple(name for name in names if len(name) > 5 and name not in ("account", "records")) + NAMES["code"]
        if method in ("GET", "DELETE"):
            assert told(walls, sent_to(walls, method, there), *parts) == told(
                walls, sent_to(walls, method, nowhere), *parts
            )
        for said in door.operation.query:
            values = ((walls.ids["account"], str(uuid4())), (NAMES["object"]), (walls.ids["cause"], str(uuid4())))
            for one, two in values:
                answers = [
                    told(
                        walls,
                        sent_to(walls, method, f"{address}?{said['name']}={quote(value)}", **content(method)),
                        *parts,
                        value,
                    )
                    for address, value in ((there, one), (nowhere, two))
                ]
                assert answers[0] == answers[1]
        if method in ("GET", "DELETE") or makes:
            continue
        nothing = str(uuid4())
        for id_ in walls.ids.values():
            pairs = zip(bodies(door, id_, "qzfield"), bodies(door, nothing, "qzmeadow"), strict=True)
            for one, two in pairs:
                first = told(walls, sent_to(walls, method, there, json=one), *parts, id_)
                second = told(walls, sent_to(walls, method, nowhere, json=two), *parts, nothing)
                assert varying(first) == varying(second), (path, one)


def content(method: str) -> dict[str, Any]:
    return {} if method in ("GET", "DELETE") else {"content": b"{}"}


def varying(answer: tuple[int, str]) -> tuple[int, Any]:
    """Of what was made here, only that it was."""
    return (answer[0], "made" if answer[0] in (200, 201, 202) and '"id"' in answer[1] else answer[1])


def test_a_key_or_session_opens_its_own_workspace_alone(walls: Walls) -> None:
    assert walls.both.get("/me")["workspace"]["name"] == "north"
    token = walls.there.headers["authorization"].removeprefix("Bearer rk_north_")
    cookie = walls.both.headers["cookie"].replace("rs_north_", "rs_halden_")
    for headers in (
        {"authorization": f"Bearer rk_halden_{token}"},
        {"authorization": f"Bearer rs_north_{token}"},
        {"cookie": cookie},
        {"cookie": f"relata_session=rk_north_{token}"},
    ):
        answer = Caller(walls.here.client, headers)("GET", "/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    ours = walls.both("GET", f"/records/account/{walls.ids['account']}")
    assert ours.status_code == 200


def test_headers_and_cursors_of_one_mean_nothing_in_the_other(walls: Walls) -> None:
    mine = walls.here.create("account", name="Mine")
    read = walls.here("GET", f"/records/account/{mine['id']}", headers={"if-none-match": walls.etag})
    assert read.status_code == 200
    again = walls.here("POST", "/records/account", {"name": SECRET}, headers={"idempotency-key": "shared"})
    assert again.status_code == 201
    theirs = walls.there.query("account", filter={"field": "name", "op": "is", "value": SECRET})
    assert again.json()["id"] not in {record["id"] for record in theirs}
    walls.here.delete(f"/records/account/{again.json()['id']}")
    page = walls.here("GET", f"/records/account?limit=1&sort=name&after={quote(walls.cursor)}")
    assert page.status_code in (200, 400)
    assert SECRET not in page.text


def test_the_same_question_in_both_has_two_answers_however_often_it_is_asked(walls: Walls) -> None:
    for caller, size in ((walls.here, 3), (walls.there, "big")):
        caller.create("twin", size=size)
    question = {"measures": [{"fn": "count"}]}
    counts = [c.post("/records/account/aggregate", question)["rows"] for c in (walls.here, walls.there) * 3]
    assert counts[0] == counts[2] == counts[4]
    assert counts[1] == counts[3] == counts[5]
    assert counts[0] != counts[1]
    totals = [c.get("/records/account?count=true&limit=1")["total"] for c in (walls.here, walls.there) * 2]
    assert totals[0] == totals[2] != totals[1] == totals[3]
    sizes = [[r["size"] for r in c.query("twin", fields=["size"])] for c in (walls.here, walls.there) * 2]
    assert sizes == [[3], ["big"]] * 2
    hits = [c.get(f"/search?q={SECRET}")["hits"] for c in (walls.there, walls.here)]
    assert [bool(found) for found in hits] == [True, False]


def test_nobody_touched_the_other_side(walls: Walls) -> None:
    record = walls.there.get(f"/records/account/{walls.ids['account']}")
    assert (record["name"], record["version"]) == (f"{SECRET} 0", 1)
    assert walls.there.get(f"/jobs/{walls.ids['job']}")["status"] == "queued"
    assert walls.there.get("/me")["role"] == "administrator"
