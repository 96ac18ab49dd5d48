"""The `local` engine: one thread per environment, round after round, until it is told to stop.

Wake-ups derive from the tables at start and from the clock: a round looks at LinkedIn, then at what is due. An
environment that is connected while it runs is taken up, one that is removed is let go. *Sync now* wakes a round at
once, also when it was pressed in another process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from leadferry.clock import Clock
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.engine.crossing_worker import Crossing, defect
from leadferry.engine.progress import SyncResult
from leadferry.errors import LeadferryError

OnRound = Callable[[str, SyncResult], None]
"""Called after each round with the environment's name and what the round did."""
LOOK_S = 1.0
"""How often it is looked for environments that came or went, and for syncs that were asked for elsewhere."""


@dataclass(frozen=True)
class Work:
    """One environment: its name, and what makes its next round; what may be kept between rounds, that keeps."""

    name: str
    next_round: Callable[[], Crossing]


@dataclass
class _Rounds:
    thread: threading.Thread
    wake: threading.Event
    ended: threading.Event = field(default_factory=threading.Event)


class LocalEngine:
    def __init__(
        self,
        work: Callable[[], Mapping[int, Work]],
        submissions: SubmissionStore,
        *,
        poll_interval_s: float,
        clock: Clock,
        on_round: OnRound = lambda _name, _result: None,
        asked_for: Callable[[], Mapping[int, int]] = dict,
        look_s: float = LOOK_S,
    ) -> None:
        """`work`: the environments there are now, by id. `asked_for`: how often a sync of each was ever asked for."""
        self.work, self.submissions, self.clock, self.asked_for = work, submissions, clock, asked_for
        self.poll_interval_s, self.on_round, self.look_s = poll_interval_s, on_round, look_s
        self._running: dict[int, _Rounds] = {}
        self._lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Returns when `stop` is set and every round under way is finished: work in hand is never dropped."""
        asked: Mapping[int, int] | None = None
        while not stop.is_set():
            try:
                self._take_up(self.work(), stop)
                asked = self._wake_those(asked)
            except LeadferryError as error:  # the database, for a moment
                self.on_round("", SyncResult(troubles=[str(error)]))
            stop.wait(self.look_s)
        with self._lock:
            rounds = list(self._running.values())
        for one in rounds:
            one.wake.set()
        for one in rounds:
            one.thread.join()

    def wake(self, environment_id: int) -> bool:
        """The next round begins now, or when the one under way is done. False: it is not ours."""
        with self._lock:
            one = self._running.get(environment_id)
        if one is None:
            return False
        one.wake.set()
        return True

    def _take_up(self, work: Mapping[int, Work], stop: threading.Event) -> None:
        with self._lock:
            for environment_id in self._running.keys() - work.keys():
                gone = self._running.pop(environment_id)
                gone.ended.set()
                gone.wake.set()
            for environment_id in work.keys() - self._running.keys():
                self._running[environment_id] = self._started(environment_id, work[environment_id], stop)

    def _started(self, environment_id: int, work: Work, stop: threading.Event) -> _Rounds:
        wake, ended = threading.Event(), threading.Event()
        thread = threading.Thread(
            target=self._rounds, args=(environment_id, work, stop, wake, ended), name=f"environment-{work.name}"
        )
        thread.start()
        return _Rounds(thread, wake, ended)

    def _wake_those(self, before: Mapping[int, int] | None) -> Mapping[int, int]:
        """Asked for more often than at the last look."""
        now = self.asked_for()
        for environment_id, count in now.items():
            if before is not None and count > before.get(environment_id, 0):
                self.wake(environment_id)
        return now

    def _rounds(
        self,
        environment_id: int,
        work: Work,
        stop: threading.Event,
        wake: threading.Event,
        ended: threading.Event,
    ) -> None:
        while not (stop.is_set() or ended.is_set()):
            wake.clear()
            try:
                result = work.next_round().once(stop, wait_for_retries=False)
                pause_s = self._pause_s(environment_id)
            except LeadferryError as error:  # an environment that was never reached, or the database
                result, pause_s = SyncResult(troubles=[str(error)]), self.poll_interval_s
            except Exception as error:  # the next round may go through
                result, pause_s = SyncResult(troubles=[defect(error, "a round")]), self.poll_interval_s
            if not ended.is_set():
                self.on_round(work.name, result)
            if not (stop.is_set() or ended.is_set()):
                wake.wait(pause_s)

    def _pause_s(self, environment_id: int) -> float:
        """Until the next poll, or until a retry is due, whichever is sooner."""
        due_at = self.submissions.next_due_at(environment_id)
        until_due = self.poll_interval_s if due_at is None else max(0.5, (due_at - self.clock()) / 1000)
        return min(self.poll_interval_s, until_due)
