"""Headers that every answer carries: what a browser may load and run, and the request's id."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from secrets import token_hex
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from relata.api.observing import Observer, server_timing
from relata.api.rate import Rate
from relata.kernel.metadata.former import Noticed

POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FIXED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


ENCODED = tuple((name.encode(), value.encode()) for name, value in FIXED.items())
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Headers:
    """Pure ASGI: adds the headers, and HSTS where the connection is encrypted. What a handler set itself
    stays. It is the outermost layer, so the observer hears here of each request and its end.
    """

    def __init__(self, app: ASGIApp, rate: Rate, observer: Observer) -> None:
        self.app = app
        self.rate = rate
        self.observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state["id"] = token_hex(8)
        request = self.observer.begin(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                own = message["headers"]
                set_ = {name for name, _ in own}
                own += [header for header in ENCODED if header[0] not in set_]
                own.append((b"x-request-id", state["id"].encode()))
                if "noticed" in state:
                    own += outdated(state["noticed"])
                if "left" in state:
                    own += self.rate.headers(state["left"])
                if "actor" in state and state["actor"].role.administers:
                    own.append((b"server-timing", server_timing(request)))
                if scope["scheme"] == "https" and HSTS[0] not in set_:
                    own.append(HSTS)
            else:
                request.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self.observer.end(scope, request)


MOST_NAMES = 50


def outdated(noticed: Noticed) -> list[tuple[bytes, bytes]]:
    """Where names from before were sent: since when the oldest is none (RFC 9745), until when one is understood (RFC 8594), and
    what all of them are called now.
    """
    if not noticed.names:
        return []
    since = min(read_moment(former.since) for former in noticed.names)
    until = min(read_moment(former.until) for former in noticed.names)
    names = ", ".join(f"{former.name}={now}" for former, now in list(noticed.names.items())[:MOST_NAMES])
    return [
        (b"deprecation", b"@%d" % since.timestamp()),
        (b"sunset", format_datetime(until, usegmt=True).encode()),
        (b"x-relata-renamed", names.encode()),
    ]


def read_moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
