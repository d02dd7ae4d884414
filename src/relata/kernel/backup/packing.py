"""Writes a backup: a tar of compressed parts, the manifest last, under its name only when it is whole.

A part is compressed straight into the file; its header is written when its size is known.
"""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from relata.errors import SetupError
from relata.kernel.backup.manifest import Part

if TYPE_CHECKING:
    from relata.kernel.backup.manifest import Manifest

BLOCK = 512
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
LEVEL = 1
"""Of zlib: level 6 takes two to three times as long for about a tenth less (docs/decisions/0020)."""
GZIP = 31
"""The window bits with which zlib writes and reads gzip."""


class Packer:
    """An archive that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._count = 0

    @contextlib.contextmanager
    def part(self, made: list[Part]) -> Iterator[Sink]:
        """A new part; it is appended to `made` when the block has written it."""
        self._count += 1
        name = f"part/{self._count}.gz"
        start = self._file.tell()
        self._file.write(bytes(BLOCK))
        sink = Sink(self._file)
        yield sink
        sink.close()
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(header(name, end - start - BLOCK))
        self._file.seek(end)
        self._file.write(bytes(-(end - start) % BLOCK))
        made.append(Part(name, sink.size, sink.hash.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, its hash, and the end of the archive."""
        text = manifest.bytes()
        for name, content in ((MANIFEST, text), (MANIFEST_HASH, sha256(text).hexdigest().encode())):
            self._file.write(header(name, len(content)) + content + bytes(-len(content) % BLOCK))
        self._file.write(bytes(2 * BLOCK))


class Sink:
    """Takes the bytes of one part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self.hash = sha256()
        self.size = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.hash.update(data)
        self.size += len(data)
        self._file.write(self._packer.compress(data))

    def close(self) -> None:
        self._file.write(self._packer.flush())


def header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


@contextlib.contextmanager
def written_beside(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when the block has ended well; until then it ends in `.part`, and an
    interruption removes it or leaves it under that name.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with io.FileIO(descriptor, "r+") as raw, io.BufferedRandom(raw, 1 << 20) as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        refuse_existing(path)
        beside.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SetupError(f"{path} cannot be written ({reason}): free some space or choose another place.") from error
    finally:
        beside.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise SetupError(f"{path} is there already: a backup overwrites nothing, so give another name.")


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
