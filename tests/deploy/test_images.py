"""The image, the compose file and the Kubernetes manifests: linted, and their very commands run without containers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from psycopg.conninfo import conninfo_to_dict
from ruamel.yaml import YAML

from tests.world import World

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
MANIFESTS = sorted(path for path in (ROOT / "deploy/kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
BIN = Path(sys.executable).parent


def yaml(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))


def last(instruction: str) -> str:
    """What the image's last stage says after an instruction."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    stage = text.rsplit("\nFROM ", 1)[1]
    return next(line.removeprefix(instruction).strip() for line in stage.splitlines() if line.startswith(instruction))


def lint(*command: str) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not (BIN / "hadolint").exists(), reason="hadolint has no program for this machine")
def test_the_linter_of_images_has_nothing_to_say() -> None:
    lint("hadolint", str(DOCKERFILE))


def test_the_compose_file_and_the_manifests_follow_their_schemas() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml"))
    lint("kubernetes-validate", "--strict", "--quiet", *map(str, MANIFESTS))
    listed = yaml(ROOT / "deploy/kubernetes/kustomization.yaml")[0]["resources"]
    assert sorted(listed) == [path.name for path in MANIFESTS]


def test_nothing_runs_as_root_or_may_become_it() -> None:
    user = last("USER")
    assert user.split(":")[0] not in ("", "0", "root")
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert str(pod["securityContext"]["runAsUser"]) == user.split(":")[0]
        for container in pod["containers"]:
            confined = container["securityContext"]
            assert confined["allowPrivilegeEscalation"] is False
            assert confined["readOnlyRootFilesystem"] is True
            assert confined["capabilities"] == {"drop": ["ALL"]}
            assert "limits" in container["resources"]


def test_no_password_stands_in_a_file() -> None:
    services = yaml(ROOT / "compose.yaml")[0]["services"]
    assert services["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "${POSTGRES_PASSWORD:?" in services["web"]["environment"]["RELATA_DATABASE_URL"]
    for container in (container for pod in pods() for container in pod["containers"]):
        url = next(item for item in container["env"] if item["name"] == "RELATA_DATABASE_URL")
        assert "secretKeyRef" in url["valueFrom"]


def pods() -> list[Any]:
    documents = [document for path in MANIFESTS for document in yaml(path)]
    found = [document["spec"]["template"]["spec"] for document in documents if document["kind"] == "Deployment"]
    assert len(found) == 2
    return found


@pytest.mark.slow
def test_the_commands_of_web_and_worker_do_a_job_together_and_stop_in_order(world: World, tmp_path: Path) -> None:
    services = yaml(ROOT / "compose.yaml")[0]["services"]
    entry, command = json.loads(last("ENTRYPOINT")), json.loads(last("CMD"))
    check = json.loads(last("HEALTHCHECK").partition("CMD")[2])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {name: str(value) for name, value in services["web"]["environment"].items()}
    given |= {"RELATA_DATABASE_URL": url_of(world.conninfo), "RELATA_DATA_DIR": str(tmp_path)}
    given |= {"RELATA_HOST": "127.0.0.1", "RELATA_PORT": str(port)}
    environment = {**os.environ, **given, "PATH": f"{BIN}:{os.environ['PATH']}"}
    with running([*entry, *command], environment) as web, running([*entry, *services["worker"]["command"]], environment) as worker:  # fmt: skip
        until(lambda: subprocess.run(check, env=environment, capture_output=True, check=False).returncode == 0)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=world.key.headers, timeout=20) as client:
            rows = "".join(f'{{"name": "Firm {number}"}}\n' for number in range(50))
            started = client.post(
                "/records/account/bulk?mode=create", content=rows, headers={"content-type": "application/x-ndjson"}
            )
            assert started.status_code == 202, started.text
            job = f"/jobs/{started.json()['id']}"
            until(lambda: client.get(job).json()["status"] == "succeeded")
        for process in (web, worker):
            process.send_signal(getattr(signal, last("STOPSIGNAL")))
            assert process.wait(30) == 0


def url_of(conninfo: str) -> str:
    """A libpq connection string as an address."""
    parts = conninfo_to_dict(conninfo)
    return f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts['port']}"


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    assert shutil.which(command[0], path=environment["PATH"])
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def until(holds: Any) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)
