from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from environments import connect
from leadferry.delivery.model import MatchingStatus, ProcessingState, State
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.tally import KINDS
from leadferry.delivery.tally_store import KEPT_MS, SLOW_MS, TallyStore
from leadferry.performance.counting_worker import FigureKeeper
from leadferry.store.database import Database
from leadferry.store.tables import form_versions, lead_forms, submissions

CREATED, UPDATED, HELD = MatchingStatus.CREATED, MatchingStatus.UPDATED, MatchingStatus.MATCH_FAILED


@dataclass
class SlowClock:
    """Every look at it takes a while."""

    step: int
    now: int = 1_790_000_000_000

    def __call__(self) -> int:
        self.now += self.step
        return self.now


def put(
    database: Database, environment_id: int, key: str, state: State, status: MatchingStatus, **more: object
) -> None:
    values = {
        "environment_id": environment_id,
        "response_id": key,
        "lead_type": "SPONSORED",
        "test": False,
        "door": 1,
        "submitted_at": 1,
        "received_at": 1,
        "state": int(state),
        "matching_status": int(status),
        "processing_state": int(ProcessingState.SUCCEEDED),
        "attempts": 0,
        "due_at": 0,
    }
    with database.write() as connection:
        connection.execute(sa.insert(submissions).values(**{**values, **more}))


def fill(database: Database) -> int:
    crane, other = connect(database, "crane"), connect(database, "other")
    put(database, crane.id, "a", State.DELIVERED, CREATED)
    put(database, crane.id, "b", State.DELIVERED, UPDATED, submitted_at=7)
    put(database, crane.id, "c", State.REVIEW, HELD)
    put(database, crane.id, "d", State.PENDING, MatchingStatus.PENDING)
    put(database, crane.id, "e", State.FAILED, MatchingStatus.CREATION_FAILED)
    put(database, crane.id, "f", State.REJECTED, HELD)
    put(database, crane.id, "g", State.DELIVERED, CREATED, test=True)
    put(database, other.id, "a", State.DELIVERED, CREATED)
    return crane.id


def test_every_submission_is_in_one_figure_and_test_leads_are_apart(database: Database) -> None:
    total = TallyStore(database, lambda: 1).tally(fill(database)).total()
    assert (total.stored, total.created, total.updated, total.test, total.last_at) == (6, 1, 1, 1, 7)
    assert (total.waiting, total.review, total.failed, total.other) == (1, 1, 1, 1)


def test_a_table_that_is_slow_to_count_shows_the_last_count_and_is_counted_beside(sqlite: Database) -> None:
    key, clock = fill(sqlite), SlowClock(SLOW_MS + 1)
    store = TallyStore(sqlite, clock)
    assert store.tally(key).total().stored == 6
    put(sqlite, key, "h", State.DELIVERED, CREATED)
    assert store.tally(key).total().stored == 6
    clock.now += KEPT_MS
    assert store.tally(key).total().stored == 6
    store.wait()
    assert store.tally(key).total().stored == 7


def test_a_small_table_is_counted_each_time(sqlite: Database) -> None:
    key = fill(sqlite)
    store = TallyStore(sqlite, lambda: 1)
    read: Callable[[], int] = lambda: store.tally(key).total().stored  # noqa: E731
    assert read() == 6
    put(sqlite, key, "h", State.DELIVERED, CREATED)
    assert read() == 7


def test_from_the_kept_figures_it_is_what_a_count_finds(database: Database) -> None:
    environment_id, store = fill(database), TallyStore(database, lambda: 1)
    submissions_of = SubmissionStore(database, lambda: 1)
    counted, standing = store.tally(environment_id), submissions_of.counts(environment_id)
    FigureKeeper(database, lambda: 1).keep(environment_id, "UTC")
    kept = store.tally(environment_id)
    assert kept.by is not counted.by
    for kind in KINDS:
        assert kept.by(kind) == counted.by(kind)
    assert kept.total() == counted.total()
    assert submissions_of.counts(environment_id) == standing
    assert standing["all"] == 7


def test_a_form_s_figures_are_those_of_its_versions_together(database: Database) -> None:
    environment_id, store = fill(database), TallyStore(database, lambda: 1)
    first, second, other = _versions(database, environment_id)
    put(database, environment_id, "h", State.DELIVERED, CREATED, form_version_id=first)
    put(database, environment_id, "i", State.DELIVERED, UPDATED, form_version_id=second, submitted_at=9)
    put(database, environment_id, "j", State.DELIVERED, CREATED, form_version_id=second, test=True)
    put(database, environment_id, "k", State.REVIEW, HELD, form_version_id=other, submitted_at=12)
    counted = store.of_form(environment_id, [first, second])
    assert (counted.stored, counted.created, counted.updated, counted.test, counted.last_at) == (2, 1, 1, 1, 9)
    FigureKeeper(database, lambda: 1).keep(environment_id, "UTC")
    assert store.of_form(environment_id, [first, second]) == counted
    assert store.of_form(environment_id, [other]).review == 1


def _versions(database: Database, environment_id: int) -> list[int]:
    """Two of one form, one of another."""
    with database.write() as connection:
        for form in (1, 2):
            values = {"id": form, "environment_id": environment_id, "linkedin_id": form, "name": "", "sync_status": 1}
            connection.execute(sa.insert(lead_forms).values(**values))
        for key, form, version in ((1, 1, 1), (2, 1, 2), (3, 2, 1)):
            seen = sa.insert(form_versions).values(id=key, form_id=form, version=version, body=b"{}", seen_at=1)
            connection.execute(seen)
    return [1, 2, 3]
