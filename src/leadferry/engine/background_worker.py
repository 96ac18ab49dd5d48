"""Syncs that a person asked for at a page: they go on after it is answered, one at a time for each environment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from leadferry.errors import LeadferryError

log = logging.getLogger(__name__)


class Background:
    def __init__(self) -> None:
        self.stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: dict[int, threading.Thread] = {}

    def start(self, environment_id: int, work: Callable[[threading.Event], object]) -> bool:
        """False where one is under way already."""

        def run() -> None:
            try:
                work(self.stop)
            except LeadferryError as error:
                log.warning("a sync of environment %s ended: %s", environment_id, error.code)

        with self._lock:
            known = self._threads.get(environment_id)
            if self.stop.is_set() or (known and known.is_alive()):
                return False
            thread = threading.Thread(target=run, name=f"sync-{environment_id}", daemon=True)
            self._threads[environment_id] = thread
            thread.start()
            return True

    def running(self, environment_id: int) -> bool:
        known = self._threads.get(environment_id)
        return bool(known and known.is_alive())

    def wait(self) -> None:
        """For those under way; what they have in hand is never dropped."""
        for thread in list(self._threads.values()):
            thread.join()

    def close(self) -> None:
        self.stop.set()
        self.wait()
