"""The functions of schema `relata` are those of the running version, whatever an older one has left."""

from __future__ import annotations

import psycopg

from relata.kernel.metadata.kinds.rich_text import Reading
from relata.kernel.migrations import FUNCTIONS, INSTALLATION, migrate
from tests.conformance.examples import EXAMPLES
from tests.world import World


def test_an_older_database_gets_the_functions_of_this_version(world: World) -> None:
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("drop function relata.add_workdays(date, numeric)")
        connection.execute("comment on schema relata is 'of an older version'")
        migrate(connection, INSTALLATION, "relata")
        found = connection.execute("select relata.add_workdays('2026-11-20', 1)::text").fetchone()
        assert found == ("2026-11-23",)
        told = connection.execute("select obj_description('relata'::regnamespace, 'pg_namespace')").fetchone()
        assert told is not None
        assert len(told[0]) == 64
        assert len(FUNCTIONS) > 50


def test_the_plain_text_of_html_is_the_same_in_the_database_but_for_verbatim_lines(world: World) -> None:
    with psycopg.connect(world.conninfo) as connection:
        for _, html in EXAMPLES["rich_text"].good:
            row = connection.execute("select relata.plain_html(%s)", [html]).fetchone()
            assert row is not None
            if "<pre>" not in html:
                assert row[0] == Reading.of(html).text


def test_adding_more_seconds_than_there_are_gives_nothing_also_where_they_are_a_constant(world: World) -> None:
    with psycopg.connect(world.conninfo) as connection:
        for seconds in ("1e25", "-1e25", "1e12"):
            found = connection.execute(f"select relata.add_seconds(m, {seconds}) from (values (now()), (null)) x(m)".encode())  # fmt: skip
            assert found.fetchall() == [(None,), (None,)]
