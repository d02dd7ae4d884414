"""Why was this slow: the log, the header for administrators, the figures for Prometheus, and traces that a collector
really receives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from relata.api import tracing
from relata.api.observing import Observer
from relata.assembly import application
from relata.database import RunningDatabase
from relata.errors import SetupError
from relata.settings import read_settings
from tests.world import Caller, World, database_like

SECRET = "Zinnober-4711"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass
class Collector:
    """A real receiver of OTLP over HTTP: what it was sent, as protobuf."""

    address: str = ""
    spans: list[Any] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            parcel = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
            for resource in parcel.resource_spans:
                collector.names |= {
                    a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
                }
                collector.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_values: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    collector.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving(server: RunningDatabase, template: tuple[str, dict[str, str]], **variables: str) -> Iterator[Caller]:
    """The program's key on an application with these settings."""
    settings = read_settings({f"RELATA_{name.upper()}": value for name, value in variables.items()}, Path.cwd())
    with database_like(server.conninfo, template[0], f"t_{uuid4().hex[:12]}") as conninfo:
        app = application(settings, conninfo)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Caller(client, {"authorization": f"Bearer {template[1]['key']}"})


def test_a_collector_gets_each_request_with_its_statements_and_no_values(
    server: RunningDatabase, template: tuple[str, dict[str, str]]
) -> None:
    with collecting() as collector:
        with serving(server, template, otlp_endpoint=collector.address) as key:
            made = key.create("account", name=SECRET)
            answer = key("GET", f"/records/account/{made['id']}", headers={"traceparent": PARENT})
            assert answer.status_code == 200
        spans = {span.name: span for span in collector.spans}
        assert collector.names == {"relata"}
    read = spans["GET /api/v1/records/{object}/{id}"]
    assert (read.trace_id.hex(), read.parent_span_id.hex()) == (PARENT.split("-")[1], PARENT.split("-")[2])
    told = {a.key: a.value.string_value or a.value.int_value or a.value.double_value for a in read.attributes}
    assert told["http.response.status_code"] == 200
    assert told["relata.request_id"] == answer.headers["x-request-id"]
    below = [span for span in collector.spans if span.parent_span_id == read.span_id]
    assert len(below) == told["relata.statements"] >= 1
    assert all(read.start_time_unix_nano <= s.start_time_unix_nano <= s.end_time_unix_nano for s in below)
    assert spans["POST /api/v1/records/{object}"].trace_id != read.trace_id
    assert SECRET not in str(collector.spans)
    assert made["id"] not in str(collector.spans)


def test_a_collector_that_is_away_hinders_nobody(server: RunningDatabase, template: tuple[str, dict[str, str]]) -> None:
    with collecting() as collector:
        address = collector.address
    with serving(server, template, otlp_endpoint=address) as key:
        assert key("GET", "/me").status_code == 200


def test_without_the_libraries_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(SetupError, match=r"relata-crm\[telemetry\]"):
        tracing.open_tracing("http://127.0.0.1:1")


def test_what_is_slow_is_in_the_log_by_its_shape_and_without_values(world: World) -> None:
    observer = observer_of(world)
    observer.slow = 0.0
    with capture_logs() as lines:
        made = world.nora.create("account", name=SECRET)
        for _ in range(2):
            answer = world.nora("GET", f"/records/account/{made['id']}")
    id_ = answer.headers["x-request-id"]
    request = next(line for line in lines if line["event"] == "slow_request" and line["request_id"] == id_)
    assert request["route"] == "/api/v1/records/{object}/{id}"
    assert (request["statements"], request["rows"], request["status"]) == (1, 1, 200)
    assert request["bytes"] == len(answer.content)
    assert request["ms"] >= request["db_ms"] >= 0
    assert request["principal"] == world.users["nora"]
    statements = [line for line in lines if line["event"] == "slow_statement"]
    reads = [line for line in statements if line["route"] == request["route"]]
    assert reads[0]["shape"] == reads[1]["shape"]
    assert ["statement" in line for line in reads] == [True, False]
    assert SECRET not in str(lines)
    assert made["id"] not in str(lines)


def observer_of(world: World) -> Observer:
    app: Any = world.client.app
    found: Observer = next(layer.kwargs["observer"] for layer in app.user_middleware if "observer" in layer.kwargs)
    return found


def test_only_administrators_are_told_where_the_time_went(module_world: World) -> None:
    told = module_world.nora("GET", "/me").headers["server-timing"]
    assert told.startswith("total;dur=")
    assert "queue;dur=" in told
    assert "db;dur=" in told
    assert "server-timing" not in module_world.mei("GET", "/me").headers
    assert "server-timing" not in module_world.visitor("GET", "/me").headers


def test_prometheus_gets_requests_by_route_and_the_state_of_pool_relay_and_jobs(module_world: World) -> None:
    made = module_world.nora.create("account", name=SECRET)
    module_world.nora.get(f"/records/account/{made['id']}")
    module_world.client.request("FOO", "/api/v1/me")
    module_world.client.get("/api/v1/nothing/at/all")
    text = module_world.client.get("/metrics").text
    route = 'relata_request_seconds_count{method="GET",route="/api/v1/records/{object}/{id}",status="200"}'
    assert route in text
    assert 'method="other"' in text
    assert 'route="(none)"' in text
    assert "FOO" not in text
    assert made["id"] not in text
    figures = {line.split()[0]: float(line.split()[-1]) for line in text.splitlines() if line.startswith("relata_")}
    assert figures['relata_database_up{database="main"}'] == 1
    assert figures['relata_database_pool_size{database="main"}'] >= 1
    assert figures['relata_relay_lag_seconds{workspace="halden"}'] >= 0
    assert figures['relata_jobs{status="queued",workspace="halden"}'] == 0
