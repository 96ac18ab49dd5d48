"""The one table of metrics: names, kinds, labels, meanings. `docs/reference/metrics.md` is written from it. Pure.

Labels never hold a person's data: environments are named, profiles and channels are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"
    """Read from the tables at each scrape: every process tells the same."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A counter's name is without `_total`, as Prometheus' clients take it; `written` is what a query names."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def written(self) -> str:
        return f"{self.name}_total" if self.kind is Kind.COUNTER else self.name

    @property
    def series(self) -> tuple[str, ...]:
        """Every name that may stand in a query."""
        if self.kind is Kind.HISTOGRAM:
            return (f"{self.name}_bucket", f"{self.name}_sum", f"{self.name}_count")
        return (self.written,)


_LEAD = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600, 86400)
_REQUEST = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_E = ("environment",)

TABLE: tuple[Metric, ...] = (
    Metric("leadferry_responses_stored", Kind.COUNTER, "Form responses stored, each once.", _E),
    Metric("leadferry_outcomes", Kind.COUNTER, "Submissions settled, by what came of them.", (*_E, "kind")),
    Metric(
        "leadferry_requests",
        Kind.COUNTER,
        "Requests sent, repeats included. `status` is 2xx, 4xx ..., or none without an answer.",
        ("service", "resource", "status"),
    ),
    Metric("leadferry_requests_throttled", Kind.COUNTER, "Requests answered 429: too many.", ("service",)),
    Metric(
        "leadferry_lead_seconds",
        Kind.HISTOGRAM,
        "From the submission at LinkedIn to the lead in Dynamics, in seconds. Leads of a backfill are old by nature.",
        _E,
        _LEAD,
    ),
    Metric("leadferry_request_seconds", Kind.HISTOGRAM, "How long an answer took.", ("service",), _REQUEST),
    Metric("leadferry_submissions_open", Kind.GAUGE, "Submissions that wait for delivery or a retry.", _E),
    Metric("leadferry_submissions_review", Kind.GAUGE, "Submissions held until a person decides.", _E),
    Metric("leadferry_submissions_failed", Kind.GAUGE, "Submissions that failed and need a person.", _E),
    Metric("leadferry_oldest_open_seconds", Kind.GAUGE, "Age of the oldest open submission.", _E),
    Metric("leadferry_delivery_trouble", Kind.GAUGE, "1 while nothing at all can be delivered to Dynamics.", _E),
    Metric("leadferry_gaps", Kind.GAUGE, "Open alerts about responses that are not in Dynamics.", _E),
    Metric("leadferry_findings", Kind.GAUGE, "What the guardian finds amiss.", (*_E, "check", "level")),
    Metric("leadferry_last_sync_seconds", Kind.GAUGE, "Since the last look at LinkedIn that found an answer.", _E),
    Metric("leadferry_consent_days", Kind.GAUGE, "Days until a member's consent ends, by profile.", (*_E, "profile")),
    Metric("leadferry_credential_days", Kind.GAUGE, "Days until the secret or certificate for Dynamics ends.", _E),
    Metric("leadferry_version_days", Kind.GAUGE, "Days until LinkedIn's API version ends.", (*_E, "version")),
    Metric("leadferry_alerts_open", Kind.GAUGE, "Open alerts.", (*_E, "level")),
    Metric("leadferry_alerts_undelivered", Kind.GAUGE, "Alerts that failed to reach a channel.", _E),
    Metric(
        "leadferry_webhook_attempts",
        Kind.COUNTER,
        "Attempts to deliver to webhooks. `result` is delivered, retry or failed: given up.",
        (*_E, "result"),
    ),
    Metric("leadferry_webhooks_waiting", Kind.GAUGE, "Deliveries to webhooks that wait for an attempt.", _E),
    Metric("leadferry_webhooks_failed", Kind.GAUGE, "Deliveries to webhooks that were given up.", _E),
    Metric("leadferry_build_info", Kind.GAUGE, "1, with the version as a label.", ("version",)),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in TABLE}


def metrics_markdown() -> str:
    """docs/reference/metrics.md"""
    lines = [
        "# Metrics",
        "",
        "`/metrics` answers on `LEADFERRY_MONITORING_PORT`, or on the console's port with",
        "`LEADFERRY_MONITORING_ON_CONSOLE`; [how to watch it](../how-to/watch-it.md). Counters and histograms are",
        "those of the process that is asked; gauges are read from the tables. Written from `watch/metrics.py`; do not",
        "edit.",
        "",
        "| metric | kind | labels | meaning |",
        "|---|---|---|---|",
    ]
    for metric in TABLE:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        lines.append(f"| `{metric.written}` | {metric.kind} | {labels} | {metric.meaning} |")
    return "\n".join(lines) + "\n"
