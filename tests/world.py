"""The small story that the server tests share: one workspace of one company, an administrator, two
members and a signed-out visitor, all speaking to the real application over a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from starlette.testclient import TestClient

from relata.assembly import APPS, application
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.identity.people import create_key, give_credentials
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace
from relata.settings import read_settings

WORKSPACE = "halden"
FOLDER = "TESTS_OF_RELATA"
"""The variable that tells the processes of one run (pytest-xdist) their common folder."""
HOME = os.environ.get("HOME")
"""Of whoever runs the tests: nothing is written there."""
PASSWORD = "four quiet probes hum"
PEOPLE = {"nora": "administrator", "mei": "member", "felix": "member"}


@dataclass(slots=True)
class Caller:
    """Somebody who calls the API; `json` members are sent as they are."""

    client: TestClient
    headers: dict[str, str]
    user: str | None = None

    def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", json=json, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return done(self("GET", path, **options))

    def post(self, path: str, json: Any = None, **options: Any) -> Any:
        return done(self("POST", path, json, **options))

    def patch(self, path: str, json: Any = None, **options: Any) -> Any:
        return done(self("PATCH", path, json, **options))

    def delete(self, path: str, **options: Any) -> Any:
        return done(self("DELETE", path, **options))

    def create(self, name: str, /, **values: Any) -> dict[str, Any]:
        """A new record."""
        made: dict[str, Any] = self.post(f"/records/{name}", values)
        return made

    def query(self, name: str, /, **document: Any) -> list[dict[str, Any]]:
        """The records of one page."""
        found: list[dict[str, Any]] = self.post(f"/records/{name}/query", document)["records"]
        return found

    def faults(self, method: str, path: str, json: Any = None, status: int = 422, **options: Any) -> dict[str, str]:
        """Pointer → code of a refused call."""
        answer = self(method, path, json, **options)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


def done(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, (answer.status_code, answer.text)
    return answer.json() if answer.content else None


@dataclass(slots=True)
class World:
    """`nora` administers, `mei` and `felix` are members, `visitor` is not signed in; `key` is a program
    with an administrator's rights and nobody's name."""

    conninfo: str
    client: TestClient
    nora: Caller
    mei: Caller
    felix: Caller
    key: Caller
    visitor: Caller
    schema: str = f"ws_{WORKSPACE}"
    users: dict[str, str] = field(default_factory=dict)

    def rows(self, text: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Rows straight from the database; `{schema}` stands for the workspace's schema."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            query = sql.SQL(text).format(schema=sql.Identifier(self.schema))
            return connection.execute(query, values).fetchall()


def prepare(conninfo: str) -> dict[str, str]:
    """A database with the workspace and its people; name → user id, and «key» → the program's key."""
    return asyncio.run(settle(conninfo))


async def settle(conninfo: str) -> dict[str, str]:
    found: dict[str, str] = {}
    async with Installation.open(conninfo, APPS, most=2) as installation:
        workspace = await create_workspace(
            installation, Plan(name=WORKSPACE, label="Halden Instruments", time_zone="Europe/Berlin")
        )
        system = Actor(
            principal="00000000-0000-0000-0000-000000000000", role=workspace.role("administrator"), through="test"
        )
        async with installation.context(workspace, system) as ctx:
            for name, role in PEOPLE.items():
                found[name] = await settle_person(ctx, name, role)
            found["key"] = (await create_key(ctx, "a program", "administrator"))[1]
    return found


async def settle_person(ctx: Ctx, name: str, role: str) -> str:
    email = f"{name}@halden.example"
    user = await write(ctx, "user", Create({"name": name.capitalize(), "emails": email, "role": role}))
    await give_credentials(ctx, user.id, email, PASSWORD)
    return user.id


@contextmanager
def inhabited(conninfo: str, people: dict[str, str]) -> Iterator[World]:
    """The world of a prepared database, served, beside which there may be other workspaces."""
    own_home = os.environ.get("HOME") != HOME
    variables = {} if own_home else {"RELATA_DATA_DIR": str(data_dir(conninfo))}
    with ExitStack() as stack:
        app = application(read_settings(variables, Path.cwd()), conninfo)
        client = stack.enter_context(TestClient(app, raise_server_exceptions=False))
        callers = {name: signed_in(client, name, people[name]) for name in PEOPLE}
        key = Caller(client, {"authorization": f"Bearer {people['key']}"})
        yield World(
            conninfo,
            client,
            nora=callers["nora"],
            mei=callers["mei"],
            felix=callers["felix"],
            key=key,
            visitor=Caller(client, {}),
            users={name: people[name] for name in PEOPLE},
        )


def data_dir(conninfo: str) -> Path:
    """Where the world of a database keeps its files, unless its test has a home of its own; it goes with the run."""
    return Path(os.environ[FOLDER]) / "worlds" / str(conninfo_to_dict(conninfo)["dbname"])


def signed_in(client: TestClient, name: str, user: str) -> Caller:
    answer = client.post(
        "/api/v1/auth/login", json={"email": f"{name}@halden.example", "password": PASSWORD, "workspace": WORKSPACE}
    )
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].split(";")[0]
    client.cookies.clear()
    return Caller(client, {"cookie": cookie, "x-relata-request": "1"}, user)


@contextmanager
def database_like(server: str, template: str, name: str) -> Iterator[str]:
    """A copy of a prepared database, dropped afterwards."""
    with psycopg.connect(server, autocommit=True) as connection:
        made = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(made)
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
