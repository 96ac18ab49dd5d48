"""What the rounds of this process are doing, for the page that watches them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from leadferry.engine.progress import Progress, SyncResult


@dataclass(frozen=True, slots=True)
class Round:
    """`progress` while it is under way, `result` once it has ended."""

    began_at: int
    progress: Progress | None = None
    ended_at: int | None = None
    result: SyncResult | None = None


class Rounds:
    """The newest round of each environment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[int, Round] = {}

    def begin(self, environment_id: int, now: int) -> None:
        with self._lock:
            self._newest[environment_id] = Round(now)

    def tell(self, environment_id: int, progress: Progress) -> None:
        with self._lock:
            known = self._newest.get(environment_id)
            if known and known.ended_at is None:
                self._newest[environment_id] = Round(known.began_at, progress)

    def end(self, environment_id: int, result: SyncResult, now: int) -> None:
        with self._lock:
            known = self._newest.get(environment_id)
            self._newest[environment_id] = Round(known.began_at if known else now, None, now, result)

    def newest(self, environment_id: int) -> Round | None:
        return self._newest.get(environment_id)

    def under_way(self, environment_id: int) -> bool:
        known = self._newest.get(environment_id)
        return known is not None and known.ended_at is None
