"""Answers in fewer bytes (RFC 9110, section 8.4): files that were packed when they were built, and documents that are kept and
so are packed once. Records are sent as PostgreSQL made them; a proxy packs those where the way is long.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import REVALIDATED, tag_of, tagged

LEVEL = 6
WORTH = 1_000
"""Bytes from which packing saves anything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is sent: plain and packed, with its ETag."""

    content: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, content: bytes, version: int) -> Kept:
        return cls(content, gzip.compress(content, LEVEL, mtime=0), f'"{version}-{tag_of(content)}"')

    def answer(self, request: Request) -> Response:
        if len(self.content) < WORTH or not accepts(request, "gzip"):
            return varied(tagged(request, self.content, self.tag, REVALIDATED))
        made = varied(tagged(request, self.packed, self.tag, REVALIDATED))
        # The same document in other bytes: the tag is weak (RFC 9110, section 8.8.3).
        made.headers["etag"] = f"W/{self.tag}"
        if made.status_code == 200:
            made.headers["content-encoding"] = "gzip"
        return made


def varied(answer: Response) -> Response:
    answer.headers["vary"] = "accept-encoding"
    return answer


def accepts(request: Request, coding: str) -> bool:
    """Whether the client named a coding as one that it takes (RFC 9110, section 12.5.3)."""
    for one in request.headers.get("accept-encoding", "").lower().split(","):
        name, *parameters = (part.strip() for part in one.split(";"))
        if name == coding:
            return not any(part.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for part in parameters)
    return False
