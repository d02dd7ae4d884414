"""PostgreSQL refuses to run as root, so under root its processes belong to an unprivileged user.

No folder above the data is opened up for that user: root opens the database's own folders and hands
them over as inherited file descriptors, whose `/proc/self/fd/N` path is walked from the folder
itself, not from the root.
"""

from __future__ import annotations

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relata.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

PREFERRED_USERS = ("relata", "nobody")


def server_owner(cluster: Path) -> Owner | None:
    """Who must run the server on `cluster`, or None when that is the present user.

    Raises SetupError where root cannot hand the server over.
    """
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        raise SetupError("The embedded database does not run as root here: start Relata as an ordinary user.")
    if cluster.exists() and (uid := cluster.stat().st_uid) != 0:
        return Owner(uid, cluster.stat().st_gid)
    for name in PREFERRED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    raise SetupError(
        "PostgreSQL does not run as root and there is no user “nobody”: add a user “relata” or "
        "start Relata as an ordinary user."
    )


@dataclass(frozen=True)
class Owner:
    """An unprivileged user by number."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter every folder down to `path` (going by the mode alone)."""
        return all(self._enters(folder) for folder in [path, *path.parents])

    def _enters(self, folder: Path) -> bool:
        entry = folder.stat()
        if entry.st_uid == self.uid:
            return bool(entry.st_mode & stat.S_IXUSR)
        if entry.st_gid == self.gid:
            return bool(entry.st_mode & stat.S_IXGRP)
        return bool(entry.st_mode & stat.S_IXOTH)
