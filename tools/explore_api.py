"""Requests that nobody thought of, against a server of its own, for as long as there is time: schemathesis makes them
from the API's description and compares every answer with it.

    python tools/explore_api.py --minutes 60 [--seed 1] [--report FOLDER]

The suite has a short run of the same (tests/api/test_described.py). Ends with schemathesis' own code: 0 if nothing was
found. Faults in good values that no schema can tell (unique fields, links to records) are no findings; the rest is told with
a curl command that repeats it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2 as httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, relata, serving, settled_place  # noqa: E402 — the path comes first

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "ignored_auth",
)  # fmt: skip
UNTOLD = ("openapi", "login", "logout", "metrics", "events", "create_field", "create_object", "bulk_user")
"""Operations left out: they never end, end the session, or change the very description that is checked."""
SETTINGS = """
[generation]
allow-x00 = false

[[operations]]
include-operation-id-regex = "^batch_"
checks.negative_data_rejection.enabled = false
generation.mode = "positive"
"""
"""Each change of a batch has an answer of its own, so a wrong one does not make the whole a wrong one."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="Folder for a report of everything, as NDJSON.")
    wanted = parser.parse_args()
    with settled_place() as place:
        relata(place.environment, "key", "create", "--name", "another", "--role", "member")
        with serving(place) as server, tempfile.TemporaryDirectory() as folder:
            return explore(server, place.key, Path(folder), wanted)


def explore(server: Server, key: str, folder: Path, wanted: argparse.Namespace) -> int:
    (folder / "schemathesis.toml").write_text(SETTINGS)
    (folder / "relata.json").write_bytes(described(server))
    report = ["--report", "ndjson", "--report-dir", str(wanted.report.absolute())] if wanted.report else []
    skipped = [word for name in UNTOLD for word in ("--exclude-operation-id", name)]
    address = str(server.client.base_url).partition("/api/v1")[0]
    program = [str(Path(sys.executable).parent / "st"), "run", "relata.json", "--url", address]
    program += ["-H", f"Authorization: Bearer {key}", "--checks", ",".join(CHECKS), *skipped, *report]
    program += ["--seed", str(wanted.seed), "--max-time", str(int(wanted.minutes * 60)), "--continue-on-failure"]
    program += ["--request-timeout", "30", "--suppress-health-check", "all"]
    return subprocess.run(program, cwd=folder, env={**os.environ, "COLUMNS": "140"}, check=False).returncode


def described(server: Server) -> bytes:
    answer: httpx.Response = server.client.get("/openapi.json")
    return answer.raise_for_status().content


if __name__ == "__main__":
    sys.exit(main())
