"""Fewer bytes on the way: documents that are kept, and the interface's files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from relata.api.interface import files
from tests.world import World


def raw(caller: Any, path: str, **headers: str) -> tuple[int, bytes, Any]:
    """Status, body as it was sent, and headers."""
    with caller.client.stream("GET", f"/api/v1{path}", headers={**caller.headers, **headers}) as answer:
        return answer.status_code, b"".join(answer.iter_raw()), answer.headers


@pytest.mark.parametrize("path", ["/catalog", "/openapi.json"])
def test_a_document_is_sent_packed_to_those_who_take_it_and_known_again(module_world: World, path: str) -> None:
    nora = module_world.nora
    _, plain, told = raw(nora, path, **{"accept-encoding": "identity"})
    assert ("content-encoding" in told, told["vary"]) == (False, "accept-encoding")
    status, packed, headers = raw(nora, path, **{"accept-encoding": "br, gzip"})
    assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "accept-encoding")
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 4
    assert headers["etag"] == f"W/{told['etag']}"
    again = raw(nora, path, **{"accept-encoding": "gzip", "if-none-match": headers["etag"]})
    assert (again[0], again[1], "content-encoding" in again[2]) == (304, b"", False)
    refused = raw(nora, path, **{"accept-encoding": "gzip;q=0, br"})
    assert refused[1] == plain


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    """The interface as it is built, on a server of its own."""
    (tmp_path / "assets").mkdir()
    for name, text in (
        ("index.html", "<html>"),
        ("assets/a.js", "let a"),
        ("assets/b.woff2", "font"),
        ("favicon.svg", "<svg/>"),
    ):
        (tmp_path / name).write_text(text)
    for suffix in (".br", ".gz"):
        (tmp_path / f"assets/a.js{suffix}").write_text(suffix)
    return TestClient(Starlette(routes=[Route("/{path:path}", files(tmp_path))]))


@pytest.mark.parametrize(
    ("path", "taken", "coding", "kind"),
    [
        ("/assets/a.js", "gzip, deflate, br", "br", "text/javascript"),
        ("/assets/a.js", "gzip", "gzip", "text/javascript"),
        ("/assets/a.js", "br;q=0, gzip;q=0.5", "gzip", "text/javascript"),
        ("/assets/a.js", "identity", None, "text/javascript"),
        ("/assets/b.woff2", "gzip, br", None, "font/woff2"),
        ("/o/contact", "gzip, br", None, "text/html"),
        ("/../../etc/passwd", "br", None, "text/html"),
    ],
)  # fmt: skip
def test_a_file_comes_in_the_coding_that_the_browser_takes(
    browser: TestClient, path: str, taken: str, coding: str | None, kind: str
) -> None:
    with browser.stream("GET", path, headers={"accept-encoding": taken}) as answer:
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["vary"] == "accept-encoding"
        assert ("immutable" in answer.headers["cache-control"]) == path.startswith("/assets/")
        if coding:
            assert b"".join(answer.iter_raw()) == {"br": b".br", "gzip": b".gz"}[coding]
