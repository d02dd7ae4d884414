from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from relata.errors import SetupError
from relata.process.listening import address_of, listen
from tests.database.launching import eventually

SERVER = """
import sys
from relata.process.listening import address_of, listen
from relata.process.web import serve

async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})

listener = listen("127.0.0.1", 0)
worker = [sys.executable, "-c", sys.argv[1], sys.argv[2]]
serve(application, listener, workers=[worker], log_level="error",
      ready=lambda: print(address_of(listener), flush=True))
print("ended in order", flush=True)
"""
WORKER = """
import os, sys, time
from relata.process.parent import end_with_parent

end_with_parent()
with open(sys.argv[1], "a") as pids:
    print(os.getpid(), file=pids)
time.sleep(600)
"""


class Served:
    """The program above, with what its workers have written of themselves."""

    def __init__(self, folder: Path) -> None:
        self._pids = folder / "pids"
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, WORKER, str(self._pids)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def workers(self) -> list[int]:
        return [int(pid) for pid in self._pids.read_text().split()] if self._pids.exists() else []

    def worker(self, number: int) -> int:
        assert eventually(lambda: len(self.workers()) > number)
        return self.workers()[number]

    def rest(self) -> str:
        return self.process.communicate(timeout=30)[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_server_and_worker_in_order(tmp_path: Path, number: int) -> None:
    served = Served(tmp_path)
    with urllib.request.urlopen(served.address) as answer:
        assert answer.read() == b"here"
    worker = served.worker(0)
    served.process.send_signal(number)
    assert served.rest() == "ended in order\n"
    assert served.process.returncode == 0
    assert not psutil.pid_exists(worker)


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    served = Served(tmp_path)
    os.kill(served.worker(0), signal.SIGKILL)
    assert psutil.pid_exists(served.worker(1))
    served.process.terminate()
    served.rest()


def test_a_worker_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    served = Served(tmp_path)
    worker = served.worker(0)
    served.process.kill()
    served.rest()
    assert eventually(lambda: not psutil.pid_exists(worker))


def test_a_taken_port_is_told_with_another_to_choose() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=rf"Port {port} is taken .* RELATA_PORT={port + 1}\."):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(SetupError, match=r"cannot listen on 192\.0\.2\.1 .* set RELATA_HOST"):
        listen("192.0.2.1", 0)


def test_the_address_is_one_that_a_browser_opens() -> None:
    with listen("0.0.0.0", 0) as everywhere:
        assert address_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}"
    if socket.has_ipv6:
        with listen("::1", 0) as six:
            assert address_of(six) == f"http://[::1]:{six.getsockname()[1]}"
