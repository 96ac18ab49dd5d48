"""The `local` engine: one thread per environment, round after round, until it is told to stop.

Wake-ups derive from the tables at start and from the clock: a round looks at LinkedIn, then at what is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from leadferry.clock import Clock
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.engine.crossing_worker import Crossing
from leadferry.engine.progress import SyncResult
from leadferry.errors import LeadferryError

OnRound = Callable[[str, SyncResult], None]
"""Called after each round with the environment's name and what the round did."""


class LocalEngine:
    def __init__(
        self,
        crossings: Mapping[str, Callable[[], Crossing]],
        submissions: SubmissionStore,
        *,
        poll_interval_s: float,
        clock: Clock,
        on_round: OnRound = lambda _name, _result: None,
    ) -> None:
        """`crossings`: environment name -> what makes its next round; what may be kept between rounds, they keep."""
        self.crossings, self.submissions, self.clock = crossings, submissions, clock
        self.poll_interval_s, self.on_round = poll_interval_s, on_round

    def run(self, stop: threading.Event) -> None:
        """Returns when `stop` is set and every round under way is finished: work in hand is never dropped."""
        threads = [
            threading.Thread(target=self._rounds, args=(name, next_round, stop), name=f"environment-{name}")
            for name, next_round in self.crossings.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _rounds(self, name: str, next_round: Callable[[], Crossing], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                crossing = next_round()
            except LeadferryError as error:  # an environment that was never reached
                self.on_round(name, SyncResult(troubles=[str(error)]))
                stop.wait(self.poll_interval_s)
                continue
            self.on_round(name, crossing.once(stop, wait_for_retries=False))
            stop.wait(self._pause_s(crossing.environment.id))

    def _pause_s(self, environment_id: int) -> float:
        """Until the next poll, or until a retry is due, whichever is sooner."""
        due_at = self.submissions.next_due_at(environment_id)
        until_due = self.poll_interval_s if due_at is None else max(0.5, (due_at - self.clock()) / 1000)
        return min(self.poll_interval_s, until_due)
