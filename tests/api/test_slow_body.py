"""Bodies that do not come: nobody waits for them for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from relata.api import bulk, edge
from relata.api.edge import TooSlow


def hanging(*blocks: bytes) -> Request:
    """A request whose body stops after these blocks."""
    sent = iter(blocks)

    async def receive() -> dict[str, Any]:
        block = next(sent, None)
        if block is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": block, "more_body": True}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    return Request(scope, receive)


def test_a_body_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "READING", 0.05)
    for request in (hanging(), hanging(b'{"na')):
        with pytest.raises(TooSlow):
            asyncio.run(edge.read(request, 1_000))


def test_so_is_a_file_of_which_no_more_comes(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(edge, "READING", 0.05)
    with pytest.raises(TooSlow):
        asyncio.run(bulk.receive(hanging(b"name\n", b"Berg\n"), tmp_path / "upload"))
    assert not (tmp_path / "upload").exists()
