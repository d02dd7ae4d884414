"""The store of files in the data directory: `files/<workspace id>/ab/cdef…`, under the hash of the bytes, so that the same
bytes lie there once however often they are uploaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

FILES, INCOMING = "files", "incoming"
"""The folder of the data directory, and that of a workspace in it where uploads are received."""
STARTS = tuple(f"{number:02x}" for number in range(256))


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A `BlobStore` in a folder."""

    folder: Path

    def incoming(self, workspace: str) -> Path:
        place = self.folder / workspace / INCOMING
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place / uuid4().hex

    def keep(self, workspace: str, hash_: str, path: Path) -> None:
        """The name is there only when the bytes are safe on the disk; what was there under it is the same."""
        target = self.path(workspace, hash_)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        sync(path)
        path.chmod(0o600)
        os.utime(path)
        path.replace(target)
        for folder in (target.parent, target.parent.parent, self.folder):
            sync(folder)

    def open(self, workspace: str, hash_: str) -> BinaryIO:
        return self.path(workspace, hash_).open("rb")

    def has(self, workspace: str, hash_: str) -> bool:
        return self.path(workspace, hash_).is_file()

    def kept(self, workspace: str, starts: Iterable[str]) -> Iterator[tuple[str, float]]:
        for start in starts:
            folder = self.folder / workspace / start
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                try:
                    yield start + path.name, path.stat().st_mtime
                except FileNotFoundError:  # another process cleans, too
                    continue

    def renew(self, workspace: str, hash_: str) -> None:
        if self.has(workspace, hash_):
            os.utime(self.path(workspace, hash_))

    def drop(self, workspace: str, hash_: str) -> None:
        self.path(workspace, hash_).unlink(missing_ok=True)

    def abandoned(self, workspace: str, before: float) -> Iterator[Path]:
        folder = self.folder / workspace / INCOMING
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                if path.stat().st_mtime < before:
                    yield path
            except FileNotFoundError:
                continue

    def path(self, workspace: str, hash_: str) -> Path:
        return self.folder / workspace / hash_[:2] / hash_[2:]


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
