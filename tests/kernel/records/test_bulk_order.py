"""A bulk leaves what single writes would have left, one after the other: tried on the same records in one transaction,
of which each half is rolled back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from relata.assembly import APPS
from relata.errors import NotFound, RelataError
from relata.kernel.access.actor import Actor
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.records.bulk import MODES, Bulk
from relata.kernel.records.change import Create, Delete, Update
from relata.kernel.records.source import Row
from relata.kernel.records.write import write
from tests.world import WORKSPACE, World

Values = dict[str, Any]
Verdict = tuple[str, ...]
Work = Callable[[Ctx], Awaitable[None]]
Run = Callable[[Work], None]
THERE: tuple[Values, ...] = (
    {"name": "One", "code": "P1", "external_id": "a"},
    {"name": "Two", "code": "P2"},
    {"name": "Two", "code": "P3", "external_id": "c"},
    {"name": "Trashed", "code": "P4", "external_id": "d"},
)
NOBODY = "01a20280-0000-7000-8000-000000000000"
ROW = st.fixed_dictionaries(
    {"id": st.integers(0, len(THERE))},
    optional={
        "code": st.sampled_from([None, "P1", "P2", "P3", "P4", "P5"]),
        "external_id": st.sampled_from([None, "a", "b", "c"]),
        "name": st.sampled_from(["", "One", "Two", "Other"]),
        "version": st.sampled_from([1, 2, 3]),
        "nothing": st.just(1),
    },
)
KEYS = (("id",), ("external_id",), ("code",), ("name",), ("name", "code"))


@pytest.fixture(scope="module")
def run(module_world: World) -> Iterator[Run]:
    """Runs something with a member's context, in a transaction that is rolled back."""
    with asyncio.Runner() as runner:
        opening = Installation.open(module_world.conninfo, APPS, most=2)
        installation = runner.run(opening.__aenter__())
        workspace = runner.run(installation.find(WORKSPACE))
        user = module_world.users["mei"]
        access = workspace.access(Actor(principal=user, user=user, role=workspace.role("member")))

        async def within(work: Work) -> None:
            async with installation.connection() as connection, connection.transaction(force_rollback=True):
                await work(Ctx(workspace, access, connection))

        yield lambda work: runner.run(within(work))
        runner.run(opening.__aexit__(None, None, None))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mode=st.sampled_from(MODES), key=st.sampled_from(KEYS), rows=st.lists(ROW, min_size=1, max_size=8))
@example(mode="update", key=("id",), rows=[{"id": 0, "code": "P9"}, {"id": 1, "code": "P1"}])
@example(mode="update", key=("id",), rows=[{"id": 1, "code": "P1"}, {"id": 0, "code": "P9"}])
@example(mode="update", key=("id",), rows=[{"id": 0, "code": c} for c in ("P5", "P6")] + [{"id": 1, "code": "P5"}])
@example(mode="delete", key=("id",), rows=[{"id": 0}, {"id": 0}, {"id": 3}, {"id": 4}])
def test_a_bulk_leaves_what_single_writes_leave_one_after_the_other(
    run: Run, mode: str, key: tuple[str, ...], rows: list[Values]
) -> None:
    async def both(ctx: Ctx) -> None:
        ids = [(await write(ctx, "product", Create(values))).id for values in THERE]
        await write(ctx, "product", Delete(ids[3]))
        sent = [made(row, mode, key, [*ids, NOBODY]) for row in rows]
        many = await outcome(ctx, lambda: in_bulk(ctx, mode, key, sent))
        assert many == await outcome(ctx, lambda: one_by_one(ctx, mode, key, sent))

    run(both)


def made(row: Values, mode: str, key: tuple[str, ...], ids: list[str]) -> Values:
    """The row as it is sent; every second id in capitals."""
    values = {name: value for name, value in row.items() if name != "id"}
    if mode in ("create", "upsert"):
        values.pop("version", None)
    if mode == "create":
        return values
    if key == ("id",):
        return values | {"id": ids[row["id"]].upper() if row["id"] % 2 else ids[row["id"]]}
    return values


async def outcome(ctx: Ctx, work: Callable[[], Awaitable[list[tuple[str | None, Verdict]]]]) -> Any:
    """The verdicts, and all that was left but the lines; new records are called by the place of their row."""
    async with ctx.connection.transaction(force_rollback=True):
        came = await work()
        text = msgspec.json.encode([[verdict for _, verdict in came], await left(ctx.connection)]).decode()
    for place, (id_, verdict) in enumerate(came):
        if id_ is not None and verdict == ("created",):
            text = text.replace(id_, f"row {place}")
    verdicts, tables = msgspec.json.decode(text)
    return verdicts, {name: sorted(rows, key=repr) for name, rows in tables.items()}


async def left(connection: psycopg.AsyncConnection[Any]) -> dict[str, Any]:
    found = {}
    apart = {"_journal": "{}", "_outbox": "{id,xid,position,at,tx}", "_search": "{}", "product": "{}"}
    for table, columns in apart.items():
        where = "" if table == "product" else " where object = 'product'"
        text = (
            f"select coalesce(json_agg((to_jsonb(t) - '{columns}'::text[]) #- '{{origin,~line}}'), '[]')"
            f" from ws_{WORKSPACE}.{table} t{where}"
        )
        row = await (await connection.execute(text.encode())).fetchone()
        found[table] = msgspec.json.decode(row[0]) if row else []
    return found


async def in_bulk(ctx: Ctx, mode: str, key: tuple[str, ...], sent: list[Values]) -> list[tuple[str | None, Verdict]]:
    taken = await Bulk("product", mode, key).take(ctx, [Row(line, values) for line, values in enumerate(sent, 1)])
    assert [one.line for one in taken] == list(range(1, len(sent) + 1))
    return [
        (one.id, tuple(sorted({fault.code for fault in one.faults})) if one.action == "refused" else (one.action,))
        for one in taken
    ]


async def one_by_one(ctx: Ctx, mode: str, key: tuple[str, ...], sent: list[Values]) -> list[tuple[str | None, Verdict]]:
    came: list[tuple[str | None, Verdict]] = []
    for values in sent:
        try:
            came.append(await single(ctx, mode, key, values))
        except RelataError as error:
            came.append((None, tuple(sorted({fault.code for fault in error.faults} or {error.code}))))
    return came


class Refused(RelataError):
    """A row that means no record, or several; single writes know no such thing."""


async def single(ctx: Ctx, mode: str, key: tuple[str, ...], values: Values) -> tuple[str | None, Verdict]:
    if mode == "create":
        return (await write(ctx, "product", Create(values))).id, ("created",)
    id_ = values["id"] if key == ("id",) else await keyed(ctx, mode, key, values)
    version = values.get("version")
    others = {name: value for name, value in values.items() if name not in ("id", "version")}
    if id_ is None:
        return (await write(ctx, "product", Create(others))).id, ("created",)
    if mode == "delete":
        return (await write(ctx, "product", Delete(id_.lower(), version))).id, ("deleted",)
    written = await write(ctx, "product", Update(id_.lower(), others, version))
    return written.id, ("updated",) if written.changed else ("unchanged",)


async def keyed(ctx: Ctx, mode: str, key: tuple[str, ...], values: Values) -> str | None:
    if any(values.get(name) in (None, "") for name in key):
        raise coded("required")
    same = " and ".join(f"{name} = %({name})s" for name in key)
    text = f"select id::text from ws_{WORKSPACE}.product where deleted_at is null and {same}"
    found = await (await ctx.connection.execute(text.encode(), values)).fetchall()
    if len(found) > 1:
        raise coded("ambiguous")
    if not found and mode != "upsert":
        raise NotFound("There is no such record.")
    return str(found[0][0]) if found else None


def coded(code: str) -> RelataError:
    error = Refused("The row is refused.")
    error.code = code
    return error
