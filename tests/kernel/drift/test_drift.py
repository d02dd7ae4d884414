"""What has come apart is found, explained, and mended where nobody has to choose."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from relata.assembly import APPS
from relata.kernel.drift.finding import Drift
from relata.kernel.drift.looking import drifts
from tests.world import World

INVALID = "update pg_index set indisvalid = false where indexrelid = 'ws_halden._search_key'::regclass"
OLD = "now() - interval '1 hour'"


def look(world: World, folder: Path, *, repair: bool = False) -> list[str]:
    async def run() -> list[Drift]:
        async with await AsyncConnection.connect(world.conninfo, autocommit=True) as connection:
            found = [drift async for drift in drifts(connection, APPS, folder)]
            for drift in found if repair else ():
                if drift.repair:
                    await drift.repair(connection)
            return found

    return [f"{drift.place}: {drift.message}" for drift in asyncio.run(run())]


def spoil(world: World, text: str) -> None:
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(text.replace("{s}", world.schema).encode())


def index_of(world: World, table: str) -> str:
    text = "select indexname from pg_indexes where schemaname = {schema_} and tablename = %s and indexname like 'ix_%%' limit 1"
    return str(world.rows(text.replace("{schema_}", f"'{world.schema}'"), [table])[0][0])


def test_a_world_in_order_has_no_drift(world: World, tmp_path: Path) -> None:
    world.nora.create("account", name="Vale")
    assert look(world, tmp_path) == []


def test_every_sort_of_drift_is_found_and_what_is_safe_is_mended(world: World, tmp_path: Path) -> None:
    vale, gone = (world.nora.create("account", name=name)["id"] for name in ("Vale", "Gone"))
    world.nora.patch(f"/records/account/{vale}", {"description": "changed"})
    world.nora.patch(f"/records/account/{vale}", {"description": "again"})
    index = index_of(world, "lead")
    spoil(world, "alter table {s}.account drop column employees; alter table {s}.account add column stray text")
    spoil(world, "alter table {s}.contact alter column title type varchar(900)")
    spoil(
        world, f"drop index {{s}}.{index}; create index odd on {{s}}.account (name); create table {{s}}.stray (id int)"
    )
    spoil(world, INVALID)
    spoil(world, "drop function relata.phone_words(jsonb) cascade")
    spoil(world, f"delete from {{s}}._search where record = '{vale}'; delete from {{s}}.account where id = '{gone}'")
    spoil(world, f"insert into {{s}}._search (record, object, at) values ('{uuid4()}', 'ghost', now())")
    spoil(world, f"delete from {{s}}._journal where record = '{vale}' and version = 2")
    spoil(world, "insert into {s}._definition (object, field, custom, value) values ('ghost', 'x', true, '{}')")
    spoil(
        world,
        f"insert into {{s}}._job (id, kind, arguments, role, created_at) values ('{uuid4()}', 'bulk', '{{}}', 'member', {OLD})",
    )
    (tmp_path / "bulk" / str(uuid4())).mkdir(parents=True)
    found = look(world, tmp_path, repair=True)
    for expected in (
        "account: Column employees is missing", "account: Column stray belongs to no field", "Column title has the type character varying(900)",
        f"lead: Index {index} is missing", "account: Index odd is none", "stray: The table belongs to no object",
        "Index _search_key is invalid", "Function relata.phone_words is missing", "account: 1 records are not found by search",
        "account: 1 search documents are of no record", "1 search documents are of objects that are not there",
        "1 records have gaps in their history", "«ghost», which no app declares", "1 jobs wait and no worker knows", "1 folders belong to no job",
    ):  # fmt: skip
        assert any(expected in each for each in found), (expected, found)
    left = "\n".join(look(world, tmp_path))
    for mended in ("invalid", f"Index {index}", "Function", "search", "jobs wait"):
        assert mended not in left, left
    assert "Column employees is missing" in left


def test_a_missing_document_is_made_as_writing_makes_it(world: World, tmp_path: Path) -> None:
    made = world.nora.create("contact", name={"first": "Zoë", "last": "Müller"}, description="long words")
    before = world.rows("select * from {schema}._search where record = %s", [made["id"]])
    spoil(world, "delete from {s}._search")
    look(world, tmp_path, repair=True)
    assert world.rows("select * from {schema}._search where record = %s", [made["id"]]) == before
    assert look(world, tmp_path) == []


@pytest.mark.parametrize(("version", "told"), [(99, "use the newer Relata"), (0, "the next start of Relata mends it")])
def test_tables_of_another_version_are_told(world: World, tmp_path: Path, version: int, told: str) -> None:
    change = "insert into {s}._migration values (99)" if version else "delete from {s}._migration"
    spoil(world, change)
    (found,) = look(world, tmp_path)
    assert told in found
