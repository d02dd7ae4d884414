"""What a request took, told to whom it may concern: a histogram by route for Prometheus, a line in the log for what was
slow, a trace where a collector is set, and the header Server-Timing for administrators. Values never are told, and
statements only by their shape: their text without constants.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import structlog
from prometheus_client import Histogram
from starlette.routing import Route
from starlette.types import Scope

from relata.kernel.timing import TIMING, Timing

LOG = structlog.get_logger("relata.request")
SECONDS = Histogram(
    "relata_request_seconds",
    "Time of requests, by route.",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
INFINITE = float("inf")
ELSEWHERE = "(none)"
LONGEST = 4_000
"""Characters of a statement's text in the log."""
MOST = 1_000
"""Shapes whose text is told once, and statements of one trace."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a request; times by the system's clock in nanoseconds."""

    shape: str
    began: int
    ended: int
    rows: int


@dataclass(slots=True)
class Done:
    """A request that has been answered."""

    scope: Scope
    route: str
    status: int
    sent: int
    began: int
    seconds: float
    timing: Timing
    statements: list[Statement]


class Tracer(Protocol):
    """Takes what is to be sent to a collector."""

    def trace(self, done: Done) -> None:
        """A request with its statements."""


@dataclass(slots=True)
class Observer:
    """What takes `slow` seconds or more (None: nothing) is in the log, with `verbose` the rest too; `tracer` gets
    everything.
    """

    slow: float | None = None
    tracer: Tracer | None = None
    verbose: bool = False
    _series: dict[tuple[str, str, int], Any] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def begin(self, scope: Scope) -> Request:
        """A request has come."""
        request = Request(self, scope)
        TIMING.set(request)
        return request

    @property
    def patience(self) -> float:
        """Seconds from which statements are told one by one."""
        return 0.0 if self.tracer else INFINITE if self.slow is None else self.slow

    def end(self, scope: Scope, request: Request) -> None:
        """It has been answered. A stream lasts as long as somebody follows it: that says nothing."""
        if scope["state"].get("stream"):
            return
        seconds = time.perf_counter() - request.began
        route = route_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        key = (method, route, request.status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = SECONDS.labels(method, route, str(request.status))
        series.observe(seconds)
        if self.slow is not None and seconds >= self.slow:
            LOG.warning("slow_request", **figures(scope, route, request, seconds))
        elif self.verbose:
            LOG.debug("request", **figures(scope, route, request, seconds))
        if self.tracer is not None:
            began = time.time_ns() - int(seconds * 1e9)
            done = Done(scope, route, request.status, request.sent, began, seconds, request, request.traced)
            self.tracer.trace(done)

    def slow_statement(self, scope: Scope, text: str, seconds: float, rows: int) -> None:
        shape = shape_of(text)
        more = {}
        if shape not in self._told and len(self._told) < MOST:
            self._told.add(shape)
            more = {"statement": text[:LONGEST]}
        LOG.warning(
            "slow_statement",
            shape=shape,
            ms=ms(seconds),
            rows=rows,
            request_id=scope["state"]["id"],
            route=route_of(scope),
            **more,
        )


class Request(Timing):
    """A request on its way, which hears of its statements itself: one value, because each request makes one."""

    __slots__ = ("began", "observer", "scope", "sent", "status", "traced")

    def __init__(self, observer: Observer, scope: Scope) -> None:
        super().__init__(observer.patience)
        self.observer, self.scope = observer, scope
        self.status = self.sent = 0
        self.traced: list[Statement] = []
        self.began = time.perf_counter()

    def told(self, text: str, began: float, seconds: float, rows: int) -> None:
        observer = self.observer
        if observer.tracer is not None and len(self.traced) < MOST:
            ended = time.time_ns() - int((time.perf_counter() - began - seconds) * 1e9)
            self.traced.append(Statement(shape_of(text), ended - int(seconds * 1e9), ended, rows))
        if observer.slow is not None and seconds >= observer.slow:
            observer.slow_statement(self.scope, text, seconds, rows)


def figures(scope: Scope, route: str, request: Request, seconds: float) -> dict[str, Any]:
    """The line of a request: where its time went, without a single value of it."""
    timing, actor = request, scope["state"].get("actor")
    return {
        "request_id": scope["state"]["id"], "method": scope["method"], "route": route, "status": request.status, "ms": ms(seconds),
        "queue_ms": ms(timing.queued), "statements": timing.statements, "db_ms": ms(timing.spent), "rows": timing.rows,
        "bytes": request.sent, "principal": actor.principal if actor else None,
    }  # fmt: skip


def server_timing(request: Request) -> bytes:
    """The value of Server-Timing (W3C): all, waiting for a connection, the database."""
    timing = request
    total = time.perf_counter() - request.began
    parts = (total * 1e3, timing.queued * 1e3, timing.spent * 1e3, timing.statements)
    return b'total;dur=%.2f, queue;dur=%.2f, db;dur=%.2f;desc="%d statements"' % parts


def route_of(scope: Scope) -> str:
    """The route's pattern, never the address: those are without number, and hold ids."""
    route = scope.get("route")
    return f"{scope.get('root_path', '')}{route.path}" if isinstance(route, Route) else ELSEWHERE


@lru_cache(maxsize=4_000)
def shape_of(text: str) -> str:
    """What stands for a statement's text in logs and traces."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def ms(seconds: float) -> float:
    return round(seconds * 1e3, 2)
