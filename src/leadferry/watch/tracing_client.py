"""Sends spans by OpenTelemetry's protocol (OTLP over HTTP), where the extra `otel` is installed and the standard
variables ask for it. They are OpenTelemetry's own, so none of them is a setting of Leadferry.

Source: OpenTelemetry specification 1.x, "Environment Variable Specification", "OpenTelemetry Protocol Exporter".
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leadferry import __version__
from leadferry.watch import tracing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
NOT_INSTALLED = (
    "OTEL_ variables ask for traces, and the extra for them is not installed: "
    "python3 -m pip install --require-hashes -r requirements/otel.txt. Nothing is traced."
)


def wanted(environ: Mapping[str, str]) -> bool:
    """An endpoint asks for traces, or an exporter that is named; off is off."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    named = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    return named != "none" if named else any(environ.get(name, "").strip() for name in ENDPOINTS)


@contextmanager
def tracing_for(environ: Mapping[str, str], warn: Callable[[str], None]) -> Iterator[None]:
    """`warn`: told in a sentence why nothing is traced, though it was asked for. Work goes on all the same."""
    provider = _provider(environ, warn) if wanted(environ) else None
    if provider is None:
        yield
        return
    tracing.use(provider.get_tracer("leadferry", __version__))
    try:
        yield
    finally:
        tracing.use(None)
        provider.shutdown()


def _provider(environ: Mapping[str, str], warn: Callable[[str], None]) -> TracerProvider | None:
    """Sampler, resource, limits, endpoint, headers, certificates: the SDK reads them from its variables itself."""
    wrong = _unknown(environ)
    if wrong:
        warn(wrong)
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
    except ImportError:
        warn(NOT_INSTALLED)
        return None
    of_us = {"service.version": __version__} | ({} if _is_named(environ) else {SERVICE_NAME: "leadferry"})
    provider = TracerProvider(resource=Resource.create(of_us), shutdown_on_exit=False)
    console = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "console"
    provider.add_span_processor(
        BatchSpanProcessor(ConsoleSpanExporter(out=sys.stderr) if console else OTLPSpanExporter())
    )
    return provider


def _is_named(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("OTEL_SERVICE_NAME")) or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")


def _unknown(environ: Mapping[str, str]) -> str:
    named = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if named not in {"", "otlp", "console"}:
        return f"OTEL_TRACES_EXPORTER is {named[:40]}; Leadferry knows otlp, console and none. Nothing is traced."
    protocol = next((environ[name].strip() for name in PROTOCOLS if environ.get(name, "").strip()), "http/protobuf")
    if protocol != "http/protobuf":
        return f"OTLP is sent as http/protobuf, not as {protocol[:40]}. Nothing is traced."
    return ""
