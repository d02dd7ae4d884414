"""Named points where the tests of crashes kill the process; without the variable they do nothing."""

from __future__ import annotations

import os
import signal

VARIABLE = "RELATA_FAILPOINT"
WANTED = os.environ.get(VARIABLE)


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL if the environment asks for it at this point."""
    if name == WANTED:
        os.kill(os.getpid(), signal.SIGKILL)
