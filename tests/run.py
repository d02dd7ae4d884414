"""`./relata test`: every check of the repository, one titled step after the other.

A step prints its name, its time and how it went, and its output only when it failed. The last line
sums up; the exit code is 1 when anything failed. `--quick` leaves out browsers and slow tests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402 — the paths come first
from tests.chromium import find_chromium  # noqa: E402
from tests.lint.house_rules import broken_rules  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Outcome:
    """How a step went: counts, and what to show when something failed (or why it was skipped)."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    output: str = ""


@dataclass(frozen=True)
class Step:
    """One check by its title."""

    title: str
    run: Callable[[], Outcome]


def main() -> int:
    """Run the steps in order, all of them even when one fails."""
    parser = argparse.ArgumentParser(prog="relata test", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without browsers and slow tests")
    quick: bool = parser.parse_args().quick
    outcomes = [_report(step) for step in steps(quick=quick)]
    passed, failed, skipped = (
        sum(getattr(outcome, count) for outcome in outcomes) for count in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


def steps(*, quick: bool) -> list[Step]:
    """What is checked, the quick and telling things first."""
    program = sys.executable
    unmarked = "not browser and not slow" if quick else "not browser"
    found = [
        Step("format (ruff)", lambda: _command(program, "-m", "ruff", "format", "--check")),
        Step("lint (ruff)", lambda: _command(program, "-m", "ruff", "check")),
        Step("house rules", _house_rules),
        Step("layers (import-linter)", lambda: _command(_beside("lint-imports"), "--no-cache")),
        Step("dead code (vulture)", lambda: _command(program, "-m", "vulture")),
        Step("types (mypy)", lambda: _command(program, "-m", "mypy")),
        Step("server tests", lambda: _pytest("-n", "2", "--dist", "loadgroup", "-m", unmarked)),
    ]
    if (ROOT / "web" / "package.json").is_file():
        found.append(Step("interface checks", _interface))
    if (ROOT / "tests" / "browser").is_dir() and not quick:
        found.append(Step("browser tests", _browser))
    return found


def _report(step: Step) -> Outcome:
    print(f"{step.title:24}", end=" ", flush=True)
    began = time.monotonic()
    outcome = step.run()
    verdict = "FAILED" if outcome.failed else "ok" if outcome.passed else "skipped"
    print(f"{verdict:8}{time.monotonic() - began:6.1f} s  {_counted(outcome)}".rstrip(), flush=True)
    if outcome.output and verdict != "ok":
        print(outcome.output.strip(), flush=True)
    return outcome


def _counted(outcome: Outcome) -> str:
    if outcome.passed + outcome.failed + outcome.skipped <= 1:
        return ""
    return f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"


def _command(*command: str) -> Outcome:
    code, output = _run(command)
    return Outcome(failed=1, output=output) if code else Outcome(passed=1)


def _house_rules() -> Outcome:
    broken = broken_rules(ROOT)
    return Outcome(failed=1, output="\n".join(broken)) if broken else Outcome(passed=1)


def _pytest(*arguments: str) -> Outcome:
    """The counts come from pytest's own report; an end without a report is one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = (sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments)
        code, output = _run(command)
        suites = list(ET.parse(report).getroot().iter("testsuite")) if report.is_file() else []
    tests, failures, errors, skipped = (
        sum(int(suite.get(count, 0)) for suite in suites) for count in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    passed = max(tests - failed - skipped, 0)
    return Outcome(passed, max(failed, 1) if code else failed, skipped, output)


def _interface() -> Outcome:
    if os.environ.get("RELATA_SKIP_UI") == "1":
        return Outcome(skipped=1, output="RELATA_SKIP_UI=1 leaves the interface out.")
    try:
        hatch_build.npm_run("check", ROOT / "web")
    except RuntimeError as error:
        return Outcome(failed=1, output=str(error))
    return Outcome(passed=1)


def _browser() -> Outcome:
    if find_chromium() is not None:
        return _pytest("-m", "browser", "tests/browser")
    told = "There is no Chromium: install one (Debian: chromium) or set RELATA_CHROMIUM."
    return Outcome(failed=1, output=told) if _in_ci() else Outcome(skipped=1, output=told)


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"true", "1"}


def _run(command: tuple[str, ...]) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def _beside(program: str) -> str:
    return str(Path(sys.executable).parent / program)


if __name__ == "__main__":
    sys.exit(main())
