"""The rules of this house that no linter knows: small files, inner imports, machine paths."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

LONGEST = 350
"""Lines; a longer file holds more than one concept."""
LONG_FOR_A_REASON: dict[str, str] = {}
"""Path of a file that may be longer → why."""
FOLDERS = ("src", "tests", "tools", "bench", "docs", "web/src", ".ci")
ROOT_FILES = ("relata", "hatch_build.py", "pyproject.toml", "README.md", "ARCHITECTURE.md")
IGNORED = frozenset({"node_modules", "__pycache__", "dist"})
PROGRAMS = frozenset({".py", ".ts", ".tsx"})
TEXTS = PROGRAMS | {".md", ".toml", ".json", ".css", ".html", ".sh", ".yml", ""}
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root)/[\w.-]")


def broken_rules(root: Path) -> list[str]:
    """One line per fault, `path:line: what is wrong`, for the repository at `root`."""
    faults: list[str] = []
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8", errors="replace")
        faults += [f"{name}:{line}: {what}" for line, what in faults_in(name, text)]
    return faults


def faults_in(name: str, text: str) -> list[tuple[int, str]]:
    """(line, what is wrong) for one file by its path in the repository."""
    faults = [
        (number, "a path of one machine")
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    suffix = Path(name).suffix
    length = text.count("\n")
    if suffix in PROGRAMS and length > LONGEST and name not in LONG_FOR_A_REASON:
        faults.append((LONGEST, f"{length} lines are too long: split it by capability"))
    if suffix == ".py":
        faults += [(line, "an import of ours inside a function") for line in _inner_imports(text)]
    return faults


def _inner_imports(text: str) -> list[int]:
    """Lines of imports of relata within functions: the sign of a layer that is about to break."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return sorted(
        {
            inner.lineno
            for node in ast.walk(ast.parse(text))
            if isinstance(node, functions)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Import | ast.ImportFrom) and _is_ours(inner)
        }
    )


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").partition(".")[0] == "relata"
    return any(alias.name.partition(".")[0] == "relata" for alias in node.names)


def _files(root: Path) -> list[Path]:
    found = [root / name for name in ROOT_FILES if (root / name).is_file()]
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            built = Path(folder) == root / "src" / "relata"
            folders[:] = [n for n in folders if n not in IGNORED and not (built and n == "web")]
            found += [Path(folder) / n for n in names if Path(n).suffix in TEXTS]
    return sorted(found)
