"""The bytes of an uploaded file and its name, as clients send them: the file itself as the body, named by `Content-Disposition`
(RFC 6266), or as the only part of a form (RFC 7578), as forms and most programs do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from relata.errors import Malformed

FORM = "multipart/form-data"
HEADER = "content-disposition"
ONE = "Send one file: as the body itself, or as the only part of a form."
UNREADABLE = "The form cannot be read: check its boundary, and that it is whole."


class FileBody:
    """Iterate over `blocks`; afterwards `name` is what the file was called, or empty."""

    def __init__(self, request: Request) -> None:
        self.request = request
        type_, options = parse_options_header(request.headers.get("content-type", "").encode("latin-1"))
        self.boundary = options.get(b"boundary", b"") if type_.decode("latin-1").strip().lower() == FORM else None
        self.name = file_name(request.headers.get(HEADER, "")) or ""

    def blocks(self) -> AsyncIterator[bytes]:
        return self.request.stream() if self.boundary is None else self.of_form(self.boundary)

    async def of_form(self, boundary: bytes) -> AsyncIterator[bytes]:
        """The bytes of the only part; raises Malformed."""
        part = Part()
        try:
            parser = MultipartParser(boundary, part.callbacks) if boundary else None
            if parser is None:
                raise Malformed(UNREADABLE)
            async for block in self.request.stream():
                parser.write(block)
                for piece in part.taken():
                    yield piece
            parser.finalize()
        except FormParserError as error:
            raise Malformed(UNREADABLE) from error
        if not part.ended:
            raise Malformed(UNREADABLE)
        if part.name is None:
            raise Malformed(ONE)
        self.name = part.name


class Part:
    """Hears a form being read; it has exactly one part, and that is a file."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.ended = False
        self._parts = 0
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._pieces: list[bytes] = []
        heard: dict[str, Callable[..., None]] = {
            "on_part_begin": self.begin, "on_header_begin": self.begin_header, "on_header_field": self.header_field,
            "on_header_value": self.header_value, "on_header_end": self.end_header, "on_headers_finished": self.headers_done,
            "on_part_data": self.data, "on_end": self.end,
        }  # fmt: skip
        self.callbacks: Any = heard

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def begin(self) -> None:
        self._parts += 1
        if self._parts > 1:
            raise Malformed(ONE)

    def begin_header(self) -> None:
        self._header = (bytearray(), bytearray())

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def end_header(self) -> None:
        if self._header[0].lower() == HEADER.encode():
            self.name = file_name(self._header[1].decode("latin-1"))

    def headers_done(self) -> None:
        if self.name is None:
            raise Malformed(ONE)

    def data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def end(self) -> None:
        self.ended = True


def file_name(disposition: str) -> str | None:
    """The name in a header `Content-Disposition`, the encoded one before the plain one. Bytes beyond ASCII that
    are not encoded are UTF-8.
    """
    message = Message()
    try:
        message[HEADER] = disposition.encode("latin-1").decode()
    except UnicodeError:
        message[HEADER] = disposition
    try:
        named = [value for name, value in message.get_params([], HEADER) if name == "filename"]
        return collapse_rfc2231_value(max(named, key=lambda value: isinstance(value, tuple))) if named else None
    except (UnicodeError, LookupError, ValueError):
        return "file"
