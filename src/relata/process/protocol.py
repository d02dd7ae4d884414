"""What uvicorn itself answers where it cannot read a request, in the form of all other answers."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from relata.api.problems import problem

UNREADABLE = (
    "This is no HTTP request that can be read, or its address is longer than 65,535 bytes: send what is long as a body."
)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it."""

    def send_400_response(self, msg: str) -> None:
        del msg
        answer = problem(400, "malformed", UNREADABLE)
        head = [*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close")]
        lines = [b"HTTP/1.1 400 Bad Request", *(name + b": " + value for name, value in head), b"", bytes(answer.body)]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
