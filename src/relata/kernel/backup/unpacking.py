"""Reads a backup and trusts nothing in it: plain members under the expected names, no byte more than the
manifest declares, and every hash compared. Headers are read one block at a time, so that no
extension of the format (links, long names, sparse files) is ever followed.
"""

from __future__ import annotations

import contextlib
import re
import tarfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO

from relata.errors import SetupError
from relata.kernel.backup.manifest import PART, Manifest, Part, Table, read_manifest
from relata.kernel.backup.packing import BLOCK, GZIP, MANIFEST, MANIFEST_HASH

MOST_MEMBERS = 2_000_000
LARGEST_MANIFEST = 256_000_000
CHUNK = 1 << 18


class Archive:
    """A backup that is whole in form: it has a manifest and exactly the parts that this names."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._members = dict(self._read_members())
        text = self._small(MANIFEST, LARGEST_MANIFEST)
        if self._small(MANIFEST_HASH, BLOCK).decode("ascii", "replace") != sha256(text).hexdigest():
            raise self.damaged("its manifest was changed or damaged")
        self.manifest: Manifest = read_manifest(text)
        if {part.name for part in self.manifest.parts} != {*self._members} - {MANIFEST, MANIFEST_HASH}:
            raise self.damaged("its parts are not those that its manifest names")

    def content(self, table: Table) -> Iterator[bytes]:
        """The rows of a table."""
        return self.read(table.part)

    def read(self, part: Part) -> Iterator[bytes]:
        """The bytes of a part; raises SetupError as soon as they are more or others than declared."""
        offset, left = self._members[part.name]
        unpacker, digest, size = zlib.decompressobj(GZIP), sha256(), 0
        try:
            while not unpacker.eof:
                packed = unpacker.unconsumed_tail
                if not packed and left:
                    self._file.seek(offset)
                    packed = self._file.read(min(CHUNK, left))
                    offset, left = offset + len(packed), left - len(packed)
                data = unpacker.decompress(packed, CHUNK)
                if not packed and not data and not unpacker.eof:
                    raise self.damaged(f"{part.name} ends too early")
                size += len(data)
                if size > part.size:
                    raise self.damaged(f"{part.name} holds more than its manifest declares")
                digest.update(data)
                yield data
        except zlib.error as error:
            raise self.damaged(f"{part.name} cannot be unpacked ({error})") from None
        if size != part.size or digest.hexdigest() != part.sha256 or left or unpacker.unused_data:
            raise self.damaged(f"{part.name} is not what was written")

    def damaged(self, what: str) -> SetupError:
        return SetupError(f"{self._path} is no whole backup ({what}): take another one.")

    def _read_members(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """(name, (offset, size)) of each member, up to the end mark."""
        known = set[str]()
        length = self._file.seek(0, 2)
        position = 0
        while len(known) < MOST_MEMBERS:
            self._file.seek(position)
            block = self._file.read(BLOCK)
            if block == bytes(BLOCK):
                return
            try:
                info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
            except tarfile.HeaderError:
                raise self.damaged("it is cut off, or no backup of Relata") from None
            if info.type != tarfile.REGTYPE or not (PART.fullmatch(info.name) or info.name in (MANIFEST, MANIFEST_HASH)):  # fmt: skip
                raise self.damaged(f"it holds {re.sub(r'[^ -~]', '?', info.name)[:80]!r}, which no backup does")
            position += BLOCK
            if info.name in known or info.size < 0 or position + info.size > length:
                raise self.damaged(f"{info.name} is cut off or there twice")
            known.add(info.name)
            yield info.name, (position, info.size)
            position += info.size + -info.size % BLOCK
        raise self.damaged("it has too many members")

    def _small(self, name: str, most: int) -> bytes:
        offset, size = self._members.get(name, (0, most + 1))
        if size > most:
            raise self.damaged(f"it has no {name}")
        self._file.seek(offset)
        return self._file.read(size)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup; raises SetupError when it is none or not whole."""
    try:
        with path.open("rb") as file:
            yield Archive(path, file)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SetupError(f"The restoring from {path} stopped ({reason}): mend that and run it again.") from error
