"""The built browser interface: where it lies, and whether it still is that of its sources.

It is built when the package is (`hatch_build.py`, which takes the reckoning of its sources from
here); nothing here needs Node. Standard library only, since the build runs it before anything is
installed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

INTERFACE = Path(__file__).parent / "web"
"""The files to serve; `index.html` is the entry."""
STAMP = ".built-from"
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", ".vite", "test-results", "playwright-report"})


def interface_state(sources: Path | None = None, built: Path = INTERFACE) -> Literal["built", "stale", "missing"]:
    """Whether the interface is there; `stale` when sources beside it have changed since."""
    sources = sources or Path(__file__).parents[2] / "web"
    if not (built / "index.html").is_file():
        return "missing"
    if not (sources / "package.json").is_file():
        return "built"
    stamp = built / STAMP
    written = stamp.read_text(encoding="ascii") if stamp.is_file() else ""
    return "built" if written == source_mark(sources) else "stale"


def source_mark(sources: Path) -> str:
    """A hash of the names and contents of all source files: times say nothing after a clone."""
    total = hashlib.sha256()
    for path in sorted(_source_files(sources)):
        total.update(path.relative_to(sources).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _source_files(sources: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(sources):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        found.extend(Path(folder) / name for name in names if not name.endswith((".log", ".tsbuildinfo")))
    return found
