"""`relata backup` and `relata restore` as programs: beside a server, killed in the middle, run again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import Place, relata, serving, settled_place

pytestmark = pytest.mark.slow


def run(place: Place, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "relata", *words]
    return subprocess.run(
        program, env={**place.environment, **more}, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_backup_beside_the_server_is_restored_elsewhere_and_serves(tmp_path: Path) -> None:
    with settled_place() as place, serving(place) as server:
        server.call("POST", "/records/account", {"name": "Vale"})
        killed = run(place, "backup", str(tmp_path / "a.tar"), RELATA_FAILPOINT="backup.table")
        assert killed.returncode == -signal.SIGKILL
        assert not (tmp_path / "a.tar").exists()
        told = json.loads(relata(place.environment, "backup", str(tmp_path / "a.tar"), "--json"))
        assert told["workspaces"] == ["main"]
        assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]
    folder = tmp_path / "d"
    there = Place({**place.environment, "RELATA_DATA_DIR": str(folder)}, place.key)
    for point in ("restore.loaded", "restore.committed"):
        assert run(there, "restore", str(tmp_path / "a.tar"), RELATA_FAILPOINT=point).returncode == -signal.SIGKILL
    refused = run(there, "serve")
    assert refused.returncode == 2
    assert "run the same “relata restore” again" in refused.stderr
    assert "is restored" in relata(place.environment, "restore", str(tmp_path / "a.tar"), "--into", str(folder))
    with serving(there) as server:
        found = server.call("POST", "/records/account/query", {})
        assert [record["name"] for record in found["records"]] == ["Vale"]


def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no backup" * 1000)
    place = Place({"RELATA_DATA_DIR": str(tmp_path / "data"), "PATH": "", "PYTHONPATH": ":".join(sys.path)}, "")
    ended = run(place, "restore", str(tmp_path / "x.tar"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no whole backup" in ended.stderr
    assert not (tmp_path / "data").exists()
