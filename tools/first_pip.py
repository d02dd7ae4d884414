"""Gives the environment that runs this its first pip, with the standard library alone.

Debian leaves out of its Python what would bring pip along. The wheel is taken from the package
index that the machine is set to use (PIP_INDEX_URL, or pip's own configuration files). No index is
named here: a machine without pip and without such a setting is told what to install or to set.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

NO_INDEX = (
    "This Python comes without pip: install Debian's python3-venv (or uv), or set PIP_INDEX_URL to your package index, "
    "and start again."
)
NAME = r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl"
LINK = re.compile(rf"""<a\s[^>]*href=["']([^"']+)["'][^>]*>\s*({NAME})""")


def main() -> int:
    """Fetch the newest wheel of pip, check its hash, and let it install itself."""
    settings = index_settings(dict(os.environ))
    if not settings["index-url"]:
        raise SystemExit(NO_INDEX)
    index = settings["index-url"].rstrip("/") + "/pip/"
    address, name = newest_wheel(fetch(index, settings).decode(), index)
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / name
        wheel.write_bytes(checked(fetch(address, settings), address))
        command = [sys.executable, str(wheel / "pip"), "install", "--no-index", str(wheel)]
        return subprocess.run(command, check=False).returncode


def index_settings(environment: dict[str, str]) -> dict[str, str]:
    """`index-url` and `cert` as pip finds them: variable, the user's file, the machine's."""
    found = {"index-url": "", "cert": ""}
    home = Path(environment.get("HOME", "/"))
    configured = environment.get("XDG_CONFIG_HOME") or str(home / ".config")
    files = [Path("/etc/pip.conf"), home / ".pip/pip.conf", Path(configured) / "pip/pip.conf"]
    parser = configparser.RawConfigParser()
    parser.read([*files, Path(environment.get("PIP_CONFIG_FILE", os.devnull))])
    for name, default in found.items():
        general = parser.get("global", name, fallback=default)
        written = parser.get("install", name, fallback=general).strip("'\" ")
        found[name] = environment.get(f"PIP_{name.upper().replace('-', '_')}") or written
    return found


def newest_wheel(page: str, address: str) -> tuple[str, str]:
    """The address and the file name of the newest released wheel on an index page (PEP 503)."""
    wheels = [
        (tuple(int(part) for part in version.split(".")), urljoin(address, unescape(link)), name)
        for link, name, version in LINK.findall(page)
    ]
    if not wheels:
        raise SystemExit(f"There is no wheel of pip at {address}: check PIP_INDEX_URL.")
    _, link, name = max(wheels)
    return link, name


def fetch(address: str, settings: dict[str, str]) -> bytes:
    """What is at the address, over HTTP, HTTPS or from a file, as the machine is set."""
    context = ssl.create_default_context(cafile=settings["cert"] or None)
    with urllib.request.urlopen(address, timeout=60, context=context) as answer:  # noqa: S310
        return bytes(answer.read())


def checked(content: bytes, address: str) -> bytes:
    """The content, when it has the hash that the index gave with the link."""
    told = re.fullmatch(r"sha256=([0-9a-f]{64})", urlsplit(address).fragment)
    if told is None or hashlib.sha256(content).hexdigest() != told.group(1):
        raise SystemExit(f"What came from {address} is not what the index promised: try again.")
    return content


if __name__ == "__main__":
    sys.exit(main())
