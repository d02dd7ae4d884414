from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "200", **variables}
    return subprocess.run(
        [sys.executable, "-m", "relata", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )


def test_help_names_the_commands_and_the_exit_codes(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    assert "doctor" in done.stdout
    assert "Exit codes:" in done.stdout


def test_an_unknown_command_is_wrong_use(tmp_path: Path) -> None:
    done = run(tmp_path, "serf")
    assert done.returncode == 2
    assert "No such command 'serf'" in done.stderr


def test_the_doctor_finds_a_sound_installation_sound(short_folder: Path) -> None:
    done = run(short_folder, "doctor", "--json", RELATA_DATA_DIR=str(short_folder / "data"))
    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 0
    assert checks["database"]["message"].endswith("durable (started for this check)")
    assert list(checks) == [
        "python",
        "settings",
        "data directory",
        "disk",
        "database programs",
        "database",
        "drift",
        "port",
        "interface",
    ]


def test_the_doctor_says_how_to_mend_and_fails(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", RELATA_PROT="1")
    assert done.returncode == 1
    assert "RELATA_PROT is no setting; did you mean RELATA_PORT." in done.stdout
    (tmp_path / "format").write_text("99")
    done = run(tmp_path, "doctor", RELATA_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "newer Relata" in done.stdout


@pytest.mark.slow
def test_the_doctor_notes_a_port_in_use(short_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        data_dir = str(short_folder / "data")
        done = run(short_folder, "doctor", RELATA_PORT=port, RELATA_DATA_DIR=data_dir)
    assert done.returncode == 0
    assert f"Something already answers on port {port}" in done.stdout


def test_the_settings_are_listed(tmp_path: Path) -> None:
    assert "RELATA_DATABASE_URL" in run(tmp_path, "doctor", "--settings").stdout
    rows = json.loads(run(tmp_path, "doctor", "--settings", "--json").stdout)
    assert {"variable": "RELATA_PORT", "default": "8000"}.items() <= rows[2].items()
