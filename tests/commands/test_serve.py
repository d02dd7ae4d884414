from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from tests.workers import environment
from tests.world import World


@pytest.mark.slow
@pytest.mark.parametrize("schema", ["relata", "ws_halden"])
def test_tables_of_a_newer_relata_are_refused_in_one_sentence(
    world: World, tmp_path_factory: pytest.TempPathFactory, schema: str
) -> None:
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute(f"insert into {schema}._migration values (99)".encode())
        connection.execute("update relata.workspace set version = 99 where schema_name = %s", [schema])
    program = [sys.executable, "-m", "relata", "serve", "--port", "0"]
    variables = environment(world, tmp_path_factory.mktemp("data"))
    ended = subprocess.run(program, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert ended.stdout == ""
    (told,) = ended.stderr.splitlines()
    assert "newer Relata (version 99 of its tables" in told
    assert "start that version" in told
