"""`./relata` itself: from anywhere, in any path, twice at once, and after an interruption."""

from __future__ import annotations

import ensurepip
import hashlib
import os
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("relata", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "src", "tools")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("one command")]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in a path with spaces, set up by two starts at the same moment."""
    folder = tmp_path_factory.mktemp("a folder") / "my relata"
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("web"))
        else:
            shutil.copy2(ROOT / part, folder / part)
    starts = [start(folder / "relata", "--version") for _ in range(2)]
    said = [process.communicate(timeout=600) for process in starts]
    assert [process.returncode for process in starts] == [0, 0], said
    assert sorted("waiting for it" in errors for _, errors in said) == [False, True]
    assert sum("ready after" in errors for _, errors in said) == 1
    return folder


def start(program: Path, *arguments: str, cwd: Path = Path("/")) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELATA_")}
    return subprocess.Popen(
        [program, *arguments],
        cwd=cwd,
        env={**kept, "RELATA_SKIP_UI": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(program: Path, *arguments: str, cwd: Path = Path("/")) -> tuple[str, str]:
    process = start(program, *arguments, cwd=cwd)
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    return output, errors


def test_a_second_start_goes_straight_to_the_program(checkout: Path) -> None:
    output, errors = told(checkout / "relata", "--version")
    assert output.startswith("relata, version ")
    assert errors == ""


def test_a_link_from_elsewhere_works(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "crm").symlink_to(checkout / "relata")
    (tmp_path / "again").symlink_to("crm")
    assert told(tmp_path / "again", "--version", cwd=tmp_path)[1] == ""


def test_an_interrupted_set_up_is_done_anew(checkout: Path) -> None:
    (checkout / ".venv.unfinished").touch()
    (checkout / ".venv" / ".relata-stamp-run").unlink()
    spoiled = checkout / ".venv" / "spoiled"
    spoiled.touch()
    assert "ready after" in told(checkout / "relata", "--version")[1]
    assert not spoiled.exists()
    assert not (checkout / ".venv.unfinished").exists()


def test_a_changed_description_is_installed_anew(checkout: Path) -> None:
    with (checkout / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "installing Relata" in told(checkout / "relata", "--version")[1]


def test_a_python_without_pip_gets_one_with_the_standard_library_alone(tmp_path: Path) -> None:
    python = without_pip(tmp_path)
    index = tmp_path / "index"
    wheel = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    (index / "pip").mkdir(parents=True)
    shutil.copy(wheel, index / "pip")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (index / "pip" / "index.html").write_text(f'<a href="{wheel.name}#sha256={digest}">{wheel.name}</a>')
    handler = partial(SimpleHTTPRequestHandler, directory=str(index))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            variables = {**os.environ, "PIP_INDEX_URL": f"http://127.0.0.1:{server.server_port}"}
            subprocess.run([python, ROOT / "tools" / "first_pip.py"], check=True, env=variables)
        finally:
            server.shutdown()
            thread.join()
    asked = subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)
    assert b"pip " in asked.stdout


def test_a_python_without_pip_and_without_an_index_is_told_what_to_do(tmp_path: Path) -> None:
    variables = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    ended = subprocess.run(
        [without_pip(tmp_path), ROOT / "tools" / "first_pip.py"],
        check=False,
        capture_output=True,
        text=True,
        env=variables,
    )
    assert ended.returncode == 1
    assert "set PIP_INDEX_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def without_pip(folder: Path) -> Path:
    """The Python of an environment that has no pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    return folder / "env" / "bin" / "python"
