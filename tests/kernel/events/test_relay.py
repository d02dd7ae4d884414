from __future__ import annotations

import asyncio
import random
import threading
import time
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from relata.assembly import APPS
from relata.kernel.events import feed as feed_module
from relata.kernel.events.cleaning import clean_installation, clean_workspace
from relata.kernel.events.feed import MOST, Feed
from relata.kernel.events.numbering import EVENTS, number_events
from relata.kernel.events.relaying import relaying
from relata.kernel.installation import Installation
from relata.kernel.migrations import INSTALLATION, WORKSPACE, migrate
from relata.kernel.tenancy.creating import Plan, create_workspace
from tests.workers import until
from tests.world import World

INSERT = "insert into ws_halden._outbox (object, record, version, op) values ('note', %s, 1, 'c')"

MANY = INSERT.replace(
    "values ('note', %s, 1, 'c')", "select 'note', gen_random_uuid(), 1, 'c' from generate_series(1, %s)"
)
WAITING = "select count(*) from {schema}._outbox where xid > (select xid from {schema}._sequence)"


def write_events(conninfo: str, seed: int, until: float) -> None:
    """Transactions of some events each, with pauses in between, a tenth of them rolled back."""
    chance = random.Random(seed)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        while time.monotonic() < until:
            with connection.transaction() as transaction:
                for _ in range(chance.randint(1, 4)):
                    connection.execute(INSERT, [uuid4()])
                    if chance.random() < 0.3:
                        time.sleep(chance.random() / 50)
                if chance.random() < 0.1:
                    raise psycopg.Rollback(transaction)


async def follow(conninfo: str, stop: threading.Event, seen: list[int]) -> None:
    """A reader that asks for what comes after the last number it saw."""
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        while not stop.is_set():
            last = seen[-1] if seen else 0
            cursor = await connection.execute("select seq from ws_halden._event where seq > %s order by seq", [last])
            seen += [row[0] for row in await cursor.fetchall()]
            await asyncio.sleep(0.005)


async def write_and_relay(conninfo: str) -> list[int]:
    async with Installation.open(conninfo, APPS, most=3) as installation, relaying(installation):
        stop, seen = threading.Event(), list[int]()
        reader = asyncio.create_task(follow(conninfo, stop, seen))
        end = time.monotonic() + 3
        await asyncio.gather(*(asyncio.to_thread(write_events, conninfo, seed, end) for seed in range(8)))
        await all_numbered(installation)
        await asyncio.sleep(0.1)
        stop.set()
        await reader
        return seen


async def all_numbered(installation: Installation) -> None:
    for _ in range(200):
        async with installation.connection() as connection:
            row = await (await connection.execute(WAITING.format(schema="ws_halden").encode())).fetchone()
        if row == (0,):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("events were left without a number")


def test_eight_writers_leave_no_gap_and_no_reader_skips_an_event(world: World) -> None:
    seen = asyncio.run(write_and_relay(world.conninfo))
    kept = [row[0] for row in world.rows("select seq from {schema}._event order by xid, id")]
    assert len(kept) > 200
    assert kept == list(range(1, len(kept) + 1))
    assert seen == kept
    assert world.rows("select n from {schema}._sequence") == [(len(kept),)]


def test_what_the_server_writes_is_numbered_at_once(world: World) -> None:
    world.nora.create("account", name="Vale")
    until(lambda: world.rows(WAITING) == [(0,)], 3)


@pytest.fixture
def quiet(database: str) -> str:
    """A workspace that no process serves."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm with schema public")
        migrate(connection, INSTALLATION, "relata")
        migrate(connection, WORKSPACE, "ws_halden")
    return database


async def numbered(connection: psycopg.AsyncConnection[Any], events: int) -> None:
    """Number so many: they wait as long as older transactions run anywhere in the cluster."""
    for _ in range(600):
        if (await number_events(connection, "ws_halden"))[0] == events:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("events were left without a number")


def test_events_are_numbered_and_told_together_or_not_at_all(quiet: str) -> None:
    async def told() -> list[list[str]]:
        async with (
            await psycopg.AsyncConnection.connect(quiet, autocommit=True) as listener,
            await psycopg.AsyncConnection.connect(quiet, autocommit=True) as connection,
        ):
            await listener.execute(f"listen {EVENTS}")
            for _ in range(3):
                await connection.execute(INSERT.encode(), [uuid4()])
            heard = []
            for dropped, events in ((True, 3), (False, 3), (False, 0)):
                async with connection.transaction(force_rollback=dropped):
                    await numbered(connection, events)
                heard.append([note.payload async for note in listener.notifies(timeout=0.3)])
            return heard

    assert asyncio.run(told()) == [[], ["ws_halden"], []]


def test_a_word_that_was_lost_is_made_up_for(quiet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found() -> list[int]:
        feed, lengths = Feed(), []
        async with await psycopg.AsyncConnection.connect(quiet, autocommit=True) as connection:
            for stale in (3600.0, 3600.0, 0.0):
                monkeypatch.setattr(feed_module, "STALE", stale)
                lengths.append(len(await feed.after(connection, "ws_halden", 0)))
                await connection.execute(INSERT.encode(), [uuid4()])
                await numbered(connection, 1)
        return lengths

    assert asyncio.run(found()) == [0, 0, 2]


@pytest.mark.parametrize("begin", [2**15 - MOST - 3, 2**31 - MOST - 3, 2**40])
def test_a_reader_comes_over_every_border_of_numbers_and_transactions(quiet: str, begin: int) -> None:
    async def followed() -> list[int]:
        feed, number, seen = Feed(), begin, list[int]()
        async with await psycopg.AsyncConnection.connect(quiet, autocommit=True) as connection:
            await connection.execute("update ws_halden._sequence set n = %s", [begin])
            for size in (1, MOST + 1, 2, 3 * MOST):
                await connection.execute(MANY.encode(), [size])
            waiting = 4 * MOST + 4
            while waiting:
                waiting -= (await number_events(connection, "ws_halden"))[0]
            while events := await feed.after(connection, "ws_halden", number):
                seen += [event["seq"] for event in events]
                number = seen[-1]
            middle = await feed.after(connection, "ws_halden", begin + MOST // 2)
            assert [event["seq"] for event in middle] == list(
                range(begin + MOST // 2 + 1, begin + MOST // 2 + MOST + 1)
            )
        return seen

    assert asyncio.run(followed()) == list(range(begin + 1, begin + 4 * MOST + 5))


def test_a_relay_goes_on_after_its_connections_broke(world: World) -> None:
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        connection.execute(INSERT, [uuid4()])
    until(lambda: world.rows(WAITING) == [(0,)], 15)


def test_old_events_and_answers_go_and_young_or_unnumbered_ones_stay(world: World) -> None:
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("truncate ws_halden._outbox, ws_halden._numbered")
        for xid, first, last, age in ((11, 1, 2, "4 days"), (12, 3, 3, "4 days"), (13, 4, 5, "2 days")):
            text = "insert into ws_halden._numbered (xid, first, last, at) values (%s::text::xid8, %s, %s, now() - %s::interval)"
            connection.execute(text, [xid, first, last, age])
            for _ in range(last - first + 1):
                text = "insert into ws_halden._outbox (object, record, version, op, xid) values ('note', %s, 1, 'c', %s::text::xid8)"
                connection.execute(text, [uuid4(), xid])
        for age in ("25 hours", "23 hours"):
            text = "insert into ws_halden._idempotency (principal, key, fingerprint, created_at) values (%s, %s, '', now() - %s::interval)"
            connection.execute(text.encode(), [uuid4(), age, age])
            connection.execute("insert into relata.sign_in_failure values ('x', now() - %s::interval)", [age])
    asyncio.run(clean(world.conninfo))
    assert world.rows("select seq from {schema}._event where xid < '14' order by seq") == [(4,), (5,)]
    assert world.rows("select count(*) from {schema}._outbox where xid < '14'") == [(2,)]
    assert world.rows("select key from {schema}._idempotency") == [("23 hours",)]
    assert world.rows("select count(*) from relata.sign_in_failure") == [(1,)]


def test_events_restored_from_another_cluster_get_their_numbers_and_so_do_later_ones(world: World) -> None:
    """A restored dump holds transaction ids that this cluster has not reached."""
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        n = connection.execute("update ws_halden._sequence set n = n + 7, xid = '900000000000' returning n").fetchone()
        text = "insert into ws_halden._outbox (object, record, version, op, xid) values ('note', %s, 1, 'c', '900000000001')"
        connection.execute(text, [uuid4()])

    async def reopened() -> None:
        async with Installation.open(world.conninfo, APPS, most=3) as installation, relaying(installation):
            await installation.find("halden")
            async with installation.connection() as connection:
                await connection.execute(INSERT, [uuid4()])
            await all_numbered(installation)

    asyncio.run(reopened())
    assert n is not None
    assert world.rows("select seq from {schema}._event where seq > %s order by seq", [n[0]]) == [
        (n[0] + 1,),
        (n[0] + 2,),
    ]


def test_what_others_write_in_a_workspace_that_nobody_uses_here_is_numbered_without_a_relay_for_it(
    world: World,
) -> None:
    async def written() -> None:
        async with Installation.open(world.conninfo, APPS, most=2) as elsewhere:
            await create_workspace(elsewhere, Plan(name="quiet", label="Quiet"))
            async with elsewhere.connection() as connection:
                await connection.execute(INSERT.replace("ws_halden", "ws_quiet").encode(), [uuid4()])

    asyncio.run(written())
    until(lambda: world.rows("select seq from ws_quiet._event") == [(1,)])
    running: Installation = world.client.app.state.places.home  # type: ignore[attr-defined]  # it is Starlette
    assert "quiet" in running.register
    assert "quiet" not in running.workspaces


async def clean(conninfo: str) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        await clean_installation(connection)
        await clean_workspace(connection, "ws_halden")
