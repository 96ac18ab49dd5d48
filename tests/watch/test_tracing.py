"""Traces of a real round against both services, as OpenTelemetry's own SDK and protocol take them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from acceptance.conftest import Scene, now_ms
from leadferry.watch import tracing
from leadferry.watch.log import KNOWN
from leadferry.watch.tracing_client import NOT_INSTALLED, tracing_for, wanted
from samples import response

pytest_plugins = ["acceptance.conftest"]
PERSON: dict[str, Any] = {
    "first_name": "Hushada",
    "last_name": "Hushcrane",
    "email": "hush@crane.example",
    "company_name": "Hushworks",
}


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider.get_tracer("test"))
    yield exporter
    tracing.use(None)


def synced(scene: Scene, told: InMemorySpanExporter) -> list[ReadableSpan]:
    """The spans of one round with two responses."""
    scene.connect()
    scene.linkedin.respond(*(response(f"r-{number}", now_ms() - 60_000 + number, **PERSON) for number in range(2)))
    told.clear()
    with scene.app() as app:
        app.sync_once(app.environments.get("test"))
    return list(told.get_finished_spans())


def way_to(one: ReadableSpan, spans: list[ReadableSpan]) -> list[str]:
    """Names from the root down: `["round", "claim", "write"]`."""
    by_id = {span.context.span_id: span for span in spans if span.context}
    above = by_id.get(one.parent.span_id) if one.parent else None
    return [*(way_to(above, spans) if above else []), one.name]


def test_a_lead_can_be_followed_from_the_pull_to_the_settlement(scene: Scene, told: InMemorySpanExporter) -> None:
    spans = synced(scene, told)
    ways = {" > ".join(way_to(one, spans)) for one in spans}
    assert {
        "round > pull > walk > GET linkedin leadFormResponses",
        "round > claim > match > GET dynamics leads",
        "round > claim > plan",
        "round > claim > write > POST dynamics leads/CreateMultiple",
        "round > claim > settle",
    } <= ways
    assert len({one.context.trace_id for one in spans if one.context}) == 1
    (claim,) = (one for one in spans if one.name == "claim")
    assert claim.attributes is not None
    assert claim.attributes["leadferry.submissions"] == 2


def test_nothing_personal_and_nothing_that_is_not_on_the_list_goes_along(
    scene: Scene, told: InMemorySpanExporter
) -> None:
    text = json.dumps([json.loads(one.to_json()) for one in synced(scene, told)])
    assert [word for word in [*PERSON.values(), "@", scene.refresh_token, "Account 5001"] if word in text] == []
    names = {name for one in told.get_finished_spans() for name in one.attributes or {}}
    standard = {"error.type", "http.request.method", "http.response.status_code"}
    assert {name.removeprefix("leadferry.") for name in names - standard} <= KNOWN


def test_what_fails_is_marked_with_our_code_and_never_with_a_text(scene: Scene, told: InMemorySpanExporter) -> None:
    scene.dynamics.fault("status", status=403, path="leads/Microsoft.Dynamics.CRM.CreateMultiple", times=-1)
    try:
        failed = [one for one in synced(scene, told) if one.status.status_code is StatusCode.ERROR]
    finally:
        scene.dynamics.no_faults()
    assert {one.name for one in failed} == {"POST dynamics leads/CreateMultiple", "write", "claim"}
    assert all(one.status.description is None and not one.events for one in failed)
    assert all((one.attributes or {})["error.type"] for one in failed)
    with pytest.raises(ZeroDivisionError), tracing.span("write", submissions=1):
        raise ZeroDivisionError("hush@crane.example")
    last = told.get_finished_spans()[-1]
    assert (last.attributes or {})["error.type"] == "ZeroDivisionError"
    assert "hush" not in last.to_json()


def test_off_a_span_is_nothing_and_opentelemetry_is_not_even_loaded(scene: Scene) -> None:
    assert tracing.span("a", submissions=1) is tracing.span("b")
    assert tracing.current() is None
    scene.connect()
    script = (
        "import sys; from leadferry.cli.main import run; run(['sync', '--once']); "
        "print([name for name in sys.modules if name.startswith('opentelemetry')], file=sys.stderr)"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environ | scene.environ, capture_output=True, text=True, check=True
    )
    assert ended.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("environ", "yes"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_SERVICE_NAME": "leads"}, False),
    ],
)
def test_the_standard_variables_switch_it_on_and_off(environ: Mapping[str, str], yes: bool) -> None:
    assert wanted(environ) is yes


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER is zipkin"),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "not as grpc"),
    ],
)
def test_what_cannot_be_done_is_told_and_work_goes_on(environ: Mapping[str, str], words: str) -> None:
    said: list[str] = []
    with tracing_for(environ, said.append):
        assert tracing.current() is None
    assert len(said) == 1
    assert words in said[0]


def test_without_the_extra_it_is_told_and_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    said: list[str] = []
    with tracing_for({"OTEL_TRACES_EXPORTER": "otlp"}, said.append):
        assert tracing.current() is None
    assert said == [NOT_INSTALLED]


class Collector(ThreadingHTTPServer):
    """Takes what an OpenTelemetry collector takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                taken.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        super().__init__(("127.0.0.1", 0), Handler)


def test_a_command_sends_them_to_the_collector_that_the_variable_names(scene: Scene) -> None:
    scene.connect()
    scene.linkedin.respond(response("r-1", now_ms() - 60_000, **PERSON))
    with Collector() as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        environ = {**os.environ, **scene.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        subprocess.run(scene.command("sync", "--once"), env=environ, capture_output=True, check=True, timeout=60)
        collector.shutdown()
    assert {path for path, _ in collector.taken} == {"/v1/traces"}
    sent = [ExportTraceServiceRequest.FromString(body) for _, body in collector.taken]
    parts = [part for one in sent for part in one.resource_spans]
    assert {
        pair.value.string_value for part in parts for pair in part.resource.attributes if pair.key == "service.name"
    } == {"leadferry"}
    names = {span.name for part in parts for scope in part.scope_spans for span in scope.spans}
    assert {"round", "pull", "walk", "claim", "match", "write", "settle"} <= names
