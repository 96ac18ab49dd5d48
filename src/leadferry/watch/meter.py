"""Counts while Leadferry works, and gives it to Prometheus with the gauges of the moment. Thread-safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily

from leadferry.delivery.model import Settlement, State
from leadferry.watch.metrics import METRICS, TABLE, Kind
from leadferry.watch.traffic import Exchange


@dataclass(frozen=True, slots=True)
class Reading:
    """One gauge at the moment of a scrape; `labels` in the order of the metric's."""

    name: str
    labels: tuple[str, ...]
    value: float


class Meter:
    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        """`read`: the gauges, asked at each scrape."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._read = read
        self._made: dict[str, Any] = {}
        for metric in TABLE:
            if metric.kind is Kind.COUNTER:
                self._made[metric.name] = Counter(metric.name, metric.meaning, metric.labels, registry=self.registry)
            elif metric.kind is Kind.HISTOGRAM:
                self._made[metric.name] = Histogram(
                    metric.name, metric.meaning, metric.labels, registry=self.registry, buckets=metric.buckets
                )
        for service in ("linkedin", "dynamics"):
            self._made["leadferry_requests_throttled"].labels(service)  # 0, and not absent, until the first
        self.registry.register(self)

    def stored(self, environment: str, count: int) -> None:
        self._made["leadferry_responses_stored"].labels(environment).inc(count)

    def settled(self, environment: str, settlements: Iterable[Settlement]) -> None:
        for item in settlements:
            self._made["leadferry_outcomes"].labels(environment, item.kind.label).inc()

    def delivered(self, environment: str, seconds: Iterable[float]) -> None:
        """`seconds`: of each, from its submission to its lead."""
        histogram = self._made["leadferry_lead_seconds"].labels(environment)
        for one in seconds:
            histogram.observe(max(0.0, one))

    def webhook(self, environment: str, result: str) -> None:
        """`result`: of an attempt, `delivered`, `retry` or `failed`."""
        self._made["leadferry_webhook_attempts"].labels(environment, result).inc()

    def exchanged(self, exchange: Exchange) -> None:
        made, service = self._made, exchange.service
        made["leadferry_requests"].labels(service, exchange.resource, exchange.status_class).inc()
        if exchange.status:
            made["leadferry_request_seconds"].labels(service).observe(exchange.seconds)
        if exchange.status == 429:
            made["leadferry_requests_throttled"].labels(service).inc()

    def describe(self) -> list[Any]:
        """Nothing: the registry need not read the tables to know us."""
        return []

    def collect(self) -> Iterator[Any]:
        """Called by the registry at each scrape."""
        families = {
            metric.name: GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
            for metric in METRICS.values()
            if metric.kind is Kind.GAUGE
        }
        for reading in self._read():
            families[reading.name].add_metric(reading.labels, reading.value)
        yield from families.values()


def made_leads(settlements: Iterable[Settlement]) -> list[int]:
    """Submissions that are a lead now, test leads apart."""
    return [item.submission_id for item in settlements if item.state is State.DELIVERED and not item.test]
