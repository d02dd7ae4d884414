"""One workspace is taken out of an installation while it serves, and into another, record for record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from relata.assembly import APPS
from relata.errors import Conflict, SetupError
from relata.kernel.backup.importing import import_workspace
from relata.kernel.backup.restoring import restore
from relata.kernel.backup.structure import columns_in
from relata.kernel.backup.taking import take_backup
from relata.kernel.backup.unpacking import opened
from relata.kernel.identity.people import give_password
from relata.kernel.installation import Installation, migrate_all
from relata.kernel.jobs.files import BULK
from relata.kernel.tenancy.deleting import delete
from tests.workers import data_folder, do_job, send, until
from tests.world import PASSWORD, World, inhabited, signed_in

LEFT_OUT = ("_session", "_key", "_idempotency", "_membership", "_job")

OTHERS = "01920000-0000-7000-8000-000000000000"
"""A folder that belongs to nothing in the workspace."""


def silent(_name: str, _count: int) -> None: ...


def everything(conninfo: str, schema: str) -> dict[str, list[Any]]:
    with psycopg.connect(conninfo, autocommit=True, options="-c timezone=UTC") as connection:
        found = {}
        for name, columns in columns_in(connection, schema).items():
            if name not in LEFT_OUT:
                shown = ", ".join(f'"{column}"::text' for column in sorted(columns))
                found[name] = sorted(
                    connection.execute(f'select {shown} from {schema}."{name}"'.encode()).fetchall(), key=repr
                )
        return found


@dataclass(frozen=True, slots=True)
class Exported:
    """A workspace with something of every sort, and its export; `done` and `waits` are jobs."""

    world: World
    folder: Path
    path: Path
    account: str
    done: str
    waits: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of the served world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


@pytest.fixture
def exported(home: Path, world: World, tmp_path: Path) -> Exported:
    nora, path = world.nora, tmp_path / "halden.tar"
    nora.post("/objects/account/fields", {"name": "odd", "label": "Odd", "kind": "text", "unique": True})
    account = nora.create("account", name="Vale \\N \t«x»\r", odd="a,b;\"c' \\t")["id"]
    contacts = [nora.create("contact", name={"last": f"Rück {n}"}, account=account) for n in range(5)]
    nora.patch(f"/records/account/{account}", {"odd": "näher"})
    nora.delete(f"/records/contact/{contacts[0]['id']}")
    done, waits = (send(nora, "account", b'{"name": "From a job"}\n') for _ in range(2))
    do_job(world, home, done)
    for name in (nora.post("/imports", {})["id"], OTHERS):
        (home / BULK / name).mkdir(parents=True)
        (home / BULK / name / "refused.csv").write_bytes(name.encode() + b"\0\xff" * 5_000)
    until(lambda: world.rows("select 1 from {schema}._outbox having max(xid) = (select xid from {schema}._sequence)"))
    made = take_backup(world.conninfo, home, path, "1", only="halden")
    assert not [table.name for table in made.tables if "password_hash" in table.columns]
    assert {file.path.split("/")[0] for file in made.files} == {BULK}
    assert sum("refused" in file.path for file in made.files) == 1
    assert not [file.path for file in made.files if OTHERS in file.path]
    return Exported(world, home, path, account, done, waits)


def test_a_workspace_comes_into_another_installation_record_for_record(
    exported: Exported, database: str, tmp_path: Path
) -> None:
    there, users = tmp_path / "there", exported.world.users
    there.mkdir()
    migrate_all(database)
    with opened(exported.path) as archive:
        with pytest.raises(SetupError, match="relata workspace import"):
            restore(archive, database, there, APPS, silent)
        import_workspace(archive, database, there, APPS, "halden", silent)
    assert everything(database, "ws_halden") == everything(exported.world.conninfo, "ws_halden")
    for file in (exported.folder / BULK).glob("*/refused.csv"):
        assert OTHERS in str(file) or (there / file.relative_to(exported.folder)).read_bytes() == file.read_bytes()
    asyncio.run(passwords(database))
    with inhabited(database, {**users, "key": ""}) as other:
        assert other.nora.get(f"/jobs/{exported.waits}")["status"] == "cancelled"
        assert other.nora.get(f"/jobs/{exported.done}")["status"] == "succeeded"
        assert other.nora.get(f"/records/account/{exported.account}")["odd"] == "näher"
        assert other.nora.create("account", name="New")["version"] == 1


def test_a_copy_under_another_name_stands_beside_the_original_and_goes_without_it(exported: Exported) -> None:
    world, folder = exported.world, exported.folder
    with opened(exported.path) as archive:
        with pytest.raises(Conflict, match="already a workspace"):
            import_workspace(archive, world.conninfo, folder, APPS, "halden", silent)
        import_workspace(archive, world.conninfo, folder, APPS, "copy", silent)
    assert everything(world.conninfo, "ws_halden") == everything(world.conninfo, "ws_copy")
    assert len(world.rows("select 1 from relata.person")) == 3
    login = {"email": "nora@halden.example", "password": PASSWORD}
    until(lambda: world.visitor("POST", "/auth/login", login).status_code == 422)
    asyncio.run(gone(world.conninfo, folder))
    assert len(list((folder / BULK).glob("*/refused.csv"))) == 2
    assert world.nora("GET", f"/jobs/{exported.done}/succeeded").status_code == 200
    assert signed_in(world.client, "mei", "").get("/me")["workspace"]["name"] == "halden"


async def passwords(conninfo: str) -> None:
    async with Installation.open(conninfo, APPS, most=2) as here, here.connection() as connection:
        for name in ("nora", "mei", "felix"):
            await give_password(connection, f"{name}@halden.example", PASSWORD)
        with pytest.raises(Conflict, match="already"):
            await give_password(connection, "nora@halden.example", PASSWORD)


async def gone(conninfo: str, folder: Path) -> None:
    async with Installation.open(conninfo, APPS, most=2, folder=folder) as here:
        await delete(here, "copy")
