"""Counts submissions for the pages. A table that is slow to count is counted beside, and the last count shown."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.delivery.model import MatchingStatus, State
from leadferry.delivery.tally import Line, Tally
from leadferry.store.database import Database
from leadferry.store.tables import submissions

SLOW_MS, KEPT_MS = 50, 20_000
"""A count that took longer than this is shown for a while before it is counted again."""
_BY = (
    submissions.c.owner_id,
    submissions.c.form_version_id,
    submissions.c.campaign_id,
    submissions.c.state,
    submissions.c.matching_status,
    submissions.c.test,
)


class TallyStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self._kept: dict[int, Tally] = {}
        self._counting: dict[int, threading.Thread] = {}
        self._lock = threading.Lock()

    def tally(self, environment_id: int) -> Tally:
        kept = self._kept.get(environment_id)
        if kept is None or kept.took_ms <= SLOW_MS:
            return self.count(environment_id)
        if self.clock() - kept.counted_at > KEPT_MS:
            self._count_beside(environment_id)
        return kept

    def count(self, environment_id: int) -> Tally:
        """Now, however long it takes."""
        began = self.clock()
        wanted = sa.select(*_BY, sa.func.count(), sa.func.max(submissions.c.submitted_at))
        wanted = wanted.where(submissions.c.environment_id == environment_id).group_by(*_BY)
        with self.database.read() as connection:
            lines = tuple(
                Line(owner, form, campaign, State(state), MatchingStatus(status), bool(test), count, last_at)
                for owner, form, campaign, state, status, test, count, last_at in connection.execute(wanted)
            )
        ended = self.clock()
        tally = self._kept[environment_id] = Tally(ended, lines, ended - began)
        return tally

    def wait(self) -> None:
        """For counts under way."""
        for thread in list(self._counting.values()):
            thread.join()

    def _count_beside(self, environment_id: int) -> None:
        with self._lock:
            known = self._counting.get(environment_id)
            if known and known.is_alive():
                return
            thread = threading.Thread(target=self.count, args=(environment_id,), name="tally", daemon=True)
            self._counting[environment_id] = thread
            thread.start()
