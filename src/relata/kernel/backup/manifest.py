"""The manifest of a backup: what is in it, to the row and the byte. A backup may come from anybody, so
nothing in its manifest is believed before it was checked here.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

import msgspec

from relata.errors import SetupError
from relata.kernel.metadata.columns import TYPES
from relata.kernel.metadata.field import NAME
from relata.kernel.migrations import INSTALLATION, WORKSPACE, available

FORMAT = 1
SHARED = "relata"
"""The schema of the installation."""
SCHEMA_PREFIX = "ws_"
PART = re.compile(r"part/[0-9]{1,9}\.gz")
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL."""


class Part(msgspec.Struct, frozen=True):
    """A stream of the archive: its size and hash before it was compressed."""

    name: str
    size: int
    sha256: str


class Sequence(msgspec.Struct, frozen=True):
    """Where the numbers of a column go on."""

    column: str
    last: int
    called: bool


class Table(msgspec.Struct, frozen=True):
    """A table with its columns and their types; `part` holds its rows in the text format of COPY."""

    schema: str
    name: str
    columns: dict[str, str]
    sequences: list[Sequence]
    rows: int
    part: Part

    @property
    def kernel(self) -> bool:
        """Whether numbered SQL makes it, not the catalog."""
        return self.schema == SHARED or self.name.startswith("_")


class File(msgspec.Struct, frozen=True):
    """A file by its path in the data directory, with slashes."""

    path: str
    part: Part


class Space(msgspec.Struct, frozen=True):
    """A workspace; `version` is that of its kernel tables, `catalog` that of its objects."""

    name: str
    schema: str
    version: int
    catalog: int


class Manifest(msgspec.Struct, frozen=True):
    """`id` is made for each backup; `version` is that of the installation's tables. An `export` holds one workspace, and of what is
    shared only its people, without their passwords.
    """

    format: int
    id: str
    made_at: str
    relata: str
    postgres: str
    version: int
    workspaces: list[Space]
    tables: list[Table]
    files: list[File]
    export: bool = False

    @property
    def parts(self) -> list[Part]:
        return [*(table.part for table in self.tables), *(file.part for file in self.files)]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def bytes(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def read_manifest(text: bytes) -> Manifest:
    """The manifest, checked; raises SetupError with all that is wrong with it."""
    try:
        format_ = msgspec.json.decode(text, type=dict[str, msgspec.Raw])["format"]
        if msgspec.json.decode(format_, type=int) > FORMAT:
            raise SetupError("The backup was made by a newer Relata: restore it with that version.")
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        raise SetupError(f"The backup's manifest cannot be read ({error}): take another backup.") from None
    if faults := [*newer(manifest), *faults_of(manifest)]:
        shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
        raise SetupError(f"The backup cannot be restored: {shown}.")
    return manifest


def newer(manifest: Manifest) -> list[str]:
    told = "it was made by a newer Relata ({} of version {}, this one knows {}): restore it with that version"
    known, mine = len(available(INSTALLATION)), len(available(WORKSPACE))
    found = [told.format("people", manifest.version, known)] if manifest.version > known else []
    return found + [told.format(s.name, s.version, mine) for s in manifest.workspaces if s.version > mine][:1]


def faults_of(manifest: Manifest) -> list[str]:
    """What no backup of ours would say."""
    schemas = {SHARED, *(space.schema for space in manifest.workspaces)}
    found = [f"«{s.name}» is no workspace" for s in manifest.workspaces if not is_workspace(s)]
    found += twice(f"{table.schema}.{table.name}" for table in manifest.tables)
    found += twice(part.name for part in manifest.parts)
    found += twice(file.path for file in manifest.files)
    found += twice(space.schema for space in manifest.workspaces)
    found += [f"part «{part.name}» is none of ours" for part in manifest.parts if not is_part(part)]
    found += [f"«{file.path}» is no path within a folder of the data directory" for file in manifest.files if not is_path(file.path)]  # fmt: skip
    for table in manifest.tables:
        found += faults_of_table(table, schemas)
    if manifest.version < 1 or any(space.version < 1 for space in manifest.workspaces):
        found.append("its tables have no version")
    return found


def faults_of_table(table: Table, schemas: set[str]) -> list[str]:
    place = f"{table.schema}.{table.name}"
    found = [] if table.schema in schemas else [f"table {place} is in none of its workspaces"]
    if table.rows < 0 or not is_name(table.name) or not table.columns:
        found.append(f"table «{place}» is none of ours")
    if not table.kernel:
        found += [f"column {place}.{c} has the type «{t}»" for c, t in table.columns.items() if t not in TYPES]
        found += [f"«{c}» in {place} is no column" for c in table.columns if not is_name(c) or c.startswith("_")]
    found += [f"{place} has no column «{s.column}»" for s in table.sequences if s.column not in table.columns]
    return found


def is_workspace(space: Space) -> bool:
    return bool(NAME.fullmatch(space.name)) and space.schema == SCHEMA_PREFIX + space.name and len(space.name) <= 30


def is_name(name: str) -> bool:
    return re.fullmatch(r"(~[0-9]+~)?[a-z_][a-z0-9_]*", name) is not None and len(name) <= LONGEST_NAME


def is_part(part: Part) -> bool:
    return bool(PART.fullmatch(part.name)) and part.size >= 0 and re.fullmatch(r"[0-9a-f]{64}", part.sha256) is not None


def is_path(path: str) -> bool:
    """Below a folder of the data directory that is taken into backups, whatever the system's separators."""
    parts = path.split("/")
    strange = any(part in ("", ".", "..") or "\0" in part or "\\" in part or ":" in part for part in parts)
    return len(parts) > 1 and not strange and not PurePosixPath(path).is_absolute() and parts[0] not in NOT_TAKEN


NOT_TAKEN = frozenset({"databases", "postgres", "postgres.new", "run", "backups", "restoring"})
"""Folders of the data directory that are no part of a backup: the database's own, backups, and a restoring."""


def twice(names: object) -> list[str]:
    counts = Counter(names)  # type: ignore[call-overload]  # any iterable of names
    return [f"«{name}» is there twice" for name, count in counts.items() if count > 1]
