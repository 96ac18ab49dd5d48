"""How many submissions stand where: the many that are delivered from the kept figures, the others from indexes that
hold few.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.figures import Outcome
from leadferry.performance.keeping_store import ALL, kept_of
from leadferry.performance.sums_store import Asked, answer
from leadferry.store.statements import walking
from leadferry.store.tables import RARE, submissions

s = submissions.c
Standing = tuple[int, int, bool, int]
"""State, matching status, whether it is a test lead, how many."""
_DELIVERED = {
    Outcome.CREATED: MatchingStatus.CREATED,
    Outcome.UPDATED: MatchingStatus.UPDATED,
    Outcome.LINKED: MatchingStatus.NOT_UPDATED,
}
_PARTS = (
    ("ix_submissions_test", s.test),
    ("ix_submissions_open", sa.and_(sa.text("submissions.state < 2"), s.state == 0, ~s.test)),
    ("ix_submissions_rare_state", sa.and_(RARE["state"], ~s.test)),
)


def standings(connection: Connection, environment_id: int) -> Iterator[Standing]:
    kept = kept_of(connection, environment_id)
    columns = (s.state, s.matching_status, s.test)
    wanted = sa.select(*columns, sa.func.count()).where(s.environment_id == environment_id).group_by(*columns)
    if kept is None or kept.counted_id < ALL:
        yield from _rows(connection.execute(wanted))
        return
    for index, where in _PARTS:
        yield from _rows(connection.execute(walking(wanted.where(where), submissions, index)))
    delivered = answer(connection, kept, Asked(environment_id, ("outcome",), outcomes=tuple(_DELIVERED)))
    for (outcome,), count in delivered.items():
        yield State.DELIVERED, _DELIVERED[Outcome(outcome)], False, count


def _rows(found: Any) -> Iterator[Standing]:
    yield from ((row[0], row[1], row[2], row[3]) for row in found)
