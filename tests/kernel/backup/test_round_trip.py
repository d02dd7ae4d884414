"""What was backed up is what is there after restoring, in another cluster, with everything that works on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from relata.assembly import APPS
from relata.database import open_database
from relata.errors import SetupError
from relata.kernel.backup import taking
from relata.kernel.backup.restoring import restore
from relata.kernel.backup.structure import columns_in
from relata.kernel.backup.taking import take_backup
from relata.kernel.backup.unpacking import opened
from relata.kernel.jobs.files import BULK
from tests.database.launching import settings_for
from tests.workers import data_folder, do_job, send, until
from tests.world import Caller, World, inhabited, signed_in

EVENTS = ("_outbox", "_numbered", "_sequence")
SHOWN = "seq, at, object, record, version, op, fields, actor, cause"


def silent(_name: str, _count: int) -> None: ...


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another cluster, that of another machine."""
    with open_database(settings_for(tmp_path_factory.mktemp("elsewhere"))) as running:
        yield running.conninfo


@pytest.fixture
def empty(elsewhere: str) -> Iterator[str]:
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        yield make_conninfo(elsewhere, dbname=name)
        connection.execute(f"drop database {name} with (force)".encode())


def everything(conninfo: str, schema: str) -> dict[str, list[Any]]:
    """All rows of all tables as text; of events, what readers see of them."""
    with psycopg.connect(conninfo, autocommit=True, options="-c timezone=UTC") as connection:
        found = {}
        for name, columns in columns_in(connection, schema).items():
            if name not in EVENTS:
                shown = ", ".join(f'"{column}"::text' for column in sorted(columns))
                text = f'select {shown} from {schema}."{name}"'
                found[name] = sorted(connection.execute(text.encode()).fetchall(), key=repr)
        if schema != "relata":
            found["_event"] = connection.execute(
                f"select {SHOWN} from {schema}._event order by seq".encode()
            ).fetchall()
        return found


def fill(world: World) -> str:
    """Something of every sort, with texts that a format could trip over; the id of a queued job."""
    nora = world.nora
    nora.post("/objects/account/fields", {"name": "odd", "label": "Odd", "kind": "text"})
    nora.post(
        "/objects", {"name": "tank", "label": "Tank", "fields": [{"name": "n", "label": "N", "kind": "auto_number"}]}
    )
    account = nora.create("account", name="Vale \\N \t«x»\n\\.\r", odd="a,b;\"c' \\t", external_id="")
    for number in range(30):
        nora.create("contact", name={"last": f"Rück {number}"}, account=account["id"])
    nora.create("tank")
    nora.post("/objects/account/fields", {"name": "fee", "kind": "money"})
    nora.patch(f"/records/account/{account['id']}", {"odd": "näher", "fee": {"amount": "1.50", "currency": "EUR"}})
    nora.delete("/objects/account/fields/fee")
    nora.post("/objects", {"name": "barrel", "label": "Barrel", "fields": [{"name": "n", "kind": "auto_number"}]})
    nora.create("barrel")
    nora.delete("/objects/barrel")
    nora.delete(f"/records/contact/{nora.create('contact', name={'last': 'Gone'})['id']}")
    nora.post("/records/account", {"name": "Once"}, headers={"idempotency-key": "k1"})
    return send(nora, "account", b'{"name": "From a job"}\n{"name": "", "odd": 3}\n')


def spend_transactions(conninfo: str) -> None:
    """So that the ids of this cluster are far above those of a new one."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for _ in range(3_000):
            connection.execute("select pg_current_xact_id()")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of the served world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return data_folder(tmp_path)


def test_everything_comes_back_and_works_on_another_machine(
    tmp_path_factory: pytest.TempPathFactory, empty: str, home: Path, world: World
) -> None:
    folder, there = home, tmp_path_factory.mktemp("there")
    spend_transactions(world.conninfo)
    job = fill(world)
    (folder / BULK / "one").mkdir(parents=True)
    (folder / BULK / "one" / "refused rows.csv").write_bytes(b"\0\xff" * 5_000)
    until(lambda: world.rows("select 1 from {schema}._outbox having max(xid) = (select xid from {schema}._sequence)"))
    path = tmp_path_factory.mktemp("backups") / "b.tar"
    made = take_backup(world.conninfo, folder, path, "1")
    with opened(path) as archive:
        restore(archive, empty, there, APPS, silent)
    for schema in ("relata", world.schema):
        before, after = everything(world.conninfo, schema), everything(empty, schema)
        assert before.keys() == after.keys()
        for table, rows in before.items():
            assert after[table] == rows, table
    assert made.rows > 200
    assert (there / BULK / "one" / "refused rows.csv").read_bytes() == b"\0\xff" * 5_000
    assert (there / BULK / job).is_dir()
    assert not (there / "restoring").exists()
    works_on(world, empty, there, job)


def works_on(world: World, conninfo: str, folder: Path, job: str) -> None:
    people = {**world.users, "key": world.key.headers["authorization"].removeprefix("Bearer ")}
    last = world.rows("select n from {schema}._sequence")[0][0]
    with inhabited(conninfo, people) as restored:
        client = restored.client
        same = Caller(client, world.nora.headers)
        assert same.get("/me")["user"]["id"] == world.users["nora"]
        assert restored.key.query("account", filter={"field": "name", "op": "is", "value": "Once"})
        assert next(hit["title"] for hit in same.get("/search?q=naher")["hits"]).startswith("Vale")
        assert same.create("tank")["n"] == 2
        for entry in same.get("/schema/trash")["entries"]:
            same.post(f"/schema/trash/{entry['id']}/restore")
        assert same.create("barrel")["n"] == 2
        assert (
            same.query("account", filter={"field": "fee", "op": "is_not_empty"}, fields=["fee"])[0]["fee"]["amount"]
            == "1.50"
        )
        until(lambda: restored.rows("select 1 from {schema}._event where seq > %s", [last]))
        numbers = [row[0] for row in restored.rows("select seq from {schema}._event order by seq")]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        waiting = restored.rows("select args ->> 'job_id' from relata.procrastinate_jobs where status = 'todo'")
        assert waiting == [(job,)]
        do_job(restored, folder, job)
        assert same.get(f"/jobs/{job}")["status"] in ("succeeded", "failed")
        assert same.query("account", filter={"field": "name", "op": "is", "value": "From a job"})
        assert signed_in(client, "mei", people["mei"]).get("/me")["user"]["id"] == people["mei"]


CHANGES = "(select record, count(*) as n, min(version) as low, max(version) as high from {s}._journal group by record)"
TORN = (
    "select count(*) from {s}.account a left join {j} j on j.record = a.id "
    "where j.record is null or (j.n, j.low, j.high) <> (a.version, 1, a.version)"
)
LOST = "select count(*) from {s}._journal j left join {s}._event e using (record, version) where e.seq is null"


def test_while_others_write_the_backup_is_one_moment(tmp_path: Path, world: World, empty: str) -> None:
    """Every record has as many changes in its history as its version says, and each of them is an event."""
    spend_transactions(world.conninfo)
    ids = [world.nora.create("account", name=f"A{n}")["id"] for n in range(8)]
    stop, counts = threading.Event(), [0] * 4

    def write(writer: int) -> None:
        while not stop.is_set():
            for id_ in ids[writer::4]:
                world.key.patch(f"/records/account/{id_}", {"description": f"{writer} {counts[writer]}"})
                world.key.create("account", name=f"By {writer}")
            counts[writer] += 1

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, writer) for writer in range(4)]
        until(lambda: min(counts) > 3)
        for number in range(3):
            take_backup(world.conninfo, tmp_path / "none", tmp_path / f"{number}.tar", "1")
        stop.set()
        assert [writer.result() for writer in writers] == [None] * 4
    with opened(tmp_path / "1.tar") as archive:
        restore(archive, empty, tmp_path, APPS, silent)
    with psycopg.connect(empty) as connection:
        for text in (TORN, LOST):
            asked = text.replace("{j}", CHANGES).replace("{s}", world.schema)
            assert connection.execute(asked.encode()).fetchone() == (0,)
        numbers = connection.execute(f"select seq from {world.schema}._event order by seq".encode()).fetchall()
    assert [row[0] for row in numbers] == list(range(1, len(numbers) + 1))


def test_a_field_that_changes_its_kind_when_a_backup_begins_is_whole_in_it(
    tmp_path: Path, world: World, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is only there to get a kind ready does not come along."""
    world.nora.post("/objects/account/fields", {"name": "size", "kind": "text"})
    world.nora.create("account", name="Vale", size="7")

    def begun(point: str) -> None:
        if point == "backup.found":
            world.nora.patch("/objects/account/fields/size", {"kind": "number"})
            with psycopg.connect(world.conninfo, autocommit=True) as connection:
                connection.execute(f'alter table {world.schema}.account add column "~number~name" numeric'.encode())
                connection.execute(f"insert into {world.schema}._touched values ('x', gen_random_uuid())".encode())

    monkeypatch.setattr(taking, "failpoint", begun)
    take_backup(world.conninfo, tmp_path / "none", tmp_path / "b.tar", "1")
    with opened(tmp_path / "b.tar") as archive:
        restore(archive, empty, tmp_path, APPS, silent)
    with psycopg.connect(empty) as connection:
        assert connection.execute(
            f"select size from {world.schema}.account where name = 'Vale'".encode()
        ).fetchone() == (7,)
        assert connection.execute(f"select count(*) from {world.schema}._touched".encode()).fetchone() == (0,)
    assert "~number~name" not in columns_of_table(empty, world.schema)


def columns_of_table(conninfo: str, schema: str) -> set[str]:
    with psycopg.connect(conninfo) as connection:
        text = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        return {row[0] for row in connection.execute(text, [f"{schema}.account"]).fetchall()}


def test_a_place_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path, world: World) -> None:
    take_backup(world.conninfo, tmp_path / "none", tmp_path / "b.tar", "1")
    before = everything(world.conninfo, world.schema)
    with (
        opened(tmp_path / "b.tar") as archive,
        pytest.raises(SetupError, match="not empty, and a restore overwrites nothing"),
    ):
        restore(archive, world.conninfo, tmp_path, APPS, silent)
    assert everything(world.conninfo, world.schema) == before
    with pytest.raises(SetupError, match="is there already"):
        take_backup(world.conninfo, tmp_path / "none", tmp_path / "b.tar", "1")


def test_events_of_an_older_dump_keep_their_numbers(world: World, tmp_path: Path, empty: str) -> None:
    """Also those that had no number yet, of which there are then no two alike; and in several parts."""
    spend_transactions(world.conninfo)
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(
            "insert into ws_halden._outbox (object, record, version, op) select 'note', gen_random_uuid(), 1, 'c' from generate_series(1, 12000)"
        )
        connection.execute(
            "delete from ws_halden._outbox where xid in (select xid from ws_halden._numbered where first < 3)"
        )
        connection.execute("delete from ws_halden._numbered where first < 3")
    take_backup(world.conninfo, tmp_path / "none", tmp_path / "b.tar", "1")
    until(lambda: not world.rows("select from {schema}._outbox where xid > (select xid from {schema}._sequence)"))
    with opened(tmp_path / "b.tar") as archive:
        restore(archive, empty, tmp_path, APPS, silent)
    assert everything(empty, world.schema)["_event"] == everything(world.conninfo, world.schema)["_event"]
    with psycopg.connect(empty) as connection:
        (parts,) = connection.execute("select count(*) from ws_halden._numbered").fetchone() or (0,)
    assert 3 <= parts <= 500
