"""How often something may be tried: attempts are counted by key over a sliding time, in bounded memory.

Litestar's own limit counts every request, reads the wall clock and keeps all keys; here only what its caller counts.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence

from leadferry.clock import Clock

KEYS = 10_000


class Limit:
    """`attempts` within `window_ms`. Of more than `keys` keys the one longest unheard of is forgotten."""

    def __init__(self, clock: Clock, attempts: int, window_ms: int, *, keys: int = KEYS) -> None:
        self.clock, self.attempts, self.window_ms, self.keys = clock, attempts, window_ms, keys
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[int]] = OrderedDict()

    def wait_s(self, key: str) -> int:
        """Seconds until another attempt is allowed; 0: now."""
        with self._lock:
            times = self._seen.get(key)
            if times is None:
                return 0
            self._drop_old(times)
            return 0 if len(times) < self.attempts else self._seconds_until(times[0])

    def count(self, key: str) -> None:
        with self._lock:
            times = self._seen.setdefault(key, deque(maxlen=self.attempts))
            times.append(self.clock())
            self._seen.move_to_end(key)
            while len(self._seen) > self.keys:
                self._seen.popitem(last=False)

    def take(self, key: str) -> int:
        """Counts an attempt if it is allowed; else the seconds to wait."""
        wait = self.wait_s(key)
        if not wait:
            self.count(key)
        return wait

    def left(self, key: str) -> tuple[int, int]:
        """(attempts that are still allowed, seconds until all of them are again)"""
        with self._lock:
            times = self._seen.get(key)
            if times is None:
                return self.attempts, 0
            self._drop_old(times)
            return self.attempts - len(times), self._seconds_until(times[-1]) if times else 0

    def _drop_old(self, times: deque[int]) -> None:
        while times and self.clock() - times[0] >= self.window_ms:
            times.popleft()

    def _seconds_until(self, oldest: int) -> int:
        return max(1, -(-(oldest + self.window_ms - self.clock()) // 1000))


class Limits:
    """Those of the console, one set a process."""

    def __init__(self, clock: Clock) -> None:
        self.sign_ins = Limit(clock, 60, 300_000)
        """By address: beginnings and returns. An office behind one address signs in on Monday morning."""
        self.links = Limit(clock, 10, 900_000)
        """By address: links that do not work."""
        self.tokens = Limit(clock, 20, 300_000)
        """By address, and by a token's start: API tokens that do not work."""


def client_key(client: Sequence[object] | None) -> str:
    """Whose attempts count together: an IPv4 address, or the network of an IPv6 one (a household has 2**64)."""
    host = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
