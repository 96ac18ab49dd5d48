"""Sees to it that figures are kept: counts at once where there is little, beside the work where there is much."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.performance.counting_store import DAILY, STEP, CountingStore
from leadferry.store.database import Database
from leadferry.watch.log import Log

log = Log("performance")
AT_ONCE = 2 * STEP
"""So many submissions are counted while somebody waits."""


class FigureKeeper:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.counting = database, CountingStore(database, clock)
        self.at_once = AT_ONCE
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads: dict[int, threading.Thread] = {}

    def keep(self, environment_id: int, zone: str, today: int = 0) -> bool:
        """From now on, in the days of this zone; a moment's work where they are kept already. True where there is more
        to count than was done at once. `today`: weeks and months that are over by then are summed up."""
        now = self.counting.standing(environment_id, today)
        if now.zone != zone:
            self.counting.begin(environment_id, zone)
            now = self.counting.standing(environment_id, today)
        if 0 < now.left <= self.at_once:
            self._count(environment_id)
            now = self.counting.standing(environment_id, today)
        if now.left or now.due:
            self._beside(environment_id, today)
        return bool(now.left)

    def rebuild(self, environment_id: int, zone: str) -> int:
        """Counts every submission anew; leads pass meanwhile. Returns how many figures differed."""
        before = self._figures(environment_id)
        self.counting.begin(environment_id, zone)
        self._count(environment_id)
        return len(before ^ self._figures(environment_id))

    def wait(self) -> None:
        """For what is under way beside."""
        for thread in list(self._threads.values()):
            thread.join()

    def close(self) -> None:
        self._stop.set()
        self.wait()

    def _beside(self, environment_id: int, today: int) -> None:
        def work() -> None:
            if self._count(environment_id):
                while not self._stop.is_set() and self._step(self.counting.condense, environment_id, today):
                    pass

        with self._lock:
            known = self._threads.get(environment_id)
            if self._stop.is_set() or (known and known.is_alive()):
                return
            thread = threading.Thread(target=work, name=f"figures-{environment_id}", daemon=True)
            self._threads[environment_id] = thread
            thread.start()

    def _count(self, environment_id: int) -> bool:
        """False where it was stopped before the end."""
        while self._step(self.counting.step, environment_id):
            if self._stop.is_set():
                return False
        return True

    def _step(self, step: Callable[..., bool], *arguments: int) -> bool:
        """Then as long a pause: a step holds the database, and leads must not wait for all of them."""
        began = time.perf_counter()
        more = step(*arguments)
        if more:
            self._stop.wait(time.perf_counter() - began)
        return more

    def _figures(self, environment_id: int) -> set[tuple[Any, ...]]:
        """All of them that are not 0."""
        found: set[tuple[Any, ...]] = set()
        with self.database.read() as connection:
            for table in DAILY:
                keys = len(table.primary_key.columns)
                rows = connection.execute(sa.select(table).where(table.c.environment_id == environment_id))
                found |= {(table.name, *row) for row in rows if any(row[keys:])}
        return found
