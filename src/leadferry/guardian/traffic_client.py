"""Watches what goes to the services and what comes back: counts, clocks, limits. Nothing is written on the way; the
counts are flushed in batches."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from leadferry.clock import Clock
from leadferry.errors import LeadferryError
from leadferry.guardian.quotas import DAY_LIMIT, DYNAMICS, ENTITLEMENT, LINKEDIN
from leadferry.guardian.request_store import RequestStore
from leadferry.http_client import Answer, Http
from leadferry.linkedin.refusals import is_daily_limit

FLUSH_MS = 60_000
DATAVERSE_ROOT = "/api/data/"


class Traffic:
    """Of one process. `alarms`: environments that should be looked at now, not within the hour."""

    def __init__(self, store: RequestStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._counts: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._lock = threading.Lock()
        self._flushed_at = clock()
        self.skews_ms: dict[str, int] = {}
        self.remaining: dict[int, int] = {}
        self.alarms: set[int] = set()

    def watched(self, http: Http, environment_id: int, service: str) -> Http:
        return Watched(http, self, environment_id, service)

    def seen(self, environment_id: int, service: str, url: str, body: bytes | None, answer: Answer | None) -> None:
        resource, throttled = resource_of(url), answer is not None and answer.status == 429
        limited = answer is not None and service == LINKEDIN and is_daily_limit(answer.status, answer.body)
        with self._lock:
            self._count(environment_id, service, resource, 1, throttled)
            if service == DYNAMICS and DATAVERSE_ROOT in url:
                self._count(environment_id, service, ENTITLEMENT, entitled(url, body), False)
            if limited:
                self._count(environment_id, service, f"{resource} {DAY_LIMIT}", 1, True)
            if answer is not None:
                self._read_headers(environment_id, service, answer.headers)
                if limited or answer.status == 426:
                    self.alarms.add(environment_id)

    def _count(self, environment_id: int, service: str, resource: str, requests: int, throttled: bool) -> None:
        count = self._counts[environment_id, service, resource]
        count[0] += requests
        count[1] += throttled

    def _read_headers(self, environment_id: int, service: str, headers: Mapping[str, str]) -> None:
        if date := headers.get("date"):
            try:
                self.skews_ms[service] = int(parsedate_to_datetime(date).timestamp() * 1000) - self._clock()
            except ValueError:
                return
        left = headers.get("x-ms-ratelimit-burst-remaining-xrm-requests", "")
        if left.isdigit():
            self.remaining[environment_id] = int(left)

    def alarmed(self) -> set[int]:
        """Those that should be looked at now; told once."""
        with self._lock:
            alarms, self.alarms = self.alarms, set()
            return alarms

    def flush_when_due(self) -> None:
        if self._clock() - self._flushed_at >= FLUSH_MS:
            self.flush()

    def flush(self) -> None:
        """Into the table. Where that fails the counts are lost; leads are worth more than counts."""
        with self._lock:
            counts, self._counts = self._counts, defaultdict(lambda: [0, 0])
            self._flushed_at = self._clock()
        try:
            self._store.add({key: (requests, throttled) for key, (requests, throttled) in counts.items()})
        except LeadferryError:
            return


@dataclass(frozen=True)
class Watched:
    """One service of one environment, over the HTTP that is shared by all."""

    http: Http
    traffic: Traffic
    environment_id: int
    service: str

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        answer: Answer | None = None
        try:
            answer = self.http.send(method, url, headers, body, timeout_s=timeout_s)
            return answer
        finally:
            self.traffic.seen(self.environment_id, self.service, url, body, answer)


def resource_of(url: str) -> str:
    """`https://api.linkedin.com/rest/leadForms?q=owner` -> `leadForms`; `/api/data/v9.2/leads(id)` -> `leads`. Never
    an id: it stands in messages."""
    path = urlsplit(url).path
    if "/oauth" in path or "/v2.0/" in path:
        return "sign-in"
    if DATAVERSE_ROOT in path:
        return path.partition(DATAVERSE_ROOT)[2].partition("/")[2].partition("/")[0].partition("(")[0]
    names = [part for part in path.split("/") if part[:1].isalpha() and not part.startswith("urn")]
    if len(names) > 1 and names[0] == "rest":
        return names[1] if names[1] != "adAccounts" else names[-1]
    return names[-1] if names else "other"


def entitled(url: str, body: bytes | None) -> int:
    """What Power Platform counts: each row of a bulk call, each operation of a batch (dataverse-api 5.4)."""
    path = urlsplit(url).path
    if body and path.endswith("Multiple"):
        return max(1, body.count(b'"@odata.type"'))
    if body and path.endswith("/$batch"):
        return max(1, body.count(b"Content-Type: application/http"))
    return 0 if "EntityDefinitions" in path or path.endswith("/WhoAmI") else 1
