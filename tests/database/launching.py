"""Programs that use the embedded database in processes of their own, to be killed and raced."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from relata.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

HOLD = """
import sys
from pathlib import Path
from relata.database import open_database
from relata.errors import SetupError
from relata.settings import read_settings

try:
    with open_database(read_settings({"RELATA_DATA_DIR": sys.argv[1]}, Path("/"))) as database:
        print(database.started_here, database.conninfo, flush=True)
        sys.stdin.read()
except SetupError as error:
    print(f"refused: {error.message}", flush=True)
"""
"""Opens the database, says so, and lets go of it when its standard input ends."""


def settings_for(data_dir: Path, **variables: str) -> Settings:
    """Settings with this data directory and nothing of the machine's."""
    return read_settings({"RELATA_DATA_DIR": str(data_dir), **variables}, Path("/"))


def hold(data_dir: Path, user: int | None = None, program: str = sys.executable) -> subprocess.Popen[str]:
    """A process that opens the database, as another user where root says so."""
    return subprocess.Popen(
        [program, "-c", HOLD, str(data_dir)],
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """What the process says first."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Let the process end by itself and wait for that."""
    process.communicate(timeout=60)


def servers_in(data_dir: Path) -> list[psutil.Process]:
    """All processes of PostgreSQL and its guardian that belong to the data directory."""
    return [process for process in psutil.process_iter() if _belongs(process, data_dir)]


def _belongs(process: psutil.Process, data_dir: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        guards = any(str(data_dir) in part for part in process.cmdline() if part.startswith("{"))
        return guards or process.cwd() == str(data_dir / "postgres")
    except (psutil.Error, OSError):
        return False


def postmaster(data_dir: Path) -> psutil.Process:
    """The server's first process."""
    pid_file = data_dir / "postgres" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text(encoding="ascii").partition("\n")[0]))


def eventually(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether it comes to hold within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def is_root() -> bool:
    """Whether the tests may start programs as somebody else."""
    return os.geteuid() == 0
