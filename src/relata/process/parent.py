"""A supervised child ends when its parent does, even after `kill -9` of the parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

from relata.process.supervision import PARENT

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Called first by a process that may be supervised; does nothing in one that is not.

    Linux kills this process when the parent ends; elsewhere the parent is looked after once a
    second. Work that was in hand is taken up again by whoever finds it stalled.
    """
    parent = os.environ.get(PARENT, "")
    if not parent.isdigit():
        return
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    else:
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()
    if os.getppid() != int(parent):
        os._exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
