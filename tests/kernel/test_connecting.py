"""Which connection a workspace gets."""

from __future__ import annotations

import asyncio

from relata.assembly import APPS
from relata.kernel.installation import Installation


def test_a_workspace_gets_the_same_connection_again_and_another_only_while_that_is_taken(database: str) -> None:
    async def work() -> None:
        async with Installation.open(database, APPS, most=8) as here:
            await here.pool.resize(8)
            await here.pool.wait()

            async def given(schema: str) -> int:
                async with here.connection(schema) as connection:
                    return connection.info.backend_pid

            schemas = [f"ws_{number}" for number in range(40)]
            first = {schema: await given(schema) for schema in schemas}
            assert len(set(first.values())) > 1  # they are spread
            for schema in reversed(schemas):
                assert await given(schema) == first[schema]
            async with here.connection("ws_1") as taken:
                second = await given("ws_1")
                assert second != taken.info.backend_pid == first["ws_1"]
                assert await given("ws_1") == second
            assert await given("ws_1") == first["ws_1"]

    asyncio.run(work())
