"""What the kernel asks of the world outside, as protocols: whoever puts a process together says who answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol


class BlobStore(Protocol):
    """Keeps bytes under their SHA-256, for each workspace apart. What is kept never changes.

    The methods block, so they are called in threads. OSError means what it says: no room, not there.
    """

    def incoming(self, workspace: str) -> Path:
        """A new place on the disk for what is being received, until it is kept or thrown away."""

    def keep(self, workspace: str, hash_: str, path: Path) -> None:
        """Take over a file from its place of receipt; it is safe when this returns."""

    def open(self, workspace: str, hash_: str) -> BinaryIO:
        """The bytes, to be read from anywhere in them; raises FileNotFoundError."""

    def has(self, workspace: str, hash_: str) -> bool:
        """Whether the bytes are there."""

    def kept(self, workspace: str, starts: Iterable[str]) -> Iterator[tuple[str, float]]:
        """(hash, seconds since the epoch at which it was kept last) of what begins with one of these two digits."""

    def renew(self, workspace: str, hash_: str) -> None:
        """As if it had been kept just now, if it is there."""

    def drop(self, workspace: str, hash_: str) -> None:
        """Delete the bytes, if they are there."""

    def abandoned(self, workspace: str, before: float) -> Iterator[Path]:
        """Places of receipt in which nothing was written since."""
