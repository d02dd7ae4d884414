"""What a killed server leaves behind: a pid file that may lie, or a process that still ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from relata.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE = 20.0
"""Seconds that a server without a guardian is given to end."""


def clear_leftovers(cluster: Path) -> None:
    """Wait for or stop a server that nobody guards, and remove a pid file that names none.

    PostgreSQL itself refuses to start when the pid of the file lives again as another process of
    the same user, which is common after a power cut. Raises SetupError when a server does not end.
    """
    pid_file = cluster / "postmaster.pid"
    pid = _pid(pid_file)
    if pid is not None and (server := _server_process(pid, cluster)) is not None:
        _end(server)
    if pid is not None:
        pid_file.unlink(missing_ok=True)


def _pid(pid_file: Path) -> int | None:
    try:
        first = pid_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else 0


def _server_process(pid: int, cluster: Path) -> psutil.Process | None:
    """The process when it is a PostgreSQL that works in this cluster (its directory)."""
    try:
        process = psutil.Process(pid)
        if process.name().startswith("postgres") and Path(process.cwd()).samefile(cluster):
            return process
    except (psutil.Error, OSError):
        return None
    return None


def _end(server: psutil.Process) -> None:
    steps: Iterable[tuple[str, float]] = (
        ("wait", 1.0),
        ("terminate", PATIENCE),
        ("kill", PATIENCE),
    )
    for step, seconds in steps:
        try:
            if step == "terminate":
                server.send_signal(2)
            elif step == "kill":
                server.send_signal(3)
            server.wait(seconds)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            return
        else:
            return
    raise SetupError(
        f"A PostgreSQL (process {server.pid}) still works on this data directory: stop it, then start again."
    )
