"""Service protection: requests, execution time and concurrency, per user and per simulated web server.

Source: dataverse-api reference, sections 5.1 to 5.3 (api-limits). How fast `Retry-After` grows is not documented; here
it grows by a second for each fifth request that comes in spite of it.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass, field

from leadferry.clock import Clock
from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.settings import Settings

COOKIE = "ARRAffinity"
_STRIKES_PER_SECOND = 5


@dataclass
class Facet:
    """One user on one server."""

    spent: deque[tuple[int, float]] = field(default_factory=deque)
    """When a request began, and the milliseconds it took."""
    spent_ms: float = 0.0
    running: int = 0
    blocked_until: int = 0
    refusal_code: str = ""
    strikes: int = 0


class Protection:
    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock
        self._facets: dict[tuple[str, str], Facet] = {}
        self._lock = threading.Lock()
        self._next_server = 0

    def reset(self) -> None:
        with self._lock:
            self._facets.clear()

    def server(self, cookies: str) -> str:
        """The server that the affinity cookie names, else the next one in turn."""
        for part in cookies.split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE and value.startswith("server"):
                return value
        with self._lock:
            self._next_server += 1
            return f"server{self._next_server % max(1, self.settings.servers)}"

    def enter(self, user: str, server: str) -> None:
        """Counts a request in, or raises the 429."""
        settings, now = self.settings, self.clock()
        with self._lock:
            facet = self._facets.setdefault((user, server), Facet())
            self._forget_old(facet, now)
            if settings.protection:
                self._check(facet, now)
            facet.running += 1
            facet.spent.append((now, 0.0))

    def leave(self, user: str, server: str, took_ms: float) -> dict[str, str]:
        """Counts a request out; the headers that its answer carries."""
        with self._lock:
            facet = self._facets.setdefault((user, server), Facet())
            facet.running = max(0, facet.running - 1)
            facet.spent_ms += took_ms
            if facet.spent:
                at, already = facet.spent.pop()
                facet.spent.append((at, already + took_ms))
            requests = max(0, self.settings.limit_requests - len(facet.spent))
            time_left = max(0.0, self.settings.limit_execution_ms - facet.spent_ms)
        return {
            "x-ms-ratelimit-burst-remaining-xrm-requests": str(requests),
            "x-ms-ratelimit-time-remaining-xrm-requests": f"{time_left:,.2f}",
            "x-ms-dop-hint": str(self.settings.dop_hint),
        }

    def _forget_old(self, facet: Facet, now: int) -> None:
        since = now - self.settings.window_s * 1000
        while facet.spent and facet.spent[0][0] <= since:
            facet.spent_ms -= facet.spent.popleft()[1]

    def _check(self, facet: Facet, now: int) -> None:
        settings = self.settings
        if now < facet.blocked_until:
            raise self._strike(facet, now, facet.refusal_code, (facet.blocked_until - now) / 1000)
        if len(facet.spent) >= settings.limit_requests:
            frees = facet.spent[len(facet.spent) - settings.limit_requests][0]
            raise self._strike(facet, now, "requests", self._until_free(frees, now))
        if facet.spent_ms >= settings.limit_execution_ms:
            raise self._strike(facet, now, "time", self._until_free(self._time_frees(facet), now))
        if facet.running >= settings.limit_concurrency:
            facet.strikes += 1
            raise refusals.too_many_at_once(settings.limit_concurrency, 1 + facet.strikes // _STRIKES_PER_SECOND)
        facet.strikes = 0

    def _until_free(self, at: int, now: int) -> float:
        return (at + self.settings.window_s * 1000 - now) / 1000

    def _time_frees(self, facet: Facet) -> int:
        over = facet.spent_ms - self.settings.limit_execution_ms
        for at, took in facet.spent:
            over -= took
            if over < 0:
                return at
        return facet.spent[-1][0] if facet.spent else self.clock()

    def _strike(self, facet: Facet, now: int, code: str, wait_s: float) -> Refusal:
        """Refuses for a while; whoever keeps asking waits longer."""
        facet.strikes += 1
        facet.refusal_code = code
        grown = 1 if facet.strikes % _STRIKES_PER_SECOND == 0 else 0
        retry_after = min(self.settings.window_s, max(1, math.ceil(wait_s)) + grown)
        facet.blocked_until = max(
            facet.blocked_until, now + retry_after * 1000 if grown else now + math.ceil(wait_s * 1000)
        )
        if code == "time":
            return refusals.too_much_time(self.settings.limit_execution_ms, self.settings.window_s, retry_after)
        return refusals.too_many_requests(self.settings.limit_requests, self.settings.window_s, retry_after)
