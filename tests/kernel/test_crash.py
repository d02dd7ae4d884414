"""A server that is killed at the worst moments: what it had promised is there, what it had not is there
wholly or not at all, and a repeated request does nothing twice.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from relata.kernel.metadata.store import stored_definitions
from tests.serving import Place, Server, rows, serving, settled_place
from tests.sound import unsettled

pytestmark = pytest.mark.slow
PROMISED = 200


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with settled_place() as made:
        yield made


@pytest.mark.parametrize("point", ["schema.before_tables", "schema.after_tables"])
def test_a_schema_change_that_is_killed_leaves_the_old_or_the_new(place: Place, point: str) -> None:
    field = {
        "name": point.replace(".", "_"),
        "kind": "money",
        "required": True,
        "default": {"amount": "1.50", "currency": "EUR"},
    }
    with place.database() as (conninfo, schema):
        before = definitions(conninfo, schema)
        with serving(place, point) as server:
            server.call("POST", "/records/product", {"name": f"Before {point}"})
            server.dies_of("POST", "/objects/product/fields", field)
        assert definitions(conninfo, schema) == before
        assert unsettled(conninfo, schema) == []
        with serving(place) as server:
            made = server.call("POST", "/objects/product/fields", field)
            assert made["name"] == field["name"]
            assert unsettled(conninfo, schema) == []
            found = server.call("POST", "/records/product/query", {"q": point, "fields": [field["name"]]})
            assert [r[field["name"]]["amount"] for r in found["records"]] == ["1.50"]
            server.call("DELETE", f"/objects/product/fields/{field['name']}")


@pytest.mark.parametrize(
    "point", ["convert.prepared", "convert.before_records", "convert.before_past", "schema.after_tables"]
)
def test_a_change_of_kind_that_is_killed_leaves_the_old_or_the_new(place: Place, point: str) -> None:
    name = point.replace(".", "_")
    with place.database() as (conninfo, schema):
        with serving(place) as server:
            server.call("POST", "/objects/product/fields", {"name": name, "kind": "text"})
            made = server.call("POST", "/records/product", {"name": "Kind", name: "1"})
            server.call("PATCH", f"/records/product/{made['id']}", {name: "2"})
        with serving(place, point) as server:
            server.dies_of("PATCH", f"/objects/product/fields/{name}", {"kind": "number"})
        with serving(place) as server:
            assert server.call("GET", f"/records/product/{made['id']}")[name] == "2"
            assert unsettled(conninfo, schema) == []  # the columns that were being filled are gone
            server.call("PATCH", f"/objects/product/fields/{name}", {"kind": "number"})
            assert server.call("GET", f"/records/product/{made['id']}")[name] == 2
            history = server.call("GET", f"/records/product/{made['id']}/history")["changes"]
            assert history[0]["fields"] == {name: {"before": 1, "after": 2}}
        assert unsettled(conninfo, schema) == []


def test_deleting_restoring_and_dropping_an_object_that_is_killed_leaves_the_old_or_the_new(place: Place) -> None:
    with place.database() as (conninfo, schema):
        with serving(place) as server:
            fields = [{"name": "name", "kind": "text"}, {"name": "maker", "kind": "relation", "to": "account"}]
            server.call("POST", "/objects", {"name": "mast", "label": "Mast", "fields": fields})
            made = server.call("POST", "/records/mast", {"name": "Fir"})
        before = definitions(conninfo, schema)
        for point, path in (
            ("trash.put_away", "/objects/mast/fields/maker"),
            ("schema.before_tables", "/objects/mast"),
        ):
            with serving(place, point) as server:
                server.dies_of("DELETE", path, None)
        assert definitions(conninfo, schema) == before
        assert unsettled(conninfo, schema) == []
        with serving(place) as server:
            assert trashed(server, "mast") == []
            assert server.call("GET", f"/records/mast/{made['id']}")["name"] == "Fir"
            server.call("DELETE", "/objects/mast")
            path = f"/schema/trash/{trashed(server, 'mast')[0]['id']}"
        for point, method, told in (
            ("trash.tables_back", "POST", "/restore"),
            ("schema.after_tables", "POST", "/restore"),
            ("trash.before_drop", "DELETE", ""),
            ("trash.dropped", "DELETE", ""),
        ):
            with serving(place, point) as server:
                assert [entry["records"] for entry in trashed(server, "mast")] == [1]
                server.dies_of(method, path + told, None)
        with serving(place) as server:
            server.call("POST", path + "/restore")
            assert definitions(conninfo, schema)[1] == before[1]
            assert server.call("GET", f"/records/mast/{made['id']}")["name"] == "Fir"
            assert unsettled(conninfo, schema) == []
            server.call("DELETE", "/objects/mast")


def trashed(server: Server, name: str) -> list[dict[str, Any]]:
    """What is in the trash of an object of this name."""
    return [entry for entry in server.call("GET", "/schema/trash")["entries"] if entry["object"] == name]


def test_a_renaming_that_is_killed_anywhere_is_as_if_it_had_not_begun(place: Place) -> None:
    with place.database() as (conninfo, schema):
        with serving(place) as server:
            fields = [{"name": "name", "kind": "text"}, {"name": "load", "kind": "number", "unique": True}]
            server.call("POST", "/objects", {"name": "spar", "label": "Spar", "fields": fields})
            server.call("POST", "/objects/spar/fields", {"name": "twice", "kind": "formula", "formula": "load * 2"})
            made = server.call("POST", "/records/spar", {"name": "Ash", "load": 4})
        before = definitions(conninfo, schema)
        for point in ("rename.moved", "schema.before_tables", "schema.after_tables"):
            for path in ("/objects/spar/fields/load", "/objects/spar"):
                with serving(place, point) as server:
                    server.dies_of("PATCH", path, {"name": "renamed"})
        assert definitions(conninfo, schema) == before
        assert unsettled(conninfo, schema) == []
        with serving(place) as server:
            server.call("PATCH", "/objects/spar/fields/load", {"name": "weight"})
            server.call("PATCH", "/objects/spar", {"name": "boom"})
            there = server.call("GET", f"/records/boom/{made['id']}")
            assert (there["weight"], there["twice"]) == (4, 8)
            assert unsettled(conninfo, schema) == []
            server.call("DELETE", "/objects/boom")


@pytest.mark.parametrize(("point", "kept"), [("write.before_statement", 0), ("write.after_statement", 1)])
def test_a_create_that_is_killed_is_there_at_most_once_and_repeated_exactly_once(
    place: Place, point: str, kept: int
) -> None:
    plain, keyed = {"title": f"plain {point}"}, {"title": f"keyed {point}"}
    key = {"idempotency-key": point}
    with place.database() as (conninfo, schema):

        def there(note: dict[str, str]) -> int:
            return len(rows(conninfo, "select 1 from {schema}.note where title = %s", [note["title"]], schema))

        with serving(place, point) as server:
            server.dies_of("POST", "/records/note", keyed, **key)
        wait_until_quiet(conninfo)
        assert there(keyed) == 0
        with serving(place, point) as server:
            server.dies_of("POST", "/records/note", plain)
        wait_until_quiet(conninfo)
        assert there(plain) == kept
        with serving(place) as server:
            made = [server.call("POST", "/records/note", keyed, **key) for _ in range(3)]
            assert made[0] == made[1] == made[2]
            assert there(keyed) == 1
            sound(conninfo, schema)


@pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "each for itself"])
@pytest.mark.parametrize("point", ["write.before_statement", "write.after_statement"])
def test_a_batch_that_is_killed_between_its_statements_leaves_each_whole_or_not_at_all(
    place: Place, point: str, *, atomic: bool
) -> None:
    title = f"batch {point} {atomic}"
    with place.database() as (conninfo, schema):
        with serving(place) as server:
            known = server.call("POST", "/records/note", {"title": f"known {title}"})
        changes = [{"create": {"title": title}} for _ in range(50)]
        batch = {"atomic": atomic, "changes": [*changes, {"update": known["id"], "values": {"body": title}}]}
        with serving(place, point) as server:
            server.dies_of("POST", "/records/note/batch", batch)
        wait_until_quiet(conninfo)
        text = "select count(*) filter (where title = %(t)s), count(*) filter (where body = %(t)s) from {schema}.note"
        made, changed = rows(conninfo, text, {"t": title}, schema)[0]
        done = not atomic and point == "write.after_statement"
        assert (made, changed) in ([(50, 0), (0, 1)] if done else [(0, 0)])
        sound(conninfo, schema)
        assert unsettled(conninfo, schema) == []


def test_what_was_acknowledged_outlives_the_kill_of_the_server(place: Place) -> None:
    with serving(place) as server:

        def create(number: int) -> str:
            made = server.call("POST", "/records/contact", {"name": {"last": f"Promised {number}"}})
            if number % 4 == 0:
                server.call("PATCH", f"/records/contact/{made['id']}", {"title": "engineer"})
            return str(made["id"])

        with ThreadPoolExecutor(4) as pool:
            ids = list(pool.map(create, range(PROMISED)))
            late = [pool.submit(create, PROMISED + number) for number in range(40)]
            server.process.kill()
            assert server.process.wait(20) == -signal.SIGKILL
            ids += [each.result() for each in late if each.exception() is None]
    with serving(place) as server, place.database() as (conninfo, schema):
        found = server.call("POST", "/records/contact/query", {"limit": 1_000, "fields": ["version"], "count": True})
        assert {*ids} <= {record["id"] for record in found["records"]}
        assert found["total"] == len(found["records"]) >= PROMISED
        sound(conninfo, schema)
        assert unsettled(conninfo, schema) == []


def definitions(conninfo: str, schema: str) -> Any:
    async def run() -> Any:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            version, stored = await stored_definitions(connection, schema)
            return version, sorted(stored, key=lambda one: (one.object, one.field))

    return asyncio.run(run())


def sound(conninfo: str, schema: str) -> None:
    """Every record has each of its versions once in the journal and once among the events."""
    for object_ in ("note", "contact", "product"):
        live = dict(rows(conninfo, f"select id::text, version from {{schema}}.{object_}", schema=schema))
        for table in ("_journal", "_outbox"):
            text = (
                f"select record::text, array_agg(version order by version) from {{schema}}.{table}"
                " where object = %s group by 1"
            )
            versions = dict(rows(conninfo, text, [object_], schema))
            assert versions == {id_: list(range(1, version + 1)) for id_, version in live.items()}


def wait_until_quiet(conninfo: str) -> None:
    """PostgreSQL has seen that the killed server is gone, and rolled back what it had begun."""
    text = (
        "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        " and datname = current_database() and (state = 'active' or xact_start is not null)"
    )
    end = time.monotonic() + 10
    while rows(conninfo, text):
        assert time.monotonic() < end, "a transaction of the killed server is still open"
        time.sleep(0.05)
