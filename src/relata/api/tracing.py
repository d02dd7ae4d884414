"""Traces for an OpenTelemetry collector: a span for each request, one below it for each of its statements. The
libraries come with `relata-crm[telemetry]` and are loaded only where a collector is set; spans are made after the
answer, from what was noted meanwhile.
"""

from __future__ import annotations

import importlib
from typing import Any

import relata
from relata.api.observing import Done, Statement, ms
from relata.errors import SetupError

WAITING = 2_000
"""Milliseconds between two parcels of spans."""


class Tracing:
    """Sends to one collector, in a thread of its own; what cannot be sent in time is dropped."""

    def __init__(self, endpoint: str, patience: float) -> None:
        self.api: Any = load("opentelemetry.trace")
        sdk = load("opentelemetry.sdk.trace")
        export = load("opentelemetry.sdk.trace.export")
        otlp = load("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        resources = load("opentelemetry.sdk.resources")
        carrier = load("opentelemetry.trace.propagation.tracecontext")
        resource = resources.Resource.create({"service.name": "relata", "service.version": relata.__version__})
        self.provider = sdk.TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = otlp.OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=patience)
        self.provider.add_span_processor(export.BatchSpanProcessor(exporter, schedule_delay_millis=WAITING))
        self.tracer = self.provider.get_tracer("relata", relata.__version__)
        self.propagator = carrier.TraceContextTextMapPropagator()

    def trace(self, done: Done) -> None:
        """The spans of a request; below the caller's own where it sent «traceparent»."""
        state, method = done.scope["state"], done.scope["method"]
        actor = state.get("actor")
        attributes = {
            "http.request.method": method, "http.route": done.route, "http.response.status_code": done.status,
            "http.response.body.size": done.sent, "url.scheme": done.scope["scheme"], "relata.request_id": state["id"],
            "relata.queue_ms": ms(done.timing.queued), "relata.db_ms": ms(done.timing.spent),
            "relata.statements": done.timing.statements, "relata.rows": done.timing.rows,
        }  # fmt: skip
        if actor is not None:
            attributes["relata.principal"] = actor.principal
        span = self.tracer.start_span(
            f"{method} {done.route}",
            context=self.propagator.extract(carried(done.scope["headers"])),
            kind=self.api.SpanKind.SERVER,
            attributes=attributes,
            start_time=done.began,
        )
        below = self.api.set_span_in_context(span)
        for statement in done.statements:
            self.child(below, statement)
        if done.status >= 500:
            span.set_status(self.api.StatusCode.ERROR)
        span.end(done.began + int(done.seconds * 1e9))

    def child(self, below: Any, statement: Statement) -> None:
        attributes = {
            "db.system.name": "postgresql",
            "relata.shape": statement.shape,
            "db.response.returned_rows": statement.rows,
        }
        made = self.tracer.start_span(
            "statement", context=below, kind=self.api.SpanKind.CLIENT, attributes=attributes, start_time=statement.began
        )
        made.end(statement.ended)

    def close(self) -> None:
        """Send what is left, within a bounded time."""
        self.provider.shutdown()


def open_tracing(endpoint: str, patience: float = 5.0) -> Tracing:
    """Spans go to `endpoint`; a parcel that takes longer than `patience` seconds is given up. Raises SetupError."""
    return Tracing(endpoint, patience)


def load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise SetupError(
            "RELATA_OTLP_ENDPOINT needs the libraries of OpenTelemetry: install «relata-crm[telemetry]»."
        ) from None


def carried(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in headers
        if name in (b"traceparent", b"tracestate")
    }
