"""Lets the requests of one user through: as many at once as the pace allows, none while Dynamics asks to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leadferry.clock import Clock
from leadferry.dataverse.pacing import Pace

MAX_PAUSES = 10
"""Others may lengthen the pause while we sleep; after so many we try anyway."""


class Gate:
    """Shared by every thread that calls as one user."""

    def __init__(self, pace: Pace, clock: Clock, sleep: Callable[[float], None]) -> None:
        self.pace, self._clock, self._sleep = pace, clock, sleep
        self._under_way = 0
        self._free = threading.Condition()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Waits for its turn, holds a place while the request runs."""
        with self._free:
            self._free.wait_for(lambda: self._under_way < self.pace.allowed)
            self._under_way += 1
        try:
            self._wait_while_blocked()
            yield
        finally:
            with self._free:
                self._under_way -= 1
                self._free.notify_all()

    def answered(self, hint: int | None) -> None:
        with self._free:
            self.pace.answered(hint)

    def refused(self, retry_after_s: float | None, vendor_code: str) -> float:
        with self._free:
            return self.pace.refused(self._clock(), retry_after_s, vendor_code)

    def wait_s(self) -> float:
        """How long a request that comes now would wait for Dynamics."""
        return self.pace.wait_s(self._clock())

    def _wait_while_blocked(self) -> None:
        for _ in range(MAX_PAUSES):
            pause = self.pace.wait_s(self._clock())
            if pause <= 0:
                return
            self._sleep(pause)
