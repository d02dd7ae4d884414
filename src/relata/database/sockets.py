"""Where the embedded server listens: a Unix socket with a short path that only its user reaches."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from relata.database.owner import Owner
from relata.errors import SetupError

LONGEST = 107
"""Bytes that the path of a Unix socket may have (`sun_path` less its final zero)."""
SOCKET_NAME = ".s.PGSQL.5432"


def socket_folder(data_dir: Path, owner: Owner | None) -> Path:
    """A folder (mode 0700) for the socket: in the data directory where that path is short enough.

    Raises SetupError when a folder of that name belongs to somebody else.
    """
    folder = next(place for place in _places(data_dir) if _fits(place))
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        entry = folder.lstat()
        if folder.is_symlink() or entry.st_uid not in {
            os.geteuid(),
            owner.uid if owner else os.geteuid(),
        }:
            raise SetupError(f"{folder} belongs to somebody else: remove it, or shorten the path of RELATA_DATA_DIR.")
        folder.chmod(0o700)
        if owner is not None:
            os.chown(folder, owner.uid, owner.gid)
        for left in folder.glob(".s.PGSQL.*"):  # of a server that was killed; ours does not run yet
            left.unlink()
    except OSError as error:
        raise SetupError(
            f"The folder {folder} for the database's socket cannot be used ({error.strerror}): mend its rights."
        ) from error
    return folder


def _places(data_dir: Path) -> list[Path]:
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    places = [data_dir / "run"]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and os.access(runtime, os.W_OK):
        places.append(Path(runtime) / f"relata-{mark}")
    name = f"relata-{os.geteuid()}-{mark}"
    return [*places, Path(tempfile.gettempdir()) / name, Path("/tmp") / name]  # noqa: S108 — 0700, its owner is checked


def _fits(folder: Path) -> bool:
    """Short enough for the system, and without a comma, at which libpq sees several hosts."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST and "," not in str(folder)
