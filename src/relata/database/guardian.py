"""The parent process of the embedded PostgreSQL: it runs as long as somebody uses the database.

Everybody who uses the database holds a shared lock on one file, which the operating system lets go
even after `kill -9`. The guardian waits for the exclusive lock: when it gets it, nobody is left and
it stops PostgreSQL. Should the guardian itself be killed, Linux stops PostgreSQL
(PR_SET_PDEATHSIG). It is run as a script of its own with the standard library alone, so that it
stays small.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between the end of a server that had worked and its next start, doubled with each failure."""
STEADY = 10.0
"""Seconds of running after which an end counts as the first again."""
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP, signal.SIGCHLD}
PATIENCE = 20
"""Seconds that a fast stop may take before connections are cut without ceremony."""


def main(plan: dict[str, Any]) -> int:
    """Go to the background as the one guardian of the data directory; 1 when there is one already.

    The process that was started ends at once, so that nobody has the guardian for a child. It
    leaves the guardian its lock (which is free again exactly when the guardian has ended) and
    writes down its process id.
    """
    mine = os.open(plan["guardian_lock"], os.O_RDWR)
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 1
    child = os.fork()
    if child == 0:
        return guard(plan)
    _write_state(plan, child)
    return 0


def guard(plan: dict[str, Any]) -> int:
    """Run PostgreSQL as `plan` says until nobody uses it; the exit code is that of PostgreSQL."""
    # Signals wait until they are asked for: a handler can run late by as long as PostgreSQL lives, where the signal
    # comes just before the wait for its end begins.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    threading.Thread(target=_end_when_unused, args=(plan["in_use_lock"],), daemon=True).start()
    code = Guardian(plan).run()
    Path(plan["state"]).unlink(missing_ok=True)
    if plan["remove_sockets"]:
        _remove_if_empty(plan["sockets"])
    return code


class Guardian:
    """One PostgreSQL and the wish to stop it; it dies with the thread that calls `run`."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._stopping = False
        self._worked = False

    def run(self) -> int:
        """Start the server, and again whenever it ends on its own, once somebody has reached it: a killed
        server whose children still end, or a full disk, keeps it from starting only for a time.
        """
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = self._served()
            if self._stopping or not self._worked:
                return code
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY else pause
            if self._stops_within(pause):
                return code
            pause = min(pause * 2, LONGEST_PAUSE)

    def _served(self) -> int:
        """The exit code of one server, after it was told what signals asked for."""
        server = self._start()
        while (code := server.poll()) is None:
            match signal.sigwait(SIGNALS):
                case signal.SIGTERM | signal.SIGINT:
                    # Fast shutdown: open transactions are rolled back, everything committed is kept.
                    self._stopping = True
                    server.send_signal(signal.SIGINT)
                    signal.alarm(PATIENCE)
                case signal.SIGALRM:
                    # Immediate shutdown; the next start recovers from the write-ahead log.
                    server.send_signal(signal.SIGQUIT)
                case signal.SIGHUP:
                    # Somebody has connected: from now on an end is no failed start.
                    self._worked = True
        return code

    def _stops_within(self, seconds: float) -> bool:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        while not self._stopping:
            match signal.sigwait(SIGNALS):
                case signal.SIGTERM | signal.SIGINT:
                    self._stopping = True
                case signal.SIGALRM:
                    break
        signal.setitimer(signal.ITIMER_REAL, 0)
        return self._stopping

    def _start(self) -> subprocess.Popen[bytes]:
        owner = self._plan["owner"]
        uid, gid = owner or (None, None)
        folders = {name: self._plan[name] for name in ("cluster", "sockets")}
        handed: list[int] = []
        if owner is not None:
            handed = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in folders.values()]
            folders = {name: f"/proc/self/fd/{n}" for name, n in zip(folders, handed, strict=True)}
        sockets = folders["sockets"].replace('"', '""')
        command = [self._plan["postgres"], "-D", folders["cluster"], "-k", f'"{sockets}"']
        try:
            return subprocess.Popen(
                [*command, *self._plan["arguments"]],
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=handed,
                user=uid,
                group=gid,
                extra_groups=None if owner is None else [],
                preexec_fn=_dying_with(os.getpid()),  # noqa: PLW1509 — no thread holds a lock
            )
        finally:
            for descriptor in handed:
                os.close(descriptor)


def _dying_with(parent: int) -> Any:
    """For the child, after its change of user, which would clear it: SIGQUIT on `parent`'s end, where there is such a
    thing, and no signal held back.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform.startswith("linux") else None

    def ask() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(signal.SIGQUIT))
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _end_when_unused(path: str) -> None:
    fcntl.flock(os.open(path, os.O_RDWR), fcntl.LOCK_EX)
    os.kill(os.getpid(), signal.SIGTERM)


def _write_state(plan: dict[str, Any], pid: int) -> None:
    state = Path(plan["state"])
    beside = state.with_name(f"{state.name}.new")
    beside.write_text(json.dumps({"guardian": pid, "sockets": plan["sockets"]}), encoding="utf-8")
    beside.rename(state)


def _remove_if_empty(folder: str) -> None:
    try:
        Path(folder).rmdir()
    except OSError as error:
        sys.stderr.write(f"{folder} is left behind: {error}\n")


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
